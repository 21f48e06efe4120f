"""Loads an inventory export into the shop."""

from dataclasses import dataclass, replace

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Variant
from commerce.places.models import InventoryLevel, Location, StockMove
from core.ids import new_id
from ingest.batch import Batch, add_in_order
from ingest.errors import UnreadableFile
from ingest.names import DEFAULT_PLACE
from ingest.stock.levels import Levels
from ingest.stock.repository import StockRepository
from ingest.stock.rows import StockRow
from ingest.table import Row


@dataclass(frozen=True, slots=True)
class StockDraft:
    """The stock of a variant in a place, that may be loaded."""

    line: int
    row: StockRow


def parse(batch: Batch) -> list[StockDraft]:
    """What the file says of every variant in every place, where it is right.

    Raises:
        UnreadableFile: it names no place.
    """
    drafts: list[StockDraft] = []
    seen: dict[tuple[str, str, str], int] = {}
    places = () if "location" in batch.table.headers else batch.table.others
    if "location" not in batch.table.headers and not places:
        raise UnreadableFile("This is not a Shopify inventory export: it has no column 'Location'.")
    for row in batch.table.rows:
        if row.fault:
            _refuse(batch, row.line, "", row.fault)
            continue
        for each in _by_place(row, places):
            checked = batch.checker.read(StockRow, each)
            if checked is None:
                batch.report.refused += 1
                continue
            first = seen.setdefault((checked.key, checked.sku, checked.location), row.line)
            if first != row.line:
                _refuse(batch, row.line, "", f"this variant in this place is on line {first} already")
            elif checked.units is None:
                batch.report.count("not stocked")
            else:
                drafts.append(StockDraft(row.line, checked))
    return drafts


def _by_place(row: Row, places: tuple[str, ...]) -> list[Row]:
    """The row itself, or one for each place of an older export, which has a column for each."""
    if not places:
        return [row]
    return [
        replace(row, cells={**row.cells, "location": place, "available": row.others.get(place, "")}) for place in places
    ]


def _refuse(batch: Batch, line: int, name: str, why: str) -> None:
    batch.checker.refuse(line, name, why)
    batch.report.refused += 1


async def load(session: AsyncSession, batch: Batch, drafts: list[StockDraft]) -> None:
    """Set what is available in each place to what the file says. What is reserved here stays reserved.

    A product export's quantities are totals: they give way to the quantities by place.
    """
    rows = StockRepository(session, batch.source)
    places = await rows.places()
    added: list[SQLModel] = []
    for name in dict.fromkeys(draft.row.location for draft in drafts):
        if name not in places:
            places[name] = Location(id=new_id("loc"), name=name, source=batch.source, external_id=name)
            added.append(places[name])
    variants = await rows.variants()
    by_key = {variant.external_id: variant for variant in variants}
    by_sku = {variant.sku: variant for variant in variants}
    found = [(draft, by_key.get(draft.row.key) or by_sku.get(draft.row.sku)) for draft in drafts]
    ids = sorted({variant.id for _, variant in found if variant})
    stored = await rows.levels([place.id for place in places.values()], ids)
    levels = Levels(stored, f"import {batch.source}", batch.now)
    default = places.get(DEFAULT_PLACE)
    for done, (draft, variant) in enumerate(found, 1):
        batch.progress(done, len(found))
        if variant is None:
            name = "sku" if draft.row.sku else "handle"
            _refuse(batch, draft.line, name, f"{draft.row.sku or draft.row.key!r} is no variant of this shop")
            continue
        _set(batch, levels, places[draft.row.location], default, variant, draft.row)
    await add_in_order(session, [*added, *levels.added], (Location, InventoryLevel, StockMove))


def _set(
    batch: Batch, levels: Levels, place: Location, default: Location | None, variant: Variant, row: StockRow
) -> None:
    units = row.units
    assert units is not None
    known = levels.stocked(place.id, variant.id)
    changed = levels.set_available(place.id, variant.id, units, row.incoming)
    if default and default is not place and levels.stocked(default.id, variant.id):
        levels.set_available(default.id, variant.id, 0)
    if not known:
        batch.report.new += 1
    elif changed:
        batch.report.changed += 1
    else:
        batch.report.same += 1
