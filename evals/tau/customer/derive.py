"""The write actions of the benchmark's example dialogues, read from what their tools returned."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.tau.customer.world import Address, Order, User, World

Action = dict[str, Any]


def dialogues(path: Path) -> list[str]:
    """The dialogues as the file shows them."""
    return [json.loads(line)["messages_display"] for line in path.read_text().splitlines() if line.strip()]


def actions_of(dialogue: str, world: World) -> tuple[Action, ...]:
    """Each change an order or profile shows against what it was before."""
    actions: list[Action] = []
    seen: dict[str, dict[str, Any]] = {}
    homes: dict[str, Address] = {}
    for record in _records(dialogue):
        if "order_id" in record:
            order = world.orders[record["order_id"]]
            before = seen.get(order.order_id) or _start(order)
            actions += _order_actions(order, before, record)
            seen[order.order_id] = record
        elif "payment_methods" in record:
            user = next(user for user in world.users.values() if user.email == record["email"])
            home = Address.of(record["address"])
            if home != homes.get(user.user_id, user.address):
                actions.append(_home_action(user, home))
            homes[user.user_id] = home
    return tuple(actions)


def user_of(dialogue: str, world: World) -> User:
    """The customer of a dialogue: who the tools found, or who the opener's orders belong to."""
    for user in world.users.values():
        if re.search(rf"\b{user.user_id}\b", dialogue):
            return user
    raise LookupError("a dialogue without a customer")


def _records(dialogue: str) -> Iterator[dict[str, Any]]:
    for part in re.split(r"\n(?=(?:user|assistant|tool): )", "\n" + dialogue):
        text = part.strip()
        if text.startswith("tool: {"):
            try:
                record = json.loads(text.removeprefix("tool: "))
            except json.JSONDecodeError:
                continue
            yield record


def _start(order: Order) -> dict[str, Any]:
    items = [{"item_id": item.item_id} for item in order.items]
    return {"status": order.status, "items": items, "payment_history": [{}], "address": None}


def _order_actions(order: Order, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Action]:
    if after["status"] != before["status"]:
        return [_status_action(order, before, after)]
    old_address = Address.of(before["address"]) if before["address"] else order.address
    if Address.of(after["address"]) != old_address:
        return [
            _action("modify_pending_order_address", order_id=order.order_id, **_fields(Address.of(after["address"])))
        ]
    if len(after["payment_history"]) > len(before["payment_history"]) and len(after["payment_history"]) == 3:
        method = after["payment_history"][1]["payment_method_id"]
        return [_action("modify_pending_order_payment", order_id=order.order_id, payment_method_id=method)]
    return []


def _status_action(order: Order, before: Mapping[str, Any], after: Mapping[str, Any]) -> Action:
    status, order_id = after["status"], order.order_id
    if status == "cancelled":
        return _action("cancel_pending_order", order_id=order_id, reason=after["cancel_reason"])
    if status == "return requested":
        method = after["return_payment_method_id"]
        name = "return_delivered_order_items"
        return _action(name, order_id=order_id, item_ids=after["return_items"], payment_method_id=method)
    if status == "exchange requested":
        method = after["exchange_payment_method_id"]
        name = "exchange_delivered_order_items"
        old, new = after["exchange_items"], after["exchange_new_items"]
        return _action(name, order_id=order_id, item_ids=old, new_item_ids=new, payment_method_id=method)
    pairs = [
        (old["item_id"], new["item_id"])
        for old, new in zip(before["items"], after["items"], strict=True)
        if old["item_id"] != new["item_id"]
    ]
    return _action(
        "modify_pending_order_items",
        order_id=order_id,
        item_ids=[old for old, _ in pairs],
        new_item_ids=[new for _, new in pairs],
        payment_method_id=after["payment_history"][-1]["payment_method_id"],
    )


def paired(action: Action, world: World) -> Action:
    """An exchange with each new item beside the old one of its product: the record sorts both lists."""
    said = action["arguments"]
    left = list(said.get("new_item_ids", []))
    if not left:
        return action
    new_ids = []
    for old_id in said["item_ids"]:
        match = next(new for new in left if world.variants[new].product_id == world.variants[old_id].product_id)
        left.remove(match)
        new_ids.append(match)
    return {"name": action["name"], "arguments": {**said, "new_item_ids": new_ids}}


def _home_action(user: User, home: Address) -> Action:
    return _action("modify_user_address", user_id=user.user_id, **_fields(home))


def _fields(address: Address) -> dict[str, str]:
    return {key: getattr(address, key) for key in ("address1", "address2", "city", "state", "country", "zip")}


def _action(name: str, **arguments: Any) -> Action:
    return {"name": name, "arguments": arguments}
