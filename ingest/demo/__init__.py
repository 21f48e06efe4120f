"""The demo shop: Larkspur Outfitters, made from its own vocabulary and a seed."""

from ingest.demo.shop import (
    CURRENCY,
    SHOP_NAME,
    DemoCustomer,
    DemoSummary,
    ShopNotEmpty,
    demo_customers,
    fill,
    is_filled,
)

__all__ = [
    "CURRENCY",
    "SHOP_NAME",
    "DemoCustomer",
    "DemoSummary",
    "ShopNotEmpty",
    "demo_customers",
    "fill",
    "is_filled",
]
