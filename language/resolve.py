"""Filling the slots of a procedure: from what was said, from the shop's data, or by asking."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process

from knowledge.playbook import Slot
from knowledge.templates import evaluate
from knowledge.words import content_stems, tokens
from language import recognise
from language.answers import chosen, yes_or_no
from language.linking import Link, Mention, Order, link, number_key
from language.state import Choice, Frame, Plan, SlotValue
from language.text import without_products
from language.understand import Understanding

MOST_CHOICES = 5
ALIKE = 0.4
"""Cosine from which an answer to a question means one of the choices."""
SAME_THING = 0.35
AHEAD = 0.08
"""Cosine from which a noun means an order line, and how far ahead of the next that line must be."""
CLEARLY_ALIKE = 0.55
"""The same for something said without being asked."""
PRONOUN = frozenset({"it", "that", "this", "them", "one", "its", "it's"})


@dataclass(frozen=True, slots=True)
class Filled:
    """The slot's value is known."""

    value: SlotValue


@dataclass(frozen=True, slots=True)
class Ask:
    """The customer must say."""

    lead: str = ""
    """A sentence that comes before the question, such as what was not found."""
    question: str = ""
    """The question; empty means the slot's own wording."""
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A tool must be called first."""

    tool: str
    keep: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing the slot could hold; the sentence says so."""

    sentence: str


Resolution = Filled | Ask | Lookup | Nothing


def resolve(name: str, slot: Slot, frame: Frame, plan: Plan, understanding: Understanding) -> Resolution:
    """Find a slot's value, or what has to happen for that."""
    if slot.kind in ("order", "items"):
        listed = frame.results.get("orders")
        if listed is None:
            return Lookup("list_orders", "orders")
        found = _Orders(slot, frame, plan, understanding)
        return found.order() if slot.kind == "order" else found.items()
    for text in reversed(frame.heard):
        if value := from_text(slot, text, frame, understanding, expected=False):
            return Filled(SlotValue(value=value, origin="said"))
    if slot.default:
        value = evaluate(slot.default, frame.values())
        if value is not None:
            return Filled(SlotValue(value=value, origin="defaulted"))
    return Ask(choices=[Choice(label=words[0], value=code) for code, words in slot.choices.items()])


def from_text(slot: Slot, text: str, frame: Frame, understanding: Understanding, *, expected: bool) -> Any:
    """What a text says for a slot that needs no look-up, or nothing."""
    match slot.kind:
        case "email":
            return recognise.email_in(text)
        case "order_number":
            return next(iter(recognise.order_numbers_in(text, expected=True)), None)
        case "zip":
            return recognise.zip_in(text)
        case "name":
            name = recognise.name_in(text, expected=expected)
            return {"first_name": name[0], "last_name": name[1]} if name else None
        case "address":
            return _address(text, frame)
        case "choice":
            return _choice(slot, text, understanding, expected=expected)
        case "text" | "product":
            return text if expected or slot.kind == "product" else None
        case _:
            return None


def _address(text: str, frame: Frame) -> dict[str, str] | None:
    """The address said so far; whole only with street, city, state and zip."""
    parts: dict[str, str] = {}
    for said in [*frame.heard, text] if text not in frame.heard else frame.heard:
        parts |= recognise.address_in(said)
    if {"address1", "city", "zip"} <= parts.keys():
        return {"address2": "", "state": "", "country": "US", **parts}
    return None


def _choice(slot: Slot, text: str, understanding: Understanding, *, expected: bool) -> str | None:
    """The choice whose words stand in the text; else, of the ways people put it, the one nearest in meaning."""
    said = [" ".join(tokens(text)), " ".join(tokens(without_products(text, understanding.lexicon)))]
    found = [
        (len(phrase), code)
        for code, ways in slot.choices.items()
        for phrase in (" ".join(tokens(way)) for way in ways)
        if any(f" {phrase} " in f" {each} " for each in said)
    ]
    if found:
        return max(found)[1]
    if expected:
        if yes_or_no(text) == "yes" and slot.on_yes:
            return slot.on_yes
        if (word := yes_or_no(text)) in slot.choices:
            return word
        if picked := chosen(text, list(slot.choices)):
            return list(slot.choices)[picked[0]]
        if yes_or_no(text):
            return None
    return _nearest(slot, said[1], understanding, ALIKE if expected else CLEARLY_ALIKE)


