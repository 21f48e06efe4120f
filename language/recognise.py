"""Values in a message: order numbers, e-mail addresses, postal addresses, names, times."""

import re
from datetime import date, timedelta
from typing import Any

from knowledge.words import STOPWORDS, stem, tokens
from language.places import CODES, STATES, is_city, leading_city
from language.postal import read_address

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_WHOLE = r"(?![\w-]*\d{11}|[\w-]{17})([A-Za-z\d]+(?:[-_][A-Za-z\d]+)*)\b"
"""A number with whatever the shop puts before and behind it; no tracking number."""
_ORDER_NUMBER = re.compile(
    rf"#\s?(?=[\w-]*\d{{3}}){_WHOLE}|\border\s+(?:number\s+|no\.?\s+)?(?=[\w-]*\d{{4}}){_WHOLE}|"
    r"\b([A-Za-z]{1,4}-?\d{4,10}(?:-(?:[A-Za-z]{1,4}|\d{3,10}))*)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:#\s?[A-Za-z]{1,4}-?\d{4,10}|\b[A-Za-z]{1,4}-?\d{6,10}|#\s?\d{6,10}|"
    r"\border\s+(?:number\s+|no\.?\s+)?\d{4,10})(?:-[A-Za-z]{1,4})?\b",
    re.IGNORECASE,
)
"""What is an order number and no part of an address."""
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_NAME = r"[A-Za-z][A-Za-z'’-]+"
SHORT = 5
"""Words, a zip code among them, in a message that is a name and little else."""
_NAMED = re.compile(
    rf"\b(?:name is|name's|name:|called|name on (?:it|the (?:order|account)) is)\s+({_NAME})\s+"
    rf"(?:[A-Za-z]\.?\s+)?({_NAME})",
    re.IGNORECASE,
)
"""Says that it is a name."""
_INTRODUCED = re.compile(
    rf"\b(?:i am|i'm|this is|it's|it is|under|for|by|name)\s+({_NAME})\s+(?:[A-Za-z]\.?\s+)?({_NAME})"
    r"(?=\s*(?:[,.!;(]|$|\d|\b(?:and|from|here|at|with|zip|in)\b))",
    re.IGNORECASE,
)
"""May say a name."""
_CAPITALS = re.compile(r"\b([A-Z][A-Za-z'’-]+)(?=\s+(?:[A-Z]\.?\s+)?([A-Z][A-Za-z'’-]+)\b)")
_NOT_NAMES = frozenset(
    """name names zip code codes email e-mail mail address postal order orders number numbers instead customer account
    phone use used street city state dear sorry sure hi hello thanks thank first last full both happy sad new old here's
    live living moved email's regards cancel return exchange change refund""".split()
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
        found = re.findall(r"\d{4,10}(?:-\d{3,10})*", body)[:1]
    return [number.upper() for number in found]


def zip_in(text: str) -> str | None:
    """The last five-digit number, which is where a zip code stands."""
    found = _ZIP.findall(_EMAIL.sub(" ", text))
    return found[-1] if found else None


def name_in(text: str, *, expected: bool = False, products: frozenset[str] = frozenset()) -> tuple[str, str] | None:
    """First and last name, where somebody introduces themselves.

    Args:
        text: What they wrote.
        expected: Whether two plain words will do.
        products: Stems of the words products are called by; two of them are no name.
    """
    cleaned = _EMAIL.sub(" , ", text).replace("’", "'")
    if street := read_address(cleaned).get("address1"):
        cleaned = cleaned.replace(street, " , ")
    if match := _NAMED.search(cleaned):
        first, last = match.groups()
        if _is_name(first, last, products, said=True):
            return first, last
    for match in _INTRODUCED.finditer(cleaned):
        first, last = match.groups()
        ends = first.islower() and first.endswith(("ing", "ed"))
        weak = match.group().split()[0].lower() in {"under", "for", "by", "it", "it's", "name"}
        if not ends and (expected or not weak) and _is_name(first, last, products):
            return first, last
    if not expected:
        return None
    places = " ".join(_places_in(cleaned))
    for match in _CAPITALS.finditer(cleaned):
        pair = (match.group(1), match.group(2))
        if " ".join(pair).lower() not in places and _is_name(*pair, products):
            return pair
    words = [word for word in re.findall(_NAME, cleaned) if word.lower() not in STOPWORDS | _NOT_NAMES]
    short = len(set(tokens(cleaned)) - _NOT_NAMES) <= SHORT
    return (words[0], words[1]) if len(words) == 2 and short and _is_name(words[0], words[1], products) else None


def _is_name(first: str, last: str, products: frozenset[str], *, said: bool = False) -> bool:
    """Whether two words can be somebody's name: no common words, no place, no month, no product."""
    pair = [first.lower(), last.lower()]
    common = STOPWORDS | _NOT_NAMES
    if said and first[0].isupper() and last[0].isupper():
        # "My name is Will May" leaves no doubt.
        common = _NOT_NAMES
    if any(word in common for word in pair) or all(stem(word) in products for word in pair):
        return False
    if said:
        return True
    dated = pair[1] in _MONTHS or (pair[0] in _MONTHS and pair[0] not in {"april", "may", "june", "august", "jan"})
    return not (dated or pair[1] in STATES or last in CODES or set(pair) & _WEEKDAYS.keys() or is_city(" ".join(pair)))


def _places_in(text: str) -> list[str]:
    """Cities of two words or more, in lower case."""
    words = re.findall(r"[A-Za-z][\w.'-]*", text)
    found = [leading_city(words[i:]) for i in range(len(words))]
    return [name.lower() for name in found if len(name.split()) > 1]


def address_in(text: str) -> dict[str, str]:
    """The parts of a United States address that a message holds.

    Of several addresses the one that is wanted: not that after "instead of" or "not". What is said of city and state
    goes before what the zip code says.

    Returns:
        Some of `address1`, `address2`, `city`, `state`, `zip`, `country`.
    """
    return read_address(_NUMBER.sub(" ", _EMAIL.sub(" ", text)))


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
