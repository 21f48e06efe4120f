"""Whatever the endpoint does, the customer hears an honest sentence, the conversation lives, nothing is changed."""

import pytest

from agents.middleware import MODEL_CALLS_A_TURN
from evals.client import Turn
from evals.endpoint import Asked, Call, Policy, Reply
from tests.graphs.llm.conftest import MODEL_TIMEOUT, Chat, House, calls, hello, says

TOOLS_CHOSEN_WRONGLY: dict[str, Policy] = {
    "a name no tool has": calls(Call("delete_everything", {"really": True}), then="I can't do that."),
    "arguments that are not JSON": calls(Call("track_order", '{"order_number": "SW-'), then="Please say it again."),
    "arguments that are a list": calls(Call("track_order", "[1, 2]"), then="Please say it again."),
    "arguments of wrong types": calls(Call("track_order", {"order_number": {"a": 1}}), then="Which order, please?"),
    "arguments left out": calls(Call("track_order"), then="Which order, please?"),
    "arguments too many": calls(Call("list_orders", {"customer_id": "cus_demo0000001"}), then="Here they are."),
    "a number that is far too long": calls(Call("track_order", {"order_number": "9" * 5000}), then="Which order?"),
    "a quantity below nothing": calls(
        Call("propose_cancellation", {"orders": [{"order_number": "1", "items": [{"line_id": "x", "quantity": -3}]}]}),
        then="I can't do that.",
    ),
}
NO_ANSWER: dict[str, Policy] = {
    "a page in place of an answer": lambda asked: Reply(body="<html>It works!</html>"),
    "a stream of something else": lambda asked: Reply(body="data: {not json\n\n"),
    "a stream without choices": lambda asked: Reply(body='data: {"a": 1}\n\ndata: [DONE]\n\n'),
    "an error inside the stream": lambda asked: Reply(body='data: {"error": {"message": "overloaded"}}\n\n'),
    "an error of the server": lambda asked: Reply(status=500, body='{"error": {"message": "no"}}'),
    "a key that is refused": lambda asked: Reply(status=401, body='{"error": {"message": "no"}}'),
    "too many requests": lambda asked: Reply(status=429, body='{"error": {"message": "slow down"}}'),
    "nothing": says(""),
    "only spaces": says("  \n "),
    "an answer that never comes": lambda asked: Reply("Late.", delay=MODEL_TIMEOUT * 2),
}


def honest(turn: Turn) -> None:
    """It says that it cannot answer now, and how to reach a person."""
    assert "I'm sorry, I can't answer that just now" in turn.text
    assert {"replies": ["Talk to a person"]} in turn.custom("quick_replies")
    assert turn.events[-1]["type"] == "RUN_FINISHED"


@pytest.mark.parametrize("policy", NO_ANSWER.values(), ids=NO_ANSWER)
async def test_without_an_answer_the_customer_is_told_so_and_the_conversation_goes_on(
    house: House, chat: Chat, policy: Policy
) -> None:
    books = house.books()

    async with chat("Marcus Bell", policy) as guest:
        turn = await guest.say("Where is my order?")
        house.endpoint.policy = hello
        after = await guest.say("Hello?")

    honest(turn)
    assert after.text == "Hello, how can I help?"
    assert house.books() == books


@pytest.mark.parametrize("policy", TOOLS_CHOSEN_WRONGLY.values(), ids=TOOLS_CHOSEN_WRONGLY)
async def test_a_call_that_makes_no_sense_does_no_harm(house: House, chat: Chat, policy: Policy) -> None:
    books = house.books()

    async with chat("Marcus Bell", policy) as guest:
        turn = await guest.say("Where is my order, and can you cancel it?")
        house.endpoint.policy = hello
        after = await guest.say("Hello?")

    assert turn.text.strip()
    assert "Traceback" not in turn.text and "pydantic" not in turn.text
    assert turn.events[-1]["type"] == "RUN_FINISHED"
    assert after.text == "Hello, how can I help?"
    assert house.books() == books


async def test_an_endpoint_that_is_down_is_said_and_a_later_message_is_answered(house: House, chat: Chat) -> None:
    async with chat("Marcus Bell") as guest:
        with house.endpoint.down():
            turn = await guest.say("Where is my order?")
        after = await guest.say("Hello?")

    honest(turn)
    assert after.text == "Hello, how can I help?"


async def test_an_endpoint_that_goes_down_after_a_tool_call_keeps_the_conversation_alive(
    house: House, chat: Chat
) -> None:
    number = house.order_of("Marcus")

    def fails_afterwards(asked: Asked) -> Reply:
        return Reply(status=503) if asked.results else Reply(calls=(Call("track_order", {"order_number": number}),))

    async with chat("Marcus Bell", fails_afterwards) as guest:
        turn = await guest.say(f"Where is {number}?")
        house.endpoint.policy = hello
        after = await guest.say("Hello?")

    honest(turn)
    assert after.text == "Hello, how can I help?"


async def test_a_proposal_made_before_the_endpoint_fails_is_still_shown(house: House, chat: Chat) -> None:
    """The card ends the run, so the model is not needed for it."""
    number = house.order_of("Maya")
    policy = calls(Call("propose_cancellation", {"orders": [{"order_number": number}]}))

    async with chat("Maya Brennan", policy) as guest:
        shown = await guest.say("Cancel my order")
        assert shown.proposal
        house.endpoint.policy = lambda asked: Reply(status=503)
        turn = await guest.answer(shown.proposal["id"], "decline")

    assert [each["status"] for each in turn.custom("proposal")] == ["withdrawn"]
    assert "nothing has changed" in turn.text


async def test_what_was_committed_is_said_when_the_model_cannot(house: House, chat: Chat) -> None:
    number = house.order_of("Elena")
    order = house.rows('SELECT id FROM "order" WHERE number = ?', number)[0][0]
    line = house.rows("SELECT id FROM order_line WHERE order_id = ? AND short > 0", order)[0][0]
    part = {"order_number": number, "items": [{"line_id": line}]}

    async with chat("Elena Petrov", calls(Call("propose_cancellation", {"orders": [part]}))) as guest:
        shown = await guest.say("Cancel the Dutch oven of my order")
        assert shown.proposal
        house.endpoint.policy = lambda asked: Reply(status=503)
        turn = await guest.answer(shown.proposal["id"], "confirm")

    assert turn.custom("receipt")
    assert turn.text.startswith("Done.")


async def test_endless_tool_calls_are_cut(house: House, chat: Chat) -> None:
    def never_enough(asked: Asked) -> Reply:
        return Reply(calls=(Call("find_policy", {"question": f"returns, part {len(asked.messages)}"}),))

    async with chat("Marcus Bell", never_enough) as guest:
        turn = await guest.say("What is your return policy?")
        asked = [each for each in house.endpoint.answered if each.asked.said.startswith("What is your return")]
        house.endpoint.policy = hello
        after = await guest.say("Hello?")

    assert len(asked) == MODEL_CALLS_A_TURN
    assert turn.text.strip()
    assert "limit" not in turn.text.lower()
    assert turn.events[-1]["type"] == "RUN_FINISHED"
    assert after.text == "Hello, how can I help?"


async def test_the_same_call_again_and_again_is_refused(house: House, chat: Chat) -> None:
    def stubborn(asked: Asked) -> Reply:
        if any(isinstance(each, dict) and each.get("error") == "repeated" for each in asked.results):
            return Reply("I looked twice already.")
        return Reply(calls=(Call("list_orders"),))

    async with chat("Marcus Bell", stubborn) as guest:
        turn = await guest.say("Show me my orders")

    assert turn.text == "I looked twice already."