def _nearest(slot: Slot, text: str, understanding: Understanding, least: float) -> str | None:
    codes = [code for code, ways in slot.choices.items() for _ in ways]
    ways = [way for each in slot.choices.values() for way in each]
    parts = [text, *(part for part in re.split(r"[.,;!?]| because | as | since ", text) if len(part.split()) > 1)]
    vectors = understanding.embedder.embed([*ways, *parts])
    cosines = vectors[: len(ways)] @ vectors[len(ways) :].T
    best = int(cosines.max(axis=1).argmax())
    return codes[best] if float(cosines[best].max()) >= least else None


def says(slot: Slot, text: str, frame: Frame, understanding: Understanding) -> bool:
    """Whether a message says something for a slot, without having been asked."""
    if slot.kind in ("order", "items"):
        listed = recognise.as_dict(frame.results.get("orders"))
        today = date.fromisoformat(listed.get("today", "2000-01-01"))
        found = link(text, listed.get("orders", []), today, understanding.lexicon, set())
        meant = found.mentions or found.ambiguous or found.unexplained or found.unknown_numbers
        return bool(meant or found.narrowed or found.whole)
    if slot.kind == "address":
        return bool(recognise.address_in(text).keys() - {"country"})
    return (
        slot.kind not in ("text", "product") and from_text(slot, text, frame, understanding, expected=False) is not None
    )


