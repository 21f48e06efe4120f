"""Items for other variants: what is proposed is what was said, and what is not clear is asked."""

import pytest

from tests.language.conftest import Shopper, replies_of
from tests.language.outfitter import CAMP, CLOCK, RAIN, SHELL


@pytest.mark.parametrize(
    ("text", "variant_id"),
    [
        ("swap my red rain shell for a blue one", "shell_blue_m"),
        ("exchange the rain shell, blue instead of red, same size", "shell_blue_m"),
        ("can I get the rain shell in large, everything else the same", "shell_red_l"),
        ("change the shell to size L please", "shell_red_l"),
        ("I want the rain shell in an XL", "shell_red_xl"),
        ("make my rain shell one size bigger", "shell_red_l"),
        ("exchange the rain shell for the largest one", "shell_red_xl"),
        ("swap the shell for a cheaper one", "shell_red_s"),
        ("swap it for the same one in black", "shell_black_m"),
        ("I got the red one but I wanted blue, please exchange the shell", "shell_blue_m"),
        ("swap the shell, I never wanted red but blue", "shell_blue_m"),
        ("swap the rain shell for a blue one, not black", "shell_blue_m"),
        ("swap shell: red M -> black XL", "shell_black_xl"),
        ("I have a black jacket already so I want to swap the shell for blue", "shell_blue_m"),
        ("replace the rain shell with the very same item, mine is torn, the exact same one", "shell_red_m"),
        ("change the rain shell to gray; if that's gone then the black one", "shell_black_m"),
        ("change the rain shell to gray, otherwise blue", "shell_blue_m"),
        ("change the shell to green, if that's gone then black", "shell_black_m"),
    ],
)
def test_the_variant_that_was_said_is_proposed(shopper: Shopper, text: str, variant_id: str) -> None:
    talk = shopper(SHELL)
    talk.say(text)
    assert talk.swapped == {"lin_shell": variant_id}


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("swap the lantern for a waterproof one", {"lin_lantern": "lantern_medium_yes_usb"}),
        ("change the lantern to a brighter one", {"lin_lantern": "lantern_high_no_usb"}),
        ("change the canister to 1 liter", {"lin_canister": "canister_1000ml_steel"}),
        ('swap the skillet for the 12"', {"lin_skillet": "skillet_12-inch_bare"}),
        (
            "swap the lantern for the solar one and the skillet for the wooden one",
            {"lin_lantern": "lantern_medium_no_solar", "lin_skillet": "skillet_10-inch_wooden"},
        ),
        (
            "change the skillet to 12 inch, the lantern to solar and the canisters to glass",
            {
                "lin_skillet": "skillet_12-inch_bare",
                "lin_lantern": "lantern_medium_no_solar",
                "lin_canister": "canister_500ml_glass",
            },
        ),
    ],
)
def test_each_item_becomes_what_was_said_of_it(shopper: Shopper, text: str, swapped: dict[str, str]) -> None:
    talk = shopper(CAMP)
    talk.say(text)
    assert talk.swapped == swapped


def test_one_of_two_units_is_one(shopper: Shopper) -> None:
    talk = shopper(CAMP)
    talk.say("change one of the canisters to 1 liter")
    assert talk.proposed[1]["orders"][0]["items"][0]["quantity"] == 1


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("exchange the red rain shell for the black one", {"lin_red": "shell_black_m"}),
        ("exchange the size L rain shell for an XL", {"lin_blue": "shell_blue_xl"}),
        ("exchange the rain shell in blue for red", {"lin_blue": "shell_red_l"}),
        ("exchange both rain shells for black ones", {"lin_red": "shell_black_m", "lin_blue": "shell_black_l"}),
        (
            "exchange the blue shell for a size S and the rug for jute",
            {"lin_blue": "shell_blue_s", "lin_rug": "rug_jute_round"},
        ),
    ],
)
def test_lines_of_one_title_are_told_apart(shopper: Shopper, text: str, swapped: dict[str, str]) -> None:
    talk = shopper(RAIN)
    talk.say(text)
    assert talk.swapped == swapped


