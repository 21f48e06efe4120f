"""What a tool works with: the shop's services, and the session it acts for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from commerce.identity.principal import Principal
from commerce.identity.service import Identities
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import Clock
from core.database import Database
from knowledge.embedder import Embedder
from knowledge.retrieval import Retrieval


@dataclass(frozen=True, slots=True)
class Workbench:
    """The services every tool shares."""

    database: Database
    """The shop's database."""
    policies: PolicyBook
    """The policies."""
    clock: Clock
    """The time."""
    retrieval: Retrieval
    """Search over policies and products."""
    embedder: Embedder
    """Sentences to vectors."""
    currency: str
    """The shop's currency."""

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Shop]:
        """The shop, for reading."""
        async with self.database.read() as session:
            yield Shop(session, self.policies, self.clock, self.currency)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Shop]:
        """The shop, inside a transaction that commits at the end of the block."""
        async with self.database.transaction() as session:
            yield Shop(session, self.policies, self.clock, self.currency)


@dataclass(frozen=True, slots=True)
class TurnContext:
    """Whose turn it is. The customer is read from the session's row at every call, never from the model."""

    bench: Workbench
    """The services."""
    session_id: str
    """The session the turn belongs to."""
    conversation_id: str
    """The conversation the turn belongs to."""
    run_id: str
    """The run."""

    async def principal(self, shop: Shop) -> Principal:
        """The person behind the turn, as the session's row says now."""
        return await Identities(shop).principal(self.session_id)