class _Orders:
    """Resolves a slot against the customer's own orders."""

    def __init__(self, slot: Slot, frame: Frame, plan: Plan, understanding: Understanding) -> None:
        self.slot, self.plan = slot, plan
        listed = recognise.as_dict(frame.results["orders"])
        self.orders: list[Order] = listed.get("orders", [])
        self.today = date.fromisoformat(listed.get("today", "2000-01-01"))
        self.text = " . ".join(frame.heard)
        self.fits = {order["number"] for order in self.orders if self._fits(order)}
        self.link: Link = link(self.text, self.orders, self.today, understanding.lexicon, self.fits)
        if self.link.unexplained and not self.link.mentions:
            self._by_meaning(understanding)

    def _fits(self, order: Order) -> bool:
        if not self.slot.prefer:
            return True
        return bool(evaluate(self.slot.prefer, {"order": order, "today": self.today.isoformat()}))

    def _by_meaning(self, understanding: Understanding) -> None:
        """A noun that stands in no title may still mean a line: a `bottle` is a flask."""
        pool = [(order, line) for order in self.link.orders for line in order["lines"]]
        pool = [each for each in pool if each[0]["number"] in self.fits] or pool
        if not pool:
            return
        names = [f"{line['title']}, {line.get('category', '')}" for _, line in pool]
        vectors = understanding.embedder.embed([self.link.unexplained[0], *names])
        cosines = sorted(((float(v @ vectors[0]), i) for i, v in enumerate(vectors[1:])), reverse=True)
        ahead = cosines[0][0] - (cosines[1][0] if len(cosines) > 1 else 0.0)
        if cosines[0][0] >= SAME_THING and ahead >= AHEAD:
            order, line = pool[cosines[0][1]]
            self.link.mentions = [Mention(order, line, None, cosines[0][0])]
            self.link.unexplained = []

    def order(self) -> Resolution:
        if not self.orders and not self.link.unknown_numbers:
            return Nothing("I don't see any orders on your account yet.")
        if self.link.unknown_numbers and not self.link.narrowed:
            return Filled(SlotValue(value={"number": self.link.unknown_numbers[0], "lines": []}, origin="said"))
        candidates, said = self._candidates()
        if len(candidates) > 1 and (focus := self._focused(candidates)):
            return Filled(SlotValue(value=focus, origin="inferred"))
        if len(candidates) > 1 and self.slot.default:
            picked = evaluate(self.slot.default, {"candidates": candidates, "today": self.today.isoformat()})
            if picked:
                return Filled(SlotValue(value=picked, origin="defaulted"))
        if len(candidates) == 1:
            return Filled(SlotValue(value=candidates[0], origin="said" if said else "inferred"))
        return Ask(
            choices=[Choice(label=_order_label(each), value=each["number"]) for each in candidates[:MOST_CHOICES]]
        )

    def _candidates(self) -> tuple[list[Order], bool]:
        """The orders in question, and whether the customer's own words say so."""
        found = self.link
        named = found.mentions or found.ambiguous
        if named:
            numbers = {each.order["number"] for each in named}
            pool = [order for order in found.orders if order["number"] in numbers]
        else:
            pool = found.orders
        fitting = [order for order in pool if order["number"] in self.fits]
        return fitting or pool, bool(found.narrowed or named)

    def _focused(self, candidates: list[Order]) -> Order | None:
        """The order last spoken of, where the words point back at it and at no other."""
        if self.link.narrowed or not self.plan.focus or not set(tokens(self.text)) & PRONOUN:
            return None
        return next((order for order in candidates if order["number"] == self.plan.focus), None)

    def items(self) -> Resolution:
        """Units of orders, with the statuses of those orders."""
        resolution = self._items()
        if isinstance(resolution, Filled):
            numbers = {part["order_number"] for part in resolution.value.value["orders"]}
            known = {str(order["status"]) for order in self.orders if order["number"] in numbers}
            resolution.value.value["statuses"] = sorted(known)
        return resolution

    def _items(self) -> Resolution:
        found = self.link
        if not self.orders and not found.unknown_numbers:
            return Nothing("I don't see any orders on your account yet.")
        if found.unknown_numbers and not found.narrowed:
            part = {"order_number": found.unknown_numbers[0], "items": None}
            return Filled(SlotValue(value={"orders": [part]}, origin="said"))
        if found.ambiguous:
            return Ask(
                question="Which one do you mean?",
                choices=[_line_choice(each) for each in found.ambiguous[:MOST_CHOICES]],
            )
        if found.unexplained and not found.mentions:
            what = found.unexplained[0]
            return Ask(lead=f"I can't find a {what} among your orders.", choices=self._everything())
        if found.mentions:
            return Filled(SlotValue(value={"orders": _grouped(found.mentions)}, origin="said"))
        return self._whole_orders()

    def _whole_orders(self) -> Resolution:
        candidates, said = self._candidates()
        if (focus := self._focused(candidates)) is not None:
            candidates = [focus]
        many = any(word in tokens(self.text) for word in ("both", "all")) and "orders" in tokens(self.text)
        about_order = self.link.whole or "order" in tokens(self.text) or self.link.narrowed
        if many and candidates:
            parts = [{"order_number": each["number"], "items": None} for each in candidates]
            return Filled(SlotValue(value={"orders": parts}, origin="said"))
        if len(candidates) == 1 and (about_order or len(candidates[0]["lines"]) == 1):
            part = {"order_number": candidates[0]["number"], "items": None}
            return Filled(SlotValue(value={"orders": [part]}, origin="said" if said else "inferred"))
        if len(candidates) == 1:
            return Ask(choices=self._everything(candidates))
        return Ask(choices=self._everything(candidates))

    def _everything(self, orders: list[Order] | None = None) -> list[Choice]:
        """Each order as a whole where there are several, else the order and each of its lines."""
        pool = orders or [order for order in self.orders if order["number"] in self.fits] or self.orders
        if len(pool) == 1:
            lines = [_line_choice(Mention(pool[0], line, None, 0.0)) for line in pool[0]["lines"]]
            whole = Choice(
                label=f"The whole order {pool[0]['number']}",
                value={"orders": [{"order_number": pool[0]["number"], "items": None}]},
            )
            return [*lines[: MOST_CHOICES - 1], whole]
        return [
            Choice(label=_order_label(each), value={"orders": [{"order_number": each["number"], "items": None}]})
            for each in pool[:MOST_CHOICES]
        ]


