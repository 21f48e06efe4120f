"""Kinds of cells that several exports have."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo

from core.money import minor_digits, parse_money

_LARGEST_AMOUNT = 2_000_000_000
"""Minor units; what the database's integers hold."""
_LARGEST_QUANTITY = 10_000_000
_NUMBER = re.compile(r"\d+(\.\d+)?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def _amount(value: str, info: ValidationInfo) -> int | None:
    """An amount of money in minor units; empty means not stated."""
    if not value:
        return None
    if "," in value:
        raise ValueError(f"{value!r} has a comma; write the decimals with a point and no separators, as in 1299.50")
    if value.startswith("-"):
        raise ValueError(f"{value!r} is negative")
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"{value!r} is not an amount; write a plain number such as 12.50")
    currency = info.context["currency"] if info.context else "USD"
    if len(value.partition(".")[2].rstrip("0")) > minor_digits(currency):
        raise ValueError(f"{value!r} has more decimals than {currency} has")
    amount = parse_money(value, currency)
    if amount > _LARGEST_AMOUNT:
        raise ValueError(f"{value!r} is too large")
    return amount


def _whole(value: str) -> int | None:
    """A whole number of zero or more; empty means not stated."""
    if not value:
        return None
    if value.startswith("-"):
        raise ValueError(f"{value!r} is negative")
    if not re.fullmatch(r"\d{1,15}(\.0*)?", value):
        raise ValueError(f"{value!r} is not a whole number")
    number = int(value.partition(".")[0])
    if number > _LARGEST_QUANTITY:
        raise ValueError(f"{value!r} is too large")
    return number


def _grams(value: str) -> int | None:
    if value and not _NUMBER.fullmatch(value):
        raise ValueError(f"{value!r} is not a weight in grams")
    return _whole(str(round(float(value)))) if value else None


def _code(value: str) -> str:
    """A SKU, id, zip or phone number; spreadsheets put an apostrophe before what looks like a number."""
    return value.removeprefix("'").strip()


def _email(value: str) -> str:
    value = _code(value).lower()
    if value and not _EMAIL.fullmatch(value):
        raise ValueError(f"{value!r} is not an e-mail address")
    return value


def _moment(value: str) -> datetime | None:
    """`2026-05-06 17:02:28 -0400` or ISO 8601 with an offset; empty means not stated."""
    if not value:
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"\s*(?:UTC|Z)$", "+00:00", re.sub(r"\s+([+-])", r"\1", value)))
    except ValueError:
        raise ValueError(f"{value!r} is not a time such as 2026-05-06 17:02:28 -0400") from None
    if found.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone; a time is written 2026-05-06 17:02:28 -0400")
    return found.astimezone(UTC)


def _flag(value: str) -> bool | None:
    try:
        return {"yes": True, "true": True, "no": False, "false": False, "": None}[value.lower()]
    except KeyError:
        raise ValueError(f"{value!r} is neither yes nor no") from None


def _word(value: str) -> str:
    return value.strip().lower().replace(" ", "_")


Amount = Annotated[int | None, BeforeValidator(_amount)]
StatedAmount = Annotated[int, BeforeValidator(_amount)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
StatedWhole = Annotated[int, BeforeValidator(_whole)]
Grams = Annotated[int | None, BeforeValidator(_grams)]
Code = Annotated[str, BeforeValidator(_code), Field(max_length=120)]
Name = Annotated[str, Field(max_length=255)]
Email = Annotated[str, BeforeValidator(_email), Field(max_length=254)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
StatedMoment = Annotated[datetime, BeforeValidator(_moment)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
AS_WORD = BeforeValidator(_word)
"""A code such as `partially_paid`, however it is spaced and written."""
Word = Annotated[str, AS_WORD, Field(max_length=60)]
