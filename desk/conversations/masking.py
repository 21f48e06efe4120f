"""Card numbers are made unreadable before anything is stored."""

import re

_DIGITS = re.compile(r"(?<![\w.])(?:\d[ -]?){12,18}\d(?![\w])")


def mask_cards(text: str) -> str:
    """Replace every payment card number (13 to 19 digits with a right check digit) by its last four digits."""
    return _DIGITS.sub(lambda match: _masked(match.group()), text)


def _masked(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    return f"[card ending {digits[-4:]}]" if _is_card(digits) else written


def _is_card(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
