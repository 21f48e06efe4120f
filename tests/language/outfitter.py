"""An invented shop for camp and home, and what one of its customers ordered."""

from itertools import product
from typing import Any

from language.options import Options

Variants = dict[str, list[dict[str, Any]]]


def _variants(prefix: str, price: int, gone: set[str], **options: list[str]) -> list[dict[str, Any]]:
    """Every combination; each is 5.00 dearer than the one before it. `gone` cannot be had."""
    made = []
    for i, values in enumerate(product(*options.values())):
        variant_id = f"{prefix}_{'_'.join(value.lower().replace(' ', '-') for value in values)}"
        made.append(
            {
                "variant_id": variant_id,
                "options": dict(zip(options, values, strict=True)),
                "price": price + 500 * i,
                "available": variant_id not in gone,
            }
        )
    return made


CATALOGUE: Variants = {
    "Fjell Rain Shell": _variants(
        "shell", 9000, {"shell_gray_m"}, color=["red", "blue", "gray", "black"], size=["S", "M", "L", "XL"]
    ),
    "Tarn Lantern": _variants(
        "lantern", 2000, set(), brightness=["low", "medium", "high"], waterproof=["yes", "no"], power=["solar", "USB"]
    ),
    "Brook Canister": _variants(
        "canister", 1500, {"canister_2000ml_steel"}, capacity=["500ml", "1000ml", "2000ml"], material=["glass", "steel"]
    ),
    "Ember Skillet": _variants(
        "skillet",
        3000,
        {"skillet_12-inch_wooden"},
        diameter=["8 inch", "10 inch", "12 inch"],
        handle=["bare", "wooden"],
    ),
    "Hollow Rug": _variants("rug", 7000, set(), material=["wool", "jute"], shape=["round", "oblong"]),
    "Gable Clock": _variants("clock", 2500, {"clock_oak"}, frame=["brass", "oak"]),
}
"""Title to variants."""
_PRODUCTS = {title: f"prd_{title.split()[0].lower()}" for title in CATALOGUE}


def options_of(title: str) -> Options:
    """The options of a product of this shop."""
    return Options(title, CATALOGUE[title])


def variant(variant_id: str) -> dict[str, Any]:
    """A variant of this shop."""
    return next(each for variants in CATALOGUE.values() for each in variants if each["variant_id"] == variant_id)


def bought(line_id: str, title: str, variant_id: str, quantity: int = 1) -> dict[str, Any]:
    """An order line as `list_orders` gives it, and which variant it is."""
    of = variant(variant_id)
    return {
        "id": line_id,
        "title": title,
        "category": "",
        "quantity": quantity,
        "unit_price": of["price"],
        "options": of["options"],
        "variant_id": variant_id,
    }


def order(number: str, *lines: dict[str, Any], delivered: bool = False) -> dict[str, Any]:
    """An order as `list_orders` gives it."""
    shipped = [{**line, "shipped": line["quantity"]} if delivered else dict(line) for line in lines]
    return {
        "number": number,
        "status": "delivered" if delivered else "pending",
        "may": ["return_items", "exchange_items"] if delivered else ["cancel_order", "change_items", "change_payment"],
        "placed_at": "2026-04-01" if delivered else "2026-04-14",
        "lines": [{key: value for key, value in line.items() if key != "variant_id"} for line in shipped],
        "sold": {line["id"]: line["variant_id"] for line in lines},
    }


CAMP = order(
    "SW-200417",
    bought("lin_lantern", "Tarn Lantern", "lantern_medium_no_usb"),
    bought("lin_skillet", "Ember Skillet", "skillet_10-inch_bare"),
    bought("lin_canister", "Brook Canister", "canister_500ml_steel", 2),
)
RAIN = order(
    "SW-200388",
    bought("lin_red", "Fjell Rain Shell", "shell_red_m"),
    bought("lin_blue", "Fjell Rain Shell", "shell_blue_l"),
    bought("lin_rug", "Hollow Rug", "rug_wool_round"),
    delivered=True,
)
CLOCK = order("SW-200301", bought("lin_clock", "Gable Clock", "clock_brass"), delivered=True)
SHELL = order("SW-200512", bought("lin_shell", "Fjell Rain Shell", "shell_red_m"))


def answers(*orders: dict[str, Any]) -> dict[str, Any]:
    """What the tools answer somebody who ordered this; the camping things and the rainwear where nothing is said."""
    listed = list(orders) or [CAMP, RAIN]
    lines = {
        line["id"]: {"product": _PRODUCTS[line["title"]], "variant_id": each["sold"][line["id"]]}
        for each in listed
        for line in each["lines"]
    }
    products = {_PRODUCTS[title]: {"title": title, "variants": variants} for title, variants in CATALOGUE.items()}
    return {
        "list_orders": {"today": "2026-04-15", "orders": listed},
        "item_options": {"products": products, "lines": lines},
    }
