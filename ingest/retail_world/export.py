"""The shop as the benchmark's files would say it: read, never written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.orders.models import OrderStatus, ReturnKind, ReturnStatus
from commerce.people.models import PaymentMethodKind
from core.money import minor_digits
from ingest.retail_world.repository import ExportRepository, Row

Document = dict[str, dict[str, dict[str, Any]]]
"""`users` and `orders`, each id to record."""

_COUNTRIES = {"US": "USA"}
_SOURCES: dict[str, str] = {
    PaymentMethodKind.card: "credit_card",
    PaymentMethodKind.wallet: "paypal",
    PaymentMethodKind.gift_card: "gift_card",
}
_STATUSES: dict[str, str] = {OrderStatus.processing: "processed"}
_GONE = (ReturnStatus.rejected, ReturnStatus.cancelled)


async def export_world(session: AsyncSession, source: str) -> Document:
    """What the shop holds of a source, in the shape of users.json and orders.json."""
    rows = ExportRepository(session, source)
    export = _Export(rows)
    await export.read()
    return {"users": export.users(), "orders": export.orders()}


class _Export:
    """Everything of a source, and how it reads there."""

    def __init__(self, rows: ExportRepository) -> None:
        self._rows = rows

    async def read(self) -> None:
        """Read all tables that the files speak of."""
        rows = self._rows
        self._customers = await rows.customers()
        self._methods = await rows.methods()
        self._orders = await rows.orders()
        self._products = {row["id"]: row["external_id"] for row in await rows.products()}
        self._items = {row["id"]: row["external_id"] for row in await rows.variants()}
        self._lines = _by("order_id", await rows.lines())
        self._line = {line["id"]: line for lines in self._lines.values() for line in lines}
        self._money = _by("order_id", [*await rows.payments(), *await rows.refunds()])
        self._parts = _by("order_id", await rows.parts())
        self._part_lines = _by("fulfilment_order_id", await rows.part_lines())
        self._parcels = _by("fulfilment_order_id", await rows.parcels())
        self._returns = _by("order_id", await rows.returns())
        self._return_lines = _by("return_id", await rows.return_lines())
        self._exchange_lines = _by("return_line_id", await rows.exchange_lines())
        self._method = {row["id"]: row["external_id"] for row in self._methods}

    def users(self) -> dict[str, dict[str, Any]]:
        """Customers by the id there."""
        methods = _by("customer_id", self._methods)
        orders = _by("customer_id", self._orders)
        return {
            row["external_id"]: {
                "name": {"first_name": row["first_name"], "last_name": row["last_name"]},
                "address": _address(row["address"]),
                "email": row["email"],
                "payment_methods": {each["external_id"]: _method(each) for each in methods[row["id"]]},
                "orders": sorted(each["external_id"] for each in orders[row["id"]]),
            }
            for row in self._customers
        }

    def orders(self) -> dict[str, dict[str, Any]]:
        """Orders by the id there."""
        customers = {row["id"]: row["external_id"] for row in self._customers}
        return {
            row["external_id"]: {
                "order_id": row["external_id"],
                "user_id": customers[row["customer_id"]],
                "address": _address(row["ship_to"]),
                "items": self._items_of(row),
                "fulfillments": [self._fulfilment(part) for part in self._parts[row["id"]]],
                "status": _STATUSES.get(row["status"], row["status"]),
                "payment_history": self._history(row),
                **self._changes(row),
            }
            for row in self._orders
        }

    def _items_of(self, order: Row) -> list[dict[str, Any]]:
        gone = order["status"] == OrderStatus.cancelled
        return [
            {
                "name": line["title"],
                "product_id": self._products[line["product_id"]],
                "item_id": self._items[line["variant_id"]],
                "price": _major(line["unit_price"], order),
                "options": line["options"],
            }
            for line in self._lines[order["id"]]
            for _ in range(line["quantity"] - (0 if gone else line["cancelled"]))
        ]

    def _fulfilment(self, part: Row) -> dict[str, Any]:
        return {
            "tracking_id": [parcel["tracking_number"] for parcel in self._parcels[part["id"]]],
            "item_ids": [
                self._items[line["variant_id"]]
                for sent in self._part_lines[part["id"]]
                for line in [self._line[sent["order_line_id"]]]
                for _ in range(sent["quantity"] or line["cancelled"])
            ],
        }

    def _history(self, order: Row) -> list[dict[str, Any]]:
        moved = sorted(self._money[order["id"]], key=lambda row: (row["position"], row["created_at"], row["id"]))
        return [
            {
                "transaction_type": "refund" if "payment_id" in row else "payment",
                "amount": _major(row["amount"], order),
                "payment_method_id": self._method[row["payment_method_id"]],
            }
            for row in moved
        ]

    def _changes(self, order: Row) -> dict[str, Any]:
        """What stands on an order only after it was changed."""
        found: dict[str, Any] = {}
        if order["cancel_reason"]:
            found["cancel_reason"] = order["cancel_reason"].replace("_", " ")
        if order["status"] == OrderStatus.pending and order["items_changed_at"]:
            found["status"] = "pending (item modified)"
        for back in self._returns[order["id"]]:
            if back["status"] not in _GONE:
                found |= self._exchange(back, order) if back["kind"] == ReturnKind.goods else self._return(back)
        return found

    def _return(self, back: Row) -> dict[str, Any]:
        return {
            "status": "return requested",
            "return_items": self._sent_back(back),
            "return_payment_method_id": self._method.get(back["refund_method_id"]),
        }

    def _exchange(self, back: Row, order: Row) -> dict[str, Any]:
        wanted = [new for line in self._return_lines[back["id"]] for new in self._exchange_lines[line["id"]]]
        return {
            "status": "exchange requested",
            "exchange_items": self._sent_back(back),
            "exchange_new_items": sorted(
                self._items[new["variant_id"]] for new in wanted for _ in range(new["quantity"])
            ),
            "exchange_payment_method_id": self._method.get(back["refund_method_id"]),
            "exchange_price_difference": _major(back["difference"], order),
        }

    def _sent_back(self, back: Row) -> list[str]:
        return sorted(
            self._items[self._line[line["order_line_id"]]["variant_id"]]
            for line in self._return_lines[back["id"]]
            for _ in range(line["quantity"])
        )


def _by(name: str, rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _major(amount: int, priced: Row) -> float:
    digits = minor_digits(priced["currency"])
    major: float = round(amount / 10**digits, digits)
    return major


def _address(stored: Mapping[str, str]) -> dict[str, str]:
    return {**stored, "country": _COUNTRIES.get(stored["country"], stored["country"])}


def _method(row: Row) -> dict[str, Any]:
    said: dict[str, Any] = {"source": _SOURCES[row["kind"]], "id": row["external_id"]}
    if row["kind"] == PaymentMethodKind.card:
        said |= {"brand": row["brand"].lower(), "last_four": row["last4"]}
    if row["kind"] == PaymentMethodKind.gift_card:
        said["balance"] = _major(row["balance"], row)
    return said
