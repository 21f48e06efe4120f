"""Values in a message: order numbers, e-mail addresses, postal addresses, names, times."""

import re
from datetime import date, timedelta
from typing import Any

import zipcodes

from knowledge.words import STOPWORDS, stem, tokens

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_ORDER_NUMBER = re.compile(
    r"(?:#\s?)?\b([A-Za-z]{1,4}-?\d{4,10})\b|#\s?(\d{3,10})\b|\border\s+(?:number\s+|no\.?\s+)?(\d{4,10})\b",
    re.IGNORECASE,
)
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_STREET = re.compile(
    r"\b(\d{1,6}[A-Za-z]?\s+(?:(?:[NSEW]|North|South|East|West)\.?\s+)?[A-Za-z0-9.'’ -]{2,60}?)"
    r"(?=\s*,|\s+(?:apt|apartment|suite|ste|unit|#)|\s+in\s|\s*\n|\s*$|\s+[A-Z][a-z]+,?\s+(?!in\s+[a-z])[A-Z]{2}\b|\s+\d{5}\b)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\b(?:apt|apartment|suite|ste|unit)\.?\s*#?\s*[\w-]+|#\s?\d+\w?\b", re.IGNORECASE)
_NAME_LEAD = re.compile(
    r"\b(?:my name is|my name's|name is|i am|i'm|this is|it's|name:|under)\s+"
    r"([A-Za-z][A-Za-z'’-]+)\s+([A-Za-z][A-Za-z'’-]+)",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"\b([A-Z][a-z'’-]+)\s+([A-Z][a-z'’-]+)\b")
_NOT_NAMES = frozenset(
    "name zip code email mail address postal order number instead customer account phone use".split()
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: i for i, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}


def email_in(text: str) -> str | None:
    """The first e-mail address, lower-cased."""
    match = _EMAIL.search(text)
    return match.group().rstrip(".").lower() if match else None


def order_numbers_in(text: str, *, expected: bool = False) -> list[str]:
    """Order numbers as written, without `#`. With `expected`, any long number counts as one."""
    body = _EMAIL.sub(" ", text)
    found = [next(group for group in match.groups() if group) for match in _ORDER_NUMBER.finditer(body)]
    if not found and expected:
        found = re.findall(r"\d{4,10}", body)[:1]
    return [number.upper() for number in found]


def zip_in(text: str) -> str | None:
    """The last five-digit number, which is where a zip code stands."""
    found = _ZIP.findall(_EMAIL.sub(" ", text))
    return found[-1] if found else None


def name_in(text: str, *, expected: bool = False) -> tuple[str, str] | None:
    """First and last name, where somebody introduces themselves; with `expected`, two plain words will do."""
    cleaned = _EMAIL.sub(" ", text)
    if match := _NAME_LEAD.search(cleaned):
        first, last = match.groups()
        if first.lower() not in STOPWORDS and last.lower() not in STOPWORDS:
            return first, last
    if expected:
        pairs = [
            (one, two)
            for one, two in _CAPITALS.findall(cleaned)
            if one.lower() not in STOPWORDS | _NOT_NAMES and two.lower() not in STOPWORDS | _NOT_NAMES
        ]
        words = [w for w in re.findall(r"[A-Za-z][A-Za-z'’-]+", cleaned) if w.lower() not in STOPWORDS | _NOT_NAMES]
        if pairs:
            return pairs[0]
        if len(words) == 2:
            return words[0], words[1]
    return None


def address_in(text: str) -> dict[str, str]:
    """The parts of a United States address that a message holds; city and state follow from the zip code.

    Returns:
        Some of `address1`, `address2`, `city`, `state`, `zip`, `country`.
    """
    parts: dict[str, str] = {}
    body = _EMAIL.sub(" ", text)
    if unit := _UNIT.search(body):
        parts["address2"] = unit.group().strip(" ,")
        body = body[: unit.start()].rstrip(" ,") + ", " + body[unit.end() :].lstrip(" ,.")
    code = zip_in(body)
    if code and not _is_zip(code, body):
        code = None
    if code:
        known = zipcodes.filter_by(zip_code=code)  # type: ignore[no-untyped-call]
        parts["zip"] = code
        if known:
            parts |= {"city": known[0]["city"], "state": known[0]["state"], "country": "US"}
        body_before_zip = body[: body.rfind(code)]
    else:
        body_before_zip = body
    if street := _STREET.search(body_before_zip):
        parts["address1"] = " ".join(street.group(1).split()).strip(" ,.")
        rest = body_before_zip[street.end() :].strip(" ,").removeprefix("in ")
        city = re.match(r"([A-Za-z .'-]{2,40}?)(?:,?\s+([A-Za-z]{2}))?[\s,]*$", rest)
        if city and city.group(1).strip() and code:
            parts["city"] = city.group(1).strip().title() if city.group(1).islower() else city.group(1).strip()
    return parts


