"""Loads one export into the shop, all of it or nothing."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.database import Database
from core.errors import Invalid
from core.telemetry import get_logger
from ingest import customers, orders, products, stock
from ingest.batch import Batch, Progress
from ingest.demo import is_filled
from ingest.errors import DemoShop, ImportCollision
from ingest.report import ImportReport
from ingest.shopify_json import is_json, read_json
from ingest.table import Layout, Table, read_table

log = get_logger(__name__)

Kind = Literal["products", "customers", "stock", "orders"]
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Feed:
    """How one kind of export gets in."""

    layout: Layout
    parse: Callable[[Batch], Any]
    """Checks the rows; what it returns goes to `load`."""
    load: Callable[[AsyncSession, Batch, Any], Awaitable[None]]
    """Writes inside a transaction."""


FEEDS: dict[Kind, Feed] = {
    "products": Feed(products.LAYOUT, products.parse, products.load),
    "customers": Feed(customers.LAYOUT, customers.parse, customers.load),
    "stock": Feed(stock.LAYOUT, stock.parse, stock.load),
    "orders": Feed(orders.LAYOUT, orders.parse, orders.load),
}
"""In the sequence in which they must be loaded."""


def read(kind: Kind, content: bytes) -> Table:
    """The rows of a CSV export, or of the same list from Shopify's Admin API.

    Raises:
        UnreadableFile: it is neither; the message says what is wrong and what to do.
    """
    return read_json(kind, content) if is_json(content) else read_table(content, FEEDS[kind].layout)


async def import_file(
    database: Database,
    kind: Kind,
    content: bytes,
    source: str,
    clock: Clock,
    currency: str = "USD",
    progress: Progress | None = None,
) -> ImportReport:
    """Load a Shopify export in one transaction.

    Args:
        database: the shop's, migrated.
        kind: what the file holds.
        content: the file.
        source: names where the rows come from; a row of another source is never touched.
        clock: tells the time of the import.
        currency: of the amounts.
        progress: told how far it is.

    Raises:
        UnreadableFile: the file is not such an export; nothing was loaded.
        ImportCollision: the same rows were changed at the same time; nothing was loaded.
        DemoShop: the database holds the demo shop.
        Invalid: the source's name is not one.
    """
    if not _SOURCE.fullmatch(source):
        raise Invalid("The source must be a short name of lower-case letters, digits, - and _.")
    if await is_filled(database):
        raise DemoShop
    feed = FEEDS[kind]
    table = await asyncio.to_thread(read, kind, content)
    report = ImportReport(what=kind, source=source)
    batch = Batch(table, source, currency, clock.now(), report)
    if progress:
        batch.progress = progress
    drafts = await asyncio.to_thread(feed.parse, batch)
    try:
        async with database.transaction() as session:
            await feed.load(session, batch, drafts)
    except IntegrityError as error:
        log.warning("import_collision", kind=kind, source=source, error=str(error.orig))
        raise ImportCollision from None
    return report
