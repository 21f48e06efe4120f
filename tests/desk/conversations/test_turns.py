"""Whose conversation it is, who may answer it, and what waits for an answer."""

import asyncio
from datetime import timedelta

import pytest

from commerce.identity.principal import Principal
from commerce.people.models import Customer
from core.clock import FixedClock
from core.database import Database
from desk.conversations.errors import LeaseLost, NotYourConversation
from desk.conversations.models import Conversation, ConversationStatus
from desk.conversations.service import Conversations
from tests.desk.conftest import sign_on
from tests.desk.conversations.test_log import said, wrote


async def write(database: Database, clock: FixedClock, conversation_id: str, client_msg_id: str) -> int:
    """A customer writes."""
    async with database.transaction() as session:
        stored = await Conversations(session, clock).append(
            conversation_id, [wrote("hello", client_msg_id)], client_msg_id=client_msg_id
        )
    return stored[0].seq


async def waiting(database: Database, clock: FixedClock) -> list[tuple[str, int]]:
    """What waits for an answer."""
    async with database.read() as session:
        return [(found.conversation_id, found.seq) for found in await Conversations(session, clock).unanswered()]


async def customer(database: Database, clock: FixedClock, customer_id: str) -> str:
    """A customer in the database."""
    async with database.transaction() as session:
        session.add(Customer(id=customer_id, source="test", external_id=customer_id, created_at=clock.now()))
    return customer_id


async def test_a_session_comes_back_to_its_conversation(
    database: Database, clock: FixedClock, visitor: Principal, conversation_id: str
) -> None:
    async with database.transaction() as session:
        again = await Conversations(session, clock).open(visitor)

    assert again.id == conversation_id


async def test_two_tabs_at_once_share_one_conversation(database: Database, clock: FixedClock) -> None:
    visitor = await sign_on(database, clock)

    async def connect() -> str:
        async with database.transaction() as session:
            return (await Conversations(session, clock).open(visitor)).id

    assert len(set(await asyncio.gather(*(connect() for _ in range(6))))) == 1


async def test_after_a_closed_conversation_a_new_one_begins(
    database: Database, clock: FixedClock, visitor: Principal, conversation_id: str
) -> None:
    async with database.transaction() as session:
        closed = await session.get(Conversation, conversation_id)
        assert closed is not None
        closed.status = ConversationStatus.closed
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        assert (await conversations.open(visitor)).id != conversation_id
        assert (await conversations.open(visitor, conversation_id)).id != conversation_id


@pytest.mark.parametrize("known", [True, False])
async def test_somebody_elses_conversation_and_none_at_all_look_the_same(
    database: Database, clock: FixedClock, conversation_id: str, known: bool
) -> None:
    other = await sign_on(database, clock)
    async with database.transaction() as session:
        with pytest.raises(NotYourConversation):
            await Conversations(session, clock).open(other, conversation_id if known else "con_unknown")


async def test_a_customer_goes_on_in_another_browser(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    ann = await customer(database, clock, "cus_ann")
    elsewhere = await sign_on(database, clock, ann)
    stranger = await sign_on(database, clock, await customer(database, clock, "cus_bob"))
    async with database.transaction() as session:
        await Conversations(session, clock).bind(conversation_id, ann)
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        assert (await conversations.open(elsewhere, conversation_id)).id == conversation_id
        with pytest.raises(NotYourConversation):
            await conversations.open(stranger, conversation_id)


async def test_one_of_many_gets_the_lease(database: Database, clock: FixedClock, conversation_id: str) -> None:
    async def take(owner: str) -> int | None:
        async with database.transaction() as session:
            return await Conversations(session, clock).take_lease(conversation_id, owner, 30)

    fences = await asyncio.gather(*(take(f"run-{n}") for n in range(6)))

    assert [fence for fence in fences if fence is not None] == [1]


async def test_a_lease_that_ran_out_goes_to_the_next_with_a_higher_fence(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        first = await conversations.take_lease(conversation_id, "one", 30)
        assert first is not None
        clock.advance(timedelta(seconds=20))
        await conversations.renew(conversation_id, first, 30)
        clock.advance(timedelta(seconds=20))
        assert await conversations.take_lease(conversation_id, "two", 30) is None
        clock.advance(timedelta(seconds=10))
        assert await conversations.take_lease(conversation_id, "two", 30) == first + 1
        with pytest.raises(LeaseLost):
            await conversations.renew(conversation_id, first, 30)


async def test_giving_back_an_old_lease_leaves_the_new_one_alone(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        old = await conversations.take_lease(conversation_id, "one", 0)
        new = await conversations.take_lease(conversation_id, "two", 30)
        assert old is not None and new is not None
        await conversations.release(conversation_id, old)
        assert await conversations.take_lease(conversation_id, "three", 30) is None
        await conversations.release(conversation_id, new)
        assert await conversations.take_lease(conversation_id, "three", 30) == new + 1


async def test_a_message_waits_until_it_has_its_answer(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    first = await write(database, clock, conversation_id, "c-1")
    assert await waiting(database, clock) == [(conversation_id, first)]
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        fence = await conversations.take_lease(conversation_id, "run", 30)
        assert fence is not None
        await conversations.append(conversation_id, [said("answer")], fence=fence)
        await conversations.mark_answered(conversation_id, first, fence)
        await conversations.release(conversation_id, fence)
    assert await waiting(database, clock) == []

    second = await write(database, clock, conversation_id, "c-2")
    assert await waiting(database, clock) == [(conversation_id, second)]


async def test_a_message_somebody_works_on_does_not_wait_until_the_lease_runs_out(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    seq = await write(database, clock, conversation_id, "c-1")
    async with database.transaction() as session:
        await Conversations(session, clock).take_lease(conversation_id, "run", 30)
    assert await waiting(database, clock) == []

    clock.advance(timedelta(seconds=30))
    assert await waiting(database, clock) == [(conversation_id, seq)]


async def test_a_message_to_a_colleague_does_not_wait_for_the_bot(
    database: Database, clock: FixedClock, conversation_id: str
) -> None:
    await write(database, clock, conversation_id, "c-1")
    async with database.transaction() as session:
        taken = await session.get(Conversation, conversation_id)
        assert taken is not None
        taken.status = ConversationStatus.person

    assert await waiting(database, clock) == []
