"""Keeps what is searchable in step with the policy files and the database."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from commerce.catalogue.service import Catalogue
from commerce.catalogue.views import IndexRow
from commerce.policies.service import Clause, PolicyBook
from commerce.shop import Shop
from core.clock import Clock
from core.database import Database
from core.telemetry import get_logger
from knowledge.errors import KnowledgeUnavailable
from knowledge.index import Document, Index, Progress, SyncReport
from knowledge.repository import CatalogueState, catalogue_state

log = get_logger(__name__)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_SHORT = 10
_DESCRIPTION = 350


class Sync:
    """Brings policies and products into their indexes, again whenever they change."""

    def __init__(
        self,
        database: Database,
        book: PolicyBook,
        clock: Clock,
        currency: str,
        *,
        policies: Index,
        products: Index,
    ) -> None:
        self._database = database
        self._book = book
        self._clock = clock
        self._currency = currency
        self._policies = policies
        self._products = products
        self._seen: CatalogueState | None = None
        self._running = asyncio.Lock()

    async def readiness(self) -> str:
        """What is missing until questions can be answered; empty when nothing is."""
        if not self._policies.documents:
            return "the policies are not indexed yet"
        if self._seen is None:
            return "the products are not indexed yet"
        try:
            await asyncio.to_thread(self._policies.ping)
        except KnowledgeUnavailable as error:
            return error.message
        return ""

    async def sync_policies(self, progress: Progress | None = None) -> SyncReport:
        """Bring in every clause of every version of the policies."""
        documents = [clause_document(clause) for clause in self._book.every_clause()]
        return await asyncio.to_thread(self._policies.synchronise, documents, progress)

    async def sync_products(self, progress: Progress | None = None) -> SyncReport:
        """Bring in everything that is on sale, and take out what no longer is."""
        async with self._running:
            return await self._sync_products(progress)

    async def refresh(self) -> bool:
        """Bring in the products if the catalogue has changed since the last time; tells whether it had."""
        async with self._running:
            async with self._database.read() as session:
                state = await catalogue_state(session, self._clock.now())
            if state == self._seen:
                return False
            report = await self._sync_products(None)
        log.info("products_indexed", written=report.written, removed=report.removed, total=report.total)
        return True

    async def watch(self, changed: Callable[[], Awaitable[None]], every: float = 1.0) -> None:
        """Refresh for ever, so that a change made by any process is found within two seconds.

        Args:
            changed: Called after each refresh that brought something in.
            every: Seconds between two looks.
        """
        while True:
            await asyncio.sleep(every)
            try:
                if await self.refresh():
                    await changed()
            except Exception as error:
                # Whatever it is, it may be over in a second; without this loop nothing new would ever be found.
                log.warning("refresh_failed", error=type(error).__name__)

    async def _sync_products(self, progress: Progress | None) -> SyncReport:
        now = self._clock.now()
        async with self._database.read() as session:
            # The state is read first: what changes in between is seen as a change the next time.
            state = await catalogue_state(session, now)
            rows = await Catalogue(Shop(session, self._book, self._clock, self._currency)).all_for_index()
        documents = [product_document(row) for row in rows]
        report = await asyncio.to_thread(self._products.synchronise, documents, progress)
        self._seen = state
        return report


def clause_name(clause: Clause) -> str:
    """Names a clause in one version of its policy."""
    return f"{clause.id}@{clause.effective_from}"


def clause_document(clause: Clause) -> Document:
    """What is searched for when somebody asks about a policy: the whole, the heading and each sentence."""
    heading = f"{clause.policy_title}: {clause.title}"
    sentences = [sentence for sentence in _SENTENCE_END.split(clause.text) if len(sentence) > _SHORT]
    return Document(
        id=clause_name(clause),
        parts=(f"{heading}\n{clause.text}", heading, *sentences),
        metadata={
            "clause": clause.id,
            "policy": clause.policy_id,
            "effective_from": clause.effective_from.isoformat(),
        },
    )


def product_document(row: IndexRow) -> Document:
    """What is searched for when somebody looks for a product: its facts, and what is said of it."""
    facts = [f"{name}: {value}" for name, value in row.attributes.items()]
    facts += [f"{name}: {', '.join(values)}" for name, values in row.options.items()]
    name = f"{row.title} by {row.brand}" if row.brand else row.title
    about = [name, row.category, "; ".join(facts), ", ".join(row.tags)]
    parts = ["\n".join(part for part in about if part)]
    if row.description:
        parts.append(f"{row.title}\n{row.description[:_DESCRIPTION]}")
    return Document(
        id=row.id,
        parts=tuple(parts),
        metadata={
            "category": row.category,
            "brand": row.brand,
            "price_min": row.price_min,
            "price_max": row.price_max,
        },
    )
