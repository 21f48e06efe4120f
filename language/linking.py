"""Which of a customer's orders and items a phrase means.

A phrase is matched against the customer's own order lines: by order number, by time, by the words of title,
options and category (rare words weigh more; near-misses of spelling count). Nothing is dropped in silence: a
noun of this shop's catalogue that fits none of the lines is reported as unexplained.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz

from knowledge.words import content_stems, stem, tokens
from language.answers import NUMBERS, quantity_in
from language.described import told_by_content
from language.recognise import day_range_in, order_numbers_in, reference_to_age
from language.synonyms import synonyms_of

Order = dict[str, Any]
Line = dict[str, Any]

_WHOLE = re.compile(
    r"\b(?:whole|entire|full|complete)\s+(?:order|thing|lot|purchase)|\beverything\b|\ball of (?:it|them)\b|"
    r"\bthe (?:rest|others)\b|"
    r"\ball (?:the )?items\b|\ball my orders\b|\bboth orders\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except|excluding|apart from|other than|besides|but (?:not|keep)|but (?:for )?(?=the|my))\b", re.IGNORECASE
)
_NOT = re.compile(r"\bnot\s+(?=the|my|that|this)|\bkeep\b", re.IGNORECASE)
_PHRASE_END = re.compile(
    r"\s*(,|;|[.!?](?=\s|$)|\band\b|\bplus\b|&|\bas well as\b|\balong with\b|\bbut(?= the| my))\s*", re.IGNORECASE
)
_THAT_ORDER = re.compile(r"\b(?:order|purchase|parcel|package|delivery|shipment)s?\b", re.IGNORECASE)
FUZZY = 86
NEAR = 0.7
"""What a word counts that is only like another, or a part of it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One line of an order that a phrase means."""

    order: Order
    """The order."""
    line: Line
    """The line."""
    quantity: int | None
    """Units, where the phrase said how many."""
    score: float


@dataclass(slots=True)
class Link:
    """What a message means among a customer's orders."""

    orders: list[Order] = field(default_factory=list)
    """Orders it may be about, best first; all of them where it says nothing of it."""
    narrowed: bool = False
    """Whether the message itself says which orders."""
    described: bool = False
    """Whether it names an order by what is in it."""
    whole: bool = False
    """Whether it speaks of everything in an order."""
    mentions: list[Mention] = field(default_factory=list)
    """Lines it means for certain."""
    ambiguous: list[Mention] = field(default_factory=list)
    """Lines that fit one phrase equally well."""
    unexplained: list[str] = field(default_factory=list)
    """Nouns of the catalogue that fit none of the lines."""
    strange: list[str] = field(default_factory=list)
    """Words of phrases that fit no line and no product of the catalogue."""
    unknown_numbers: list[str] = field(default_factory=list)
    """Order numbers that are not among the customer's."""


def link(text: str, orders: list[Order], today: date, lexicon: frozenset[str], prefer: set[str]) -> Link:
    """Resolve a message against a customer's orders.

    Args:
        text: The message or clause.
        orders: The customer's orders, newest first, with their lines.
        today: The present day.
        lexicon: Stems of the catalogue's product words.
        prefer: Numbers of the orders that fit what is asked for; they win ties.
    """
    result = Link(orders=list(orders))
    _narrow(text, result, today)
    told = told_by_content(text)
    if told.things and not result.narrowed:
        _narrow_by_content(told.things, result, prefer)
    body, exception = _split_exception(told.rest if result.narrowed else text)
    result.whole = bool(_WHOLE.search(body))
    pool = [(order, line) for order in result.orders for line in order["lines"]]
    weights = _weights(pool)
    for phrase in _PHRASE_END.split(body)[::2]:
        _link_phrase(phrase, pool, weights, lexicon, prefer, result)
    if exception and (excluded := _excluded(exception, pool, weights)):
        kept = {line["id"] for line in excluded}
        if result.mentions and not result.whole:
            result.mentions = [each for each in result.mentions if each.line["id"] not in kept]
        else:
            owners = {order["number"] for order, line in pool if line["id"] in kept}
            result.mentions = [
                Mention(order, line, None, 1.0)
                for order, line in pool
                if order["number"] in owners and line["id"] not in kept
            ]
            result.whole = False
            result.ambiguous = []
    return result


