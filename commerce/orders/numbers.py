"""Order numbers as people write them."""

import re

_NOT_IN_A_NUMBER = re.compile(r"[^0-9A-Z]")
_DIGITS = re.compile(r"[0-9]+")
_PREFIX = re.compile(r"^[A-Z]+")


def normalise(number: str) -> str:
    """`#sw 104-233` → `SW104233`: no case, no spaces, no punctuation."""
    return _NOT_IN_A_NUMBER.sub("", number.upper())


def last_digits(number: str) -> str:
    """`SW-104233` → `104233`: the last run of digits, by which candidates are looked for."""
    runs = _DIGITS.findall(number)
    return runs[-1] if runs else ""


def pick(written: str, numbers: list[str]) -> str | None:
    """The one of some order numbers that a person means, who may have left the prefix out.

    `None` when there is none, or when two fit equally.
    """
    wanted = normalise(written)
    exact = [number for number in numbers if normalise(number) == wanted]
    bare = [number for number in numbers if wanted.isdigit() and _PREFIX.sub("", normalise(number)) == wanted]
    fitting = exact or bare
    return fitting[0] if len(fitting) == 1 else None
