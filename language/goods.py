"""Orders and items that a slot means, among the customer's own."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from knowledge.playbook import Slot
from knowledge.templates import evaluate
from knowledge.words import tokens
from language import recognise
from language.anchors import anchors_in
from language.asking import which_one
from language.described import told_by_content
from language.linking import Line, Link, Mention, Order, link
from language.outcome import Ask, Filled, Nothing, Resolution
from language.spelling import words
from language.state import Choice, Frame, Plan, SlotValue
from language.understand import Understanding

MOST_CHOICES = 5
SAME_THING = 0.35
AHEAD = 0.08
"""Cosine from which a noun means an order line, and how far ahead of the next that line must be."""
SAME_STRANGE = 0.45
"""The same for a word that is no product's in this shop."""
PRONOUN = frozenset({"it", "that", "this", "them", "one", "its", "it's"})


class Goods:
    """Resolves a slot of kind `order` or `items` against the customer's own orders."""

    def __init__(
        self, slot: Slot, frame: Frame, plan: Plan, understanding: Understanding, refused: Sequence[Any] = ()
    ) -> None:
        """Args:
        slot: What is looked for.
        frame: The procedure in hand, orders listed.
        plan: The state of the conversation.
        understanding: Knows the words of the catalogue.
        refused: Values that were tried and cannot be taken.
        """
        self.slot, self.plan, self._refused = slot, plan, refused
        listed = recognise.as_dict(frame.results["orders"])
        self.orders: list[Order] = listed.get("orders", [])
        self.today = date.fromisoformat(listed.get("today", "2000-01-01"))
        self._heard = frame.heard
        self.text = " . ".join(frame.heard)
        self.fits = {order["number"] for order in self.orders if self._fits(order)}
        self.link: Link = link(self.text, self.orders, self.today, understanding.lexicon, self.fits)
        self._by_meaning(understanding)

    def _fits(self, order: Order) -> bool:
        if not self.slot.prefer:
            return True
        return bool(evaluate(self.slot.prefer, {"order": order, "today": self.today.isoformat()}))

    def _by_meaning(self, understanding: Understanding) -> None:
        """A noun that stands in no title may still mean a line: a `bottle` is a flask, a `hoover` a vacuum cleaner."""
        strange = [word for word in self.link.strange if word not in understanding.common]
        words = list(dict.fromkeys([*self.link.unexplained, *strange]))[:10]
        taken = {each.line["id"] for each in self.link.mentions}
        pool = [(order, line) for order in self.link.orders for line in order["lines"] if line["id"] not in taken]
        pool = [each for each in pool if each[0]["number"] in self.fits] or pool
        titles = list(dict.fromkeys(f"{line['title']}, {line.get('category', '')}" for _, line in pool))
        if not words or not pool:
            return
        vectors = understanding.embedder.embed([*words, *titles])
        cosines = vectors[: len(words)] @ vectors[len(words) :].T
        for word, row in zip(words, cosines, strict=True):
            least, ahead = (SAME_THING, AHEAD) if word in self.link.unexplained else (SAME_STRANGE, AHEAD)
            ordered = sorted(row, reverse=True)
            if ordered[0] < least or (len(ordered) > 1 and ordered[0] - ordered[1] < ahead):
                continue
            meant = [e for e in pool if f"{e[1]['title']}, {e[1].get('category', '')}" == titles[int(row.argmax())]]
            found = [Mention(order, line, None, float(ordered[0])) for order, line in meant]
            if len(found) == 1 and found[0].line["id"] not in {each.line["id"] for each in self.link.mentions}:
                self.link.mentions += found
            elif len(found) > 1:
                self.link.ambiguous += found
            self.link.unexplained = [each for each in self.link.unexplained if each != word]

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
            choices=[Choice(label=order_label(each), value=each["number"]) for each in candidates[:MOST_CHOICES]]
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

    def heard(self) -> list[str]:
        """What was said, without what only tells which order is meant."""
        if not self.link.described:
            return self._heard
        rest = [told_by_content(text).rest for text in self._heard]
        own = [line for order in self.link.orders for line in order["lines"]]
        return rest if any(anchors_in(0, words(text), own) for text in rest) else self._heard

    def lines(self) -> list[tuple[Order, Line]]:
        """Every line that may be meant: of the orders named, else of those that fit."""
        pool = self.link.orders if self.link.narrowed else [o for o in self.orders if o["number"] in self.fits]
        return [
            (order, line)
            for order in pool or self.orders
            for line in order["lines"]
            if line["quantity"] > line.get("cancelled", 0) + line.get("returned", 0)
        ]

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
        if self._refused:
            return self._whole_instead()
        if found.unknown_numbers and not found.narrowed:
            part = {"order_number": found.unknown_numbers[0], "items": None}
            return Filled(SlotValue(value={"orders": [part]}, origin="said"))
        if found.ambiguous:
            choices = [line_choice(each) for each in found.ambiguous[:MOST_CHOICES]]
            return Ask(question=which_one([choice.label for choice in choices]), choices=choices)
        if found.unexplained and not found.mentions:
            what = found.unexplained[0]
            return Ask(lead=f"I can't find a {what} among your orders.", choices=self._everything())
        if found.mentions:
            return Filled(SlotValue(value={"orders": grouped(found.mentions)}, origin="said"))
        return self._whole_orders()

    def _whole_instead(self) -> Resolution:
        """Some of an order could not be taken: all of it?"""
        numbers = [part["order_number"] for value in self._refused for part in value["orders"]]
        meant = [order for order in self.orders if order["number"] in numbers]
        told = "; ".join(f"{o['number']} ({', '.join(line['title'] for line in o['lines'])})" for o in meant)
        choices = [
            Choice(
                label=f"The whole order {order['number']}",
                value={"orders": [{"order_number": order["number"], "items": None}]},
            )
            for order in meant
        ]
        return Ask(question=f"Do you mean all of order {told}?", choices=choices)

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
            lines = [line_choice(Mention(pool[0], line, None, 0.0)) for line in pool[0]["lines"]]
            whole = Choice(
                label=f"The whole order {pool[0]['number']}",
                value={"orders": [{"order_number": pool[0]["number"], "items": None}]},
            )
            return [*lines[: MOST_CHOICES - 1], whole]
        return [
            Choice(label=order_label(each), value={"orders": [{"order_number": each["number"], "items": None}]})
            for each in pool[:MOST_CHOICES]
        ]


def order_label(order: Order) -> str:
    first = order["lines"][0]["title"] if order["lines"] else ""
    more = f" and {len(order['lines']) - 1} more" if len(order["lines"]) > 1 else ""
    return f"{order['number']}: {first}{more}"


def line_choice(mention: Mention) -> Choice:
    line = mention.line
    options = ", ".join(line.get("options", {}).values())
    label = f"{line['title']}{f' ({options})' if options else ''}, {mention.order['number']}"
    return Choice(label=label, value={"orders": grouped([mention])})


def grouped(mentions: list[Mention]) -> list[dict[str, Any]]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for each in mentions:
        item: dict[str, Any] = {"line_id": each.line["id"]}
        if each.quantity:
            item["quantity"] = each.quantity
        parts.setdefault(each.order["number"], []).append(item)
    return [{"order_number": number, "items": items} for number, items in parts.items()]
