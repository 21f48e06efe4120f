"""A process that dies after a turn was remembered and before the log has its end: it is answered again, once."""

import asyncio
from collections.abc import Iterator

import pytest

from desk.conversations.service import Conversations
from evals.client import Turn
from evals.endpoint import Asked, Call, Reply
from tests.graphs.llm.conftest import Chat, House, calls


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every message is answered a first time in vain; the list has the conversations in which one was."""
    died: list[str] = []
    answer = Conversations.mark_answered

    async def dies_first(self: Conversations, conversation_id: str, seq: int, fence: int) -> None:
        if f"{conversation_id}/{seq}" not in died:
            died.append(f"{conversation_id}/{seq}")
            raise asyncio.CancelledError
        await answer(self, conversation_id, seq, fence)

    monkeypatch.setattr(Conversations, "mark_answered", dies_first)
    yield died


def runs(turn: Turn) -> list[Turn]:
    """The run that died, and the one after it."""
    begins = [place for place, event in enumerate(turn.events) if event["type"] == "RUN_STARTED"]
    return [Turn(turn.events[a:b]) for a, b in zip(begins, [*begins[1:], len(turn.events)], strict=True)]


async def test_an_answer_is_given_again_as_it_was(house: House, chat: Chat, deaths: list[str]) -> None:
    number = house.order_of("Marcus")
    track = calls(Call("track_order", {"order_number": number}), then=f"Order {number} is on its way.")

    async with chat("Marcus Bell", track) as guest:
        first, again = runs(await guest.say(f"Where is {number}?"))
        house.endpoint.forget()
        _, after = runs(await guest.say("And has it left?"))

    assert len(deaths) == 2
    assert [each.text for each in (first, again, after)] == [f"Order {number} is on its way."] * 3
    assert [each.tools for each in (first, again)] == [["track_order"]] * 2
    assert [each["type"] for each in again.events].count("RUN_FINISHED") == 1
    assert [said(each.asked) for each in house.endpoint.answered] == [[f"Where is {number}?", "And has it left?"]] * 4


def said(asked: Asked) -> list[str]:
    """What the customer said, as a model is shown it."""
    return [str(each["content"]) for each in asked.messages if each["role"] == "user"]


async def test_a_card_is_put_up_again_and_can_be_confirmed_once(house: House, chat: Chat, deaths: list[str]) -> None:
    number = house.order_of("Maya")
    order = house.rows('SELECT id FROM "order" WHERE number = ?', number)[0][0]
    line = house.rows("SELECT id FROM order_line WHERE order_id = ? ORDER BY quantity, id LIMIT 1", order)[0][0]
    part = {"order_number": number, "items": [{"line_id": line}]}

    async with chat("Maya Brennan", calls(Call("propose_cancellation", {"orders": [part]}))) as guest:
        _, shown = runs(await guest.say(f"Cancel one thing of {number}"))
        assert shown.proposal, shown.text
        open_cards = house.rows(
            "SELECT id FROM proposal WHERE status = 'open' AND conversation_id = ?", deaths[0].split("/")[0]
        )
        house.endpoint.policy = lambda asked: Reply("It is cancelled.")
        turn = await guest.answer(shown.proposal["id"], "confirm")

    assert open_cards == [(shown.proposal["id"],)]
    assert len(turn.custom("receipt")) == 1
    assert [each.text for each in runs(turn)] == ["It is cancelled."] * 2
    assert len(house.rows("SELECT id FROM receipt WHERE proposal_id = ?", shown.proposal["id"])) == 1
