"""A small world of our own in the benchmark's shape."""

import json
from pathlib import Path
from typing import Any

World = dict[str, dict[str, Any]]

HOME = {
    "address1": "14 Quarry Lane",
    "address2": "",
    "city": "Boise",
    "state": "ID",
    "country": "USA",
    "zip": "83702",
}
AWAY = HOME | {"address1": "3 Orchard Way", "city": "Salem", "state": "OR", "zip": "97301"}


def variant(item_id: str, price: float, available: bool = True, **options: str) -> dict[str, Any]:
    """A variant as the benchmark writes it."""
    return {"item_id": item_id, "options": options, "available": available, "price": price}


def item(world: World, product_id: str, item_id: str) -> dict[str, Any]:
    """A unit of a product, at its price."""
    product = world["products"][product_id]
    found = product["variants"][item_id]
    return {
        "name": product["name"],
        "product_id": product_id,
        "item_id": item_id,
        "price": found["price"],
        "options": found["options"],
    }


def add_order(
    world: World, number: str, user_id: str, status: str, method: str, *item_ids: str, tracking: str = ""
) -> dict[str, Any]:
    """An order of some items, paid in full; a tracking number makes it travel."""
    homes = {each: key for key, product in world["products"].items() for each in product["variants"]}
    items = [item(world, homes[item_id], item_id) for item_id in item_ids]
    paid = {
        "transaction_type": "payment",
        "amount": round(sum(each["price"] for each in items), 2),
        "payment_method_id": method,
    }
    world["orders"][number] = {
        "order_id": number,
        "user_id": user_id,
        "address": dict(world["users"][user_id]["address"]),
        "items": items,
        "fulfillments": [{"tracking_id": [tracking], "item_ids": list(item_ids)}] if tracking else [],
        "status": status,
        "payment_history": [paid, paid | {"transaction_type": "refund"}] if status == "cancelled" else [paid],
    }
    world["users"][user_id]["orders"].append(number)
    order: dict[str, Any] = world["orders"][number]
    return order


def small_world() -> World:
    """Two products, two customers, five orders in every status."""
    world: World = {
        "products": {
            "9001": {
                "name": "Teapot",
                "product_id": "9001",
                "variants": {
                    "101": variant("101", 30.5, color="white", volume="1 l"),
                    "102": variant("102", 41.05, color="white", volume="2 l"),
                    "103": variant("103", 28, available=False, color="green", volume="1 l"),
                },
            },
            "9002": {
                "name": "Garden Chair",
                "product_id": "9002",
                "variants": {
                    "201": variant("201", 120, material="wood"),
                    "202": variant("202", 99.99, material="steel"),
                },
            },
        },
        "users": {
            "ines_moreau_1": {
                "name": {"first_name": "Ines", "last_name": "Moreau"},
                "address": HOME,
                "email": "Ines.Moreau1@example.com",
                "payment_methods": {
                    "credit_card_1": {
                        "source": "credit_card",
                        "brand": "visa",
                        "last_four": "4471",
                        "id": "credit_card_1",
                    },
                    "gift_card_5120": {"source": "gift_card", "balance": 25, "id": "gift_card_5120"},
                },
                "orders": [],
            },
            "tom_berg_2": {
                "name": {"first_name": "Tom", "last_name": "Berg"},
                "address": AWAY,
                "email": "tom.berg2@example.com",
                "payment_methods": {"paypal_7": {"source": "paypal", "id": "paypal_7"}},
                "orders": [],
            },
        },
        "orders": {},
    }
    add_order(world, "#W1001", "ines_moreau_1", "pending", "credit_card_1", "101", "201", "101")
    add_order(world, "#W1002", "ines_moreau_1", "delivered", "gift_card_5120", "102", "202", tracking="77001")
    add_order(world, "#W1003", "ines_moreau_1", "processed", "credit_card_1", "201", tracking="77002")
    add_order(world, "#W1004", "tom_berg_2", "cancelled", "paypal_7", "202", tracking="77003")
    add_order(world, "#W1005", "tom_berg_2", "pending", "paypal_7", "103")
    return world


def write(world: World, folder: Path) -> Path:
    """The world's three files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in world.items():
        (folder / f"{name}.json").write_text(json.dumps(records), "utf-8")
    return folder
