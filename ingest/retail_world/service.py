"""Loads the benchmark's shop, all that is right of it or nothing."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Price, Product, Variant
from commerce.orders.models import FulfilmentLine, FulfilmentOrder, Order, OrderLine, Shipment
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import Customer, Identity, PaymentMethod
from commerce.places.models import Carrier, Location
from core.clock import Clock
from core.database import Database
from core.errors import Invalid
from core.telemetry import get_logger
from ingest.demo import is_filled
from ingest.errors import DemoShop
from ingest.products.text import slug
from ingest.retail_world import build
from ingest.retail_world.errors import WorldCollision
from ingest.retail_world.files import ProductDraft, World, read_world
from ingest.retail_world.records import UserRecord, VariantRecord
from ingest.retail_world.report import WorldReport
from ingest.retail_world.repository import ExportRepository, WorldRepository

log = get_logger(__name__)

Progress = Callable[[int, int, str], None]
"""Told rows written, rows in all, and what is being written."""
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_TABLES: tuple[type[SQLModel], ...] = (
    Location,
    Carrier,
    Product,
    Variant,
    Price,
    Customer,
    Identity,
    PaymentMethod,
    Order,
    OrderLine,
    FulfilmentOrder,
    FulfilmentLine,
    Shipment,
    Payment,
    Refund,
    LedgerEntry,
)
"""In the sequence that foreign keys allow."""


async def import_world(
    database: Database, folder: Path, source: str, clock: Clock, currency: str, progress: Progress
) -> WorldReport:
    """Load users, orders and products of a folder in one transaction.

    Args:
        database: the shop's, migrated.
        folder: holds users.json, orders.json and products.json.
        source: names where the rows come from; rows of another source are never touched.
        clock: when prices begin; it also stands for the days of which the files say nothing.
        currency: of the amounts.
        progress: is told how far it is.

    Raises:
        UnreadableWorld: a file cannot be read; nothing was loaded.
        WorldCollision: the same rows were changed at the same time; nothing was loaded.
        DemoShop: the database holds the demo shop.
        Invalid: the source's name is not one.
    """
    if not _SOURCE.fullmatch(source):
        raise Invalid("The source must be a short name of lower-case letters, digits, - and _.")
    if await is_filled(database):
        raise DemoShop
    report = WorldReport(source=source)
    world = await asyncio.to_thread(read_world, folder, currency, report)
    try:
        async with database.transaction() as session:
            origin = build.Origin(source, clock.now(), currency)
            await _Import(session, origin, report).load(world, progress)
    except IntegrityError as error:
        log.warning("import_collision", source=source, error=str(error.orig))
        raise WorldCollision from None
    return report


class _Import:
    """One import, inside its transaction."""

    def __init__(self, session: AsyncSession, origin: build.Origin, report: WorldReport) -> None:
        self._rows = WorldRepository(session, origin.source)
        self._origin = origin
        self._report = report
        self._added: dict[type[SQLModel], list[SQLModel]] = {}
        self._items: set[str] = set()
        """Ids there of the variants that the shop has."""

    async def load(self, world: World, progress: Progress) -> None:
        """Compare with what is there and write the differences."""
        if await self._rows.place() is None:
            self._add(*build.ground(self._origin))
        await self._load_products(world.products)
        customers = await self._load_customers(world.users)
        await self._load_orders(world, customers)
        await self._rows.flush()
        total, written = sum(map(len, self._added.values())), 0
        for model in _TABLES:
            rows = self._added.get(model, [])
            await self._rows.add(model, rows)
            written += len(rows)
            progress(written, total, str(model.__tablename__).replace("_", " "))

    def _add(self, *rows: SQLModel) -> None:
        for row in rows:
            self._added.setdefault(type(row), []).append(row)

    async def _load_products(self, drafts: dict[str, ProductDraft]) -> None:
        known, variants, prices = await self._rows.products(), await self._rows.variants(), await self._rows.prices()
        self._items = set(variants)
        handles = await self._rows.handles([slug(draft.record.name) for draft in drafts.values()])
        handles |= {product.handle for product in known.values()}
        taken = await self._rows.skus([variant.item_id for draft in drafts.values() for variant in draft.variants])
        for key, draft in drafts.items():
            product = known.get(key)
            changes = [False]
            if product is None:
                handle = slug(draft.record.name) or slug(key)
                handle = f"{handle}-{slug(key)}" if handle in handles else handle
                handles.add(handle)
                product = build.product(self._origin, key, draft.record, handle)
                self._add(product)
                self._report.products.new += 1
            for position, record in enumerate(draft.variants, start=1):
                if record.item_id in taken:
                    self._report.refuse(
                        "products.json", f"{key} / variants / {record.item_id}", "is another variant's SKU already"
                    )
                    continue
                present = variants.get(record.item_id)
                before = prices.get(present.id, []) if present else []
                changes.append(self._load_variant(product, record, present, before, position))
            if key in known:
                changes.append(product.title != draft.record.name)
                product.title = draft.record.name
                self._note(product, any(changes))

    def _note(self, product: Product, changed: bool) -> None:
        if changed:
            product.version += 1
            product.updated_at = self._origin.at
            self._report.products.changed += 1
        else:
            self._report.products.same += 1

    def _load_variant(
        self, product: Product, record: VariantRecord, known: Variant | None, prices: list[Price], position: int
    ) -> bool:
        """Write what is new of a variant; tells whether anything was."""
        self._items.add(record.item_id)
        wanted = build.variant(self._origin, product.id, record, position)
        if known is None:
            self._add(wanted)
        changed = known is None
        for name in ("product_id", "title", "options", "stock") if known else ():
            if getattr(known, name) != getattr(wanted, name):
                setattr(known, name, getattr(wanted, name))
                changed = True
        if known and changed:
            known.version += 1
        current = next((price for price in reversed(prices) if price.valid_to is None), None)
        if current is not None and current.amount == record.price:
            return changed
        if current is not None:
            current.valid_to = self._origin.at
        self._add(build.price(self._origin, record, len(prices)))
        return True

    async def _load_customers(self, users: dict[str, UserRecord]) -> dict[str, UserRecord]:
        """Add who is new; gives everybody of the file whom the shop knows now."""
        known, methods = await self._rows.customers(), await self._rows.methods()
        emails = await self._rows.emails([user.email.lower() for key, user in users.items() if key not in known])
        loaded = {}
        for key, user in users.items():
            clash = next((name for name in user.payment_methods if name in methods), None)
            if key in known:
                self._report.customers.same += 1
            elif user.email.lower() in emails:
                self._report.refuse("users.json", f"{key} / email", "is another customer's of this shop already")
                self._report.customers.refused += 1
                continue
            elif clash:
                self._report.refuse("users.json", f"{key} / payment_methods / {clash}", "is another customer's already")
                self._report.customers.refused += 1
                continue
            else:
                self._add(*build.customer(self._origin, key, user))
                self._report.customers.new += 1
            loaded[key] = user
        return loaded

    async def _load_orders(self, world: World, customers: dict[str, UserRecord]) -> None:
        known = await self._rows.orders()
        numbers = await self._rows.numbers([key for key in world.orders if key not in known])
        for key, record in world.orders.items():
            if key in known:
                self._report.orders.same += 1
                continue
            problem = ""
            if key in numbers:
                problem = "is the number of another order of this shop already"
            elif record.user_id not in customers:
                problem = f"its customer {record.user_id!r} was not loaded"
            elif any(item.item_id not in self._items for item in record.items):
                problem = "holds an item that was not loaded"
            if problem:
                self._report.refuse("orders.json", key, problem)
                self._report.orders.refused += 1
                continue
            self._add(*build.OrderRows(self._origin, key, record, customers[record.user_id]).rows())
            self._report.orders.new += 1


async def known_ids(session: AsyncSession, source: str) -> dict[str, dict[str, str]]:
    """The shop's ids of `customers`, `variants` and `methods` of a source, by the ids there."""
    rows = ExportRepository(session, source)
    tables = {"customers": rows.customers, "variants": rows.variants, "methods": rows.methods}
    return {name: {row["external_id"]: row["id"] for row in await read()} for name, read in tables.items()}
