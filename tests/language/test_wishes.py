"""Which variant a wish means."""

import pytest

from language.spelling import words
from language.wishes import Found, Wish, fitting, wish
from tests.language.outfitter import options_of, variant


def _wish(text: str, title: str = "Fjell Rain Shell", present: str = "shell_red_m") -> Wish:
    options, heard = options_of(title), words(text)
    return wish(options, text, heard, options.said(heard), variant(present)["options"], 0)


def _found(made: Wish, title: str = "Fjell Rain Shell", present: str = "shell_red_m") -> Found:
    own = variant(present)
    return fitting(options_of(title), made, own["options"], own["price"], present)


@pytest.mark.parametrize(
    ("text", "variant_id"),
    [
        ("blue", "shell_blue_m"),
        ("XL", "shell_red_xl"),
        ("black, size L", "shell_black_l"),
        ("the largest", "shell_red_xl"),
        ("a size smaller", "shell_red_s"),
        ("cheapest", "shell_red_s"),
        ("the same item", "shell_red_m"),
        ("not red, blue", "shell_blue_m"),
        ("the cheapest blue one in any size", "shell_blue_s"),
    ],
)
def test_one_variant_is_meant(text: str, variant_id: str) -> None:
    assert [each["variant_id"] for each in _found(_wish(text)).variants] == [variant_id]


def test_what_cannot_be_had_is_told_and_not_among_what_is_left() -> None:
    found = _found(_wish("gray"))
    assert found.missing == variant("shell_gray_m")
    assert {each["variant_id"] for each in found.variants} == {"shell_gray_s", "shell_gray_l", "shell_gray_xl"}
    assert not found.exact


def test_what_is_ruled_out_never_fits() -> None:
    assert {each["options"]["color"] for each in _found(_wish("not red and not black")).variants} == {"blue", "gray"}


def test_several_values_leave_it_open() -> None:
    assert len(_found(_wish("blue or black")).variants) == 2


def test_what_is_said_later_goes_before() -> None:
    made = _wish("blue, XL")
    made.add(_wish("no, black"))
    assert [each["variant_id"] for each in _found(made).variants] == ["shell_black_xl"]


def test_nothing_said_wishes_for_nothing() -> None:
    assert _wish("please help me with it").empty
