"""Fills the demo shop, Larkspur Outfitters, the same from the same seed."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import numpy as np

from core.database import Database
from core.errors import Conflict
from ingest.demo import (
    behaviour,
    books,
    catalogue,
    demand,
    fulfilment,
    parcels,
    people,
    places,
    pricing,
    returns,
    reviews,
    stock,
)
from ingest.demo.columns import DAY, Ints, Table
from ingest.demo.personas import PERSONAS
from ingest.demo.repository import DemoRepository

SHOP_NAME = "Larkspur Outfitters"
CURRENCY = "USD"
Progress = Callable[[int, int, str], None]


class ShopNotEmpty(Conflict):
    """The demo shop is only filled into an empty database: nobody's own shop is mixed with it."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What a demo shop holds."""

    rows: dict[str, int]
    """Rows by table."""
    variants_selling_two_a_week: int
    """Variants that sold two units a week or more on average over the last year."""


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A persona to sign in as."""

    id: str
    name: str
    note: str


async def fill(
    database: Database, *, now: datetime, orders: int = 60_000, seed: int = 7, progress: Progress
) -> DemoSummary:
    """Fill an empty database with the demo shop, in one transaction: it is all there or nothing is.

    A shop that is filled already is left as it is. `progress` gets rows written, rows in all and what is
    being written.

    Raises:
        ShopNotEmpty: the database has products, places or customers that are not the demo shop's.
    """
    async with database.transaction() as session:
        repository = DemoRepository(session)
        if done := await repository.mark():
            return DemoSummary(**done.detail)
        if not await repository.is_empty():
            raise ShopNotEmpty("This data folder holds a shop already: open it with SHOP=empty, or choose another.")
        tables, selling = await asyncio.to_thread(generate, now, orders, seed)
        total, written = sum(table.size for table in tables), 0
        counts: Counter[str] = Counter()
        for table in tables:
            name = str(table.model.__tablename__)
            counts[name] += table.size
            for rows in table.chunks():
                await repository.add(table.model, rows)
                written += len(rows)
                progress(written, total, name.replace("_", " "))
        await repository.count_rows()
        summary = DemoSummary(dict(counts), selling)
        repository.set_mark({
            "event": "demo_filled", "subject": "shop", "session_id": "", "detail": asdict(summary), "at": now,
        })  # fmt: skip
    return summary


async def is_filled(database: Database) -> bool:
    """Whether the demo shop is in the database, whole."""
    async with database.read() as session:
        return await DemoRepository(session).mark() is not None


async def demo_customers(database: Database, *, now: datetime) -> list[DemoCustomer]:
    """The people to sign in as, with what is going on for each."""
    notes = {f"persona:{persona.key}": persona.note for persona in PERSONAS}
    async with database.read() as session:
        found = await DemoRepository(session).personas()
    return [
        DemoCustomer(
            customer.id,
            customer.name,
            notes[customer.external_id].format(ago=_ago(now - order.placed_at) if order else ""),
        )
        for customer, order in found
    ]


def _ago(age: timedelta) -> str:
    days = max(round(age / timedelta(days=1)), 0)
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def generate(now: datetime, orders: int, seed: int) -> tuple[list[Table], int]:
    """Every row of the demo shop in an order that foreign keys allow, and how many variants sell well."""
    generator = np.random.default_rng(seed)
    timeline = pricing.Timeline(now.replace(microsecond=0))
    goods = catalogue.build(generator, orders)
    prices = pricing.build(generator, goods, timeline)
    known = people.build(generator, orders)
    sales = demand.build(generator, goods, prices, known, timeline, orders)
    fates = fulfilment.build(generator, sales, known, timeline)
    back = returns.build(generator, sales, fates, goods, timeline)
    shelves, purchases = stock.build(generator, sales, fates, back, goods, timeline)
    paid = books.pay(generator, sales, known)
    refunds = returns.refunds(sales, fates, back, timeline)

    def tables() -> Iterator[Table]:
        yield from places.tables()
        yield from catalogue.tables(goods, timeline.first)
        yield from pricing.tables(prices, goods, timeline)
        yield places.terms(goods)
        yield from people.tables(known, _first_orders(sales, known.count, timeline.end), timeline.end, generator)
        yield parcels.orders(sales, fates, known)
        yield parcels.lines(sales, fates, back.returned, goods)
        yield from parcels.tables(generator, sales, fates, known, timeline)
        yield from returns.tables(back, sales, paid.main)
        yield from books.tables(sales, paid, refunds, timeline.end)
        yield stock.levels(shelves, purchases, timeline)
        yield stock.moves(shelves, sales, fates, timeline)
        yield from stock.purchase_orders(purchases, goods)
        yield reviews.table(generator, sales, fates, back.returned, goods, known, timeline)
        yield from behaviour.tables(generator, sales, goods, prices, known, timeline)

    year = sales.placed[sales.order] > timeline.end - 365 * DAY
    units = np.bincount(sales.variant[year], sales.quantity[year], goods.size)
    return [table for table in tables() if table.size], int((units / 52.14 >= 2).sum())


def _first_orders(sales: demand.Sales, customers: int, now: int) -> Ints:
    """When each customer first ordered; `now` where never."""
    first = np.full(customers, now, dtype=np.int64)
    np.minimum.at(first, sales.customer, sales.placed)
    return first
