"""What a customer wants, and how the benchmark's tasks say it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from evals.tau.customer.world import Address, Item, Order, User, World

Kind = Literal["cancel", "return", "exchange", "items", "payment", "address", "profile"]
Group = Literal["train", "dev", "dialogue", "no_change"]
Ask = Literal[
    "identity", "order", "item", "option", "method", "reason", "address", "confirm", "else", "refused", "other"
]

KINDS: dict[str, Kind] = {
    "cancel_pending_order": "cancel",
    "return_delivered_order_items": "return",
    "exchange_delivered_order_items": "exchange",
    "modify_pending_order_items": "items",
    "modify_pending_order_payment": "payment",
    "modify_pending_order_address": "address",
    "modify_user_address": "profile",
}


@dataclass(frozen=True, slots=True)
class Swap:
    """One item of an order and what it shall become; `new` is `None` where it only goes back."""

    old: Item
    new: Item | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """One change the customer would say yes to."""

    kind: Kind
    order: Order | None = None
    swaps: tuple[Swap, ...] = ()
    method: str = ""
    reason: str = ""
    address: Address | None = None
    same_as: Order | None = None
    """An order that already has the wanted address."""
    is_home: bool = False
    """The wanted address is the one in the customer's profile."""


@dataclass(frozen=True, slots=True)
class Step:
    """A later message, and the wants that begin with it."""

    say: str
    wants: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Words written by hand for one customer; whatever is missing the customer finds by itself."""

    openers: tuple[str, ...] = ()
    first: tuple[int, ...] | None = None
    """The wants that the opener tells of; by default all that no step begins."""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What it says when asked, by `Ask`; used in turn, the last one for good."""
    steps: tuple[Step, ...] = ()
    on_card: tuple[str, ...] = ()
    """Said instead of an answer to a wrong or unwanted card, in turn."""
    regrets: str = ""
    """Said to the first right card, which is declined: a change of mind that ends the wish."""
    insists: tuple[str, ...] = ()
    """Said to a refusal, in turn, before it is accepted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A customer with what it wants and knows."""

    case_id: str
    user: User
    wants: tuple[Want, ...]
    world: World
    proves_by: Literal["email", "zip"] = "zip"
    email: str = ""
    zip: str = ""
    knows_numbers: bool = False
    """The confirmation mail is at hand."""
    script: Script = Script()


@dataclass(frozen=True, slots=True)
class Case:
    """A customer, and the write actions whose result is the right outcome."""

    id: str
    group: Group
    user_id: str
    wish: Wish
    actions: tuple[dict[str, Any], ...]


def writes_of(actions: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The actions that change something."""
    return tuple({"name": a["name"], "arguments": dict(a["arguments"])} for a in actions if a["name"] in KINDS)


def want_of(action: Mapping[str, Any], world: World, user: User) -> Want:
    """The customer's side of a write action."""
    kind, said = KINDS[action["name"]], action["arguments"]
    order = world.orders[said["order_id"]] if "order_id" in said else None
    address = Address.of(said) if "address1" in said else None
    return Want(
        kind,
        order,
        _swaps(said, order, world),
        said.get("payment_method_id", ""),
        said.get("reason", ""),
        address,
        _order_with(address, order, world, user),
        address is not None and address == user.address,
    )


def _swaps(said: Mapping[str, Any], order: Order | None, world: World) -> tuple[Swap, ...]:
    if order is None or "item_ids" not in said:
        return ()
    left = list(order.items)
    swaps = []
    new_ids = said.get("new_item_ids") or [None] * len(said["item_ids"])
    for old_id, new_id in zip(said["item_ids"], new_ids, strict=True):
        old = next(item for item in left if item.item_id == old_id)
        left.remove(old)
        swaps.append(Swap(old, world.variants[new_id] if new_id else None))
    return tuple(swaps)


def _order_with(address: Address | None, order: Order | None, world: World, user: User) -> Order | None:
    if address is None:
        return None
    others = (other for other in world.orders_of(user.user_id) if other is not order)
    return next((other for other in others if other.address == address), None)


def wish_of(task: Mapping[str, Any], world: World, script: Script | None = None) -> Wish:
    """Read what the task's customer wants, from its ground truth.

    The instruction only says how the customer proves who it is, and whether it has order numbers at hand.
    """
    user = world.users[task["user_id"]]
    text = task["instruction"]
    wants = tuple(want_of(action, world, user) for action in writes_of(task["actions"]))
    email = re.search(r"[\w.]+@[\w.]+\w", text)
    zip_code = re.search(r"zip code is (\d+)", text)
    return Wish(
        task["id"],
        user,
        wants,
        world,
        "zip" if zip_code else "email",
        email.group(0) if email else user.email,
        zip_code.group(1) if zip_code else user.address.zip,
        _has_mail(task["id"], text),
        script or Script(),
    )


def _has_mail(case_id: str, instruction: str) -> bool:
    """Every second customer whose instruction names an order has its number at hand."""
    return "W" in instruction and re.search(r"W\d{7}", instruction) is not None and sum(map(ord, case_id)) % 2 == 0
