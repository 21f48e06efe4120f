"""A voice that is still being written down loses nothing, doubles nothing and hides no error."""

import asyncio

import pytest
from ag_ui.core import StepStartedEvent

from core.clock import FixedClock
from core.database import Database
from desk.conversations.errors import LeaseLost
from desk.conversations.hub import Hub
from desk.conversations.service import Conversations
from graphs.voice import Voice
from tests.desk.conftest import sign_on


@pytest.fixture
async def voice(database: Database, clock: FixedClock) -> Voice:
    """The voice of a run in a new conversation."""
    by = await sign_on(database, clock)
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        conversation_id = (await conversations.open(by)).id
        fence = await conversations.take_lease(conversation_id, "one", 30)
    assert fence
    return Voice(database, clock, Hub(), conversation_id, "run_1", fence)


def step(name: int) -> StepStartedEvent:
    return StepStartedEvent(step_name=str(name))


async def logged(database: Database, clock: FixedClock, voice: Voice) -> list[str]:
    """The steps in the log."""
    async with database.read() as session:
        conversations = Conversations(session, clock)
        assert await conversations.verify_chain(voice.conversation_id) is None
        return [each.body["stepName"] for each in await conversations.since(voice.conversation_id, 0, staff=True)]


async def test_what_is_emitted_while_the_log_is_written_follows_in_order(
    database: Database, clock: FixedClock, voice: Voice
) -> None:
    for number in range(30):
        await voice.emit(step(number))
        if number % 7 == 0:
            await asyncio.sleep(0.002)
    await voice.flush()

    assert await logged(database, clock, voice) == [str(number) for number in range(30)]


@pytest.mark.parametrize("after", range(12))
async def test_a_stop_in_the_middle_of_a_write_doubles_nothing(
    database: Database, clock: FixedClock, voice: Voice, after: int
) -> None:
    voice.hold(step(1))
    saying = asyncio.create_task(voice.flush())
    for _ in range(after):
        await asyncio.sleep(0.0005)
    saying.cancel()
    await asyncio.gather(saying, return_exceptions=True)
    await voice.rest()
    voice.hold(step(2))
    await voice.flush()

    assert await logged(database, clock, voice) == ["1", "2"]


async def test_a_run_that_lost_its_lease_hears_of_it_with_its_next_word(
    database: Database, clock: FixedClock, voice: Voice
) -> None:
    async with database.transaction() as session:
        conversations = Conversations(session, clock)
        await conversations.release(voice.conversation_id, voice.fence)
        await conversations.take_lease(voice.conversation_id, "two", 30)

    await voice.emit(step(1))
    await voice.rest()
    with pytest.raises(LeaseLost):
        await voice.emit(step(2))

    assert await logged(database, clock, voice) == []
