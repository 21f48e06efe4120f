"""Which of a customer's orders and items a phrase means."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.words import stem, tokens
from language.linking import Link, link

TODAY = date(2026, 6, 17)


def _line(line_id: str, title: str, category: str, quantity: int = 1, **options: str) -> dict[str, Any]:
    return {"id": line_id, "title": title, "category": category, "options": options, "quantity": quantity}


NEW = {
    "number": "SW-104841",
    "status": "pending",
    "placed_at": "2026-06-16",
    "lines": [
        _line("tent", "Starling 4 Tent", "Tents", Color="Blue"),
        _line("lamp", "Teasel 350 Headlamp", "Lighting", Color="Black"),
        _line("bottle", "Calder Water Bottle", "Drinkware", 2, Color="Alpine White", Size="18 oz"),
    ],
}
OLD = {
    "number": "SW-104657",
    "status": "delivered",
    "placed_at": "2026-05-04",
    "lines": [
        _line("pad", "Fireside Sleeping Pad", "Bedding", Size="Regular"),
        _line("pillow", "Clover Camp Pillow", "Bedding", Color="Navy"),
        _line("red", "Wanderer Trail Tee", "Shirts", Color="Red"),
        _line("green", "Wanderer Trail Tee", "Shirts", Color="Green"),
    ],
}
ORDERS: list[dict[str, Any]] = [NEW, OLD]
LEXICON = frozenset(
    stem(word) for order in ORDERS for line in order["lines"] for word in tokens(line["title"])
) | frozenset({"kayak", "kettle"})


def _linked(text: str, prefer: set[str] | None = None) -> Link:
    return link(text, ORDERS, TODAY, LEXICON, prefer or set())


def _meant(text: str) -> set[str]:
    return {each.line["id"] for each in _linked(text).mentions}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cancel the tent", {"tent"}),
        ("cancel the blue one", {"tent"}),
        ("the lighting", {"lamp"}),
        ("cancel the hedlamp", {"lamp"}),
        ("the tent and the headlamp", {"tent", "lamp"}),
        ("the tent, the pad & the pillow", {"tent", "pad", "pillow"}),
        ("the green tee", {"green"}),
        ("both tees", {"red", "green"}),
        ("cancel everything except the headlamp", {"tent", "bottle"}),
        ("not the headlamp, the tent", {"tent"}),
        ("the tent, not the headlamp", {"tent"}),
        ("keep the tent, cancel the rest", {"lamp", "bottle"}),
        ("cancel the rest but keep the tent and the headlamp", {"bottle"}),
        ("everything but the pillow", {"pad", "red", "green"}),
        ("where is my order", set()),
    ],
)
def test_a_phrase_means_lines(text: str, meant: set[str]) -> None:
    assert _meant(text) == meant


@pytest.mark.parametrize(
    "text", ["SW-104657", "sw104657", "order #104657", "the one in 104657", "from may", "oldest order"]
)
def test_a_number_a_time_or_an_age_narrows_to_an_order(text: str) -> None:
    found = _linked(text)
    assert [each["number"] for each in found.orders] == ["SW-104657"]
    assert found.narrowed


def test_an_order_number_of_somebody_else_is_reported_and_narrows_nothing() -> None:
    found = _linked("cancel order SW-999999")
    assert found.unknown_numbers == ["SW-999999"]
    assert not found.narrowed
    assert found.mentions == []


def test_of_two_numbers_the_unknown_one_is_reported() -> None:
    found = _linked("cancel SW-104841 and SW-999999")
    assert [each["number"] for each in found.orders] == ["SW-104841"]
    assert found.unknown_numbers == ["SW-999999"]


@pytest.mark.parametrize(("text", "units"), [("one of the bottles", 1), ("2 bottles", 2), ("the bottles", None)])
def test_units_are_said_or_not(text: str, units: int | None) -> None:
    (mention,) = _linked(text).mentions
    assert (mention.line["id"], mention.quantity) == ("bottle", units)


def test_what_fits_two_lines_equally_is_ambiguous_and_means_neither() -> None:
    found = _linked("return the trail tee")
    assert {each.line["id"] for each in found.ambiguous} == {"red", "green"}
    assert found.mentions == []


def test_a_product_that_was_never_bought_is_reported() -> None:
    found = _linked("cancel the kayak")
    assert found.unexplained == ["kayak"]
    assert found.mentions == []


def test_one_that_was_bought_does_not_hide_one_that_was_not() -> None:
    found = _linked("cancel the tent and the kayak")
    assert [each.line["id"] for each in found.mentions] == ["tent"]
    assert found.unexplained == ["kayak"]


def test_the_order_that_fits_what_is_asked_wins_a_tie() -> None:
    twice = [
        {**NEW, "lines": [_line("a", "Elk Mug", "Drinkware")]},
        {**OLD, "lines": [_line("b", "Elk Mug", "Drinkware")]},
    ]
    found = link("return the mug", twice, TODAY, LEXICON, {"SW-104657"})
    assert [each.line["id"] for each in found.mentions] == ["b"]


def test_somebody_without_orders_means_nothing() -> None:
    found = link("cancel the tent in SW-104841", [], TODAY, LEXICON, set())
    assert (found.orders, found.mentions, found.unknown_numbers) == ([], [], ["SW-104841"])


_WORDS = st.sampled_from(
    """cancel return the tent headlamp bottle bottles pad pillow tee red green blue order SW-104841 SW-999999 104657 not
    keep except everything rest both all two 3 yesterday may kayak and , but one other my last first from in""".split()
)
_TEXTS = st.one_of(st.lists(_WORDS, max_size=14).map(" ".join), st.text(max_size=80))
_OWN = {line["id"] for order in ORDERS for line in order["lines"]}


@settings(max_examples=300, deadline=None)
@given(_TEXTS, st.sets(st.sampled_from(["SW-104841", "SW-104657"])))
def test_nothing_but_the_customers_own_is_ever_meant(text: str, prefer: set[str]) -> None:
    found = link(text, ORDERS, TODAY, LEXICON, prefer)
    for each in [*found.mentions, *found.ambiguous]:
        assert each.line["id"] in _OWN
        assert each.line in each.order["lines"]
        assert each.order in ORDERS
    assert all(order in ORDERS for order in found.orders)
    assert len({each.line["id"] for each in found.mentions}) == len(found.mentions)
    assert found == link(text, ORDERS, TODAY, LEXICON, prefer)
