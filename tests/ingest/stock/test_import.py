"""An inventory export sets what is available in each place, and never less than nothing."""

from collections.abc import Sequence

import pytest

from commerce.catalogue.models import Variant
from commerce.places.models import InventoryLevel, Location, StockMove
from core.clock import FixedClock
from core.database import Database
from ingest.errors import UnreadableFile
from tests.ingest.exports import (
    STOCK,
    Cells,
    counts,
    every,
    load,
    load_orders,
    order,
    products,
    sheet,
    stock,
)

BLUE = {"Option1 Value": "Blue", "SKU": "LAMP-B"}


@pytest.fixture
async def shop(database: Database, clock: FixedClock) -> Database:
    """Products, with the product export's own quantities."""
    await load(database, clock, "products", products())
    return database


async def levels(database: Database) -> dict[tuple[str, str], tuple[int, int, int]]:
    """On hand, reserved and incoming by place and SKU."""
    places = {place.id: place.name for place in await every(database, Location)}
    skus = {variant.id: variant.sku for variant in await every(database, Variant)}
    return {
        (places[row.location_id], skus[row.variant_id]): (row.on_hand, row.reserved, row.incoming)
        for row in await every(database, InventoryLevel)
    }


async def load_stock(database: Database, clock: FixedClock, *rows: Cells, columns: Sequence[str] = STOCK):  # type: ignore[no-untyped-def]
    return await load(database, clock, "stock", sheet(columns, *rows))


async def test_stock_by_place_takes_the_place_of_the_products_totals(shop: Database, clock: FixedClock) -> None:
    report = await load_stock(shop, clock, stock(), stock(Location="Denver", **{"Available (not editable)": 2}))
    assert (counts(report), report.problems) == ((2, 0, 0, 0), [])
    found = await levels(shop)
    assert found[("Boulder", "LAMP-R")] == (4, 0, 3)
    assert found[("Denver", "LAMP-R")] == (2, 0, 3)
    assert (found[("Warehouse", "LAMP-R")], found[("Warehouse", "LAMP-B")]) == ((0, 0, 0), (5, 0, 0))
    await load(shop, clock, "products", products())
    assert await levels(shop) == found


async def test_the_same_file_again_changes_nothing(shop: Database, clock: FixedClock) -> None:
    await load_stock(shop, clock, stock(), stock(**BLUE))
    moves = len(await every(shop, StockMove))
    assert counts(await load_stock(shop, clock, stock(), stock(**BLUE))) == (0, 0, 2, 0)
    assert len(await every(shop, StockMove)) == moves
    assert counts(await load_stock(shop, clock, stock(**{"Available (not editable)": 0}))) == (0, 1, 0, 0)
    assert (await levels(shop))[("Boulder", "LAMP-R")] == (0, 0, 3)


@pytest.mark.parametrize("stock_first", [True, False])
async def test_what_orders_hold_stays_set_aside(shop: Database, clock: FixedClock, stock_first: bool) -> None:
    if stock_first:
        await load_stock(shop, clock, stock())
        await load_orders(shop, clock, order())
    else:
        await load_orders(shop, clock, order())
        await load_stock(shop, clock, stock())
    found = await levels(shop)
    assert sum(on_hand - reserved for (_, sku), (on_hand, reserved, _) in found.items() if sku == "LAMP-R") == 4
    assert sum(reserved for _, reserved, _ in found.values()) == 1


async def test_a_place_that_does_not_stock_a_variant_gets_none_of_it(shop: Database, clock: FixedClock) -> None:
    report = await load_stock(shop, clock, stock(), stock(Location="Denver", **{
        "Available (not editable)": "not stocked", "On hand (current)": "not stocked"}))  # fmt: skip
    assert (counts(report), report.details) == ((1, 0, 0, 0), {"not stocked": 1})
    assert ("Denver", "LAMP-R") not in await levels(shop)


async def test_only_on_hand_is_less_what_is_committed(shop: Database, clock: FixedClock) -> None:
    await load_stock(shop, clock, stock(**{"Available (not editable)": "", "Unavailable (not editable)": 1}))
    assert (await levels(shop))[("Boulder", "LAMP-R")][:2] == (3, 0)


async def test_an_older_export_has_a_column_for_each_place(shop: Database, clock: FixedClock) -> None:
    columns = [*STOCK[:11], "Boulder", "Denver Store"]
    row = {"Handle": "clay-mug", "Title": "Clay Mug", "SKU": "MUG", "Boulder": "3", "Denver Store": "not stocked"}
    assert counts(await load_stock(shop, clock, row, columns=columns)) == (1, 0, 0, 0)
    assert (await levels(shop))[("Boulder", "MUG")] == (3, 0, 0)


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"Available (not editable)": -2}, "Available (not editable)", "negative"),
        ({"Available (not editable)": "2.5"}, "Available (not editable)", "not a whole number"),
        ({"Available (not editable)": "", "On hand (current)": 0}, "", "more is committed"),
        ({"Location": ""}, "Location", "is missing"),
        ({"Option1 Value": "Green", "SKU": "LAMP-G"}, "SKU", "'LAMP-G' is no variant of this shop"),
        ({"Option1 Value": "Green", "SKU": ""}, "Handle", "'desk-lamp/Green' is no variant"),
        ({"Option1 Value": "Red", "SKU": "LAMP-R"}, "", "is on line 2 already"),
    ],
)
async def test_a_bad_row_is_refused_alone(
    shop: Database, clock: FixedClock, cells: Cells, column: str, why: str
) -> None:
    report = await load_stock(shop, clock, stock(), stock(**{**BLUE, **cells}))
    assert counts(report) == (1, 0, 0, 1)
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, column)
    assert why in problem.why


async def test_a_file_without_places_is_refused(shop: Database, clock: FixedClock) -> None:
    with pytest.raises(UnreadableFile, match="no column 'Location'"):
        await load_stock(shop, clock, {"Handle": "desk-lamp", "SKU": "LAMP-R"}, columns=["Handle", "SKU"])
