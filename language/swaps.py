"""Items for other variants of them: which lines are meant, and which variant each is to become."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.embedder import Embedder
from language.anchors import (
    ENDS,
    STARTS,
    STRONG,
    Anchor,
    Sharing,
    aim,
    anchors_by_meaning,
    anchors_in,
    words_left,
)
from language.answers import chosen, quantity_in
from language.asking import MOST_CHOICES, Asking, line_choice, which_one
from language.linking import Line, Order, number_key
from language.options import Options, Variant, by_price
from language.outcome import Ask, Filled, Lookup, Nothing, Resolution
from language.recognise import as_dict
from language.spelling import Word, words
from language.state import Frame, SlotValue
from language.wishes import OTHERWISE, SAME, Found, Wish, fitting, wish

LOOK_UP, KEPT = "item_options", "variants"
SETTLED = "settled"
"""Where a frame keeps what was picked from a list of choices."""
_WEAK = frozenset({"with", "in", "be", "want", "prefer", "like", "instead", "as", "get", "need"})
_ALL = re.compile(r"\b(?:both|all|every|each)\b", re.IGNORECASE)
Place = tuple[int, int]
"""Which message, and which word of it."""


@dataclass(slots=True)
class Goal:
    """A line that is to be swapped."""

    order: Order
    line: Line
    wish: Wish = field(default_factory=Wish)
    fallbacks: list[Wish] = field(default_factory=list)
    """What would do where the wish cannot be had, in order."""
    quantity: int | None = None
    unknown: dict[str, str] = field(default_factory=dict)
    """Option to what was said of it that no variant has."""
    aimed: bool = False
    """Whether a word marks where what is wanted begins."""

    @property
    def meant_again(self) -> bool:
        """Whether the variant that is there may be the one wanted."""
        return self.aimed or self.wish.same


class Swaps:
    """Resolves a slot of kind `swaps`."""

    def __init__(
        self,
        frame: Frame,
        heard: Sequence[str],
        pool: Sequence[tuple[Order, Line]],
        common: Container[str],
        embedder: Embedder,
    ) -> None:
        """Args:
        frame: The procedure in hand.
        heard: What was said for it, in order.
        pool: Lines that may be meant, with their orders.
        common: Words of requests, which name no item.
        embedder: For words that stand in no title.
        """
        self._frame = frame
        self._pool = list(pool)
        self._common = common
        self._embedder = embedder
        self._heard = heard
        self._texts = [words(text) for text in heard]
        self._settled = as_dict(frame.results.get(SETTLED))
        self._about = {int(i): str(title) for i, title in as_dict(self._settled.get("about")).items()}
        self._anchors: list[Anchor] = []
        self._options: dict[str, Options] = {}

    def resolve(self) -> Resolution:
        """The swap of each item meant, or what has to be asked."""
        if not self._pool:
            return Nothing("I don't see an item among your orders that can be swapped.")
        own = [line for _, line in self._pool]
        self._anchors = [each for i, text in enumerate(self._texts) for each in anchors_in(i, text, own)]
        picked = as_dict(self._settled.get("lines"))
        named = {title for each in self._anchors for title in each.titles}
        if not picked and len(own) > 1:
            left = [line for line in own if line["title"] not in named]
            silent = [words_left(text, [a for a in self._anchors if a.text == i]) for i, text in enumerate(self._texts)]
            self._anchors += anchors_by_meaning(silent, left, self._plain(own), self._embedder)
            self._anchors.sort(key=lambda each: (each.text, each.begin))
        known = {title for each in self._anchors for title in each.titles}
        self._anchors += [Anchor(0, 0, 0, {title}) for title in picked if title not in known]
        if not self._anchors and len({line["title"] for line in own}) == 1:
            self._anchors = [Anchor(0, 0, 0, {own[0]["title"]})]
        if not self._anchors:
            return Ask(choices=[line_choice(*each) for each in self._pool[:MOST_CHOICES]])
        titles_meant = {title for each in self._anchors for title in each.titles}
        return self._with_options([each for each in self._pool if each[1]["title"] in titles_meant])

    def _plain(self, lines: Sequence[Line]) -> set[str]:
        """Words that name no item: those of requests, of options, of titles that were named."""
        said = {word.text for text in self._texts for word in text}
        plain = {word for word in said if word in self._common}
        for line in lines:
            for part in line.get("options", {}).items():
                plain |= {word.text for value in part for word in words(value)}
        for each in self._anchors:
            plain |= {word.text for word in self._texts[each.text][each.begin : each.end]}
        return plain

    def _with_options(self, lines: list[tuple[Order, Line]]) -> Resolution:
        looked_up = as_dict(self._frame.results.get(KEPT))
        of_line, products = as_dict(looked_up.get("lines")), as_dict(looked_up.get("products"))
        if any(line["id"] not in of_line for _, line in lines):
            items = [{"order_number": order["number"], "line_id": line["id"]} for order, line in lines]
            return Lookup(LOOK_UP, KEPT, {"items": items})
        lines = [(order, {**line, **of_line[line["id"]]}) for order, line in lines]
        for _, line in lines:
            self._options[line["title"]] = Options(line["title"], products[line["product"]]["variants"])
        aim(self._anchors, self._texts)
        Sharing(self._anchors, self._texts, self._options).share(self._about)
        goals: list[Goal] = []
        for group in self._groups(lines):
            found = self._meant(group, lines)
            if isinstance(found, Ask):
                return found
            taken = {goal.line["id"] for goal in goals}
            goals += [self._goal(*each, group) for each in found if each[1]["id"] not in taken]
        return self._settle(goals)

    def _groups(self, lines: Sequence[tuple[Order, Line]]) -> list[list[Anchor]]:
        """Anchors that speak of the same thing: all of a title with one line; else each that names what is there."""
        groups: list[list[Anchor]] = []
        for anchor in self._anchors:
            single = sum(line["title"] in anchor.titles for _, line in lines) == 1
            same = [each for each in groups if each[0].titles & anchor.titles]
            if same and (single or anchor.target or anchor.text > same[-1][0].text):
                same[-1].append(anchor)
            else:
                groups.append([anchor])
        return groups

    def _meant(self, group: list[Anchor], lines: list[tuple[Order, Line]]) -> list[tuple[Order, Line]] | Ask:
        titles = set.intersection(*(each.titles for each in group)) or group[0].titles
        candidates = [each for each in lines if each[1]["title"] in titles]
        picked = {line_id for ids in as_dict(self._settled.get("lines")).values() for line_id in ids}
        if ready := [each for each in candidates if each[1]["id"] in picked]:
            return ready
        first = group[0]
        around = self._texts[first.text][max(0, first.begin - 4) : first.end + 1]
        if _ALL.search(" ".join(word.raw for word in around)):
            return candidates
        if len(candidates) > 1:
            candidates = self._of_nearest_order(first, candidates)
        if len(candidates) > 1:
            candidates = self._told_apart(group, candidates)
        if len({(order["number"], str(line.get("options"))) for order, line in candidates}) == 1:
            return candidates[:1]
        if len(candidates) > 1:
            choices = [line_choice(*each) for each in candidates[:MOST_CHOICES]]
            return Ask(question=which_one([choice.label for choice in choices]), choices=choices)
        return candidates

    def _of_nearest_order(self, anchor: Anchor, candidates: list[tuple[Order, Line]]) -> list[tuple[Order, Line]]:
        """Of lines of several orders, those of the order whose number stands nearest."""
        text = self._texts[anchor.text]
        places = [
            (abs(i - anchor.begin) + 5 * (i > anchor.begin), order["number"])
            for order, _ in candidates
            for i, word in enumerate(text)
            if word.text == number_key(order["number"])
        ]
        if not places:
            return candidates
        number = min(places)[1]
        return [each for each in candidates if each[0]["number"] == number]

    def _told_apart(self, group: list[Anchor], candidates: list[tuple[Order, Line]]) -> list[tuple[Order, Line]]:
        """The lines that have what was said of the one that is there."""
        pivot = self._pivot(group)
        said = [((i, each.begin), each) for anchor in group for i, many in anchor.said.items() for each in many]
        scored: list[tuple[float, tuple[Order, Line]]] = []
        for order, line in candidates:
            score = 0.0
            for place, each in said:
                has = line.get("options", {}).get(each.option) == each.value
                if each.denied:
                    score += has
                elif pivot is None or place < pivot:
                    score += 1.0 if has else -0.9
                else:
                    score -= 0.5 * has
            scored.append((score, (order, line)))
        best = max(score for score, _ in scored)
        return [each for score, each in scored if score >= best - 0.05]

    def _pivot(self, group: list[Anchor]) -> Place | None:
        """The word from which on what is wanted is spoken of; nothing where no word marks it."""
        first = group[0]
        text = self._texts[first.text]
        target = next((each for each in group if each.target), None)
        end = next((i for i in range(first.end, len(text)) if text[i].text in STARTS), len(text))
        for marks in (STRONG, _WEAK):
            for i in range(first.end, target.begin if target else end):
                if text[i].text in marks:
                    return first.text, i + 1
        if target:
            return target.text, target.begin
        before = {word.text for word in text[max(0, first.begin - 6) : first.begin]}
        wanted = before & {"into", "for"} and not before & STARTS
        return (first.text, max(0, first.begin - 6)) if wanted else None

    def _goal(self, order: Order, line: Line, group: list[Anchor]) -> Goal:
        options = self._options[line["title"]]
        pivot = self._pivot(group)
        goal = Goal(order, line, aimed=pivot is not None)
        for i, text in enumerate(self._texts):
            said = sorted((each for anchor in group for each in anchor.said.get(i, [])), key=lambda each: each.begin)
            low, high = self._stretch(group, i)
            part = text[low:high]
            turn = self._turn(i)
            main = [each for each in said if turn is None or each.begin < turn]
            begin = pivot[1] if pivot and pivot[0] == i else 0
            goal.unknown |= options.unknown(self._own(text, max(low, begin), high))
            plain = " ".join(word.raw for word in part)
            goal.wish.add(wish(options, plain, part, main, line.get("options", {}), begin))
            if turn is not None and (rest := [each for each in said if each.begin >= turn]):
                goal.fallbacks.append(wish(options, "", [], rest, line.get("options", {}), 0))
            if named := next((each for each in group if each.text == i and each.end), None):
                before = " ".join(word.raw for word in text[max(0, named.begin - 3) : named.begin])
                goal.quantity = quantity_in(before) or goal.quantity
        return goal

    def _turn(self, number: int) -> int | None:
        """The word at which a message turns to what would do instead."""
        raw = self._heard[number]
        match = OTHERWISE.search(raw)
        return len(words(raw[: match.end()])) if match else None

    def _stretch(self, group: list[Anchor], number: int) -> Place:
        """The part of a message that is about an item: from the item named before to the next one."""
        text = self._texts[number]
        mine = [each for each in group if each.text == number and each.end]
        others = [each for each in self._anchors if each.text == number and each.end and each not in group]
        if not mine:
            about = self._about.get(number)
            meant = about is None or any(about in each.titles for each in group)
            high = min((each.begin for each in others), default=len(text))
            return (0, high) if meant and (not others or about is not None) else (0, 0)
        low = max((each.end for each in others if each.end <= mine[0].begin), default=0)
        high = min((each.begin for each in others if each.begin >= mine[-1].end), default=len(text))
        return low, high

    @staticmethod
    def _own(text: Sequence[Word], low: int, high: int) -> Sequence[Word]:
        """A stretch without the words that lead to the next item: "and the green" of "and the green tent"."""
        if high == len(text):
            return text[low:]
        cut = max((i for i in range(low, high) if text[i].text in ENDS | {",", "and"}), default=high)
        return text[low:cut]

    def _settle(self, goals: list[Goal]) -> Resolution:
        parts: dict[str, list[dict[str, Any]]] = {}
        difference = 0
        for goal in goals:
            variant = self._variant(goal)
            if isinstance(variant, Ask):
                return variant
            quantity = min(goal.quantity or goal.line["quantity"], goal.line["quantity"])
            difference += (variant["price"] - goal.line["unit_price"]) * quantity
            item = {"line_id": goal.line["id"], "variant_id": variant["variant_id"], "quantity": quantity}
            parts.setdefault(goal.order["number"], []).append(item)
        orders = [{"order_number": number, "items": items} for number, items in parts.items()]
        statuses = sorted({str(goal.order["status"]) for goal in goals})
        value = {"orders": orders, "statuses": statuses, "difference": difference}
        return Filled(SlotValue(value=value, origin="said"))

    def _variant(self, goal: Goal) -> Variant | Ask:
        line = goal.line
        options = self._options[line["title"]]
        picked = as_dict(self._settled.get("variants")).get(line["id"])
        if picked:
            return next(each for each in options.variants if each["variant_id"] == picked)
        asking = Asking(goal.order, line, options)
        if goal.wish.empty and not goal.fallbacks:
            return asking.which(asking.others(), "")
        tried: Found | None = None
        for extra in [None, *goal.fallbacks]:
            combined = Wish()
            for each in (goal.wish, *([extra] if extra else [])):
                combined.add(each)
            found = fitting(options, combined, line.get("options", {}), line["unit_price"], line["variant_id"])
            if goal.unknown.keys() - combined.values.keys():
                continue
            if len(found.variants) == 1 and (found.exact or not found.missing):
                # What only tells what is there, such as "mine isn't waterproof", is no wish to have it again.
                again = found.variants[0]["variant_id"] == line["variant_id"]
                return asking.which(asking.others(), "") if again and not goal.meant_again else found.variants[0]
            tried = found if tried is None or (found.variants and not tried.variants) else tried
        if tried is None:
            said = ", ".join(goal.unknown.values())
            return asking.which(asking.others(), f"The {line['title']} does not come in {said}.")
        return asking.instead(tried)


def take(frame: Frame, text: str) -> bool:
    """Take an answer to a question about swaps: one of the choices, or more of what is wanted.

    Returns:
        Whether the text says anything of it.
    """
    settled = as_dict(frame.results.setdefault(SETTLED, {}))
    labels = [choice.label for choice in frame.choices]
    found = chosen(text, labels) or _named(text, labels)
    for i in found:
        value = frame.choices[i].value
        if "line" in value:
            settled.setdefault("lines", {}).setdefault(value["title"], []).append(value["line"])
        else:
            settled.setdefault("variants", {})[value["of"]] = value["variant"]
    if frame.about:
        settled.setdefault("about", {})[str(len(frame.heard))] = frame.about
    return bool(found) or speaks_of_swaps(frame, text)


def correct(frame: Frame) -> None:
    """Forget which variants were picked: what is said now counts."""
    as_dict(frame.results.get(SETTLED)).pop("variants", None)


def speaks_of_swaps(frame: Frame, text: str) -> bool:
    """Whether a text names one of the customer's items, or says what is wanted of one in hand."""
    orders = as_dict(frame.results.get("orders")).get("orders", [])
    heard = words(text)
    if anchors_in(0, heard, [line for order in orders for line in order["lines"]]):
        return True
    if by_price(text) or SAME.search(text):
        return True
    known = as_dict(as_dict(frame.results.get(KEPT)).get("products")).values()
    return any(
        options.said(heard) or options.indifferent(text) or options.compared(heard, options.variants[0]["options"])
        for options in (Options(each["title"], each["variants"]) for each in known)
    )


def _named(text: str, labels: Sequence[str]) -> list[int]:
    stems = {word.text for word in words(text)}
    overlaps = [len(stems & {word.text for word in words(label)}) for label in labels]
    best = max(overlaps, default=0)
    return [overlaps.index(best)] if best and overlaps.count(best) == 1 else []
