"""Options of a product in somebody's words: which values they say, which they rule out, what is all the same to them.

Nothing here knows a product: the values are those of the variants at hand, matched by their words, by amounts with
units (`1 liter` is `1000ml`), by near-misses of spelling and by what only one value has (`grinder` for `built-in
grinder`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz

from knowledge.words import STOPWORDS
from language.spelling import Word, words

Variant = dict[str, Any]
"""`variant_id`, `options` (name to value), `price` in minor units, `available`."""

_SIZES = {
    "xs": "extra small", "s": "small", "m": "medium", "l": "large", "xl": "extra large", "xxl": "double extra large",
}  # fmt: skip
_COLORS = frozenset(
    """red blue green yellow orange purple violet pink brown black white gray silver gold beige ivory cream navy teal
    turquoise maroon burgundy crimson olive khaki tan lilac lavender mint coral charcoal bronze magenta""".split()
)
_ODD_SIZES = frozenset({"xxs", "xs", "xl", "xxl", "xxxl"})
_YES = frozenset({"yes", "true"})
_NO = frozenset({"no", "none", "false"})
_WITHOUT = re.compile(r"(?:not|non|no|without)\b", re.IGNORECASE)
"""How a value begins that says something is not there."""
_DENYING = frozenset(
    {
        "not",
        "no",
        "none",
        "without",
        "non",
        "isn't",
        "don't",
        "didn't",
        "except",
        "but",
        "besides",
        "than",
        "never",
        "avoid",
    }
)
_INDIFFERENT = re.compile(
    r"\b(?:any|whatever|whichever|either|regardless of|no preference (?:on|for|about)|"
    r"(?:don't|do not|doesn't|does not)\s+(?:really\s+)?(?:care|mind|matter)"
    r"(?:\s+(?:about|for|what|which))?)\s+(?:the\s+|of the\s+)?([a-z]+(?: [a-z]+)?)"
    r"|\b([a-z]+(?: [a-z]+)?)\s+(?:doesn't|does not|don't|do not)\s+(?:really\s+)?matter"
    r"|\b([a-z]+) or not\b"
)
_RANKS = (
    ("extra small", "small", "medium", "large", "extra large", "double extra large"),
    ("xs", "s", "m", "l", "xl", "xxl"),
    ("low", "medium", "high"),
    ("beginner", "intermediate", "expert"),
    ("basic", "standard", "premium"),
)
_UP = frozenset(
    "bigger larger taller longer brighter higher heavier wider thicker stronger more greater up harder tougher".split()
)
_DOWN = frozenset("smaller shorter dimmer lower lighter narrower thinner less fewer down easier simpler".split())
_MOST = frozenset(
    """biggest largest tallest longest brightest highest heaviest widest most maximum max greatest hardest
    toughest""".split()
)
_LEAST = frozenset(
    "smallest shortest dimmest lowest lightest narrowest thinnest least fewest minimum min easiest simplest".split()
)
_OF_SKILL = frozenset("easier easiest simpler simplest harder hardest tougher toughest".split())
_CHEAP = re.compile(r"\b(?:cheapest|least expensive|lowest[- ]pric\w+|most affordable|less money|lowest cost)\b")
_CHEAPER = re.compile(r"\b(?:cheaper|less expensive|more affordable)\b")
_DEAR = re.compile(r"\b(?:most expensive|priciest|highest[- ]priced?|dearest|most costly)\b")
NEARLY = 87
"""How alike two words must be to be one with a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value of an option that somebody mentions."""

    option: str
    value: str
    begin: int
    """Its first word, counted from the beginning of the text."""
    end: int
    """One past its last word."""
    denied: bool
    """Whether it is ruled out."""


class Options:
    """The options of one product."""

    def __init__(self, title: str, variants: Sequence[Variant]) -> None:
        self.title = title
        self.variants = list(variants)
        self.values: dict[str, list[str]] = {}
        for variant in variants:
            for name, value in variant["options"].items():
                known = self.values.setdefault(name, [])
                if value not in known:
                    known.append(value)
        self._titled = titled = {word.text for word in words(title)}
        counts = Counter(
            word
            for values in self.values.values()
            for value in values
            if not _WITHOUT.match(value)
            for word in {each.text for each in words(value)}
        )
        self._unique = {word for word, count in counts.items() if count == 1 and len(word) >= 4 and word.isalpha()}
        self._unique -= titled | STOPWORDS | {"size", "full", "built", "high", "with"}

    def said(self, text: Sequence[Word]) -> list[Said]:
        """Every value a text mentions, longest mentions first where they overlap, in order."""
        found: list[Said] = []
        for name, values in self.values.items():
            for value in values:
                found += [Said(name, value, *span, False) for span in self._spans(name, value, text)]
        found.sort(key=lambda each: (each.begin - each.end, self._beside(each, text), each.begin))
        taken: set[int] = set()
        kept: list[Said] = []
        for each in found:
            span = set(range(each.begin, each.end))
            if not span & taken:
                taken |= span
                kept.append(each)
        kept += self._parts(text, taken)
        judged = [_judged(each, text) for each in kept]
        return sorted([*judged, *self._switches(text, taken)], key=lambda each: each.begin)

    def _beside(self, said: Said, text: Sequence[Word]) -> int:
        """0 where the option's name stands beside the value; 1 where not."""
        name = {word.text for word in words(said.option)}
        near = {word.text for word in text[max(0, said.begin - 3) : said.end + 2]}
        return 0 if name & near else 1

    def _spans(self, name: str, value: str, text: Sequence[Word]) -> list[tuple[int, int]]:
        wanted = [word.text for word in words(value) if word.text not in (",", ".")]
        if not wanted or value.lower() in _YES | _NO:
            return []
        size = len(wanted)
        found = [
            (i, i + size)
            for i in range(len(text) - size + 1)
            if [word.text for word in text[i : i + size]] == wanted or (size == 1 and _near(text[i].text, wanted[0]))
        ]
        if size == 1 and (len(wanted[0]) == 1 or wanted[0].isdigit()):
            found = [span for span in found if self._stands_alone(name, span[0], text)]
        spelled = _SIZES.get(value.lower())
        if spelled and not found:
            parts = spelled.split()
            found = [
                (i, i + len(parts))
                for i in range(len(text) - len(parts) + 1)
                if [word.text for word in text[i : i + len(parts)]] == parts
                and (len(parts) > 1 or not i or text[i - 1].text != "extra")
            ]
        return found

    def _stands_alone(self, name: str, at: int, text: Sequence[Word]) -> bool:
        """Whether a lone number or letter is this option's value: named beside it, or all that a phrase says."""
        near = {word.text for word in text[max(0, at - 2) : at + 2]}
        if near & {word.text for word in words(name)} or "size" in near:
            return True
        before = text[at - 1].text if at else ""
        if text[at].text.isalpha():
            return (text[at].raw.isupper() and before != "i") or len(text) == 1
        if len(text[at].text) >= 3:
            return before not in {"#", "$"}
        after = text[at + 1].text if at + 1 < len(text) else ""
        return len(text) <= 3 or (
            before in {"a", "an", "to", "in", "for"} and after in {"", ".", ",", "please", "instead", "and", "?", "in"}
        )

    def _switches(self, text: Sequence[Word], taken: set[int]) -> list[Said]:
        """Options that are there or not: `waterproof`, `without bluetooth`, `no extra features`."""
        found: list[Said] = []
        for name, values in self.values.items():
            yes = next((value for value in values if value.lower() in _YES), None)
            no = next((value for value in values if value.lower() in _NO or _WITHOUT.match(value)), None)
            if yes is None and no is None:
                continue
            named = [word.text for word in words(name)]
            at = [
                i
                for i, word in enumerate(text)
                if i not in taken and any(_same_root(word.text, each) for each in named)
            ]
            runs = {_same_root_of(text[i].text, named) for i in at}
            if len(runs) < len(named) or not at:
                continue
            denied = any(word.text in _DENYING for word in text[max(0, at[0] - 3) : at[0]])
            value = no if denied else yes
            if value is not None:
                found.append(Said(name, value, at[0], at[-1] + 1, False))
            elif no is not None:
                found.append(Said(name, no, at[0], at[-1] + 1, not denied))
        return found

    def _parts(self, text: Sequence[Word], taken: set[int]) -> list[Said]:
        """A word that only one value has stands for it."""
        found: list[Said] = []
        for i, word in enumerate(text):
            if i in taken:
                continue
            hit = next((each for each in self._unique if each == word.text or _near(word.text, each)), None)
            if hit is None:
                continue
            name, value = next(
                (name, value)
                for name, values in self.values.items()
                for value in values
                if hit in {w.text for w in words(value)}
            )
            if not any(each.option == name and each.value == value for each in found):
                found.append(Said(name, value, i, i + 1, False))
        return found

    def unknown(self, text: Sequence[Word]) -> dict[str, str]:
        """Option to what is said of it that no variant has: a color, a size, an amount in its unit."""
        taken = {i for each in self.said(text) for i in range(each.begin, each.end)} | {
            i for i, word in enumerate(text) if word.text in self._titled
        }
        found: dict[str, str] = {}
        for name, values in self.values.items():
            spelled = [[word.text for word in words(value)] for value in values]
            known = {word for each in spelled for word in each}
            units = {
                two for each in spelled for one, two in pairwise(each) if one[0].isdigit() and not two[0].isdigit()
            }
            sized = all(value.lower() in _SIZES or value.lower() in _SIZES.values() for value in values)
            for i in set(range(len(text))) - taken:
                word, after = text[i].text, text[i + 1].text if i + 1 < len(text) else ""
                strange = (word in _COLORS and known & _COLORS) or (sized and word in _ODD_SIZES)
                if not strange and not (word[0].isdigit() and after in units):
                    continue
                if not _judged(Said(name, word, i, i + 1, False), text).denied:
                    found[name] = text[i].raw if strange else f"{text[i].raw} {text[i + 1].raw}"
        return found

    def indifferent(self, text: str) -> set[str]:
        """Options whose value is all the same to whoever wrote this."""
        free: set[str] = set()
        for match in _INDIFFERENT.finditer(text.lower().replace("colour", "color")):
            named = {word.text for group in match.groups() if group for word in words(group)}
            free |= {name for name in self.values if named & {word.text for word in words(name)}}
        return free

    def ranked(self, name: str) -> list[str]:
        """The values of an option from least to most; empty where they have no order."""
        values = self.values[name]
        numbers = [re.match(r"[\d.]+", "".join(word.text for word in words(value)[:1])) for value in values]
        if all(numbers):
            return sorted(values, key=lambda value: float(words(value)[0].text))
        low = [value.lower() for value in values]
        for ranks in _RANKS:
            if set(low) <= set(ranks):
                return sorted(values, key=lambda value: ranks.index(value.lower()))
        return []

    def _ranked_option(self, text: Sequence[Word], at: int) -> str | None:
        """The ordered option a comparing word is about: the one named beside it, else the only one, or a size."""
        ordered = [name for name in self.values if self.ranked(name)]
        near = {word.text for word in text[max(0, at - 3) : at + 4]}
        named = [name for name in ordered if any(_same_root_of(each, [w.text for w in words(name)]) for each in near)]
        if named:
            return named[0]
        root = text[at].text[:6]
        rooted = [name for name in ordered if any(word.text.startswith(root[:5]) for word in words(name))]
        sized = [name for name in ordered if {"size", "capacity", "height", "length"} & {w.text for w in words(name)}]
        if text[at].text in _OF_SKILL:
            return next((name for name in ordered if {"difficulty", "level"} & {w.text for w in words(name)}), None)
        for group in (rooted, ordered if len(ordered) == 1 else [], sized if len(sized) == 1 else []):
            if group:
                return group[0]
        return None

    def compared(self, text: Sequence[Word], now: dict[str, str]) -> dict[str, list[str]]:
        """Options wanted larger, smaller, largest or smallest: the values that would do, best first.

        Args:
            text: What was said.
            now: The options as they are.
        """
        found: dict[str, list[str]] = {}
        for i, word in enumerate(text):
            if word.text in _UP | _DOWN | _MOST | _LEAST:
                name = self._ranked_option(text, i)
                if name is None:
                    continue
                ranked = self.ranked(name)
                if word.text in _MOST:
                    found[name] = ranked[::-1]
                elif word.text in _LEAST:
                    found[name] = ranked
                elif now.get(name) in ranked:
                    place = ranked.index(now[name])
                    found[name] = ranked[place + 1 :] if word.text in _UP else ranked[:place][::-1]
        return {name: values for name, values in found.items() if values}


