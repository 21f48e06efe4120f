"""From the bytes of the three files to records, each with its id."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ingest.retail_world.errors import UnreadableWorld
from ingest.retail_world.records import OrderRecord, ProductRecord, Record, UserRecord, VariantRecord
from ingest.retail_world.report import Tally, WorldReport

R = TypeVar("R", bound=Record)


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys were there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.twice = {key for key, _ in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product with those of its variants that may be loaded."""

    record: ProductRecord
    variants: list[VariantRecord]


@dataclass(frozen=True, slots=True)
class World:
    """Everything in the files that may be loaded, by the ids there."""

    products: dict[str, ProductDraft]
    users: dict[str, UserRecord]
    orders: dict[str, OrderRecord]


def read_world(folder: Path, currency: str, report: WorldReport) -> World:
    """Read users.json, orders.json and products.json; what is wrong goes into the report.

    Raises:
        UnreadableWorld: a file is missing or is not an object of records.
    """
    reader = _Reader(currency, report)
    files = {name: _load(folder / f"{name}.json") for name in ("products", "users", "orders")}
    products = reader.products(files["products"])
    users = reader.records("users.json", files["users"], UserRecord, report.customers)
    users = reader.refuse_twins("users.json", users)
    orders = reader.records("orders.json", files["orders"], OrderRecord, report.orders, "order_id")
    orders = {key: record for key, record in orders.items() if reader.fits(key, record, users, products)}
    return World(products, users, orders)