def _narrow_by_content(things: Sequence[str], result: Link, prefer: set[str]) -> None:
    """Keep the orders that hold what was named; all of them where one request names several."""
    found: list[Order] = []
    for thing in things:
        said = [stem(token) for token in tokens(thing)]
        scored = [
            (
                sum(
                    max((bool(_match(word, line_stems(line))) for line in order["lines"]), default=False)
                    for word in said
                ),
                order,
            )
            for order in result.orders
        ]
        best = max((score for score, _ in scored), default=0)
        holding = [order for score, order in scored if score == best and score]
        found += [order for order in holding if order["number"] in prefer] or holding
    if found:
        numbers = {order["number"] for order in found}
        result.orders = [order for order in result.orders if order["number"] in numbers]
        result.narrowed = result.described = True


def number_key(number: str) -> str:
    """Digits of an order number, by which people know it."""
    return re.sub(r"\D", "", number)


def _narrow(text: str, result: Link, today: date) -> None:
    """Keep the orders that a number, a time or an age in the message points at."""
    own = {number_key(order["number"]): order["number"] for order in result.orders}
    numbers = order_numbers_in(text) or [own[digits] for digits in re.findall(r"\d{4,}", text) if digits in own]
    if numbers:
        keys = {number_key(number) for number in numbers}
        known = [order for order in result.orders if number_key(order["number"]) in keys]
        found = {number_key(order["number"]) for order in known}
        result.unknown_numbers = [number for number in numbers if number_key(number) not in found]
        if known:
            result.orders, result.narrowed = known, True
        return
    dated = [order for order in result.orders if "placed_at" in order]
    if span := day_range_in(text, today):
        within = [order for order in dated if span[0] <= _placed(order) <= span[1]]
        if within:
            result.orders, result.narrowed = within, True
            dated = within
    if (age := reference_to_age(text)) and dated:
        pick = max if age == "newest" else min
        result.orders, result.narrowed = (
            [pick(dated, key=lambda order: str(order["placed_at"]))],
            True,
        )


def _placed(order: Order) -> date:
    return datetime.fromisoformat(str(order["placed_at"])).date()


def line_stems(line: Line) -> set[str]:
    """The stems a line can be called by."""
    words = f"{line['title']} {line.get('category', '')} {' '.join(line.get('options', {}).values())}"
    title = tokens(line["title"])
    joined = {stem(one + two) for one, two in pairwise(title)}
    joined |= {one[:i] + two[:j] for one, two in pairwise(title) for i in range(3, 6) for j in range(3, 6)}
    return {stem(token) for token in tokens(words)} | joined | synonyms_of(line["title"])


def _weights(pool: list[tuple[Order, Line]]) -> dict[str, float]:
    counts = Counter(each for _, line in pool for each in line_stems(line))
    return {each: math.log(1 + len(pool) / count) + 0.2 for each, count in counts.items()}


def _split_exception(text: str) -> tuple[str, str]:
    """What is meant and what is left out. "Not the mug, the lamp" leaves out the mug only."""
    match = _EXCEPT.search(text)
    if match and match.start() > 3:
        return text[: match.start()], text[match.end() :]
    kept: list[str] = []
    dropped: list[str] = []
    pieces = _PHRASE_END.split(text)
    for phrase, joint in zip(pieces[::2], [*pieces[1::2], ""], strict=False):
        if match := _NOT.search(phrase):
            kept.append(phrase[: match.start()])
            dropped.append(phrase[match.end() :])
        else:
            kept.append(phrase)
        kept.append(f" {joint} ")
    return "".join(kept), " and ".join(dropped)