def _is_zip(code: str, body: str) -> bool:
    """Whether a five-digit number is no house number: others come before it, or no street comes after it."""
    before, _, after = body.rpartition(code)
    known = zipcodes.filter_by(zip_code=code)  # type: ignore[no-untyped-call]
    places = {word for place in known for word in tokens(f"{place['city']} {place['state']}")}
    return any(char.isdigit() for char in before) or set(tokens(after)) <= places | STOPWORDS


def day_range_in(text: str, today: date) -> tuple[date, date] | None:
    """The days a phrase such as `yesterday`, `last week`, `in May` or `on November 3` speaks of."""
    words = [stem(token.removesuffix("'s")) for token in tokens(text)]
    joined = " ".join(words)
    if "yesterday" in words:
        return today - timedelta(1), today - timedelta(1)
    if "today" in words or "this morning" in joined:
        return today, today
    if "last week" in joined:
        return today - timedelta(today.weekday() + 7), today - timedelta(today.weekday() + 1)
    if "this week" in joined:
        return today - timedelta(today.weekday()), today
    if "last month" in joined:
        end = today.replace(day=1) - timedelta(1)
        return end.replace(day=1), end
    if match := re.search(r"\b(\d+|a|two|three|four)\s+(day|week|month)s? ago", joined):
        count = {"a": 1, "two": 2, "three": 3, "four": 4}.get(match.group(1)) or int(match.group(1))
        span = {"day": 1, "week": 7, "month": 30}[match.group(2)]
        slack = {"day": 0, "week": 3, "month": 12}[match.group(2)]
        middle = today - timedelta(count * span)
        return middle - timedelta(slack), middle + timedelta(slack)
    return _named_month(words, today) or _named_weekday(words, today)


def _named_month(words: list[str], today: date) -> tuple[date, date] | None:
    for i, word in enumerate(words):
        if word not in _MONTHS or (word in {"may", "mar", "march"} and not _is_a_date(words, i)):
            continue
        month = _MONTHS[word]
        near = words[max(0, i - 2) : i] + words[i + 1 : i + 2]
        days = [int(m.group(1)) for each in near if (m := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", each))]
        year = today.year if (month, 1) <= (today.month, today.day) else today.year - 1
        try:
            if days:
                return date(year, month, days[0]), date(year, month, days[0])
            following = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month, 1), following - timedelta(1)
        except ValueError:
            return None
    return None


def _is_a_date(words: list[str], i: int) -> bool:
    """`may` and `march` are months after `in`, `from`, `of`, or beside a number."""
    before = words[i - 1] if i else ""
    after = words[i + 1] if i + 1 < len(words) else ""
    return before in {"in", "from", "of", "last", "since", "during"} or before[:1].isdigit() or after[:1].isdigit()


def _named_weekday(words: list[str], today: date) -> tuple[date, date] | None:
    for i, word in enumerate(words):
        if word in _WEEKDAYS and i and words[i - 1] in {"on", "last", "from", "since"}:
            back = (today.weekday() - _WEEKDAYS[word]) % 7 or 7
            return today - timedelta(back), today - timedelta(back)
    return None


def reference_to_age(text: str) -> str | None:
    """`newest` or `oldest` where a phrase points at an order by its age."""
    words = set(tokens(text))
    if words & {"latest", "newest", "recent"} or re.search(r"\b(last|latest)\s+(order|purchase|one)", text.lower()):
        return "newest"
    if re.search(r"\b(oldest|first|earliest)\s+(order|purchase|one)", text.lower()):
        return "oldest"
    return None


def as_dict(value: Any) -> dict[str, Any]:
    """A JSON object, or an empty one where a tool answered something else."""
    return value if isinstance(value, dict) else {}
