"""Money is an integer of minor units and a currency; this module only writes and reads it."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$"}
_NO_MINOR_UNIT = frozenset({"JPY", "KRW"})


def minor_digits(currency: str) -> int:
    """How many decimals the currency has (2, or 0 for the yen and the won)."""
    return 0 if currency in _NO_MINOR_UNIT else 2


def format_money(amount: int, currency: str = "USD") -> str:
    """`12900` → `$129.00`; a currency without a symbol of its own is written `129.00 SEK`."""
    digits = minor_digits(currency)
    number = f"{abs(Decimal(amount)) / 10**digits:,.{digits}f}"
    sign = "-" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"


def parse_money(text: str, currency: str = "USD") -> int:
    """A decimal amount in major units, as in a CSV cell, to minor units.

    Raises:
        ValueError: the text is not a plain decimal number with a point.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount with a decimal point") from None
    if not value.is_finite():
        raise ValueError(f"{text!r} is not an amount")
    return int((value * 10 ** minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent_of(amount: int, percent: Decimal | int | float) -> int:
    """A share of an amount in minor units, rounded half up."""
    share = Decimal(amount) * Decimal(str(percent)) / 100
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def allocate(amount: int, weights: list[int]) -> list[int]:
    """Split an amount by weights so that the parts add up exactly (largest remainders first)."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    parts = [amount * weight // total for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for i in remainders[: amount - sum(parts)]:
        parts[i] += 1
    return parts
