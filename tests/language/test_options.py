"""Values of options in somebody's words."""

import pytest

from language.options import by_price
from language.spelling import words
from tests.language.outfitter import options_of, variant

SHELL, LANTERN, CANISTER, SKILLET = "Fjell Rain Shell", "Tarn Lantern", "Brook Canister", "Ember Skillet"


@pytest.mark.parametrize(
    ("title", "text", "values"),
    [
        (SHELL, "the blue one", {"blue"}),
        (SHELL, "in grey", {"gray"}),
        (SHELL, "black, XL", {"black", "XL"}),
        (SHELL, "an extra large", {"XL"}),
        (SHELL, "a medium", {"M"}),
        (SHELL, "size l", {"L"}),
        (SHELL, "I'm not sure", set()),
        (LANTERN, "a waterproof one", {"yes"}),
        (LANTERN, "it isn't waterproof", {"no"}),
        (LANTERN, "high brightness and solar", {"high", "solar"}),
        (CANISTER, "1 liter", {"1000ml"}),
        (CANISTER, "2L in glass", {"2000ml", "glass"}),
        (CANISTER, "half a meal", set()),
        (SKILLET, 'the 12" one', {"12 inch"}),
        (SKILLET, "an 8-inch with a wooden handle", {"8 inch", "wooden"}),
    ],
)
def test_values_are_heard(title: str, text: str, values: set[str]) -> None:
    assert {each.value for each in options_of(title).said(words(text)) if not each.denied} == values


@pytest.mark.parametrize(
    "text", ["not red", "anything but red", "without the red", "other than red", "instead of red", "I don't want red"]
)
def test_a_value_is_ruled_out(text: str) -> None:
    assert [(each.value, each.denied) for each in options_of(SHELL).said(words(text))] == [("red", True)]


@pytest.mark.parametrize(
    ("title", "text", "unknown"),
    [
        (SHELL, "a green one in XL", {"color": "green"}),
        (SHELL, "a blue one in XXL", {"size": "XXL"}),
        (CANISTER, "3 liters", {"capacity": "3 liters"}),
        (SKILLET, "the 14 inch one", {"diameter": "14 inch"}),
        (SKILLET, "a green one", {}),
        (SHELL, "black, not green", {}),
        (CANISTER, "2 steel canisters of 1 litre", {}),
    ],
)
def test_what_no_variant_has_is_noticed(title: str, text: str, unknown: dict[str, str]) -> None:
    found = options_of(title).unknown(words(text))
    assert found.keys() == unknown.keys()


@pytest.mark.parametrize(
    "text", ["any size", "I don't care about the size", "the size doesn't matter", "whatever size"]
)
def test_what_is_all_the_same_is_heard(text: str) -> None:
    assert options_of(SHELL).indifferent(text) == {"size"}


@pytest.mark.parametrize(
    ("title", "variant_id", "text", "best"),
    [
        (SHELL, "shell_red_m", "a size bigger", ["L", "XL"]),
        (SHELL, "shell_red_m", "one size smaller", ["S"]),
        (SHELL, "shell_red_m", "the largest", ["XL", "L", "M", "S"]),
        (SHELL, "shell_red_xl", "a bigger one", []),
        (LANTERN, "lantern_medium_no_usb", "a brighter one", ["high"]),
        (LANTERN, "lantern_medium_no_usb", "dimmer", ["low"]),
        (CANISTER, "canister_1000ml_steel", "a larger one", ["2000ml"]),
    ],
)
def test_comparing_words_rank_the_values(title: str, variant_id: str, text: str, best: list[str]) -> None:
    compared = options_of(title).compared(words(text), variant(variant_id)["options"])
    assert next(iter(compared.values()), []) == best


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("the cheapest one", "cheapest"),
        ("least expensive please", "cheapest"),
        ("something cheaper", "cheaper"),
        ("the most expensive", "dearest"),
        ("the blue one", ""),
    ],
)
def test_words_for_prices_choose_by_price(text: str, chosen: str) -> None:
    assert by_price(text) == chosen
