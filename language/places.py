"""Cities and states of the United States, as zip codes know them."""

import re
from functools import cache
from itertools import takewhile
from typing import Any

import zipcodes

STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY",
    "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
    "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND",
    "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "puerto rico": "PR", "rhode island": "RI",
    "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT",
    "virginia": "VA", "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip
CODES = frozenset(STATES.values())
LONGEST = 4
"""Words in the longest name of a city that is looked for."""


@cache
def cities() -> dict[str, frozenset[str]]:
    """The states that have a city of a name; names in lower case, without full stops."""
    known: dict[str, set[str]] = {}
    for place in zipcodes.list_all():  # type: ignore[no-untyped-call]
        for name in (place["city"], *place["acceptable_cities"]):
            known.setdefault(plain(name), set()).add(place["state"])
    return {name: frozenset(states) for name, states in known.items()}


@cache
def _states_by_area() -> dict[str, str]:
    places = zipcodes.list_all()  # type: ignore[no-untyped-call]
    return {place["zip_code"][:size]: place["state"] for size in (2, 3) for place in places}


def plain(name: str) -> str:
    """A name to compare by: lower case, `Saint` and `St.` alike."""
    return re.sub(r"^saint ", "st ", " ".join(re.findall(r"[a-z'-]+", name.lower())))


def place_of(code: str) -> dict[str, Any] | None:
    """The place a zip code belongs to."""
    found = zipcodes.filter_by(zip_code=code)  # type: ignore[no-untyped-call]
    return found[0] if found else None


def state_of(code: str) -> str:
    """The state of a zip code, known or not; its first digits tell."""
    return _states_by_area().get(code[:3]) or _states_by_area().get(code[:2], "")


def is_city(name: str, state: str = "") -> bool:
    """Whether there is a city of the name, in the state where one is said."""
    states = cities().get(plain(name), frozenset())
    return state in states if state else bool(states)


def leading_city(words: list[str], state: str = "") -> str:
    """The longest city's name that words begin with, as written; empty where they begin with none."""
    spoken = list(takewhile(lambda word: word[:1].isalpha(), words[:LONGEST]))
    for count in range(len(spoken), 0, -1):
        if is_city(name := " ".join(spoken[:count]), state):
            return name
    return ""
