"""Which one, and how many."""

import pytest

from language.answers import chosen, quantity_in

TWO, THREE = ["the tent", "the lamp"], ["the tent", "the lamp", "the mug"]


@pytest.mark.parametrize(
    ("text", "options", "which"),
    [
        ("the first one", THREE, [0]),
        ("second", THREE, [1]),
        ("the last one please", THREE, [2]),
        ("2", THREE, [1]),
        ("number 3", THREE, [2]),
        ("#1", THREE, [0]),
        ("two", THREE, [1]),
        ("first and third", THREE, [0, 2]),
        ("both", TWO, [0, 1]),
        ("all of them", THREE, [0, 1, 2]),
        ("the other one", TWO, [1]),
        ("either is fine", TWO, [0]),
        ("the fourth", THREE, []),
        ("9", THREE, []),
        ("0", THREE, []),
        ("104841", THREE, []),
        ("the green one", THREE, []),
        ("both", THREE, []),
        ("", THREE, []),
        ("first", [], []),
    ],
)
def test_a_position_names_an_option(text: str, options: list[str], which: list[int]) -> None:
    assert chosen(text, options) == which


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("2 of the mugs", 2),
        ("two mugs", 2),
        ("3x mug", 3),
        ("3 x mug", 3),
        ("both mugs", 2),
        ("a couple of mugs", 2),
        ("one of them", 1),
        ("a mug", None),
        ("the mugs", None),
        ("order 104841", None),
        ("SW-104841", None),
        ("0 mugs", None),
        ("$12.50", None),
    ],
)
def test_units_are_counted(text: str, units: int | None) -> None:
    assert quantity_in(text) == units
