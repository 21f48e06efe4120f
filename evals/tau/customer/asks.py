"""The shape of a customer who must leave the shop's data as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Facts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One such customer, with words of its own."""

    name: str
    user_id: str
    opener: tuple[str, ...]
    facts: Facts = field(default_factory=dict)
    then: tuple[str, ...] = ()
    """Said one after another, when an answer left nothing open."""
    card: tuple[str, ...] = ()
    """Said to a card it does not want."""
    insist: tuple[str, ...] = ()
    regrets: str = ""
    """Said to a card that is right: it changes its mind."""
    wants: tuple[Mapping[str, Any], ...] = ()
    """What it would say yes to although the shop must not do it, or what it takes back at the card."""
    identity: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        """Its words in the shape of the data files."""
        return {
            "opener": self.opener,
            "facts": self.facts,
            "then": [{"say": say} for say in self.then],
            "card": self.card,
            "insist": self.insist,
            "regrets": self.regrets,
        }


def cancel(order_id: str, reason: str = "no longer needed") -> dict[str, Any]:
    """To cancel an order."""
    return {"name": "cancel_pending_order", "arguments": {"order_id": order_id, "reason": reason}}


def send_back(order_id: str, *products: str, method: str = "") -> dict[str, Any]:
    """To return products; the refund goes to the first method of this kind, or as it was paid."""
    said = {"order_id": order_id, "products": products, "payment_method_id": method}
    return {"name": "return_delivered_order_items", "arguments": said}


def swap(order_id: str, product: str, new_item_id: str, *, pending: bool, method: str = "") -> dict[str, Any]:
    """To have another variant."""
    name = "modify_pending_order_items" if pending else "exchange_delivered_order_items"
    said = {"order_id": order_id, "products": (product,), "new_item_ids": [new_item_id], "payment_method_id": method}
    return {"name": name, "arguments": said}


def pay_by(order_id: str, method: str) -> dict[str, Any]:
    """To pay in another way."""
    return {"name": "modify_pending_order_payment", "arguments": {"order_id": order_id, "payment_method_id": method}}


def deliver_to(order_id: str, street: str, second: str, city: str, state: str, zip_code: str) -> dict[str, Any]:
    """To send an order elsewhere."""
    place = {"address1": street, "address2": second, "city": city, "state": state, "country": "USA", "zip": zip_code}
    return {"name": "modify_pending_order_address", "arguments": {"order_id": order_id, **place}}