def answer(slot: Slot, text: str, frame: Frame, understanding: Understanding) -> SlotValue | None:
    """Read a message as the answer to the question that was asked."""
    if frame.choices and slot.kind != "choice":
        labels = [choice.label for choice in frame.choices]
        picked = chosen(text, labels) or _by_name(text, frame.choices)
        if picked:
            return SlotValue(value=_merged(slot, frame, picked), origin="said")
    if slot.kind in ("order", "items"):
        return _order_answer(slot, text, frame)
    value = from_text(slot, text, frame, understanding, expected=True)
    return SlotValue(value=value, origin="said") if value else None


def _order_answer(slot: Slot, text: str, frame: Frame) -> SlotValue | None:
    """An order number counts as an answer even where it is not one of the choices."""
    numbers = recognise.order_numbers_in(text, expected=True)
    if not numbers:
        return None
    orders = recognise.as_dict(frame.results.get("orders")).get("orders", [])
    known = next((each for each in orders if number_key(each["number"]) == number_key(numbers[0])), None)
    if slot.kind == "order":
        return SlotValue(value=known or {"number": numbers[0], "lines": []}, origin="said")
    if known and len(known["lines"]) > 1 and frame.choices:
        return None
    return SlotValue(value={"orders": [{"order_number": numbers[0], "items": None}]}, origin="said")


def _by_name(text: str, choices: list[Choice]) -> list[int]:
    """The one choice whose label the words fit best, if it is clearly ahead."""
    stems = set(content_stems(text))
    overlaps = [len(stems & set(content_stems(choice.label))) for choice in choices]
    if max(overlaps, default=0) > 0 and overlaps.count(max(overlaps)) == 1:
        return [overlaps.index(max(overlaps))]
    found = process.extract(text, [choice.label for choice in choices], scorer=fuzz.partial_ratio, limit=2)
    if found and found[0][1] >= 85 and (len(found) == 1 or found[0][1] - found[1][1] >= 8) and len(text) >= 4:
        return [found[0][2]]
    return []


def _merged(slot: Slot, frame: Frame, picked: list[int]) -> Any:
    values = [frame.choices[i].value for i in picked]
    if slot.kind == "order":
        orders = recognise.as_dict(frame.results.get("orders")).get("orders", [])
        return next((each for each in orders if each["number"] == values[0]), {"number": values[0], "lines": []})
    if slot.kind != "items" or len(values) == 1:
        return values[0]
    parts: dict[str, dict[str, Any]] = {}
    for value in values:
        for part in value["orders"]:
            known = parts.setdefault(part["order_number"], {"order_number": part["order_number"], "items": []})
            known["items"] = None if part["items"] is None or known["items"] is None else known["items"] + part["items"]
    return {"orders": list(parts.values())}


def _order_label(order: Order) -> str:
    first = order["lines"][0]["title"] if order["lines"] else ""
    more = f" and {len(order['lines']) - 1} more" if len(order["lines"]) > 1 else ""
    return f"{order['number']}: {first}{more}"


def _line_choice(mention: Mention) -> Choice:
    line = mention.line
    options = ", ".join(line.get("options", {}).values())
    label = f"{line['title']}{f' ({options})' if options else ''}, {mention.order['number']}"
    return Choice(label=label, value={"orders": _grouped([mention])})


def _grouped(mentions: list[Mention]) -> list[dict[str, Any]]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for each in mentions:
        item: dict[str, Any] = {"line_id": each.line["id"]}
        if each.quantity:
            item["quantity"] = each.quantity
        parts.setdefault(each.order["number"], []).append(item)
    return [{"order_number": number, "items": items} for number, items in parts.items()]
