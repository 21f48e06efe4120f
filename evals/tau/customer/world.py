"""The retail benchmark's world, read from its own files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATES = {
    "AZ": "Arizona",
    "CA": "California",
    "CO": "Colorado",
    "DC": "DC",
    "FL": "Florida",
    "IL": "Illinois",
    "IN": "Indiana",
    "NC": "North Carolina",
    "NY": "New York",
    "OH": "Ohio",
    "PA": "Pennsylvania",
    "TX": "Texas",
    "WA": "Washington",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    address1: str
    address2: str
    city: str
    state: str
    zip: str
    country: str = "USA"

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Address:
        """Read the benchmark's record; some of its dialogues write `province` for `state`."""
        state = str(raw.get("state", raw.get("province", "")))
        address1, address2, city = (str(raw.get(key, "")) for key in ("address1", "address2", "city"))
        return cls(address1, address2, city, state, str(raw["zip"]), str(raw.get("country", "USA")))


@dataclass(frozen=True, slots=True)
class Item:
    """A variant, as an order line or as something on sale."""

    item_id: str
    name: str
    product_id: str
    options: dict[str, str]
    price: float
    available: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """An order."""

    order_id: str
    user_id: str
    status: str
    items: tuple[Item, ...]
    address: Address
    paid_with: str

    @property
    def total(self) -> float:
        """What its items cost together."""
        return round(sum(item.price for item in self.items), 2)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay."""

    method_id: str
    source: str
    brand: str = ""
    last_four: str = ""
    balance: float = 0.0


@dataclass(frozen=True, slots=True)
class User:
    """A customer of the benchmark's shop."""

    user_id: str
    first: str
    last: str
    email: str
    address: Address
    methods: dict[str, Method]
    orders: tuple[str, ...]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class World:
    """Everything the customer could know from mails, parcels and the shop's pages."""

    users: dict[str, User]
    orders: dict[str, Order]
    variants: dict[str, Item]

    @classmethod
    def load(cls, folder: Path) -> World:
        """Read `users.json`, `orders.json` and `products.json`."""
        raw = {name: json.loads((folder / f"{name}.json").read_text()) for name in ("users", "orders", "products")}
        variants = {
            item_id: Item(item_id, product["name"], product["product_id"], v["options"], v["price"], v["available"])
            for product in raw["products"].values()
            for item_id, v in product["variants"].items()
        }
        orders = {order_id: _order(order) for order_id, order in raw["orders"].items()}
        return cls({user_id: _user(user_id, user) for user_id, user in raw["users"].items()}, orders, variants)

    def orders_of(self, user_id: str) -> list[Order]:
        """The customer's orders, oldest first."""
        return [self.orders[order_id] for order_id in self.users[user_id].orders]

    def siblings(self, item: Item) -> list[Item]:
        """All variants of the item's product."""
        return [variant for variant in self.variants.values() if variant.product_id == item.product_id]


def _order(raw: dict[str, Any]) -> Order:
    items = tuple(Item(i["item_id"], i["name"], i["product_id"], i["options"], float(i["price"])) for i in raw["items"])
    paid_with = raw["payment_history"][0]["payment_method_id"]
    return Order(raw["order_id"], raw["user_id"], raw["status"], items, Address.of(raw["address"]), paid_with)


def _user(user_id: str, raw: dict[str, Any]) -> User:
    methods = {
        key: Method(key, m["source"], m.get("brand", ""), m.get("last_four", ""), float(m.get("balance", 0)))
        for key, m in raw["payment_methods"].items()
    }
    name = raw["name"]
    address = Address.of(raw["address"])
    return User(user_id, name["first_name"], name["last_name"], raw["email"], address, methods, tuple(raw["orders"]))