def test_lines_nothing_tells_apart_are_asked_about(shopper: Shopper) -> None:
    talk = shopper(RAIN)
    assert len(replies_of(talk.say("exchange the rain shell for the black one"))) == 2
    assert not talk.swapped


def test_the_order_whose_number_is_said_is_meant(shopper: Shopper) -> None:
    talk = shopper(RAIN, SHELL)
    talk.say("exchange the rain shell in order SW-200512 for blue")
    assert talk.swapped == {"lin_shell": "shell_blue_m"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("change the rain shell to grey", "gray"),
        ("swap the rain shell for a green one in XL", "green"),
        ("swap the rain shell for a blue one in XXL", "XXL"),
        ("exchange the shell for a purple one in L", "purple"),
        ("swap the rain shell for anything but red", "blue, gray, black"),
        ("I don't want red, swap the shell", "blue, gray, black"),
        ("swap the shell for a blue one, any size", "XL ($125.00)"),
        ("change the shell to blue or black", "black ($155.00)"),
        ("exchange the rain shell", "size: S, M, L, XL"),
    ],
)
def test_what_is_not_clear_or_not_there_is_asked(shopper: Shopper, text: str, named: str) -> None:
    talk = shopper(SHELL)
    assert named in talk.say(text).text
    assert not talk.swapped


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("change the canister to 2 liters", "2000ml, glass"),
        ("change the canister to 3 liters in glass", "does not come in 3 liters"),
        ("swap the skillet for the 14 inch one with a wooden handle", "does not come in 14 inch"),
        ("swap the skillet for a 12 inch one with a wooden handle", "12 inch, wooden is not available"),
        ("the lantern I have isn't waterproof, please exchange it for one that is", "waterproof: yes, no"),
    ],
)
def test_nothing_near_is_taken_for_what_was_said(shopper: Shopper, text: str, named: str) -> None:
    talk = shopper(CAMP)
    assert named in talk.say(text).text
    assert not talk.swapped


@pytest.mark.parametrize("text", ["exchange the clock", "exchange the clock for the oak one"])
def test_where_nothing_else_is_there_nothing_is_offered(shopper: Shopper, text: str) -> None:
    talk = shopper(CLOCK)
    assert replies_of(talk.say(text)) == []
    assert not talk.swapped


@pytest.mark.parametrize(
    ("first", "then", "variant_id"),
    [
        ("exchange the rain shell", "the blue", "shell_blue_m"),
        ("change the rain shell to grey", "black then", "shell_black_m"),
        ("swap the rain shell for a green one in XL", "blue then", "shell_blue_xl"),
    ],
)
def test_an_answer_completes_what_was_said(shopper: Shopper, first: str, then: str, variant_id: str) -> None:
    talk = shopper(SHELL)
    talk.say(first)
    assert not talk.swapped
    talk.say(then)
    assert talk.swapped == {"lin_shell": variant_id}


@pytest.mark.parametrize(
    ("then", "variant_id"),
    [("no, black", "shell_black_m"), ("no, not blue, black in L", "shell_black_l"), ("no, red in L", "shell_red_l")],
)
def test_a_wrong_proposal_is_made_anew_with_what_is_right(shopper: Shopper, then: str, variant_id: str) -> None:
    talk = shopper(SHELL)
    talk.say("swap the shell to blue")
    talk.say(then)
    assert talk.swapped == {"lin_shell": variant_id}


def test_a_declined_card_is_proposed_anew_with_the_value_said_and_never_twice(shopper: Shopper) -> None:
    talk = shopper(SHELL)
    talk.say("swap the shell to blue")
    talk.notice("Alright, I'll leave it.", declined=True)
    talk.say("no, I meant black")
    assert talk.swapped == {"lin_shell": "shell_black_m"}
    talk.notice("Alright, I'll leave it.", declined=True)
    count = len(talk.calls)
    talk.say("no, I meant black")
    assert not [name for name, _ in talk.calls[count:] if name == "propose_swap"]
