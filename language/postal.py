"""Reading a postal address out of a message."""

import re

from knowledge.words import STOPWORDS
from language.places import CODES, STATES, leading_city, place_of, state_of

_TYPE = (
    r"(?:street|str|st|avenue|ave|av|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|terrace|ter|circle|"
    r"cir|parkway|pkwy|highway|hwy|square|sq|plaza|trail|trl|loop|alley|row|run|path|pike|crossing|crescent|walk|"
    r"esplanade|broadway)"
)
_SIDE = r"(?:north|south|east|west|n|s|e|w|ne|nw|se|sw)"
_WORD = r"(?!\d+\s|(?:to|and|at|for|please|is|but|not|on|in|of|the|my)\b)[a-z0-9][\w'’.-]*"
_HOUSE = r"(?<!apt )(?<!apt\. )(?<!suite )(?<!unit )(?<!ste )(?<!route )(?<!box )(?<!highway )(?<!hwy )(?<!# )"
_HOUSE += r"(?<![\w#$%.,/-])(?:\d{1,6}[a-z]?(?:-\d{1,4})?)(?: 1/2)?"
_STREET = re.compile(
    rf"{_HOUSE}[ \t]+(?:(?:{_SIDE}\.?|{_WORD})[ \t]+){{0,4}}?(?:{_TYPE}\b\.?(?:[ \t]+{_TYPE}\b\.?)*|"
    rf"(?:avenue|calle|camino|via|route|county road|highway|hwy|state road)[ \t]+(?:{_WORD}))"
    rf"(?:[ \t]+{_SIDE}\b\.?(?![ \t]*'))?",
    re.IGNORECASE,
)
"""A house number and a street that says it is one: `12 Birch Lane`, `854 Broadway`, `7 N 5th St`."""
_BOX = re.compile(r"\bp\.?\s?o\.?\s?box\s+\d+\b", re.IGNORECASE)
_UNTYPED = re.compile(
    rf"{_HOUSE}[ \t]+(?!(?:of|x|for|in|on|to|days?|items?|weeks?)\b)(?:{_WORD})(?:[ \t]+(?!in\b){_WORD}){{0,3}}?"
    r"(?=[ \t]*[,\n]|[ \t]+(?:in|apt|apartment|suite|ste|unit)\b|"
    r"[ \t]+(?:[a-z.'-]+[ \t]+){0,3}[a-z]{2,}[ \t,]+\d{5}\b)",
    re.IGNORECASE,
)
"""One that does not, where the rest of an address comes after it."""
_UNIT_IS = r"(?:[ \t]+(?:no\.?|number|is|was|should[ \t]be|must[ \t]be|needs[ \t]to[ \t]be|to))"
_UNIT = re.compile(
    rf"\b(?:(?:apartment|apt|suite|ste|unit|room|rm|floor)\b\.?{_UNIT_IS}*[ \t]*#?[ \t]*"
    r"(?:\d[\w-]*|[a-z](?:-?\d+)?(?![\w'’]))|flat[ \t]+\d\w*)|(?<!\w)#[ \t]?\d{1,5}[a-z]?\b",
    re.IGNORECASE,
)
_ZIP = re.compile(r"(?<![\w#$-])(\d{5})(?:-\d{4})?(?![\w-])")
_NOT_THIS = re.compile(
    rf"\b(?:not|instead of|rather than)\s+(?:(?:in|the|my)\s+)*(?:\d{{5}}\b|{_UNIT.pattern}|\d{{1,5}}[a-z]?\W*$)",
    re.IGNORECASE,
)
"""A zip code, a unit or a number that is not the one."""
_CODE_WORDS = re.compile(
    r"[(\s,]*\b(?:(?:and|with)\s+)?(?:(?:the|my)\s+)?(?:(?:zip|postal|post)(?:\s*-?\s*code)?|zipcode)\b"
    r"(?:\s+(?:is|should be|must be|would be|number))?\s*:?\s*(?=\d{5})",
    re.IGNORECASE,
)
_HEADINGS = re.compile(
    r"(?:\b(?:street(?: address)?|address(?: line)?(?: ?[12])?|city|town|state|country)\s*:|"
    r"\b(?:the )?(?:city|town|state) (?:is|of)\b)\s*",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|instead of|rather than|from|no longer(?: at| in)?|(?:don't|do not|never|stop)\s(?:\w+\s){1,3}?(?:to|at)|"
    r"(?:old|previous|former|wrong|last)\s(?:one|address|place|home|apartment|house)(?:\s(?:was|is|at|in|of|on))*|"
    r"used to (?:be|live)(?: at)?)"
    r"\s*:?,?\s*(?:(?:to|at|in|the|my|our|old|previous|former|address|place|one|house|home|of|was|is)\s+){0,5}$",
    re.IGNORECASE,
)
_RESUMED = re.compile(r"\b(?:but|to|it'?s|send|ship|use|now|new|should|please|and|we|i)\b|[.;!]\s|$", re.IGNORECASE)
_STATE_NAME = re.compile(rf"\b(?:{'|'.join(sorted(STATES, key=len, reverse=True))})\b", re.IGNORECASE)
_STATE_CODE = re.compile(r"\b([A-Za-z]{2})\b\.?(?=[\s,)]*(?:\d{5}\b|$|[,.;:)\n]|please|instead|thank|usa?\b))")
_WANTED_END = re.compile(
    r"\b(?:please|instead|thanks?|thank|not|rather|and|for|because|since|is|usa|us|united states|with|if|so|asap|as|"
    r"that's|where|ok|okay|before|my|the|from|it|this)\b|[.;!?()]",
    re.IGNORECASE,
)


def read_address(text: str) -> dict[str, str]:
    """The parts of the address wanted in a text that holds no e-mail address and no order number."""
    body = _HEADINGS.sub(", ", _CODE_WORDS.sub(", ", text.replace("’", "'")))
    body = re.sub(r"\s{2,}", lambda m: "\n" if "\n" in m.group() else " ", body)
    body = _NOT_THIS.sub(" ", body)
    street, before, after = _wanted(body)
    parts: dict[str, str] = {}
    unit = _UNIT.search(after) or _UNIT.search(before)
    if unit:
        parts["address2"] = " ".join(re.sub(f"(?i){_UNIT_IS}", "", unit.group()).split())
        before, after = (_cut(each, unit.group()) for each in (before, after))
    codes = _ZIP.findall(after) or _ZIP.findall(before)
    code = codes[-1] if codes else ""
    if code:
        parts["zip"] = code
    if street:
        parts["address1"] = " ".join(street.split()).strip(" ,.")
    return parts | _place(before, after, code, bool(street))


def _wanted(body: str) -> tuple[str, str, str]:
    """The street wanted, and what stands before and after it."""
    found = [(m.start(), m.end()) for m in _STREET.finditer(body) if not _is_zip(body, m.start(), m.group())]
    found += [(m.start(), m.end()) for m in _BOX.finditer(body)]
    if not found:
        found = [(m.start(), m.end()) for m in _UNTYPED.finditer(body) if _leads_on(body, m)]
    found.sort()
    left = list(found)
    for begin, end in reversed(found):
        if denied := _DENIED.search(body[:begin]):
            left.remove((begin, end))
            resumed = _RESUMED.search(body, end)
            stop = resumed.start() if resumed else len(body)
            body = body[: denied.start()] + " " * (stop - denied.start()) + body[stop:]
    if not left:
        return "", "", body
    starts = [begin for begin, _ in left] + [len(body)]
    tails = [_ZIP.search(body[end : starts[i + 1]]) for i, (_, end) in enumerate(left)]
    best = max(range(len(left)), key=lambda i: (tails[i] is not None, i))
    begin, end = left[best]
    return body[begin:end], body[left[best - 1][1] if best else 0 : begin], body[end : starts[best + 1]]


def _is_zip(body: str, at: int, street: str) -> bool:
    """Whether the number a street seems to begin with is a zip code: a state or its city stands beside it."""
    number = street.split()[0]
    if len(number) != 5 or not number.isdigit():
        return False
    words = body[:at].rstrip(" ,").split()
    place = place_of(number)
    after = leading_city(street.split()[1:4], place["state"]) if place else ""
    return bool(words) and ((words[-1].upper() in CODES and words[-1].isupper()) or bool(after))


def _leads_on(body: str, match: re.Match[str]) -> bool:
    """Whether an untyped street is one: a zip code follows, and its first number is none itself."""
    number = match.group().split()[0]
    return bool(_ZIP.search(body[match.end() :])) and not (len(number) == 5 and number.isdigit() and place_of(number))


def _place(before: str, after: str, code: str, street: bool) -> dict[str, str]:
    """City, state and country by what is said, else by the zip code."""
    state, before, after = _state(before, after, code)
    place = place_of(code) if code else None
    home = state or (state_of(code) if code else "")
    spoken = _ZIP.sub(",", after) if street else ""
    city = _city_at(spoken, home, sure=street)
    if not city and (state or code):
        city = _city_in(before if street else f"{before} , {after}", home)
    parts: dict[str, str] = {}
    if city:
        parts["city"] = city.title() if city.islower() or city.isupper() else city
    elif place:
        parts["city"] = place["city"]
    if home and (parts or code):
        parts |= {"state": home, "country": "US"}
    return parts


def _state(before: str, after: str, code: str) -> tuple[str, str, str]:
    """The state said, and the texts without it. The last one counts: in "New York, NY" the first is a city."""
    for late, part in ((True, after), (False, before)):
        found = [(m.start(), m.end(), STATES[m.group().lower()]) for m in _STATE_NAME.finditer(part)]
        for m in _STATE_CODE.finditer(part):
            said = m.group(1).upper()
            spoken = (
                m.group(1).isupper() or (code and state_of(code) == said) or _city_in(part[: m.start()][-40:], said)
            )
            if said in CODES and spoken:
                found.append((m.start(), m.end(), said))
        found = [each for each in found if not _is_city_only(part, each, code)]
        if found:
            begin, end, state = max(found)
            rest = f"{part[:begin]} , {part[end:]}"
            return (state, before, rest) if late else (state, rest, after)
    return "", before, after


def _is_city_only(part: str, found: tuple[int, int, str], code: str) -> bool:
    """Whether a state's name is meant as a city's, as in `New York 10126` or `Kansas City`."""
    begin, end, state = found
    name = part[begin:end]
    if len(name) == 2:
        return False
    words = re.findall(r"[\w']+", part[end : end + 20])
    if words and len(leading_city([name, words[0]]).split()) > len(name.split()):
        return True
    before = part[:begin].strip(" ,\n")
    return not _city_in(before.split(",")[-1], state) and bool(
        leading_city(name.split(), state_of(code) if code else state)
    )


def _city_at(text: str, state: str, *, sure: bool) -> str:
    """The city's name a text begins with; an unknown one only where it must be one."""
    lead = re.sub(r"^(?:[\s,.;:]|\b(?:in|at)\b)+", "", text, flags=re.IGNORECASE)
    words = re.findall(r"[A-Za-z][\w.'-]*", re.split(r"[,\n;()\d]", lead, maxsplit=1)[0])
    known = leading_city(words, state) or (leading_city(words) if sure else "")
    if known:
        return known.rstrip(".")
    rest = _WANTED_END.split(" ".join(words), maxsplit=1)[0].split()
    return " ".join(rest) if sure and 0 < len(rest) <= 3 and not {w.lower() for w in rest} & STOPWORDS else ""


def _city_in(text: str, state: str) -> str:
    """The last known city of the state in a text."""
    words = re.findall(r"[A-Za-z][\w'-]*\.?|,|\n", text)
    names = [leading_city(words[i:], state) for i in range(len(words))]
    found = [name for name in names if name and name.lower() not in STOPWORDS]
    return max(found[-3:], key=lambda name: len(name.split()), default="")


def _cut(text: str, part: str) -> str:
    return text.replace(part, " , ", 1)
