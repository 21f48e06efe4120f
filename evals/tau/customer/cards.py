"""Whether a confirmation card shows what the customer wants."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evals.tau.customer.wish import Kind, Swap, Want
from evals.tau.customer.world import Item, Method, User, World

Fault = Literal["unexpected", "order", "items", "variant", "method", "reason", "address"]
Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the customer thinks of a card."""

    wants: tuple[Want, ...] = ()
    """The wishes its parts fulfil."""
    fault: Fault | None = None
    want: Want | None = None
    """The wish that is shown wrong, if it is one."""
    note: str = ""


def kind_of(part: Part) -> Kind | None:
    """Which of the benchmark's changes a part of a card or receipt is."""
    for text in (part.get("kind", ""), part.get("title", ""), part.get("sentence", "")):
        kind = _kind_in(str(text).lower(), has_order=bool(part.get("order_number")))
        if kind is not None:
            return kind
    return None


def _kind_in(text: str, *, has_order: bool) -> Kind | None:
    if "address" in text:
        profile = re.search(r"default|customer|profile|account", text) or not has_order
        return "profile" if profile else "address"
    for kind, words in (
        ("cancel", r"cancel"),
        ("exchange", r"exchang|swap"),
        ("return", r"return|send back"),
        ("payment", r"pay"),
        ("items", r"item|variant|modif|line|edit|option"),
    ):
        if re.search(words, text):
            return kind  # type: ignore[return-value]
    return None


def is_same_order(part: Part, want: Want) -> bool:
    """Whether the part is about the wish's order; a part without a number may be."""
    number = re.sub(r"\D", "", str(part.get("order_number") or ""))
    return want.order is None or not number or number == re.sub(r"\D", "", want.order.order_id)


def judge(proposal: Part, wants: Sequence[Want], world: World, user: User) -> Verdict:
    """Compare each part of a card with the open wishes."""
    met: list[Want] = []
    for part in proposal.get("parts", []):
        kind = kind_of(part)
        alike = [want for want in wants if want.kind == kind and want not in met]
        if not alike:
            return Verdict((), "unexpected", _related(part, wants), f"not asked for: {kind}")
        here = [want for want in alike if is_same_order(part, want)]
        if not here:
            return Verdict((), "order", alike[0], "another order")
        verdicts = [(want, *_fault(part, want, world, user)) for want in here]
        right = [want for want, fault, _ in verdicts if fault is None]
        if not right:
            want, fault, note = verdicts[0]
            return Verdict((), fault, want, note)
        met.append(right[0])
    return Verdict(tuple(met)) if met else Verdict((), "unexpected", None, "nothing shown")


def _related(part: Part, wants: Sequence[Want]) -> Want | None:
    return next((want for want in wants if want.order is not None and is_same_order(part, want)), None)


def _fault(part: Part, want: Want, world: World, user: User) -> tuple[Fault | None, str]:
    if want.kind in ("return", "exchange", "items"):
        note = _items_fault(part, want)
        if note:
            return "items", note
    if want.kind == "cancel" and want.order is not None:
        units = sum(int(item.get("quantity", 1)) for item in part.get("items", []))
        if 0 < units < len(want.order.items):
            return "items", "not the whole order"
    if want.kind in ("exchange", "items"):
        for swap in want.swaps:
            note = _variant_fault(part, want, swap, world)
            if note:
                return "variant", note
    if want.kind != "cancel" and want.method and not _method_fits(part, want, user):
        return "method", "another payment method"
    if want.kind == "cancel" and not _reason_fits(part, want):
        return "reason", "another reason"
    if want.address is not None and not _address_fits(part, want):
        return "address", "another address"
    return None, ""


def _items_fault(part: Part, want: Want) -> str:
    shown = [item for item in part.get("items", []) if item.get("title")]
    if not shown:
        return ""
    wanted = {swap.old.name for swap in want.swaps}
    for item in shown:
        if not any(_titled(item["title"], name) for name in wanted):
            return f"{item['title']} too"
    missing = {s.old.name for s in want.swaps if not any(_titled(item["title"], s.old.name) for item in shown)}
    if missing:
        return f"{missing.pop()} is missing" if len(missing) == 1 else "several are missing"
    if want.kind != "return":
        return ""
    if sum(int(item.get("quantity", 1)) for item in shown) != len(want.swaps):
        return "not as many"
    for swap in want.swaps:
        mine = [item for item in shown if _titled(item["title"], swap.old.name)]
        if all(item.get("options") for item in mine) and want.order is not None:
            twins = [item for item in want.order.items if item.name == swap.old.name]
            if not any(_fits(str(item["options"]), swap.old, twins) for item in mine):
                return f"the other {swap.old.name}"
    return ""