def _match(word: str, stems: set[str]) -> str | None:
    if word in stems:
        return word
    if len(word) < 5:
        return None
    if len(word) >= 5 and (
        part := next((each for each in stems if each.endswith(word) or (len(each) >= 5 and word.endswith(each))), None)
    ):
        return part
    near = max(stems, key=lambda each: fuzz.ratio(word, each), default="")
    return near if near and len(near) >= 4 and fuzz.ratio(word, near) >= FUZZY else None


def _score(words: list[str], line: Line, weights: dict[str, float], total: Counter[str]) -> float:
    """Weight of the words that fit the line; a word that fits only other lines counts against it."""
    stems = line_stems(line)
    score = 0.0
    for word in words:
        if hit := _match(word, stems):
            score += weights.get(hit, 0.0) * (1 if hit == word else NEAR)
        elif total[word]:
            score -= 1.0
    return score


def _joined(phrase: str, pool: list[tuple[Order, Line]]) -> list[str]:
    """The content of a phrase in stems; two words that name a line together are one: `power bank`."""
    names = {name for _, line in pool for name in synonyms_of(line["title"])}
    stems = [stem(token) for token in tokens(phrase)]
    for i, (one, two) in enumerate(pairwise(stems)):
        if one + two in names:
            return [*content_stems(" ".join([*stems[:i], *stems[i + 2 :]])), one + two]
    return content_stems(phrase)


def _link_phrase(
    phrase: str,
    pool: list[tuple[Order, Line]],
    weights: dict[str, float],
    lexicon: frozenset[str],
    prefer: set[str],
    result: Link,
) -> None:
    words = [word for word in _joined(phrase, pool) if not word.isdigit() and word not in NUMBERS]
    fits = Counter({word: sum(bool(_match(word, line_stems(line))) for _, line in pool) for word in words})
    if not any(fits.values()):
        result.unexplained += [word for word in words if word in lexicon and not _THAT_ORDER.fullmatch(word)]
        result.strange += [word for word in words if word not in result.unexplained and len(word) > 3]
        return
    scored = [(_score(words, line, weights, fits), order, line) for order, line in pool]
    best = max(score for score, _, _ in scored)
    if best <= 0:
        return
    top = [Mention(order, line, None, score) for score, order, line in scored if score >= best - 0.25]
    top = [each for each in top if each.order["number"] in prefer] or top
    named = {token for each in top for token in tokens(each.line["title"]) if token.isdigit()}
    quantity = quantity_in(" ".join(word for word in phrase.split() if not set(tokens(word)) & named))
    plural = bool(re.search(r"\b(?:both|all|every)\b", phrase.lower()))
    if not plural and (quantity or 1) == 1:
        top = _distinct(top)
    if len(top) == 1 or (plural and len({each.order["number"] for each in top}) == 1):
        known = {each.line["id"] for each in result.mentions}
        result.mentions += [
            Mention(each.order, each.line, quantity if len(top) == 1 and not plural else None, each.score)
            for each in top
            if each.line["id"] not in known
        ]
    elif not any(each.line["id"] in {m.line["id"] for m in [*result.mentions, *result.ambiguous]} for each in top):
        result.ambiguous += top


def _distinct(mentions: list[Mention]) -> list[Mention]:
    """One of each variant of an order: which of two equal lines is meant is all the same."""
    kinds: dict[tuple[str, str, tuple[str, ...]], Mention] = {}
    for each in mentions:
        options = tuple(each.line.get("options", {}).values())
        kinds.setdefault((each.order["number"], each.line["title"], options), each)
    return list(kinds.values())


def _excluded(text: str, pool: list[tuple[Order, Line]], weights: dict[str, float]) -> list[Line]:
    found: list[Line] = []
    for phrase in _PHRASE_END.split(text)[::2]:
        words = content_stems(phrase)
        fits = Counter({word: sum(bool(_match(word, line_stems(line))) for _, line in pool) for word in words})
        scored = [(_score(words, line, weights, fits), line) for _, line in pool]
        best = max((score for score, _ in scored), default=0.0)
        if best > 0:
            found += [line for score, line in scored if score >= best - 0.25]
    return found
