"""Words brought to one spelling, amounts with units to one unit."""

import re
from dataclasses import dataclass

from knowledge.words import stem
from language.answers import NUMBERS

_WORD = re.compile(r"\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)?|[\"”%]|[.!?;](?=\s|$)|[,\n]")
_UNITS = {
    "l": ("ml", 1000), "liter": ("ml", 1000), "litre": ("ml", 1000), "milliliter": ("ml", 1), "millilitre": ("ml", 1),
    "kilo": ("g", 1000), "kg": ("g", 1000), "kilogram": ("g", 1000), "gram": ("g", 1), "tb": ("gb", 1024),
    "terabyte": ("gb", 1024), "gigabyte": ("gb", 1), "gig": ("gb", 1), "inche": ("inch", 1), "in": ("inch", 1),
    '"': ("inch", 1), "”": ("inch", 1), "foot": ("ft", 1), "feet": ("ft", 1), "hr": ("hour", 1), "h": ("hour", 1),
    "lb": ("lb", 1), "pound": ("lb", 1), "watt": ("w", 1), "megapixel": ("mp", 1), "ounce": ("oz", 1),
    "gallon": ("gal", 1), "centimeter": ("cm", 1), "centimetre": ("cm", 1), "pc": ("piece", 1), "pcs": ("piece", 1),
    "percent": ("%", 1), "lbs": ("lb", 1),
}  # fmt: skip
"""Words for units, each with the unit it is counted in and how many of those it is."""
_SPELLED = {
    "colour": "color",
    "grey": "gray",
    "litre": "liter",
    "fibre": "fiber",
    "metre": "meter",
    "aluminium": "aluminum",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, brought to one spelling."""

    text: str
    at: int
    """Where it begins, counted in words."""
    raw: str


def words(text: str) -> list[Word]:
    """Words, numbers and marks, amounts in their smallest unit, spellings brought together."""
    low = text.lower().replace("’", "'").replace("wi-fi", "wifi")
    low = re.sub(r"(?<=\d),(?=\d{3}\b)", "", low)
    low = re.sub(r"(?<=\d) ?(?:to|through|-|–) ?(?=\d)", "-", low)
    found: list[Word] = []
    for match in _WORD.finditer(low):
        raw = text[match.start() : match.end()] if len(low) == len(text) else match.group()
        term = stem(_SPELLED.get(match.group(), match.group()))
        term = (
            str(NUMBERS[term]) if term in NUMBERS and term not in ("a", "an", "one", "both", "pair", "couple") else term
        )
        if found and term in _UNITS and re.fullmatch(r"\d+(?:\.\d+)?", found[-1].text) and (term != "in" or "-" in low):
            unit, factor = _UNITS[term]
            found[-1] = Word(f"{float(found[-1].text) * factor:g}", found[-1].at, found[-1].raw)
            term = unit
        elif re.fullmatch(r"\d+\.\d+", term):
            term = f"{float(term):g}"
        found.append(Word(term, len(found), raw))
    return found
