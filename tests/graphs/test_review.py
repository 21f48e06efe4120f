"""What may be said in a conversation."""

from datetime import date

import pytest
from langchain_core.messages import HumanMessage, ToolMessage

from graphs.review import Facts, plainly, unsaid
from language.embedded import NOTICE

TODAY = date(2026, 4, 15)
RESULT = '{"number":"SW-104233","state":"late","total":18593,"expected_on":"2026-04-20","status":"shipped"}'


def told(text: str, *, status: str = "success") -> ToolMessage:
    return ToolMessage(text, tool_call_id="call_1", status=status)


def facts(*messages: HumanMessage | ToolMessage) -> Facts:
    known = Facts(TODAY)
    known.learn(messages)
    return known


@pytest.mark.parametrize(
    "sentence",
    [
        "Order SW-104233 is late.",
        "It comes to $185.93.",
        "It should come on April 20.",
        "It should come on the 20th of April.",
        "Expected 2026-04-20.",
        "Today is April 15.",
        "You can cancel it until it is packed.",
        "I can cancel it for you, if you like.",
    ],
)
def test_what_a_result_says_may_be_said(sentence: str) -> None:
    assert facts(told(RESULT)).problems(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Order SW-104234 is late.",
        "It comes to $185.94.",
        "It should come on April 21.",
        "Expected 2026-05-20.",
        "Write to somebody.else@example.com.",
        "I have cancelled it.",
        "It has been cancelled.",
        "Successfully cancelled.",
        "We'll refund you.",
    ],
)
def test_what_no_result_says_may_not(sentence: str) -> None:
    assert facts(told(RESULT)).problems(sentence)


def test_an_order_that_a_result_calls_cancelled_may_be_called_so() -> None:
    known = facts(told('{"number":"SW-104233","state":"cancelled"}'))

    assert known.problems("Order SW-104233 was cancelled.") == []
    assert known.problems("I have cancelled order SW-104233.")


def test_a_receipt_allows_the_claim() -> None:
    notice = {"sentence": "Done. It is off.", "parts": [{"done": True, "sentence": "It is off."}]}

    assert facts(HumanMessage("yes", additional_kwargs={NOTICE: notice})).problems("I have cancelled it.") == []


def test_a_failed_call_teaches_nothing() -> None:
    """Its message repeats the arguments, which the model may have made up."""
    known = facts(told("Error invoking tool with kwargs {'order_number': 'SW-999123'}", status="error"))

    assert known.problems("That is order SW-999123.")


def test_what_was_said_already_is_left_out() -> None:
    assert unsaid("I looked it up. It is late.", "I looked it up. ") == " It is late."


def test_the_plain_facts_are_those_of_the_newest_result() -> None:
    assert plainly([told(RESULT)]) == (
        "This is what I know for certain: order: SW-104233; status: shipped; delivery: late; expected on: 2026-04-20."
    )
