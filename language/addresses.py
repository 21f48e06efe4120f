"""Postal addresses in somebody's words: written out, or named as one the shop knows."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from language import recognise
from language.linking import link
from language.outcome import Ask, Filled, Lookup, Resolution
from language.payments import KEPT, LOOK_UP
from language.recognise import as_dict
from language.state import Frame, SlotValue
from language.understand import Understanding

SOURCE = "source_order"
PRESENT = "present_order"
_NEEDED = {"address1", "city", "zip"}
_NAMES = {"address1", "address2", "city"}
_OWN = re.compile(
    r"\b(?:default|profile|account|home|main|primary|usual|registered|current|saved|billing)\s+"
    r"(?:(?:shipping|delivery)\s+)?address\b|"
    r"\baddress\s+(?:\w+\s+){0,2}(?:on|in)\s+(?:my\s+)?(?:file|profile|account)\b|"
    r"\b(?:to|at) my (?:home|place|house)\b",
    re.IGNORECASE,
)
_AN_ORDER = r"(?:\border\b|(?<!\w)#?[a-z]{0,4}-?\d{4,}\b)"
_OF_ORDER = re.compile(
    r"\b(?:same|shipping|delivery)?\s*address\b[^.?!]{0,40}?\b(?:of|from|as|in|on|for|used (?:for|in|on)|with)\b"
    rf"[^.?!]{{0,30}}?{_AN_ORDER}|"
    rf"\b(?:same (?:address|place) as|like)\b[^.?!]{{0,30}}?{_AN_ORDER}|"
    r"\baddress\s+(?:that\s+|where\s+)?(?:my|the)\s+(?:other\s+)?order\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:(?:\b(?:to|at|use|using|take|is)|:)\s+(?:the |that )?(?:same |shipping |delivery )*|\b(?:the )?same )"
    rf"(?:address|place|one)\b[^.?!]*?{_AN_ORDER}[^.?!]*",
    re.IGNORECASE,
)
"""The order whose address is meant, where it is told as the place to go to."""
ALIKE = 92
"""How alike, of 100, an address must be to one the customer has to be that one with a slip of the finger."""


_HOUSE = re.compile(
    r"\b(?:house|building|street|door)\s?(?:number|no\b\.?|nr\b\.?)\s*"
    r"(?:(?:is|should be|must be|needs to be|was|to|:)\s*)?"
    r"(?:not\s+\d+\w?,?\s+(?:but|it's)\s+)?(\d{1,6}[a-z]?)\b",
    re.IGNORECASE,
)
_PLACE = r"(?:city|town|zip|state|street|building|house)"
_STAYS = r"(?:same|unchanged|stays?|right|correct|fine)"
_REST_STAYS = re.compile(
    rf"\bsame\b[^.?!]{{0,20}}\b{_PLACE}\b|"
    rf"\b(?:{_PLACE}|the rest|everything else|otherwise)\b[^.?!]{{0,30}}\b{_STAYS}\b",
    re.IGNORECASE,
)
_OF_A_CODE = re.compile(r"\b(?:zip|zipcode|postal|post\s?code)\b", re.IGNORECASE)


def written(frame: Frame, text: str = "") -> dict[str, str] | None:
    """The address said so far; whole only with street, city and zip code."""
    parts = _parts(_heard(frame, text))
    if parts.keys() >= _NEEDED:
        proper = {name: _capitals(said) if name in _NAMES else said for name, said in parts.items()}
        return {"address2": "", "state": "", "country": "US", **proper}
    return None


def without_source(text: str) -> str:
    """The text without the order whose address is meant: what is left tells which order gets it."""
    return _SOURCE.sub(" ", text)


def _capitals(said: str) -> str:
    """`12 pine street` as it is written on a parcel."""
    return " ".join(word.capitalize() if word.isalpha() and word.islower() else word for word in said.split())


def _as_known(found: dict[str, str], known: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The customer's own address that was meant, where only a letter or two are off and every number is right."""
    for each in known:
        own = {name: str(each.get(name, "")) for name in found}
        said, meant = (" ".join(one[name] for name in ("address1", "address2", "city")) for one in (found, own))
        if re.findall(r"\d+", said) != re.findall(r"\d+", meant) or own["zip"] != found["zip"]:
            continue
        if fuzz.ratio(said.lower(), meant.lower()) >= ALIKE:
            return {**found, **{name: value for name, value in own.items() if value}}
    return found


