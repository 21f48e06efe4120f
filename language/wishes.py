"""Which variant somebody wants instead of the one they have."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from language.options import Options, Said, Variant, by_price
from language.spelling import Word

SAME = re.compile(
    r"\b(?:same (?:exact )?(?:item|thing|one|product|model|variant)|exact same|identical|a replacement|"
    r"replacement of the same|another of the same|like for like)\b",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"\b(?:if (?:that|it|that's|it's|this|those|they|the first|the one|not|none|there)\b[^,.;]*?"
    r"(?:isn't|is not|not|n't|unavailable|gone|sold out|out of stock|no longer)\b[^,.;]*|"
    r"if not|or else|otherwise|failing that|"
    r"second choice|as a (?:backup|fallback|second choice)|alternatively)\s*[,:;]?\s*(?:then\s+)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Wish:
    """What is said of the variant wanted."""

    values: dict[str, list[str]] = field(default_factory=dict)
    """Option name to the values that would do; several where the words leave it open."""
    ranked: set[str] = field(default_factory=set)
    """Options whose values stand best first: the first that can be had is meant."""
    kept: set[str] = field(default_factory=set)
    """Options that were named as they are: another variant must have them too."""
    denied: dict[str, set[str]] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    """Options whose value is all the same."""
    price: str = ""
    same: bool = False
    """Whether the very same variant is wanted again."""

    @property
    def empty(self) -> bool:
        """Whether nothing was said at all."""
        return not (self.values or self.denied or self.free or self.price or self.same)

    def add(self, later: "Wish") -> None:
        """Take in what was said later; it goes before what was said."""
        for name, values in later.values.items():
            self.values[name] = values
            self.ranked.discard(name)
        self.ranked |= later.ranked
        self.kept = (self.kept | later.kept) - later.values.keys()
        for name, denied in later.denied.items():
            self.denied[name] = self.denied.get(name, set()) | denied
            if name not in later.values:
                left = [value for value in self.values.get(name, []) if value not in denied]
                self.values.pop(name, None)
                if left:
                    self.values[name] = left
        self.free |= later.free
        self.price = later.price or self.price
        self.same = later.same or (self.same and not later.values)


def wish(
    options: Options, text: str, heard: Sequence[Word], said: Sequence[Said], line: dict[str, str], pivot: int
) -> Wish:
    """What one message wishes for one line.

    Args:
        options: The product's.
        text: The part of the message that is about this line.
        heard: The message in words.
        said: The values mentioned for this line.
        line: The line's options as they are.
        pivot: The word from which on what is wanted is spoken of.
    """
    result = Wish(price=by_price(text), same=bool(SAME.search(text)), free=options.indifferent(text))
    for name in options.values:
        mentioned = [each for each in said if each.option == name]
        if denied := {each.value for each in mentioned if each.denied}:
            result.denied[name] = denied
        if name not in result.free:
            # "Any color but red", "waterproof or not": what is named there is not asked for.
            _take(result, name, [each for each in mentioned if not each.denied], line.get(name), pivot)
    if pivot and not result.values and not result.price:
        for each in said:
            if not each.denied and each.value != line.get(each.option):
                result.values.setdefault(each.option, []).append(each.value)
    for name, ranked in options.compared(heard, line).items():
        if name not in result.values:
            result.values[name] = ranked
            result.ranked.add(name)
    return result


def _take(result: Wish, name: str, mentioned: list[Said], now: str | None, pivot: int) -> None:
    """Take in the values of an option that were said."""
    later = list(dict.fromkeys(each.value for each in mentioned if each.begin >= pivot))
    earlier = list(dict.fromkeys(each.value for each in mentioned if each.begin < pivot and each.value != now))
    if len(later) > 1 and now in later:
        later.remove(now)
    if later:
        result.values[name] = later
    elif earlier and pivot == 0:
        result.values[name] = earlier
    elif any(each.value == now for each in mentioned):
        result.kept.add(name)


@dataclass(frozen=True, slots=True)
class Found:
    """Variants that fit a wish."""

    variants: list[Variant]
    """Those that can be had, best first."""
    exact: bool
    """Whether everything that was not spoken of stays as it is."""
    missing: Variant | None = None
    """The variant that was meant and cannot be had."""


def fitting(options: Options, wanted: Wish, line: dict[str, str], price: int, present: str) -> Found:
    """The variants a wish may mean.

    Args:
        options: The product's.
        wanted: What was said.
        line: The line's options as they are.
        price: What the line's unit costs, minor units.
        present: The id of the line's variant.
    """
    if wanted.same and not wanted.values:
        own = [each for each in options.variants if each["variant_id"] == present]
        return Found([each for each in own if each.get("available")], exact=True, missing=own[0] if own else None)
    fits = [
        each
        for each in options.variants
        if _allowed(each, wanted) and (each["variant_id"] != present or _keeps(wanted, line))
    ]
    if wanted.price == "cheaper":
        fits = [each for each in fits if each["price"] < price]
    fits = [each for each in fits if all(each["options"].get(name) == line.get(name) for name in wanted.kept)]
    unspoken = [name for name in options.values if name not in wanted.values and name not in wanted.free]
    if not (wanted.price and not wanted.values):
        same = [each for each in fits if all(each["options"].get(name) == line.get(name) for name in unspoken)]
        if ready := _best([each for each in same if each.get("available")], wanted):
            return Found(ready, exact=True)
        gone = same[0] if same else None
    else:
        gone = None
    return Found(_best([each for each in fits if each.get("available")], wanted), exact=False, missing=gone)


def _keeps(wanted: Wish, line: dict[str, str]) -> bool:
    """Whether a wish spells out what the customer has already: then that is what they want again."""
    return bool(wanted.values) and all(line.get(name) in values[:1] for name, values in wanted.values.items())


def _allowed(variant: Variant, wanted: Wish) -> bool:
    options = variant["options"]
    return all(options.get(name) in values for name, values in wanted.values.items()) and not any(
        options.get(name) in denied for name, denied in wanted.denied.items()
    )


def _best(variants: list[Variant], wanted: Wish) -> list[Variant]:
    """Best first; only the best where the words choose by rank or by price."""
    for name in sorted(wanted.ranked):
        order = wanted.values[name]
        top = min((order.index(each["options"][name]) for each in variants), default=0)
        variants = [each for each in variants if order.index(each["options"][name]) == top]
    if wanted.price and variants:
        pick = max if wanted.price == "dearest" else min
        price = pick(each["price"] for each in variants)
        variants = [each for each in variants if each["price"] == price]
    return variants
