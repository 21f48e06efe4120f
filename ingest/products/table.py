"""The columns of a product export, old template and present one."""

import re

from ingest.table import Layout, Row

_COLUMNS = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "body": ("body (html)", "description"),
    "vendor": ("vendor",),
    "category": ("product category",),
    "type": ("type", "custom product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "option1_name": ("option1 name",),
    "option1_value": ("option1 value",),
    "option2_name": ("option2 name",),
    "option2_value": ("option2 value",),
    "option3_name": ("option3 name",),
    "option3_value": ("option3 value",),
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "price": ("variant price", "price"),
    "compare_at": ("variant compare at price", "compare-at price"),
    "cost": ("cost per item",),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "quantity": ("variant inventory qty", "inventory quantity"),
    "grams": ("variant grams", "weight value (grams)"),
    "image": ("image src", "product image url"),
    "image_position": ("image position",),
}
"""Field to the names of its column in the old and in the present template, lower case."""

LAYOUT = Layout("product", _COLUMNS, required=("title", "price"))
_FACTS = {"google shopping / gender": "gender", "google shopping / age group": "age group"}
_METAFIELD = re.compile(r"^(?P<name>.+?) \(product\.metafields\.[^)]+\)$", re.IGNORECASE)


def fact_name(column: str) -> str:
    """What a column says of the product beyond the known fields, such as `color`; empty where it says nothing."""
    metafield = _METAFIELD.match(column)
    return metafield["name"].casefold() if metafield else _FACTS.get(column.casefold(), "")


def facts(row: Row) -> dict[str, str]:
    """What the metafield columns say."""
    found: dict[str, str] = {}
    for column, text in row.others.items():
        if name := fact_name(column):
            found.setdefault(name, text)
    return found
