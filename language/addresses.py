"""Postal addresses in somebody's words: written out, or named as one the shop knows."""

import re
from datetime import date
from typing import Any

from language import recognise
from language.linking import link
from language.outcome import Ask, Filled, Lookup, Resolution
from language.payments import KEPT, LOOK_UP
from language.recognise import as_dict
from language.state import Frame, SlotValue
from language.understand import Understanding

SOURCE = "source_order"
_NEEDED = {"address1", "city", "zip"}
_OWN = re.compile(
    r"\b(?:default|profile|account|home|main|primary|usual|registered|current|saved|billing)\s+(?:shipping\s+|delivery\s+)?address\b|"
    r"\baddress\s+(?:\w+\s+){0,2}(?:on|in)\s+(?:my\s+)?(?:file|profile|account)\b|\b(?:to|at) my (?:home|place|house)\b",
    re.IGNORECASE,
)
_OF_ORDER = re.compile(
    r"\b(?:same|shipping|delivery)?\s*address\b[^.?!]{0,40}?\b(?:of|from|as|in|on|for|used (?:for|in|on)|with)\b[^.?!]{0,30}?\border\b|"
    r"\b(?:same (?:address|place) as|like)\b[^.?!]{0,30}?\border\b",
    re.IGNORECASE,
)


def written(frame: Frame, text: str = "") -> dict[str, str] | None:
    """The address said so far; whole only with street, city and zip code."""
    parts: dict[str, str] = {}
    for said in [*frame.heard, text] if text not in frame.heard else frame.heard:
        parts |= recognise.address_in(said)
    if parts.keys() >= _NEEDED:
        return {"address2": "", "state": "", "country": "US", **parts}
    return None


def resolve_address(frame: Frame, understanding: Understanding, *, own: bool) -> Resolution:
    """The address meant.

    Args:
        frame: The procedure in hand.
        understanding: Reads what is said of orders.
        own: Whether the customer's own address on file may be meant.
    """
    if found := written(frame):
        return Filled(SlotValue(value=found, origin="said"))
    for text in reversed(frame.heard):
        if _OF_ORDER.search(text):
            if (known := frame.results.get(SOURCE)) is not None:
                return Filled(SlotValue(value=known["ship_to"], origin="said")) if known.get("ship_to") else Ask()
            if number := _order_meant(text, frame, understanding):
                return Lookup("get_order", SOURCE, {"order_number": number})
            if frame.results.get("orders") is None:
                return Lookup("list_orders", "orders")
        if own and _OWN.search(text):
            details = frame.results.get(KEPT)
            if details is None:
                return Lookup(LOOK_UP, KEPT)
            if address := as_dict(details).get("address"):
                return Filled(SlotValue(value=address, origin="said"))
    return Ask()


def _order_meant(text: str, frame: Frame, understanding: Understanding) -> str | None:
    """The order whose address is meant: named beside the word, or the other one of two."""
    orders: list[dict[str, Any]] = as_dict(frame.results.get("orders")).get("orders", [])
    match = _OF_ORDER.search(text)
    tail = text[match.start() :] if match else text
    today = date.fromisoformat(as_dict(frame.results.get("orders")).get("today", "2000-01-01"))
    found = link(tail, orders, today, understanding.lexicon, set())
    this = frame.slots["order"].value["number"] if "order" in frame.slots else ""
    named = {each.order["number"] for each in found.mentions} or {each["number"] for each in found.orders}
    others = [number for number in named if number != this]
    return others[0] if len(others) == 1 else None
