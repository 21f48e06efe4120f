"""Ways to pay in somebody's words: "my visa", "the card ending 4242", "paypal rather than the gift card"."""

import re
from collections.abc import Sequence
from typing import Any

from knowledge.playbook import Slot
from knowledge.templates import evaluate
from language.answers import chosen
from language.outcome import Ask, Filled, Lookup, Resolution
from language.recognise import as_dict
from language.state import Choice, Frame, SlotValue

LOOK_UP, KEPT = "my_details", "details"
ORIGINAL = "original"
"""Stands for whatever the order was paid with."""
Method = dict[str, Any]
"""`id`, `label`, `kind`, `brand`, `last4`, `balance`."""

_KINDS = (
    ("gift_card", r"gift[\s-]?cards?|store credit|\bgc\b|gift certificate"),
    ("wallet", r"pay[\s-]?pal|apple pay|google pay|\bwallet"),
    (
        "card",
        r"(?:(?:credit|debit|bank)[\s-]?cards?|\bcc\b|\bvisa\b|master[\s-]?card|\bamex\b|american express|discover\b|"
        r"(?<!gift )(?<!gift-)\bcards?\b)",
    ),
)
_ORIGINAL = re.compile(
    r"\b(?:original|initial|same|first)\s+(?:form of\s+|method of\s+|way of\s+)?"
    r"(?:payment|method|card|credit card|account|paypal|way|one|source)|"
    r"\b(?:how|however|what|way|whatever|whichever|card|method|account)\s+i\s+(?:\w+\s+)?(?:paid|used)|"
    r"\bback to (?:where|how) it came|"
    r"\bused (?:for|to (?:pay|buy|order))|\b(?:originally|already) (?:paid|used)|\boriginal payment",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|instead of|rather than|other than|than|without|from|not to|except|"
    r"(?:anything|any|any card|all|everything) but)\b|\bdon't\b[^,.;]*)"
    r"\s*(?:on |to |with |via )?(?:my |the |a |an |that |this )*$",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\b(?:ending|ends|end) (?:in |with )?\d{4}\b")
_BRANDS = {
    "mastercard": r"master[\s-]?card",
    "visa": r"\bvisa\b",
    "american express": r"\bamex\b|american express",
    "paypal": r"pay[\s-]?pal",
    "apple pay": r"apple pay",
    "google pay": r"google pay",
    "discover": r"\bdiscover\b",
}


def resolve_payment(name: str, slot: Slot, frame: Frame) -> Resolution:
    """The method of payment meant: its id, or `original`."""
    details = frame.results.get(KEPT)
    if details is None:
        return Lookup(LOOK_UP, KEPT)
    left_out = set(frame.refused.get(name, []))
    if slot.without:
        left_out |= set(evaluate(slot.without, frame.values()) or [])
    methods = [each for each in as_dict(details).get("payment_methods", []) if each["id"] not in left_out]
    lead = ""
    texts = list(reversed(frame.heard))
    if frame.context and frame.context not in texts:
        texts.append(frame.context)
    for text in texts:
        found = mentioned(text, methods)
        if found is None:
            continue
        if found == [ORIGINAL] and ORIGINAL not in left_out:
            return Filled(SlotValue(value=ORIGINAL, origin="said"))
        if len(found) == 1 and found != [ORIGINAL]:
            return Filled(SlotValue(value=found[0], origin="said"))
        if found:
            methods = [each for each in methods if each["id"] in found]
        elif text is not frame.context and not left_out:
            lead = "I don't see that way to pay on your account."
        break
    default = evaluate(slot.default, frame.values()) if slot.default and not frame.refused.get(name) else None
    if default and not lead:
        return Filled(SlotValue(value=default, origin="defaulted"))
    if len(methods) == 1 and not lead and not frame.refused.get(name):
        return Filled(SlotValue(value=methods[0]["id"], origin="inferred"))
    return Ask(lead=lead, choices=[Choice(label=_label(each), value=each["id"]) for each in methods])


def _label(method: Method) -> str:
    label = str(method["label"])
    return label[:1].upper() + label[1:]


def mentioned(text: str, methods: Sequence[Method]) -> list[str] | None:
    """Which methods a text speaks of, `original` among them; nothing where it speaks of none.

    Returns:
        Ids; empty where it speaks of one that is not there.
    """
    low = text.lower()
    numbers = [each["id"] for each in methods if each.get("last4") and re.search(rf"(?<!\d){each['last4']}(?!\d)", low)]
    if numbers:
        return numbers
    if _ENDING.search(low):
        return []
    if _ORIGINAL.search(low) and not _DENIED.search(low[: _ORIGINAL.search(low).start()]):  # type: ignore[union-attr]
        return [ORIGINAL]
    spoken: list[tuple[int, str]] = []
    for kind, pattern in _KINDS:
        spoken += [(m.start(), kind) for m in re.finditer(pattern, low) if not _DENIED.search(low[: m.start()])]
    if not spoken:
        return None
    aimed = [
        (at, kind)
        for at, kind in spoken
        if re.search(r"\b(?:to|on|onto|with|via|using|use|by|through|into|prefer|in)\s+(?:\w+\s+){0,2}$", low[:at])
    ]
    kind = max(aimed or spoken)[1]
    brands = [
        brand
        for brand, pattern in _BRANDS.items()
        for m in re.finditer(pattern, low)
        if not _DENIED.search(low[: m.start()])
    ]
    of_kind = [each for each in methods if each["kind"] == kind]
    branded = [each for each in of_kind if each.get("brand", "").lower() in brands]
    if brands and not branded and any(each.get("brand") for each in of_kind) and kind != "gift_card":
        return []
    return [each["id"] for each in (branded or of_kind)]


def answered_payment(text: str, frame: Frame) -> SlotValue | None:
    """The method an answer names: by its words, else by its place in the list."""
    methods = as_dict(frame.results.get(KEPT)).get("payment_methods", [])
    offered = {choice.value for choice in frame.choices}
    found = mentioned(text, [each for each in methods if not offered or each["id"] in offered] or methods)
    if found and len(found) == 1:
        return SlotValue(value=found[0], origin="said")
    picked = chosen(text, [choice.label for choice in frame.choices])
    if len(picked) == 1:
        return SlotValue(value=frame.choices[picked[0]].value, origin="said")
    return None
