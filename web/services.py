"""What the edge is given to work with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import SecretStr
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import Clock
from core.database import Database
from core.settings import Settings
from desk.conversations.hub import Hub

Decision = Literal["confirm", "decline"]


class Turns(Protocol):
    """Takes what customers send and lets it be answered. Answers go to the log and the hub."""

    async def message(self, conversation_id: str, session_id: str, text: str, client_msg_id: str) -> int:
        """Store a message and start a run; returns the message's sequence.

        Raises:
            AlreadyTaken: a message with this client's id is in the log.
        """
        ...

    async def resume(
        self,
        conversation_id: str,
        session_id: str,
        proposal_id: str,
        decision: Decision,
        client_msg_id: str,
    ) -> int:
        """Carry out or withdraw a proposal and start a run that says so; returns the event's sequence.

        Raises:
            AlreadyTaken: an answer with this client's id is in the log.
        """
        ...

    async def stop(self, conversation_id: str) -> None:
        """Stop the running answer, if there is one."""
        ...

    def running(self, conversation_id: str) -> bool:
        """Whether an answer is being written."""
        ...


class DemoCustomer(Protocol):
    """Somebody a visitor of the demo shop may be."""

    @property
    def id(self) -> str:
        """The customer's id."""
        ...

    @property
    def name(self) -> str:
        """First and last name."""
        ...

    @property
    def note(self) -> str:
        """What is going on with the customer's orders."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a request may need, chosen in the composition root."""

    settings: Settings
    """The installation's settings."""
    database: Database
    """The shop's database."""
    policies: PolicyBook
    """Every policy, by the day it holds."""
    clock: Clock
    """The time."""
    hub: Hub
    """Who looks at which conversation."""
    turns: Turns
    """What answers customers."""
    shop_name: str
    """The name the shop goes by."""
    suggestions: tuple[str, ...]
    """Openings offered in an empty chat."""
    admin_token: SecretStr
    """Lets commands on this machine use `/api/admin`."""
    readiness: Mapping[str, Callable[[], Awaitable[None]]]
    """What must work before customers are let in, by name; each raises when it does not."""
    demo_customers: Callable[[], Awaitable[Sequence[DemoCustomer]]]
    """The demo shop's people; asked only in the demo shop."""

    def shop(self, session: AsyncSession) -> Shop:
        """The shop inside a transaction."""
        return Shop(session, self.policies, self.clock, self.settings.currency)
