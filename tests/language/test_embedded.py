"""The embedded model, its tools answered by hand."""

from langchain_core.messages import AIMessage, HumanMessage

from language.embedded import HANDOFF
from language.understand import Understanding
from tests.language.conftest import ALL_TOOLS, Talk, replies_of


def _held(understanding: Understanding) -> list[str]:
    talk = Talk(understanding)
    for text in ("hi", "cancel the tent", "how long does a refund take?", "and the headlamp too", "gibberish qwrtz"):
        talk.say(text)
    return [message.model_dump_json(exclude={"id"}) for message in talk.messages]


def test_the_same_messages_get_the_same_answers(understanding: Understanding) -> None:
    assert _held(understanding) == _held(understanding)


def test_one_conversation_never_colours_another(understanding: Understanding) -> None:
    first, second = Talk(understanding), Talk(understanding)
    first.say("cancel the tent")
    second.say("where is my order?")
    assert "propose_cancellation" not in {name for name, _ in second.calls}
    assert first.proposed_lines == {"lin_tent"}


def test_only_bound_tools_are_called(understanding: Understanding) -> None:
    for left_out in ("propose_cancellation", "list_orders"):
        talk = Talk(understanding, [name for name in ALL_TOOLS if name != left_out])
        reply = talk.say("cancel the tent")
        assert left_out not in {name for name, _ in talk.calls}
        assert reply.additional_kwargs[HANDOFF] == "service"


def test_a_model_without_tools_says_something_or_hands_over(understanding: Understanding) -> None:
    talk = Talk(understanding, ["find_policy"])
    reply = talk.say("where is my order?")
    assert not reply.tool_calls
    assert reply.text or reply.additional_kwargs[HANDOFF]


def test_earlier_messages_without_a_plan_are_survived(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.messages += [HumanMessage("hello"), AIMessage("Hi, this is Robin from the shop."), HumanMessage("never mind")]
    talk.say("cancel the tent")
    assert talk.proposed_lines == {"lin_tent"}


def test_items_that_tie_are_asked_about(understanding: Understanding) -> None:
    talk = Talk(understanding)
    reply = talk.say("I want to return the trail tee, it is too small")
    assert len(replies_of(reply)) == 2
    assert not any(name.startswith("propose_") for name, _ in talk.calls)
    talk.say("the green one")
    assert talk.proposed[1]["reason"] == "does_not_fit"
    assert talk.proposed_lines == {"lin_green"}


def test_a_product_never_bought_is_named_and_nothing_is_proposed(understanding: Understanding) -> None:
    talk = Talk(understanding)
    assert "kayak" in talk.say("cancel the kayak").text.lower()
    assert [name for name, _ in talk.calls] == ["list_orders"]


def test_a_correction_replaces_what_was_meant(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("cancel the headlamp")
    assert talk.proposed_lines == {"lin_lamp"}
    talk.say("no wait, the tent, not the headlamp")
    assert talk.proposed_lines == {"lin_tent"}


def test_an_addition_is_added(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("cancel the tent")
    talk.say("and the headlamp too")
    assert talk.proposed_lines == {"lin_tent", "lin_lamp"}


def test_a_corrected_address_takes_the_place_of_the_first(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("ship my order to 91 Mill Road, Bend, OR 97701 please")
    assert talk.proposed[1]["address1"] == "91 Mill Road"
    talk.say("sorry, 19 Mill Road, Bend, OR 97701")
    assert talk.proposed[1]["address1"] == "19 Mill Road"


def test_an_address_is_asked_for_until_it_is_whole(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("can you change the address on my order")
    talk.say("480 Alder Street apt 3b")
    assert not any(name.startswith("propose_") for name, _ in talk.calls)
    talk.say("Eugene OR 97401")
    given = talk.proposed[1]
    assert (given["address1"], given["address2"], given["zip"]) == ("480 Alder Street", "Apt 3b", "97401")


def test_a_side_question_is_answered_and_the_open_one_comes_back(understanding: Understanding) -> None:
    talk = Talk(understanding)
    asked = talk.say("I want to return the boots").text
    assert "why" in asked.lower()
    reply = talk.say("how long does a refund take?")
    assert talk.calls[-1][0] == "find_policy"
    assert "5 to 7 business days" in reply.text
    assert "why" in reply.text.lower()
    talk.say("they are too small")
    assert talk.proposed == (
        "propose_return",
        {
            "orders": [{"order_number": "SW-104657", "items": [{"line_id": "lin_boots"}]}],
            "reason": "does_not_fit",
            "refund_to": "original",
        },
    )


def test_a_side_question_leaves_the_card_waiting(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("cancel the tent")
    talk.say("how long does a refund take?")
    assert [name for name, _ in talk.calls].count("propose_cancellation") == 1
    assert talk.notice("Done. The tent is cancelled.").text == "Done. The tent is cancelled."


def test_two_requests_are_done_one_after_the_other(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("cancel the tent. Also, where is order SW-104841?")
    talk.notice("Done.")
    names = [name for name, _ in talk.calls]
    assert "propose_cancellation" in names
    assert "track_order" in names


def test_a_second_failure_offers_a_person(understanding: Understanding) -> None:
    talk = Talk(understanding)
    assert "colleague" not in talk.say("the moon is made of jazz").text
    again = talk.say("purple monkeys on tuesdays")
    assert "colleague" in again.text
    assert "Talk to a person" in replies_of(again)


def test_being_understood_forgets_earlier_failures(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("the moon is made of jazz")
    talk.say("what is your return policy?")
    assert "colleague" not in talk.say("purple monkeys on tuesdays").text


def test_a_question_answered_wrongly_twice_offers_a_person(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("return the trail tee")
    talk.say("purple monkeys on tuesdays")
    assert "Talk to a person" in replies_of(talk.say("the moon is made of jazz"))


def test_a_no_to_a_question_drops_what_was_asked_for(understanding: Understanding) -> None:
    talk = Talk(understanding)
    talk.say("I want to return the boots")
    talk.say("never mind")
    talk.say("too small")
    assert not any(name.startswith("propose_") for name, _ in talk.calls)


def test_a_refusal_is_told_as_the_tool_says_it(understanding: Understanding) -> None:
    refusal = {"error": "refused", "message": "Order SW-104841 is packed already.", "clauses": ["cancellation.when"]}
    talk = Talk(understanding, propose_cancellation=refusal)
    talk.say("cancel the tent")
    talk.messages.append(talk.model.invoke(talk.messages))
    assert talk.messages[-1].text == "Order SW-104841 is packed already."


def test_who_is_unknown_is_asked_who_they_are(understanding: Understanding) -> None:
    unknown = {"error": "not_verified", "message": "Who are you?", "missing": ["email", "order_number"]}
    more = {"verified": False, "missing": ["email", "order_number"]}
    talk = Talk(understanding, list_orders=unknown, verify_customer=more)
    assert "e-mail" in talk.say("cancel the tent").text
    talk.say("tom.okafor@mail.example.com")
    assert talk.calls[-1] == ("verify_customer", {"email": "tom.okafor@mail.example.com"})


def test_what_a_tool_answers_in_plain_words_breaks_nothing(understanding: Understanding) -> None:
    talk = Talk(understanding, list_orders={"error": "fault", "message": "The shop does not answer."})
    assert not talk.say("cancel the tent").tool_calls
