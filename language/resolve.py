"""Filling the slots of a procedure: from what was said, from the shop's data, or by asking."""

import re
from collections.abc import Container
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process

from knowledge.playbook import Slot
from knowledge.templates import evaluate
from knowledge.words import content_stems, tokens
from language import recognise
from language.addresses import resolve_address, without_source, written
from language.answers import chosen, yes_or_no
from language.goods import Goods
from language.linking import link, number_key
from language.outcome import Ask, Filled, Lookup, Nothing, Resolution
from language.payments import answered_payment, mentioned, resolve_payment
from language.state import Choice, Frame, Plan, SlotValue
from language.swaps import Swaps, speaks_of_swaps
from language.text import without_products
from language.understand import Understanding

ALIKE = 0.4
"""Cosine from which an answer to a question means one of the choices."""
CLEARLY_ALIKE = 0.55
"""The same for something said without being asked."""


def resolve(name: str, slot: Slot, frame: Frame, plan: Plan, understanding: Understanding) -> Resolution:
    """Find a slot's value, or what has to happen for that."""
    if slot.kind in ("order", "items", "swaps"):
        listed = recognise.as_dict(frame.results.get("orders"))
        if not listed:
            return Lookup("list_orders", "orders")
        if listed.get("error"):
            return Nothing(str(listed.get("message", "")) or "I can't look at your orders just now.")
        other_slots = understanding.playbook[frame.procedure].slots.values()
        if slot.kind == "order" and any(each.kind == "address" for each in other_slots):
            frame = frame.model_copy(update={"heard": [without_source(text) for text in frame.heard]})
        goods = Goods(slot, frame, plan, understanding, frame.refused.get(name, []))
        if slot.kind == "swaps":
            return Swaps(frame, goods.heard(), goods.lines(), understanding.common, understanding.embedder).resolve()
        return goods.order() if slot.kind == "order" else goods.items()
    if slot.kind == "payment":
        return resolve_payment(name, slot, frame)
    if slot.kind == "address":
        return resolve_address(frame, understanding, own=slot.on_file)
    return _said(name, slot, frame, understanding)


def _said(name: str, slot: Slot, frame: Frame, understanding: Understanding) -> Resolution:
    for text in reversed(frame.heard):
        value = from_text(slot, text, frame, understanding, expected=False)
        if value and value not in frame.refused.get(name, []):
            return Filled(SlotValue(value=value, origin="said"))
    if slot.default:
        value = evaluate(slot.default, frame.values())
        if value is not None and value not in frame.refused.get(name, []):
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
            name = recognise.name_in(text, expected=expected, products=understanding.lexicon)
            return {"first_name": name[0], "last_name": name[1]} if name else None
        case "address":
            return written(frame, text)
        case "choice":
            return _choice(slot, text, understanding, expected=expected)
        case "text" | "product":
            return text if expected or slot.kind == "product" else None
        case _:
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
        return max([each for each in found if each[1] != slot.implied] or found)[1]
    if expected:
        if yes_or_no(text) == "yes" and slot.on_yes:
            return slot.on_yes
        if (word := yes_or_no(text)) in slot.choices:
            return word
        if picked := chosen(text, list(slot.choices)):
            return list(slot.choices)[picked[0]]
        if yes_or_no(text):
            return None
    if not slot.choices:
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
    if slot.kind == "swaps":
        return speaks_of_swaps(frame, text)
    if slot.kind == "payment":
        methods = recognise.as_dict(frame.results.get("details")).get("payment_methods", [])
        return bool(mentioned(text, methods))
    if slot.kind == "address":
        return bool(recognise.address_in(text).keys() - {"country"})
    return (
        slot.kind not in ("text", "product") and from_text(slot, text, frame, understanding, expected=False) is not None
    )


def retold(
    name: str,
    slot: Slot,
    texts: list[str],
    frame: Frame,
    plan: Plan,
    understanding: Understanding,
    among: Container[str] = (),
) -> Resolution:
    """What texts alone say of orders or items, with nothing that was said before.

    Args:
        among: Numbers of the orders it can be about; all of them where there are none.
    """
    told = frame.model_copy(update={"heard": texts, "context": ""})
    if among:
        listed = recognise.as_dict(frame.results.get("orders"))
        offered = [each for each in listed.get("orders", []) if each["number"] in among]
        told.results = {**frame.results, "orders": {**listed, "orders": offered}}
    goods = Goods(slot, told, plan, understanding, frame.refused.get(name, []))
    return goods.order() if slot.kind == "order" else goods.items()


def answer(slot: Slot, text: str, frame: Frame, plan: Plan, understanding: Understanding) -> SlotValue | None:
    """Read a message as the answer to the question that was asked."""
    goods = slot.kind in ("order", "items") and bool(frame.results.get("orders"))
    if goods and slot.kind == "items":
        offered = _numbers([choice.value for choice in frame.choices])
        for among in [(), offered] if offered else [()]:
            found = retold(frame.asked, slot, [text], frame, plan, understanding, among)
            if value := _told(found, text, frame):
                return value
    if slot.kind == "payment":
        return answered_payment(text, frame)
    if frame.choices and slot.kind != "choice":
        labels = [choice.label for choice in frame.choices]
        agreed = [0] if len(labels) == 1 and yes_or_no(text) == "yes" else []
        picked = agreed or chosen(text, labels) or _by_name(text, frame.choices)
        if picked:
            return SlotValue(value=_merged(slot, frame, picked), origin="said")
    if goods:
        for texts in ([text], [*frame.heard, text]):
            found = retold(frame.asked, slot, texts, frame, plan, understanding)
            if value := _told(found, text, frame):
                return value
        return _order_answer(slot, text, frame)
    said = from_text(slot, text, frame, understanding, expected=True)
    return SlotValue(value=said, origin="said") if said else None


def _told(found: Resolution, text: str, frame: Frame) -> SlotValue | None:
    """What was found, if the words say it and it is among what was offered, or named by its number."""
    if not isinstance(found, Filled) or found.value.origin != "said":
        return None
    offered = _numbers([choice.value for choice in frame.choices])
    named = bool(recognise.order_numbers_in(text, expected=True))
    return found.value if not offered or named or _numbers([found.value.value]) <= offered else None


def _numbers(values: list[Any]) -> set[str]:
    """The numbers of the orders that values of slots are about."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, dict):
            found |= {
                part["order_number"] for part in value.get("orders", [value | {"order_number": value.get("number")}])
            }
        else:
            found.add(str(value))
    return found


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
