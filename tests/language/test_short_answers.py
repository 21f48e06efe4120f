"""Which one, and how many."""

import pytest

from language.answers import chosen, quantity_in, takes_leave

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
        ("three water bottles", 3),
        ("2x mug", 2),
        ("one of the shirts", 1),
        ("the lamp and one mug", 1),
        ("2 12-inch pans", 2),
        ("4 blue enamel mugs", 4),
        ("all 3", 3),
        ("10x zoom digicam", None),
        ("the 8 GB one", None),
        ("a size 9 boot", None),
        ("20MP", None),
        ("1.5 litre", None),
        ("500 pieces puzzle", None),
        ("order 1234", None),
        ("a 6 person tent", None),
        ("the one with 7 settings", None),
        ("a couple of days ago", None),
        ("two of my orders", None),
        ("the red one arrived broken", None),
        ("a pair of boots", None),
        ("12 Birch Lane", None),
        ("card ending 42", None),
    ],
)
def test_units_are_counted(text: str, units: int | None) -> None:
    assert quantity_in(text) == units


@pytest.mark.parametrize(
    "text",
    [
        "That is everything, thank you kindly. Goodbye.",
        "Great, that was everything. Thank you.",
        "Thanks, that's all",
        "ok bye",
        "nothing else, cheers",
        "No, that'll be all for today.",
        "i'm all set thanks!",
        "have a nice day",
        "Okay, then leave it. that's it, thanks",
    ],
)
def test_a_goodbye_is_one(text: str) -> None:
    assert takes_leave(text)


@pytest.mark.parametrize(
    "text",
    [
        "that's all wrong",
        "is that all?",
        "thanks, and also cancel the lamp",
        "thanks",
        "that's everything except the lamp",
        "I'm good with the blue one",
        "nothing else arrived",
        "take care of it",
        "yes go ahead, that's all",
    ],
)
def test_who_says_more_takes_no_leave(text: str) -> None:
    assert not takes_leave(text)