def by_price(text: str) -> str:
    """`cheapest`, `cheaper`, `dearest` or nothing, where a text chooses by the price."""
    low = text.lower()
    if _CHEAP.search(low):
        return "cheapest"
    if _DEAR.search(low):
        return "dearest"
    return "cheaper" if _CHEAPER.search(low) else ""


def _judged(said: Said, text: Sequence[Word]) -> Said:
    before = [word.text for word in text[max(0, said.begin - 3) : said.begin]]
    cut = max(
        (
            i
            for i, word in enumerate(before)
            if word in (",", ".", "and", "or", "but") or (word == "want" and not {*before[:i]} & _DENYING)
        ),
        default=-1,
    )
    near = before[cut + 1 :] if cut >= 0 and before[cut] != "but" else before
    denied = any(word in _DENYING - {"but", "than"} for word in near) or near[-2:] in (
        ["other", "than"],
        ["rather", "than"],
        ["instead", "of"],
    )
    denied = denied or before in (["instead", "of", "the"], ["instead", "of", "a"])
    denied = denied or (len(before) >= 2 and before[-2:] in (["anything", "but"], ["any", "but"]))
    return Said(said.option, said.value, said.begin, said.end, denied)


def _near(one: str, other: str) -> bool:
    return len(one) >= 5 and len(other) >= 5 and one[0] == other[0] and fuzz.ratio(one, other) >= NEARLY


def _same_root(one: str, other: str) -> bool:
    return one == other or (len(one) >= 5 and len(other) >= 5 and one[:5] == other[:5])


def _same_root_of(word: str, among: Iterable[str]) -> str:
    return next((each for each in among if _same_root(word, each)), "")
