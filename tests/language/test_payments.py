"""Which way to pay somebody means."""

from typing import Any

import pytest

from language.payments import ORIGINAL, mentioned
from tests.language.conftest import Shopper, replies_of
from tests.language.outfitter import SHELL

METHODS: list[dict[str, Any]] = [
    {"id": "visa", "label": "Visa ending 4242", "kind": "card", "brand": "Visa", "last4": "4242"},
    {"id": "master", "label": "Mastercard ending 7719", "kind": "card", "brand": "Mastercard", "last4": "7719"},
    {"id": "pal", "label": "PayPal", "kind": "wallet", "brand": "PayPal"},
    {"id": "gift", "label": "gift card ending 0931", "kind": "gift_card", "last4": "0931", "balance": 5000},
]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("use my visa", "visa"),
        ("put it on the master card", "master"),
        ("the one ending in 7719", "master"),
        ("card 4242 please", "visa"),
        ("on my gift card", "gift"),
        ("as store credit", "gift"),
        ("via pay pal", "pal"),
        ("move it from paypal to visa", "visa"),
        ("I paid with paypal but want it on the visa", "visa"),
        ("the way I paid", ORIGINAL),
        ("back to the original payment method", ORIGINAL),
        ("the card I used", ORIGINAL),
    ],
)
def test_a_way_to_pay_is_told_by_brand_digits_kind_or_use(text: str, meant: str) -> None:
    assert mentioned(text, METHODS) == [meant]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("paypal rather than the gift card", "pal"),
        ("the gift card instead of paypal", "gift"),
        ("not the visa, the mastercard", "master"),
        ("I don't want it on the gift card, use paypal", "pal"),
        ("not the original payment method, paypal", "pal"),
        ("instead of the original card use paypal", "pal"),
    ],
)
def test_what_is_ruled_out_is_not_meant(text: str, meant: str) -> None:
    assert mentioned(text, METHODS) == [meant]


@pytest.mark.parametrize("text", ["anything but the gift card", "don't use my visa", "whatever", "all but paypal"])
def test_what_names_no_way_to_pay_chooses_none(text: str) -> None:
    assert mentioned(text, METHODS) is None


@pytest.mark.parametrize(
    "text", ["amex please", "discover", "my apple pay", "the card ending 1111", "gift card ending in 9999"]
)
def test_one_that_is_not_there_stands_for_no_other(text: str) -> None:
    assert mentioned(text, METHODS) == []


@pytest.mark.parametrize("text", ["my credit card", "visa or mastercard", "use the card, not paypal"])
def test_words_that_fit_several_choose_none_of_them(text: str) -> None:
    assert mentioned(text, METHODS) == ["visa", "master"]


DETAILS = {"payment_methods": METHODS, "must_choose": {"item_changes": True, "exchanges": True, "returns": False}}


@pytest.mark.parametrize(
    ("text", "paid"),
    [
        ("swap the rain shell for a blue one, difference on the card ending 7719", "master"),
        ("swap the rain shell for a blue one and use paypal for the difference", "pal"),
    ],
)
def test_a_swap_is_paid_as_was_said(shopper: Shopper, text: str, paid: str) -> None:
    talk = shopper(SHELL, my_details=DETAILS)
    talk.say(text)
    assert talk.proposed[1]["pay_with"] == paid


@pytest.mark.parametrize(
    "how", ["", ", charge my amex", ", difference on my credit card", ", take the difference from the card ending 1111"]
)
def test_nothing_is_proposed_until_one_is_chosen(shopper: Shopper, how: str) -> None:
    talk = shopper(SHELL, my_details=DETAILS)
    reply = talk.say(f"swap the rain shell for a blue one{how}")
    assert not talk.swapped
    assert {"Visa ending 4242", "Mastercard ending 7719"} <= set(replies_of(reply))
    talk.say("the mastercard")
    assert (talk.swapped, talk.proposed[1]["pay_with"]) == ({"lin_shell": "shell_blue_m"}, "master")
