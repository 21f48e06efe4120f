"""Orders told by what is in them."""

import pytest

from language.described import told_by_content
from tests.language.conftest import Shopper
from tests.language.outfitter import CAMP, RAIN, SHELL


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("the order with the lantern", "lantern"),
        ("cancel the order that has the rug", "rug"),
        ("it came with the skillet", "skillet"),
        ("my lantern order", "lantern"),
        ("the one with the rug in it", "rug"),
        ("the shell arrived together with the rug, swap it", "rug"),
    ],
)
def test_what_is_in_an_order_tells_it(text: str, thing: str) -> None:
    told = told_by_content(text)
    assert told.things == (thing,)
    assert thing not in told.rest


@pytest.mark.parametrize(
    "text", ["my whole order", "my last order", "cancel my pending order", "exchange the bottle off my order"]
)
def test_an_order_that_nothing_tells_is_left_as_it_is(text: str) -> None:
    assert told_by_content(text).things == ()
    assert told_by_content(text).rest == text


@pytest.mark.parametrize(
    ("text", "orders"),
    [("cancel the order with the lantern", {"SW-200417"}), ("cancel my rain shell order", {"SW-200512"})],
)
def test_the_order_told_is_the_one_cancelled(shopper: Shopper, text: str, orders: set[str]) -> None:
    talk = shopper(CAMP, RAIN, SHELL)
    talk.say(text)
    assert {part["order_number"] for part in talk.proposed[1]["orders"]} == orders
