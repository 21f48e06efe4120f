"""What nothing stands behind never reaches the customer, however the model words it."""

import pytest

from evals.client import Turn
from evals.endpoint import Asked, Call, Policy, Reply
from tests.graphs.llm.conftest import Chat, House, calls

LIES = {
    "an amount": ("Your refund is $913.37.", "913.37"),
    "an amount in words of another currency": ("It comes to 913.37 euros.", "913.37"),
    "a date": ("It arrives on February 29.", "February 29"),
    "a date with its day first": ("Expect it on the 29th of February.", "29th of February"),
    "an ISO date": ("It arrives on 2031-02-03.", "2031-02-03"),
    "an order number": ("That is order SW-999123.", "SW-999123"),
    "a tracking number": ("Follow it as 1Z999AA10123456784.", "1Z999AA10123456784"),
    "a promise": ("We will refund you in full.", "refund you"),
    "a guarantee": ("I guarantee it arrives tomorrow.", "guarantee"),
    "a deed": ("I have cancelled your order.", "cancelled your order"),
    "a deed in short": ("I've refunded the tent.", "refunded"),
    "a deed in the passive": ("Your order has been cancelled.", "has been cancelled"),
    "a deed without a subject": ("Your refund was issued.", "was issued"),
    "a deed in another word": ("Successfully cancelled!", "ancelled"),
}


def wire(turn: Turn) -> str:
    """Every text a reader could have seen."""
    return repr(turn.events)


def track_then(number: str, text: str, again: str) -> Policy:
    """Looks the order up, says `text`; says `again` when told to write it again."""

    def policy(asked: Asked) -> Reply:
        if asked.said.startswith("[shop] Your last reply"):
            return Reply(again)
        return Reply(text) if asked.results else Reply(calls=(Call("track_order", {"order_number": number}),))

    return policy


@pytest.mark.parametrize(("lie", "mark"), LIES.values(), ids=LIES)
async def test_what_no_result_supports_is_written_again(house: House, chat: Chat, lie: str, mark: str) -> None:
    number = house.order_of("Marcus")
    policy = track_then(number, f"I looked it up. {lie} Anything else?", "I looked it up. It is late.")

    async with chat("Marcus Bell", policy) as guest:
        turn = await guest.say(f"Where is {number}?")

    assert mark not in wire(turn)
    assert turn.text.endswith("It is late.")
    assert len(house.endpoint.answered) == 3


@pytest.mark.parametrize(("lie", "mark"), LIES.values(), ids=LIES)
async def test_a_model_that_insists_is_replaced_by_the_facts(house: House, chat: Chat, lie: str, mark: str) -> None:
    number = house.order_of("Marcus")

    async with chat("Marcus Bell", track_then(number, lie, lie)) as guest:
        turn = await guest.say(f"Where is {number}?")

    assert mark not in wire(turn)
    assert number in turn.text and "late" in turn.text


async def test_what_is_said_before_a_wrong_sentence_is_not_said_twice(house: House, chat: Chat) -> None:
    number = house.order_of("Marcus")
    policy = track_then(number, "I looked it up. You get $913.37.", "I looked it up. It is late.")

    async with chat("Marcus Bell", policy) as guest:
        turn = await guest.say(f"Where is {number}?")

    assert turn.text.count("I looked it up.") == 1


async def test_a_wrong_amount_next_to_a_call_does_not_silence_the_answer(house: House, chat: Chat) -> None:
    number = house.order_of("Marcus")
    track = Call("track_order", {"order_number": number})

    async with chat("Marcus Bell", calls(track, text="You get $913.37.", then="It is late.")) as guest:
        turn = await guest.say(f"Where is {number}?")

    assert "913.37" not in wire(turn)
    assert turn.text.endswith("It is late.")


async def test_facts_of_the_result_may_be_said(house: House, chat: Chat) -> None:
    number = house.order_of("Marcus")

    def tells(asked: Asked) -> Reply:
        if not asked.results:
            return Reply(calls=(Call("track_order", {"order_number": number}),))
        found = asked.results[-1]
        parcel = found["parcels"][0]
        return Reply(f"{parcel['carrier']} has it as {parcel['tracking_number']}, due {found['expected_on']}.")

    async with chat("Marcus Bell", tells) as guest:
        turn = await guest.say(f"Where is {number}?")

    assert "This is what I know" not in turn.text
    assert len(house.endpoint.answered) == 2


async def test_a_claim_of_a_deed_needs_a_receipt_of_this_conversation(house: House, chat: Chat) -> None:
    """A card that only waits is no receipt."""
    number = house.order_of("Maya")
    cancel = Call("propose_cancellation", {"orders": [{"order_number": number}]})

    async with chat("Maya Brennan", calls(cancel)) as guest:
        await guest.say("Cancel my order")
        house.endpoint.policy = lambda asked: Reply("I have cancelled your order.")
        turn = await guest.say("Is it done?")

    assert "have cancelled" not in wire(turn)
    assert house.status_of(number) != "cancelled"
