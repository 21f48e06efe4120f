"""Order numbers as people write them."""

import re

_NOT_IN_A_NUMBER = re.compile(r"[^0-9A-Z]")
_LETTERS_AROUND = re.compile(r"^[A-Z]+|[A-Z]+$")
_DIGITS = re.compile(r"[0-9]+")


def normalise(number: str) -> str:
    """`#sw 104-233` → `SW104233`: no case, no spaces, no punctuation."""
    return _NOT_IN_A_NUMBER.sub("", number.upper())


def last_digits(number: str) -> str:
    """`SW-104233` → `104233`: the last run of digits, by which candidates are looked for."""
    runs = _DIGITS.findall(number)
    return runs[-1] if runs else ""


def pick(written: str, numbers: list[str]) -> str | None:
    """The one of some order numbers that a person means, who may have left out letters at its ends: a shop may put
    a text of its own before and behind every number (`EX2001-US`). The digits must all be there.

    `None` when there is none, or when two fit equally.
    """
    wanted = normalise(written)
    exact = [number for number in numbers if normalise(number) == wanted]
    short = [number for number in numbers if _is_short_for(wanted, normalise(number))]
    fitting = exact or short
    return fitting[0] if len(fitting) == 1 else None


def _is_short_for(wanted: str, number: str) -> bool:
    return wanted in number and _LETTERS_AROUND.sub("", wanted) == _LETTERS_AROUND.sub("", number)
