"""A small world of the benchmark's shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.tau.customer import World

HOME = {
    "address1": "1 Elm Street",
    "address2": "Suite 10",
    "city": "Denver",
    "country": "USA",
    "state": "CO",
    "zip": "80218",
}
PRODUCTS = {
    "p1": ("Desk Lamp", {"l1": ("black", "low", 100.0), "l2": ("white", "low", 110.0), "l3": ("white", "high", 120.0)}),
    "p2": ("Tea Kettle", {"k1": ("glass", "1 liter", 90.0), "k2": ("glass", "2 liters", 95.0)}),
}
KEYS = {"p1": ("color", "brightness"), "p2": ("material", "capacity")}


def variant(item_id: str) -> dict[str, Any]:
    """A variant as the benchmark's order lines hold it."""
    for product_id, (name, variants) in PRODUCTS.items():
        if item_id in variants:
            *values, price = variants[item_id]
            options = dict(zip(KEYS[product_id], values, strict=True))
            return {"name": name, "product_id": product_id, "item_id": item_id, "options": options, "price": price}
    raise KeyError(item_id)


def order(number: str, status: str, *item_ids: str) -> dict[str, Any]:
    """An order paid by PayPal."""
    items = [variant(item_id) for item_id in item_ids]
    paid = {"transaction_type": "payment", "amount": sum(i["price"] for i in items), "payment_method_id": "paypal_1"}
    return {
        "order_id": number,
        "user_id": "ann_bo_1",
        "address": HOME,
        "items": items,
        "status": status,
        "payment_history": [paid],
    }


def write_world(folder: Path) -> World:
    """Write the files and read them back."""
    products = {
        product_id: {
            "name": name,
            "product_id": product_id,
            "variants": {key: {**variant(key), "available": True} for key in variants},
        }
        for product_id, (name, variants) in PRODUCTS.items()
    }
    methods = {
        "paypal_1": {"source": "paypal", "id": "paypal_1"},
        "gift_card_1": {"source": "gift_card", "id": "gift_card_1", "balance": 10},
        "credit_card_1": {"source": "credit_card", "id": "credit_card_1", "brand": "visa", "last_four": "1234"},
    }
    orders = {
        "#W1000001": order("#W1000001", "delivered", "l1", "k1"),
        "#W1000002": order("#W1000002", "pending", "k2"),
    }
    user = {
        "name": {"first_name": "Ann", "last_name": "Bo"},
        "address": HOME,
        "email": "ann.bo@example.com",
        "payment_methods": methods,
        "orders": list(orders),
    }
    for name, content in (("products", products), ("orders", orders), ("users", {"ann_bo_1": user})):
        (folder / f"{name}.json").write_text(json.dumps(content))
    return World.load(folder)


def task(*actions: dict[str, Any], number: str = "#W1000001") -> dict[str, Any]:
    """A task of the only customer."""
    said = f"Your name is Ann Bo and your zip code is 80218. Something about {number}."
    return {"id": "train-1", "split": "train", "user_id": "ann_bo_1", "instruction": said, "actions": list(actions)}


def exchange(new_item_id: str) -> dict[str, Any]:
    """Another lamp, paid by PayPal."""
    said = {"order_id": "#W1000001", "item_ids": ["l1"], "new_item_ids": [new_item_id], "payment_method_id": "paypal_1"}
    return {"name": "exchange_delivered_order_items", "arguments": said}


def send_back(*item_ids: str, method: str = "paypal_1") -> dict[str, Any]:
    """A return."""
    said = {"order_id": "#W1000001", "item_ids": list(item_ids), "payment_method_id": method}
    return {"name": "return_delivered_order_items", "arguments": said}
