"""The log: append-only, without gaps, provable, erasable."""

import asyncio

import pytest
from ag_ui.core import RunStartedEvent, TextMessageContentEvent, ToolCallArgsEvent
from sqlmodel import select

from core.clock import FixedClock
from core.database import Database
from desk.conversations.errors import AlreadyTaken, LeaseLost
from desk.conversations.events import NewEvent, StoredEvent, UserMessage, custom
from desk.conversations.models import ConversationEvent, EventPayload, Visibility
from desk.conversations.service import Conversations


def said(text: str) -> NewEvent:
    """A piece of an answer."""
    return NewEvent.of(TextMessageContentEvent(message_id="m1", delta=text), run_id="run_1")


def wrote(text: str, client_msg_id: str) -> NewEvent:
    """A customer's message."""
    return NewEvent.of(custom(UserMessage(message_id="u1", text=text, client_msg_id=client_msg_id)))


async def append(database: Database, clock: FixedClock, conversation_id: str, *events: NewEvent) -> list[int]:
    """Write in a transaction of its own."""
    async with database.transaction() as session:
        stored = await Conversations(session, clock).append(conversation_id, events)
    return [event.seq for event in stored]


async def read(
    database: Database, clock: FixedClock, conversation_id: str, seq: int = 0, *, staff: bool = False
) -> list[StoredEvent]:
    """Read what is committed."""
    async with database.read() as session:
        return await Conversations(session, clock).since(conversation_id, seq, staff=staff)


async def broken_at(database: Database, clock: FixedClock, conversation_id: str) -> int | None:
    """Where the chain breaks."""
    async with database.read() as session:
        return await Conversations(session, clock).verify_chain(conversation_id)


async def test_events_get_the_next_sequences_and_come_back_in_order(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    assert await append(database, clock, conversation_id, said("Your "), said("parcel")) == [1, 2]
    assert await append(database, clock, conversation_id, said(" is late")) == [3]

    events = await read(database, clock, conversation_id)
    assert [event.body["delta"] for event in events] == ["Your ", "parcel", " is late"]
    assert [event.seq for event in await read(database, clock, conversation_id, 2)] == [3]


async def test_an_event_is_sent_in_the_shape_it_was_written(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    await append(database, clock, conversation_id, NewEvent.of(RunStartedEvent(thread_id="t", run_id="r")))

    (event,) = await read(database, clock, conversation_id)
    written = int(clock.now().timestamp() * 1000)
    assert event.wire() == {"type": "RUN_STARTED", "threadId": "t", "runId": "r", "seq": 1, "timestamp": written}


async def test_a_customer_does_not_see_what_is_for_staff(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    arguments = ToolCallArgsEvent(tool_call_id="c", delta="{}")
    hidden = NewEvent.of(arguments, visibility=Visibility.staff)
    await append(database, clock, conversation_id, said("a"), hidden, said("b"))

    assert [event.seq for event in await read(database, clock, conversation_id)] == [1, 3]
    assert [event.seq for event in await read(database, clock, conversation_id, staff=True)] == [1, 2, 3]


async def test_writers_at_once_leave_no_gap_and_take_no_number_twice(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    written = await asyncio.gather(
        *(append(database, clock, conversation_id, said(f"{n}"), said("!")) for n in range(12))
    )

    assert sorted(seq for pair in written for seq in pair) == list(range(1, 25))
    assert all(second == first + 1 for first, second in written)
    assert await broken_at(database, clock, conversation_id) is None


async def test_a_client_message_is_taken_once(database: Database, clock: FixedClock, conversation_id: str) -> None:
    async def send() -> int:
        async with database.transaction() as session:
            stored = await Conversations(session, clock).append(
                conversation_id, [wrote("hello", "c-1"), said("x")], client_msg_id="c-1"
            )
        return stored[0].seq

    results = await asyncio.gather(*(send() for _ in range(5)), return_exceptions=True)

    taken = [result for result in results if isinstance(result, AlreadyTaken)]
    assert results.count(1) == 1
    assert [error.seq for error in taken] == [1, 1, 1, 1]
    assert len(await read(database, clock, conversation_id)) == 2


async def test_the_same_client_id_in_another_conversation_is_another_message(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    from tests.desk.conftest import sign_on

    other = await sign_on(database, clock)
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        second = (await conversations.open(other)).id
        for target in (conversation_id, second):
            await conversations.append(target, [wrote("hello", "c-1")], client_msg_id="c-1")

    assert len(await read(database, clock, second)) == 1


async def test_an_older_fence_writes_nothing(database: Database, clock: FixedClock, conversation_id: str) -> None:
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        old = await conversations.take_lease(conversation_id, "one", 0)
        new = await conversations.take_lease(conversation_id, "two", 30)
    with pytest.raises(LeaseLost):
        async with database.transaction() as session:
            await Conversations(session, clock).append(conversation_id, [said("late")], fence=old)
    async with database.transaction() as session:
        await Conversations(session, clock).append(conversation_id, [said("mine")], fence=new)

    assert [event.body["delta"] for event in await read(database, clock, conversation_id)] == ["mine"]


async def test_a_changed_payload_breaks_the_chain(database: Database, clock: FixedClock, conversation_id: str) -> None:
    await append(database, clock, conversation_id, said("a"), said("refund $5"), said("c"))
    async with database.transaction() as session:
        payload = await session.get(EventPayload, (conversation_id, 2))
        assert payload is not None
        payload.body = {**payload.body, "delta": "refund $500"}

    assert await broken_at(database, clock, conversation_id) == 2


async def test_a_missing_event_breaks_the_chain(database: Database, clock: FixedClock, conversation_id: str) -> None:
    await append(database, clock, conversation_id, said("a"), said("b"), said("c"))
    async with database.transaction() as session:
        await session.delete(await session.get(ConversationEvent, (conversation_id, 3)))

    assert await broken_at(database, clock, conversation_id) == 3


async def test_an_event_put_in_afterwards_breaks_the_chain(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    await append(database, clock, conversation_id, said("a"), said("b"))
    async with database.transaction() as session:
        row = (await session.exec(select(ConversationEvent).where(ConversationEvent.seq == 2))).one()
        row.type = "RUN_ERROR"

    assert await broken_at(database, clock, conversation_id) == 2


async def test_erasing_forgets_what_was_said_and_keeps_the_proof(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    await append(database, clock, conversation_id, wrote("my address is 12 Pine Street", "c-1"), said("ok"))
    async with database.transaction() as session:
        await Conversations(session, clock).erase(conversation_id)

    events = await read(database, clock, conversation_id)
    assert [event.body for event in events] == [{"erased": True}, {"erased": True}]
    assert events[0].wire().items() >= {"type": "CUSTOM", "erased": True, "seq": 1}.items()
    async with database.read() as session:
        assert (await session.exec(select(EventPayload))).all() == []
    assert await broken_at(database, clock, conversation_id) is None


async def test_the_chain_goes_on_after_an_erasure(database: Database, clock: FixedClock, conversation_id: str) -> None:
    await append(database, clock, conversation_id, said("a"))
    async with database.transaction() as session:
        await Conversations(session, clock).erase(conversation_id)
    assert await append(database, clock, conversation_id, said("b")) == [2]

    assert await broken_at(database, clock, conversation_id) is None


async def test_characters_no_database_keeps_do_not_stop_the_log(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    await append(database, clock, conversation_id, said("a\x00b"), said("half a \ud83c"))

    events = await read(database, clock, conversation_id)
    assert [event.body["delta"] for event in events] == ["ab", "half a ?"]
    assert await broken_at(database, clock, conversation_id) is None
