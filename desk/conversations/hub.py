"""Who looks at which conversation right now, and how what is written reaches them."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from core.clock import Clock
from core.database import Database
from core.telemetry import get_logger
from desk.conversations.errors import TooSlow
from desk.conversations.events import StoredEvent, Transient
from desk.conversations.models import Visibility
from desk.conversations.repository import ConversationRepository
from desk.conversations.service import Conversations

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Grown:
    """Another process wrote to the log: it goes up to `seq` now."""

    seq: int
    """The log's length."""


Notice = StoredEvent | Transient | Grown


class Subscription:
    """What one reader has still to be given, up to a bound."""

    def __init__(self, bound: int) -> None:
        self._waiting: asyncio.Queue[Notice] = asyncio.Queue(bound)
        self.overrun = asyncio.Event()
        """Set when the reader fell behind by more than the bound; it gets nothing more."""

    def offer(self, notice: Notice) -> None:
        """Put a notice in line, or give the reader up."""
        if self.overrun.is_set():
            return
        try:
            self._waiting.put_nowait(notice)
        except asyncio.QueueFull:
            self.overrun.set()

    async def take(self) -> Notice:
        """The next notice.

        Raises:
            TooSlow: the reader was given up.
        """
        if self.overrun.is_set():
            raise TooSlow
        return await self._waiting.get()


class Hub:
    """Publishes what was committed to whoever reads the conversation in this process.

    `follow` adds what other processes commit to the same database.
    """

    def __init__(self, bound: int = 512) -> None:
        self._bound = bound
        self._readers: dict[str, set[Subscription]] = {}
        self._published: dict[str, int] = {}

    def publish(self, events: Sequence[StoredEvent]) -> None:
        """Show events that are committed. Order and repetition do no harm; readers sort them out."""
        for event in events:
            self._note(event.conversation_id, event.seq)
            self._offer(event.conversation_id, event)

    def send(self, conversation_id: str, event: Transient) -> None:
        """Show an event that is not kept."""
        self._offer(conversation_id, event)

    @contextmanager
    def subscribe(self, conversation_id: str) -> Iterator[Subscription]:
        """Get notice of everything published on a conversation while the block lasts."""
        subscription = Subscription(self._bound)
        readers = self._readers.setdefault(conversation_id, set())
        readers.add(subscription)
        try:
            yield subscription
        finally:
            readers.discard(subscription)
            if not readers:
                self._readers.pop(conversation_id, None)
                self._published.pop(conversation_id, None)

    async def follow(self, database: Database, every: float = 1.0) -> None:
        """Tell readers of what other processes wrote, until cancelled.

        SQLite belongs to one process, so there is nothing to follow.
        """
        if database.is_sqlite:
            return
        while True:
            await asyncio.sleep(every)
            try:
                await self._look(database)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("following the log failed", error=type(error).__name__)

    async def _look(self, database: Database) -> None:
        if not self._readers:
            return
        async with database.read() as session:
            lengths = await ConversationRepository(session).last_seqs(list(self._readers))
        for conversation_id, seq in lengths.items():
            if seq > self._published.get(conversation_id, 0):
                self._note(conversation_id, seq)
                self._offer(conversation_id, Grown(seq))

    def _note(self, conversation_id: str, seq: int) -> None:
        if conversation_id in self._readers:
            self._published[conversation_id] = max(seq, self._published.get(conversation_id, 0))

    def _offer(self, conversation_id: str, notice: Notice) -> None:
        for subscription in self._readers.get(conversation_id, ()):
            subscription.offer(notice)


class Feed:
    """One reader's view of a conversation: every event once, in order, whatever order it is published in.

    An event that follows directly on the last one is passed on as it is; anything else is only a sign that
    the log has grown, and the log is read.
    """

    def __init__(
        self,
        subscription: Subscription,
        database: Database,
        clock: Clock,
        conversation_id: str,
        seq: int,
        *,
        staff: bool = False,
    ) -> None:
        self._subscription = subscription
        self._database = database
        self._clock = clock
        self._conversation_id = conversation_id
        self._staff = staff
        self.seq = seq
        """The highest sequence the reader has, or need not have."""

    async def catch_up(self) -> list[StoredEvent]:
        """What the log holds beyond what the reader has."""
        async with self._database.read() as session:
            conversations = Conversations(session, self._clock)
            # The length first: whatever is committed between the two reads is then in the second.
            length = (await conversations.get(self._conversation_id)).last_seq
            events = await conversations.since(self._conversation_id, self.seq, staff=self._staff)
        self.seq = max([self.seq, length, *(event.seq for event in events)])
        return events

    async def live(self) -> AsyncIterator[StoredEvent | Transient]:
        """Everything from now on, as it comes.

        Raises:
            TooSlow: the reader fell too far behind.
        """
        while True:
            notice = await self._subscription.take()
            if isinstance(notice, Transient):
                if self._may_see(notice):
                    yield notice
            elif isinstance(notice, StoredEvent) and notice.seq == self.seq + 1:
                self.seq = notice.seq
                if self._may_see(notice):
                    yield notice
            elif notice.seq > self.seq:
                for event in await self.catch_up():
                    yield event

    def _may_see(self, event: StoredEvent | Transient) -> bool:
        return self._staff or event.visibility == Visibility.everyone