def _load(path: Path) -> _Object:
    try:
        loaded = json.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=_Object)
    except OSError as error:
        raise UnreadableWorld(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UnreadableWorld(f"{path.name} is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise UnreadableWorld(
            f"{path.name} is not JSON: {error.msg}, line {error.lineno} column {error.colno}."
        ) from None
    except RecursionError:
        raise UnreadableWorld(f"{path.name} is nested too deeply.") from None
    if not isinstance(loaded, _Object):
        raise UnreadableWorld(f"{path.name} must be an object that maps each id to its record.")
    return loaded


class _Reader:
    """Checks records one by one."""

    def __init__(self, currency: str, report: WorldReport) -> None:
        self._context = {"currency": currency}
        self._report = report

    def products(self, found: _Object) -> dict[str, ProductDraft]:
        """Every product with at least one variant without a mistake."""
        drafts, homes = {}, dict[str, str]()
        for key, record in self.records(
            "products.json", found, ProductRecord, self._report.products, "product_id"
        ).items():
            variants = list(self._variants(key, record, homes))
            if variants:
                drafts[key] = ProductDraft(record, variants)
            else:
                self._report.products.refused += 1
        return drafts

    def records(self, file: str, found: _Object, kind: type[R], tally: Tally, own_id: str = "") -> dict[str, R]:
        """The records without a mistake, by id."""
        records = {}
        for key, raw in found.items():
            record = None if self._said_twice(file, found, key, raw) else self._check(file, key, raw, kind)
            if record is not None and own_id and getattr(record, own_id) != key:
                self._report.refuse(file, f"{key} / {own_id}", f"is {getattr(record, own_id)!r}, not the record's id")
                record = None
            if record is None:
                tally.refused += 1
            else:
                records[key] = record
        return records

    def refuse_twins(self, file: str, users: dict[str, UserRecord]) -> dict[str, UserRecord]:
        """Leave out customers whose e-mail address or way to pay is another's already."""
        owners: dict[str, str] = {}
        kept = {}
        for key, user in users.items():
            named = {f"email {user.email.lower()}": "email"}
            named |= {f"method {method}": f"payment_methods / {method}" for method in user.payment_methods}
            clash = next((claim for claim in named if claim in owners), None)
            wrong = next((name for name, method in user.payment_methods.items() if method.id != name), None)
            if clash is not None:
                self._report.refuse(file, f"{key} / {named[clash]}", f"is the customer {owners[clash]}'s already")
            elif wrong is not None:
                self._report.refuse(file, f"{key} / payment_methods / {wrong} / id", "is not the id it is listed under")
            else:
                owners |= dict.fromkeys(named, key)
                kept[key] = user
                continue
            self._report.customers.refused += 1
        return kept

    def fits(
        self, key: str, order: OrderRecord, users: dict[str, UserRecord], products: dict[str, ProductDraft]
    ) -> bool:
        """Whether what an order refers to is there."""
        problem = next(self._loose_ends(order, users, products), None)
        if problem is None:
            return True
        place, why = problem
        self._report.refuse("orders.json", f"{key} / {place}", why)
        self._report.orders.refused += 1
        return False

    def _loose_ends(
        self, order: OrderRecord, users: dict[str, UserRecord], products: dict[str, ProductDraft]
    ) -> Iterator[tuple[str, str]]:
        user = users.get(order.user_id)
        if user is None:
            yield "user_id", f"{order.user_id!r} is no customer that was loaded"
            return
        for position, item in enumerate(order.items):
            product = products.get(item.product_id)
            if product is None:
                yield f"items / {position} / product_id", f"{item.product_id!r} is no product that was loaded"
            elif all(variant.item_id != item.item_id for variant in product.variants):
                yield f"items / {position} / item_id", f"{item.item_id!r} is no item of the product that was loaded"
        left: dict[str, int] = {}
        for position, entry in enumerate(order.payment_history):
            method = entry.payment_method_id
            place = f"payment_history / {position}"
            if method not in user.payment_methods:
                yield f"{place} / payment_method_id", f"{method!r} is no way to pay of the customer"
            left[method] = left.get(method, 0) + (1 if entry.transaction_type == "payment" else -1) * entry.amount
            if left[method] < 0:
                yield f"{place} / amount", "more goes back than was paid this way"
        yield from _strangers_in_parcels(order)

    def _variants(self, key: str, record: ProductRecord, homes: dict[str, str]) -> Iterator[VariantRecord]:
        found = record.variants
        for item_id, raw in found.items():
            place = f"{key} / variants / {item_id}"
            variant = None
            if item_id in getattr(found, "twice", ()):
                self._report.refuse("products.json", place, "is there twice")
            else:
                variant = self._check("products.json", place, raw, VariantRecord)
            if variant is None:
                continue
            if variant.item_id != item_id:
                self._report.refuse("products.json", f"{place} / item_id", "is not the id it is listed under")
            elif homes.setdefault(item_id, key) != key:
                self._report.refuse("products.json", place, f"is an item of the product {homes[item_id]} already")
            else:
                yield variant

    def _said_twice(self, file: str, found: _Object, key: str, raw: Any) -> bool:
        if key in found.twice:
            self._report.refuse(file, key, "is there twice")
            return True
        if place := _twice_within(raw):
            self._report.refuse(file, f"{key} / {place}", "is there twice")
            return True
        return False

    def _check(self, file: str, place: str, raw: Any, kind: type[R]) -> R | None:
        try:
            return kind.model_validate(raw, context=self._context)
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_input=False):
                way = " / ".join([place, *(str(step) for step in problem["loc"])])
                why = "is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
                self._report.refuse(file, way, why)
            return None


def _twice_within(raw: Any) -> str:
    """The way to a key that is said twice in a record; variants are looked at one by one."""
    children = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    for key, child in children:
        if isinstance(raw, _Object) and key in raw.twice:
            return str(key)
        if key == "variants":
            continue
        if inner := _twice_within(child):
            return f"{key} / {inner}"
    return ""


def _strangers_in_parcels(order: OrderRecord) -> Iterator[tuple[str, str]]:
    left = [item.item_id for item in order.items]
    for position, parcel in enumerate(order.fulfillments):
        for item_id in parcel.item_ids:
            if item_id not in left:
                yield f"fulfillments / {position} / item_ids", f"{item_id!r} is not in the order so often"
                return
            left.remove(item_id)