def _titled(title: str, name: str) -> bool:
    return name.lower() in title.lower() or title.lower() in name.lower()


def _variant_fault(part: Part, want: Want, swap: Swap, world: World) -> str:
    if swap.new is None:
        return ""
    changes = [change for change in part.get("changes", []) if not _is_about_money(change)]
    own = [
        c for c in changes if swap.old.name.lower() in f"{c.get('label')} {c.get('before')} {c.get('after')}".lower()
    ]
    texts = [str(change.get("after", "")) for change in own or changes]
    if not texts:
        texts = [str(part.get("sentence", ""))]
    siblings = world.siblings(swap.new)
    if not any(_options_in(text, sibling) for text in texts for sibling in siblings):
        texts = [str(part.get("sentence", ""))]
    if any(_fits(text, swap.new, siblings) for text in texts):
        return ""
    if all(not _options_in(text, sibling) for text in texts for sibling in siblings):
        return ""
    return f"{swap.old.name}: {'; '.join(texts)[:80]}"


def _is_about_money(change: Mapping[str, Any]) -> bool:
    return bool(re.search(r"pay|status|total|price|refund|difference", str(change.get("label", "")).lower()))


def _fits(text: str, item: Item, among: Sequence[Item]) -> bool:
    """Whether no other variant is described better by the text."""
    own = _options_in(text, item)
    return own > 0 and own >= max(_options_in(text, other) for other in [*among, item])


def _options_in(text: str, item: Item) -> int:
    return sum(_says(text, key, value) for key, value in item.options.items())


def _says(text: str, key: str, value: str) -> bool:
    if value in ("yes", "no", "none"):
        named = re.search(rf"{re.escape(key)}\W+(\w+)", text, re.IGNORECASE)
        if named is not None:
            return named.group(1).lower() == value
        return value in [part.strip().lower() for part in re.split(r"[/,;()]", text)]
    flags = 0 if len(value) <= 3 else re.IGNORECASE
    return re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w.])", text, flags) is not None


def names_method(text: str, method: Method, user: User) -> bool | None:
    """Whether a text names this payment method; `None` if it names none at all."""
    plain = text.lower()
    if "paypal" in plain:
        return method.source == "paypal"
    if "gift" in plain:
        return method.source == "gift_card"
    digits = re.search(r"(?<!\d)\d{4}(?!\d)", plain)
    if digits:
        return method.last_four == digits.group(0)
    for brand in ("visa", "mastercard"):
        if brand in plain:
            return method.brand == brand
    if "card" in plain:
        return method.source == "credit_card"
    return None


def _method_fits(part: Part, want: Want, user: User) -> bool:
    method = user.methods.get(want.method)
    if method is None:
        return False
    money = list(part.get("money", []))
    if want.kind == "payment":
        money = [m for m in money if m.get("direction") == "charge"] or []
    changes = [c for c in part.get("changes", []) if "pay" in str(c.get("label", "")).lower()]
    for entry in money:
        if entry.get("payment_method_id") in user.methods:
            return bool(entry["payment_method_id"] == want.method)
        named = names_method(str(entry.get("method") or ""), method, user)
        if named is not None:
            return named
    for change in changes:
        named = names_method(str(change.get("after", "")), method, user)
        if named is not None:
            return named
    return True


def _reason_fits(part: Part, want: Want) -> bool:
    changes = " ".join(str(change.get("after", "")) for change in part.get("changes", []))
    text = f"{changes} {part.get('sentence', '')}".lower()
    mistake = bool(re.search(r"mistake|accident", text))
    needless = bool(re.search(r"no longer|not needed|don't need", text))
    if mistake == needless or not want.reason:
        return True
    return mistake == (want.reason == "ordered by mistake")


def _address_fits(part: Part, want: Want) -> bool:
    assert want.address is not None
    changes = " ".join(str(change.get("after", "")) for change in part.get("changes", []))
    text = f"{changes} {part.get('sentence', '')}" if not changes.strip() else changes
    needed = [want.address.zip, want.address.address1.split()[0]]
    needed += re.findall(r"\d+", want.address.address2)
    return all(re.search(rf"(?<!\d){re.escape(word)}(?!\d)", text) for word in needed)