def _heard(frame: Frame, text: str = "") -> list[str]:
    return [*frame.heard, text] if text not in frame.heard else frame.heard


def _parts(texts: list[str]) -> dict[str, str]:
    """What the texts say of an address, the later before the earlier; a street comes with its own unit or none."""
    parts: dict[str, str] = {}
    for text in texts:
        found = recognise.address_in(text)
        if "address1" in found and "address1" in parts:
            parts.pop("address2", None)
        parts |= found
    return parts


def _correction(texts: list[str]) -> dict[str, str]:
    """What is said of an address that may stay otherwise: its unit, house number, street or zip code; else nothing."""
    parts = _parts(texts)
    whole = " . ".join(texts)
    number = next((m.group(1) for text in reversed(texts) if (m := _HOUSE.search(text))), "")
    if number and "address1" not in parts:
        parts["number"] = number
        if parts.get("zip") == number:
            parts = {name: said for name, said in parts.items() if name in ("number", "address2")}
    if _REST_STAYS.search(whole) or ("address1" not in parts and _OF_A_CODE.search(whole)):
        return parts
    return parts if "zip" not in parts and not ({"city", "state"} & parts.keys()) else {}


def _corrected(present: dict[str, Any], said: dict[str, str], *, stays: bool) -> dict[str, Any] | None:
    """The present address with what is said put right; nothing where it may well be another one altogether."""
    if said.get("state", present.get("state")) != present.get("state"):
        return None
    street = str(present.get("address1", ""))
    if "address1" in said and not stays and _name_of(said["address1"]) != _name_of(street):
        return None
    anew = {name: value for name, value in said.items() if name in ("address1", "address2", "zip")}
    if "address1" in said and "address2" not in said and _name_of(said["address1"]) != _name_of(street):
        anew["address2"] = ""
    if number := said.get("number"):
        anew["address1"] = re.sub(r"^\d+\w?\b", number, street)
    return {**present, **anew}


def _name_of(street: str) -> str:
    """A street without the house number."""
    return " ".join(street.lower().rstrip(".").split()[1:])


def _completed(frame: Frame) -> Resolution | None:
    """A part alone completes the address it corrects: the order's, or the customer's own."""
    said = _correction(frame.heard)
    if not said:
        return None
    if "order" in frame.slots:
        number = str(frame.slots["order"].value["number"])
        order = as_dict(frame.results.get(PRESENT))
        if PRESENT not in frame.results or str(order.get("number", number)) != number:
            return Lookup("get_order", PRESENT, {"order_number": number})
        present = as_dict(order.get("ship_to"))
    elif frame.results.get(KEPT) is None:
        return Lookup(LOOK_UP, KEPT)
    else:
        present = as_dict(as_dict(frame.results[KEPT]).get("address"))
    stays = any(_REST_STAYS.search(text) for text in frame.heard)
    whole = _corrected(present, said, stays=stays) if present.get("address1") else None
    return Filled(SlotValue(value=whole, origin="said")) if whole else None


def resolve_address(frame: Frame, understanding: Understanding, *, own: bool) -> Resolution:
    """The address meant.

    Args:
        frame: The procedure in hand.
        understanding: Reads what is said of orders.
        own: Whether the customer's own address on file may be meant.
    """
    if found := written(frame):
        details = frame.results.get(KEPT)
        if details is None:
            return Lookup(LOOK_UP, KEPT)
        # Whoever has said no to an address means what they write.
        known = [] if frame.declined else as_dict(details).get("addresses", [])
        return Filled(SlotValue(value=_as_known(found, known), origin="said"))
    if completed := _completed(frame):
        return completed
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
