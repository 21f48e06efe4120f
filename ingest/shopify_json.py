"""Lists from Shopify's Admin API as the tables that CSV exports give, so that one set of rules reads both."""

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from ingest.errors import UnreadableFile
from ingest.table import Row, Table

Entry = dict[str, Any]
Cells = dict[str, Any]

_LISTS = {
    "products": ("products", "product"),
    "customers": ("customers", "customer"),
    "stock": ("inventory_levels", "inventory_level"),
    "orders": ("orders", "order"),
}
"""Kind to the names its list, or a single entry, has in the API's answers."""


def is_json(content: bytes) -> bool:
    """Whether a file is JSON rather than CSV."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def kinds_in(content: bytes) -> list[str]:
    """Which kinds of lists a JSON document holds."""
    document = _document(content)
    return [kind for kind, names in _LISTS.items() if any(name in document for name in names)]


def merged(contents: list[bytes]) -> bytes:
    """One document with what several hold: levels, items and places of stock come in a file each."""
    lists: dict[str, list[Any]] = {}
    for content in contents:
        for name, value in _document(content).items():
            lists.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return json.dumps(lists).encode()


def read_json(kind: str, content: bytes) -> Table:
    """The rows of one kind.

    Raises:
        UnreadableFile: the document is broken, or holds no such list.
    """
    document = _document(content)
    plural, singular = _LISTS[kind]
    entries = _list(document, plural) or _list(document, singular)
    if plural not in document and singular not in document:
        raise UnreadableFile(f"The file is JSON without a list {plural!r}, as Shopify's Admin API gives it.")
    if not entries:
        raise UnreadableFile(f"The list {plural!r} is empty.")
    rows: list[Row] = []
    for line, entry in enumerate(entries, 1):
        try:
            rows += [Row(line, _texts(cells)) for cells in _READERS[kind](entry, document)]
        except (AttributeError, TypeError, KeyError, ValueError, InvalidOperation):
            nameless = {"name": f"entry {line}"}
            rows.append(Row(line, nameless, fault="is not built as Shopify's Admin API builds it"))
    fields = {name for row in rows for name in row.cells}
    return Table(rows, {name: name.replace("_", " ") for name in fields})


def _document(content: bytes) -> Entry:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableFile("The file is not UTF-8.") from None
    except ValueError as error:
        raise UnreadableFile(f"The file is not valid JSON: {error}. Is it cut off?") from None
    if not isinstance(document, dict):
        raise UnreadableFile('The file is JSON, but not a list by name such as {"orders": […]}.')
    return document


def _list(document: Entry, name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else [value] if value else []


def _texts(cells: Cells) -> dict[str, str]:
    return {name: _text(value) for name, value in cells.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def _products(entry: Entry, _: Entry) -> Iterator[Cells]:
    options = [option.get("name") for option in entry.get("options") or []]
    pictures = [image.get("src") for image in entry.get("images") or []]
    product = {
        "handle": entry.get("handle"),
        "title": entry.get("title"),
        "body": entry.get("body_html"),
        "vendor": entry.get("vendor"),
        "type": entry.get("product_type"),
        "tags": entry.get("tags"),
        "status": entry.get("status"),
        "image": next(iter(pictures), None),
        **{f"option{number}_name": name for number, name in enumerate(options, 1)},
    }
    for number, variant in enumerate(entry.get("variants") or [{}]):
        yield {
            **(product if not number else {"handle": entry.get("handle"), "title": ""}),
            **{f"option{n}_value": variant.get(f"option{n}") for n in (1, 2, 3)},
            "sku": variant.get("sku"),
            "barcode": variant.get("barcode"),
            "price": variant.get("price"),
            "compare_at": variant.get("compare_at_price"),
            "grams": variant.get("grams"),
            "quantity": variant.get("inventory_quantity"),
            **({"tracker": variant["inventory_management"]} if "inventory_management" in variant else {}),
        }


def _customers(entry: Entry, _: Entry) -> Iterator[Cells]:
    consent = (entry.get("email_marketing_consent") or {}).get("state")
    accepts = consent == "subscribed" if consent else entry.get("accepts_marketing")
    address = entry.get("default_address") or {}
    yield {
        "external_id": entry.get("id"),
        "first_name": entry.get("first_name"),
        "last_name": entry.get("last_name"),
        "email": entry.get("email"),
        "phone": entry.get("phone"),
        "address_phone": address.get("phone"),
        "newsletter": accepts,
        **_address(address),
    }


def _address(address: Entry) -> Cells:
    names = ("address1", "address2", "city", "province", "province_code", "country", "country_code", "zip")
    return {name: address.get(name) for name in names}


def _stock(entry: Entry, document: Entry) -> Iterator[Cells]:
    items = {item["id"]: item.get("sku") for item in _list(document, "inventory_items")}
    places = {place["id"]: place.get("name") for place in _list(document, "locations")}
    item, place = entry.get("inventory_item_id"), entry.get("location_id")
    yield {
        "handle": "",
        "sku": items.get(item) or f"inventory item {item}",
        "location": places.get(place) or f"Location {place}",
        "available": entry.get("available"),
    }


def _orders(entry: Entry, _: Entry) -> Iterator[Cells]:
    lines = entry.get("line_items") or [{}]
    head = _order_head(entry)
    for number, line in enumerate(lines):
        sent = line.get("fulfillment_status")
        yield {
            **(head if not number else {"name": head["name"]}),
            "line_name": line.get("name") or line.get("title"),
            "quantity": line.get("quantity"),
            "price": line.get("price"),
            "sku": line.get("sku"),
            "ships": line.get("requires_shipping"),
            "taxable": line.get("taxable"),
            "line_status": sent,
            "line_open": line.get("fulfillable_quantity") if sent == "partial" else None,
            "line_discount": line.get("total_discount"),
        }


def _order_head(entry: Entry) -> Cells:
    ways = [name for name in entry.get("payment_gateway_names") or [] if name]
    sent = entry.get("fulfillments") or []
    taken = [
        each
        for each in entry.get("transactions") or []
        if each.get("status") == "success" and each.get("kind") in ("sale", "capture")
    ]
    return {
        "name": entry["name"] or entry["order_number"],
        "external_id": entry.get("id"),
        "email": entry.get("email") or entry.get("contact_email") or (entry.get("customer") or {}).get("email"),
        "phone": entry.get("phone"),
        "financial_status": entry.get("financial_status"),
        "fulfillment_status": entry.get("fulfillment_status"),
        "fulfilled_at": max((each["created_at"] for each in sent), default=None),
        "delivered_at": max(
            (each["updated_at"] for each in sent if each.get("shipment_status") == "delivered"), default=None
        )
        if all(each.get("shipment_status") == "delivered" for each in sent)
        else None,
        "paid_at": entry.get("processed_at"),
        "created_at": entry.get("created_at"),
        "cancelled_at": entry.get("cancelled_at"),
        "currency": entry.get("currency"),
        "subtotal": entry.get("subtotal_price"),
        "shipping": _sum(line.get("price") for line in entry.get("shipping_lines") or []),
        "taxes": entry.get("total_tax"),
        "total": entry.get("total_price"),
        "discount": entry.get("total_discounts"),
        "outstanding": entry.get("total_outstanding"),
        "refunded": _sum(
            each.get("amount")
            for refund in entry.get("refunds") or []
            for each in refund.get("transactions") or []
            if each.get("kind") == "refund" and each.get("status") == "success"
        ),
        "channel": entry.get("source_name"),
        "payment_method": " + ".join(ways),
        "payments": "; ".join(f"{each.get('gateway')}={each.get('amount')}" for each in taken),
        **_named(entry.get("billing_address") or {}, "billing"),
        **_named(entry.get("shipping_address") or {}, "shipping"),
    }


def _named(address: Entry, whose: str) -> Cells:
    cells = {**_address(address), "name": address.get("name"), "phone": address.get("phone")}
    return {f"{whose}_{name}": value for name, value in cells.items()}


def _sum(amounts: Iterable[Any]) -> str:
    return str(sum((Decimal(str(amount)) for amount in amounts if amount), Decimal(0)))


_READERS: dict[str, Callable[[Entry, Entry], Iterator[Cells]]] = {
    "products": _products,
    "customers": _customers,
    "stock": _stock,
    "orders": _orders,
}
