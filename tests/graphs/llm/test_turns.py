"""A turn with a language model behind the endpoint: calls, cards, confirmations."""

from evals.endpoint import Asked, Call, Reply
from tests.graphs.llm.conftest import Chat, House, calls, cancels


def track(number: str) -> Call:
    return Call("track_order", {"order_number": number})


async def test_a_request_for_one_tool_takes_two_model_calls_and_comes_sentence_by_sentence(
    house: House, chat: Chat
) -> None:
    number = house.order_of("Marcus")
    policy = calls(track(number), then=f"Order {number} is late. I am sorry about that. It is still on its way.")

    async with chat("Marcus Bell", policy) as guest:
        turn = await guest.say(f"Where is my order {number}?")

    pieces = [each["delta"] for each in turn.events if each["type"] == "TEXT_MESSAGE_CONTENT"]
    assert pieces == [f"Order {number} is late. ", "I am sorry about that. ", "It is still on its way."]
    assert turn.tools == ["track_order"]
    assert len(house.endpoint.answered) == 2


async def test_a_card_belongs_to_the_text_it_comes_with(house: House, chat: Chat) -> None:
    number = house.order_of("Marcus")

    async with chat("Marcus Bell", calls(track(number))) as guest:
        turn = await guest.say(f"Where is my order {number}?")

    kinds = [each["type"] if each["type"] != "CUSTOM" else each["name"] for each in turn.events]
    assert kinds[-3:] == ["TEXT_MESSAGE_END", "card", "RUN_FINISHED"]
    assert turn.custom("card")[0]["number"] == number


async def test_events_are_numbered_without_a_step_back(house: House, chat: Chat) -> None:
    number = house.order_of("Marcus")

    async with chat("Marcus Bell", calls(track(number))) as guest:
        turns = [await guest.say(f"Where is my order {number}?") for _ in range(2)]

    seqs = [each["seq"] for turn in turns for each in turn.events if "seq" in each]
    assert seqs == sorted(set(seqs))


async def test_a_proposal_ends_the_run_with_a_card_after_one_model_call(house: House, chat: Chat) -> None:
    number = house.order_of("Maya")
    books = house.books()

    async with chat("Maya Brennan", calls(cancels(number), then="It is cancelled.")) as guest:
        turn = await guest.say("Please cancel my order")

    assert turn.proposal is not None
    assert turn.proposal["parts"][0]["order_number"] == number
    assert "It is cancelled" not in turn.text
    assert len(house.endpoint.answered) == 1
    assert house.books() == books


async def test_a_click_on_confirm_commits_and_the_model_is_told(house: House, chat: Chat) -> None:
    number = house.order_of("Tom")
    order = house.rows('SELECT id FROM "order" WHERE number = ?', number)[0][0]
    line = house.rows("SELECT id FROM order_line WHERE order_id = ? AND short > 0", order)[0][0]
    wait = Call("propose_cancellation", {"orders": [{"order_number": number, "items": [{"line_id": line}]}]})

    async with chat("Tom Okafor", calls(wait)) as guest:
        shown = await guest.say("Cancel the rain jacket of my order, please")
        assert shown.proposal
        house.endpoint.forget()
        house.endpoint.policy = lambda asked: Reply("All done, the jacket is off your order.")
        turn = await guest.answer(shown.proposal["id"], "confirm")

    assert [each["status"] for each in turn.custom("proposal")] == ["committed"]
    assert turn.custom("receipt")[0]["parts"][0]["done"]
    assert house.rows("SELECT cancelled FROM order_line WHERE id = ?", line) == [(1,)]
    assert "Result: Done." in house.endpoint.answered[0].asked.said
    assert "All done, the jacket is off your order." in turn.text


async def test_a_typed_yes_commits(house: House, chat: Chat) -> None:
    number = house.order_of("Daniel")

    async with chat("Daniel Ortiz", calls(cancels(number))) as guest:
        await guest.say("Cancel my order")
        turn = await guest.say("yes")

    assert turn.custom("receipt")
    assert house.status_of(number) == "cancelled"


async def test_a_click_on_decline_changes_nothing(house: House, chat: Chat) -> None:
    number = house.order_of("Maya")
    books = house.books()

    async with chat("Maya Brennan", calls(cancels(number))) as guest:
        shown = await guest.say("Cancel my order")
        assert shown.proposal
        turn = await guest.answer(shown.proposal["id"], "decline")

    assert [each["status"] for each in turn.custom("proposal")] == ["withdrawn"]
    assert house.books() == books


async def test_two_proposals_in_one_message_show_one_card_and_leave_nothing_behind(house: House, chat: Chat) -> None:
    number = house.order_of("Maya")
    address = {"order_number": number, "address1": "1 Main Street", "city": "Denver", "state": "CO", "zip": "80203"}
    books = house.books()

    async with chat("Maya Brennan", calls(cancels(number), Call("propose_address_change", address))) as guest:
        turn = await guest.say("Cancel my order and change its address")

    assert turn.proposal
    assert house.books() == books
    query = "SELECT id FROM proposal WHERE status = 'open' AND conversation_id = ?"
    assert house.rows(query, turn.proposal["conversation_id"]) == [(turn.proposal["id"],)]


async def test_text_in_the_same_message_as_a_call_is_heard_before_the_answer(house: House, chat: Chat) -> None:
    number = house.order_of("Marcus")

    async with chat("Marcus Bell", calls(track(number), text="Let me look.", then="It is late.")) as guest:
        turn = await guest.say(f"Where is {number}?")

    assert turn.text == "Let me look.\n\nIt is late."


async def test_parallel_calls_are_answered_each(house: House, chat: Chat) -> None:
    number = house.order_of("Marcus")

    async with chat("Marcus Bell", calls(track(number), Call("list_orders"), then="Both are here.")) as guest:
        turn = await guest.say(f"Where is {number}, and what else did I order?")

    assert sorted(turn.tools) == ["list_orders", "track_order"]
    assert turn.text == "Both are here."


async def test_only_the_tools_that_fit_are_offered(house: House, chat: Chat) -> None:
    async with chat("Marcus Bell") as guest:
        await guest.say("Do you have waterproof tents?")

    offered = set(house.endpoint.answered[0].asked.tool_names)
    assert {"find_products", "talk_to_person"} <= offered
    assert "propose_send_from" not in offered


async def test_a_customer_who_asks_for_a_person_gets_one(house: House, chat: Chat) -> None:
    def hands_over(asked: Asked) -> Reply:
        return Reply(calls=(Call("talk_to_person", {"reason": "asked", "about": "Wants a person."}),))

    before = house.rows("SELECT count(*) FROM escalation")[0][0]

    async with chat("Grace Kim", hands_over) as guest:
        turn = await guest.say("I want to talk to a human")

    assert turn.custom("escalated")
    assert len(house.endpoint.answered) == 1
    assert house.rows("SELECT count(*) FROM escalation")[0][0] == before + 1
