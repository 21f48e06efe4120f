"""What a reader gets: every event once, in order, whatever happens on the way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest
from ag_ui.core import TextMessageContentEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import FixedClock
from core.database import Database
from desk.conversations.errors import TooSlow
from desk.conversations.events import NewEvent, StoredEvent, Transient, Typing, custom
from desk.conversations.hub import Feed, Hub
from desk.conversations.models import Visibility
from desk.conversations.service import Conversations
from tests.desk.conftest import sign_on

CLOCK = FixedClock(datetime(2026, 4, 15, 16, 0, tzinfo=UTC))


def said(text: str, visibility: Visibility = Visibility.everyone) -> NewEvent:
    """A piece of an answer."""
    return NewEvent.of(TextMessageContentEvent(message_id="m", delta=text), visibility=visibility)


async def append(database: Database, conversation_id: str, *events: NewEvent) -> list[StoredEvent]:
    """Write in a transaction of its own."""
    async with database.transaction() as session:
        return await Conversations(session, CLOCK).append(conversation_id, events)


async def take(live: AsyncIterator[StoredEvent | Transient], count: int) -> list[int]:
    """The next sequences."""
    async with asyncio.timeout(5):
        seqs = []
        while len(seqs) < count:
            event = await anext(live)
            assert isinstance(event, StoredEvent)
            seqs.append(event.seq)
        return seqs


async def test_what_is_published_in_the_wrong_order_arrives_in_the_right_one(
    database: Database, conversation_id: str
) -> None:
    hub = Hub()
    with hub.subscribe(conversation_id) as subscription:
        feed = Feed(subscription, database, CLOCK, conversation_id, 0)
        first = await append(database, conversation_id, said("a"))
        second = await append(database, conversation_id, said("b"))
        hub.publish(second)
        hub.publish(first)
        hub.publish(second)
        hub.publish(await append(database, conversation_id, said("c")))

        assert await take(feed.live(), 3) == [1, 2, 3]


async def test_what_is_for_staff_leaves_a_gap_and_nothing_else(database: Database, conversation_id: str) -> None:
    hub = Hub()
    with hub.subscribe(conversation_id) as subscription:
        feed = Feed(subscription, database, CLOCK, conversation_id, 0)
        hub.publish(await append(database, conversation_id, said("a"), said("b", Visibility.staff), said("c")))
        hub.send(conversation_id, Transient.of(custom(Typing(on=True)), Visibility.staff))
        hub.publish(await append(database, conversation_id, said("d")))

        assert await take(feed.live(), 3) == [1, 3, 4]


async def test_what_another_process_writes_arrives(postgres_url: str) -> None:
    database, elsewhere = Database(postgres_url), Database(postgres_url)
    visitor = await sign_on(database, CLOCK)
    async with database.transaction() as session:
        conversation_id = (await Conversations(session, CLOCK).open(visitor)).id
    hub = Hub()
    following = asyncio.create_task(hub.follow(database, every=0.02))
    try:
        with hub.subscribe(conversation_id) as subscription:
            live = Feed(subscription, database, CLOCK, conversation_id, 0).live()
            await append(elsewhere, conversation_id, said("a"), said("b"))
            assert await take(live, 2) == [1, 2]
            hub.publish(await append(database, conversation_id, said("c")))
            await append(elsewhere, conversation_id, said("d"))
            assert await take(live, 2) == [3, 4]
    finally:
        following.cancel()
        await database.close()
        await elsewhere.close()


async def test_a_reader_that_falls_behind_is_given_up_and_the_others_are_not() -> None:
    hub = Hub(bound=3)
    event = Transient.of(custom(Typing(on=True)))
    with hub.subscribe("con_1") as slow, hub.subscribe("con_1") as quick:
        for _ in range(4):
            hub.send("con_1", event)
            await quick.take()

        assert slow.overrun.is_set()
        with pytest.raises(TooSlow):
            await slow.take()
        assert not quick.overrun.is_set()


STEP = st.sampled_from(["write", "write staff", "write elsewhere", "read", "cut", "publish late"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25))
async def test_however_the_connection_breaks_each_event_is_shown_once_and_in_order(
    steps: list[str], sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("feed") / "shop.db"
    copyfile(sqlite_template, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    visitor = await sign_on(database, CLOCK)
    async with database.transaction() as session:
        conversation_id = (await Conversations(session, CLOCK).open(visitor)).id
    reader = _Reader(Hub(), database, conversation_id)
    expected: list[int] = []
    late: list[StoredEvent] = []
    await reader.connect()
    for step in steps:
        if step == "cut":
            reader.cut()
            await reader.connect()
        elif step == "read":
            await reader.read()
        elif step == "publish late":
            reader.hub.publish(late)
        else:
            hidden = Visibility.staff if step == "write staff" else Visibility.everyone
            events = await append(database, conversation_id, said("x", hidden))
            expected += [event.seq for event in events if event.visibility == Visibility.everyone]
            if step == "write elsewhere":
                late += events
            else:
                reader.hub.publish(events)
    reader.cut()
    await reader.connect()
    await database.close()

    assert reader.shown == expected


class _Reader:
    """A client that remembers what it shows, and says so when it comes back."""

    def __init__(self, hub: Hub, database: Database, conversation_id: str) -> None:
        self.hub = hub
        self.shown: list[int] = []
        self._database = database
        self._conversation_id = conversation_id

    async def connect(self) -> None:
        """Subscribe, then catch up."""
        self._subscribed = self.hub.subscribe(self._conversation_id)
        subscription = self._subscribed.__enter__()
        last = self.shown[-1] if self.shown else 0
        self._feed = Feed(subscription, self._database, CLOCK, self._conversation_id, last)
        self.shown += [event.seq for event in await self._feed.catch_up()]
        self._live = self._feed.live()

    async def read(self) -> None:
        """Show what is there."""
        while True:
            try:
                async with asyncio.timeout(0.02):
                    event = await anext(self._live)
            except (TimeoutError, StopAsyncIteration):
                self._live = self._feed.live()
                return
            assert isinstance(event, StoredEvent)
            self.shown.append(event.seq)

    def cut(self) -> None:
        """Lose the connection."""
        self._subscribed.__exit__(None, None, None)
