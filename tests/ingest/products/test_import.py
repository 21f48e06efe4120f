"""Shopify exports are loaded whole or not at all, and the same file changes nothing the second time."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import SQLModel, select

from commerce.catalogue.models import Price, Product, StockPolicy, Variant
from commerce.places.models import InventoryLevel, Location, StockMove
from core.clock import FixedClock
from core.database import Database
from core.errors import Invalid
from ingest.importing import import_file
from ingest.products.service import _Import
from ingest.report import ImportReport

T = TypeVar("T", bound=SQLModel)

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "shopify"

OLD = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,"
    "Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Position,Cost per item\n"
)
OLD_ROWS = (
    'tee,Trail Tee,"<p>Soft &amp; light.</p><ul><li>Organic</li></ul>",Cairn,Shirts,"men, summer",true,Size,S,'
    "TEE-S,120,4,25.00,30,https://img.example/tee.jpg,1,9.5\n"
    "tee,,,,,,,,M,TEE-M,130,0,25.00,30,,,9.5\n"
    "tee,,,,,,,,,,,,,,https://img.example/back.jpg,2,\n"
    "mug,Camp Mug,Enamel,Cairn,Kitchen,,TRUE,Title,Default Title,,,7,12,,,,\n"
)
NEW = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
    "Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,Cost per item,Inventory quantity,"
    "Weight value (grams),Product image URL,Image position,Color (product.metafields.shopify.color-pattern)\n"
)
NEW_ROWS = (
    "Trail Tee,tee,<p>Soft</p>,Cairn,Apparel > Clothing > Shirts,,summer,TRUE,Active,TEE-S,'0123,Size,S,,25.00,30,"
    "9.5,4,120,https://img.example/tee.jpg,1,green\n"
    ",tee,,,,,,,,TEE-M,,,M,,25.00,30,9.5,0,130,,,\n"
    "Old Mug,mug,,Cairn,,Kitchen,,TRUE,Draft,MUG,,,,,12,,,7,,,,\n"
)


async def everything(database: Database, kind: type[T]) -> Sequence[T]:
    async with database.read() as session:
        return (await session.exec(select(kind))).all()


async def load(database: Database, clock: FixedClock, text: str | bytes, source: str = "shopify") -> ImportReport:
    content = text if isinstance(text, bytes) else text.encode()
    return await import_file(database, "products", content, source, clock)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.same, report.refused


async def test_an_old_export_becomes_products_variants_prices_and_stock(database: Database, clock: FixedClock) -> None:
    report = await load(database, clock, OLD + OLD_ROWS)
    assert counts(report) == (2, 0, 0, 0)
    assert (report.rows, report.problems) == (4, [])
    assert report.details == {"rows with only a picture": 1, "variants": 3}
    products = {product.handle: product for product in await everything(database, Product)}
    tee = products["tee"]
    assert (tee.title, tee.brand, tee.category, tee.tags) == ("Trail Tee", "Cairn", "Shirts", ["men", "summer"])
    assert tee.description == "Soft & light.\n- Organic"
    assert (tee.image_url, tee.status, tee.source) == ("https://img.example/tee.jpg", "active", "shopify")
    variants = {variant.sku: variant for variant in await everything(database, Variant)}
    assert set(variants) == {"TEE-S", "TEE-M", "MUG"}
    assert (variants["TEE-S"].options, variants["TEE-S"].title) == ({"Size": "S"}, "S")
    assert (variants["TEE-S"].cost, variants["TEE-S"].weight_grams) == (950, 120)
    assert (variants["MUG"].options, variants["MUG"].title) == ({}, "")
    prices = {price.variant_id: price for price in await everything(database, Price)}
    assert (prices[variants["TEE-S"].id].amount, prices[variants["TEE-S"].id].compare_at) == (2500, 3000)
    (place,) = await everything(database, Location)
    assert place.name == "Warehouse"
    levels = {level.variant_id: level.on_hand for level in await everything(database, InventoryLevel)}
    assert levels == {variants["TEE-S"].id: 4, variants["TEE-M"].id: 0, variants["MUG"].id: 7}
    assert sum(move.on_hand for move in await everything(database, StockMove)) == 11


async def test_an_export_in_the_new_template_is_read(database: Database, clock: FixedClock) -> None:
    report = await load(database, clock, "\ufeff" + NEW + NEW_ROWS)
    assert counts(report) == (2, 0, 0, 0)
    products = {product.handle: product for product in await everything(database, Product)}
    assert (products["tee"].category, products["tee"].attributes) == ("Shirts", {"color": "green"})
    assert products["mug"].status == "archived"
    variants = {variant.sku: variant for variant in await everything(database, Variant)}
    assert (variants["TEE-S"].barcode, variants["TEE-S"].cost) == ("0123", 950)


@pytest.mark.capability(4)
async def test_the_same_file_again_changes_nothing(database: Database, clock: FixedClock) -> None:
    tables = (Product, Variant, Price, InventoryLevel, StockMove, Location)
    await load(database, clock, OLD + OLD_ROWS)
    before = [[row.model_dump() for row in await everything(database, kind)] for kind in tables]
    clock.advance(timedelta(days=1))
    report = await load(database, clock, OLD + OLD_ROWS)
    assert counts(report) == (0, 0, 2, 0)
    assert [[row.model_dump() for row in await everything(database, kind)] for kind in tables] == before


async def test_what_nobody_tracks_is_sold_without_counting(database: Database, clock: FixedClock) -> None:
    columns = "Handle,Title,Option1 Name,Option1 Value,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\n"
    await load(database, clock, columns + "mug,Camp Mug,Color,Red,shopify,7,12\nmug,,Color,Blue,,-3,12\n")
    red, blue = sorted(await everything(database, Variant), key=lambda variant: variant.position)
    assert (red.stock, blue.stock) == (StockPolicy.counted, StockPolicy.always)
    assert [level.variant_id for level in await everything(database, InventoryLevel)] == [red.id]

    await load(database, clock, columns + "mug,Camp Mug,Color,Red,,7,12\nmug,,Color,Blue,shopify,4,12\n")
    red, blue = sorted(await everything(database, Variant), key=lambda variant: variant.position)
    assert (red.stock, blue.stock) == (StockPolicy.always, StockPolicy.counted)
    assert {level.variant_id: level.on_hand for level in await everything(database, InventoryLevel)}[blue.id] == 4


async def test_a_new_price_ends_the_old_one(database: Database, clock: FixedClock) -> None:
    await load(database, clock, OLD + OLD_ROWS)
    clock.advance(timedelta(days=1))
    report = await load(database, clock, OLD + OLD_ROWS.replace(",7,12,", ",7,14,"))
    assert counts(report) == (0, 1, 1, 0)
    (mug,) = [variant for variant in await everything(database, Variant) if variant.sku == "MUG"]
    prices = sorted(
        (price for price in await everything(database, Price) if price.variant_id == mug.id),
        key=lambda price: price.valid_from,
    )
    assert [(price.amount, price.valid_to) for price in prices] == [(1200, clock.now()), (1400, None)]
    (product,) = [product for product in await everything(database, Product) if product.handle == "mug"]
    assert (product.version, product.updated_at) == (2, clock.now())


async def test_the_files_quantity_is_what_is_available_beside_what_is_reserved(
    database: Database, clock: FixedClock
) -> None:
    await load(database, clock, OLD + OLD_ROWS)
    async with database.transaction() as session:
        (level,) = [level for level in (await session.exec(select(InventoryLevel))).all() if level.on_hand == 7]
        level.reserved = 2
    await load(database, clock, OLD + OLD_ROWS.replace(",7,12,", ",3,12,"))
    (level,) = [level for level in await everything(database, InventoryLevel) if level.reserved == 2]
    assert level.on_hand == 5
    corrections = [move for move in await everything(database, StockMove) if move.reason == "correction"]
    assert [move.on_hand for move in corrections] == [-2]


async def test_columns_that_are_not_in_the_file_leave_what_is_there(database: Database, clock: FixedClock) -> None:
    await load(database, clock, OLD + OLD_ROWS)
    report = await load(database, clock, "Handle,Title,Variant Price\nmug,Camp Mug,12\n")
    assert counts(report) == (0, 0, 1, 0)
    (mug,) = [product for product in await everything(database, Product) if product.handle == "mug"]
    assert (mug.description, mug.brand) == ("Enamel", "Cairn")


async def test_a_sku_follows_its_variant(database: Database, clock: FixedClock) -> None:
    await load(database, clock, OLD + OLD_ROWS)
    report = await load(database, clock, OLD + OLD_ROWS.replace("TEE-S", "TEE-SMALL").replace(",M,", ",Medium,"))
    assert counts(report) == (0, 1, 1, 0)
    variants = {variant.sku: variant for variant in await everything(database, Variant)}
    assert set(variants) == {"TEE-SMALL", "TEE-M", "MUG"}
    assert variants["TEE-M"].title == "Medium"


async def test_a_missing_sku_is_made_and_never_one_that_is_taken(database: Database, clock: FixedClock) -> None:
    rows = "camp,Mug,5,CAMP-MUG\ncamp-mug,Mug,6,\n"
    report = await load(database, clock, "Handle,Title,Variant Price,Variant SKU\n" + rows)
    assert counts(report) == (2, 0, 0, 0)
    assert {variant.sku for variant in await everything(database, Variant)} == {"CAMP-MUG", "CAMP-MUG-2"}
    again = await load(database, clock, "Handle,Title,Variant Price,Variant SKU\n" + rows)
    assert counts(again) == (0, 0, 2, 0)


async def test_a_bad_variant_is_refused_and_the_product_is_loaded(database: Database, clock: FixedClock) -> None:
    rows = OLD_ROWS.replace("tee,,,,,,,,M,TEE-M,130,0,25.00", "tee,,,,,,,,M,TEE-M,130,-1,25.00")
    report = await load(database, clock, OLD + rows)
    assert counts(report) == (2, 0, 0, 0)
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, "Variant Inventory Qty")
    assert "negative" in problem.why
    assert {variant.sku for variant in await everything(database, Variant)} == {"TEE-S", "MUG"}


async def test_a_product_of_another_source_is_never_touched(database: Database, clock: FixedClock) -> None:
    await load(database, clock, OLD + OLD_ROWS, source="web-shop")
    report = await load(database, clock, "Handle,Title,Variant Price,Variant SKU\nmug,Mug,1,\nnew,New,2,TEE-S\n")
    assert counts(report) == (0, 0, 0, 2)
    assert [(problem.line, problem.column) for problem in report.problems] == [(2, "Handle"), (3, "Variant SKU")]
    assert {product.title for product in await everything(database, Product)} == {"Trail Tee", "Camp Mug"}


async def test_a_failure_in_the_middle_leaves_nothing(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = _Import._load_product

    async def fails_on_the_mug(self: _Import, draft: object, known: object) -> None:
        if getattr(draft, "handle", "") == "mug":
            await self._session.flush()
            raise RuntimeError("the power went")
        await original(self, draft, known)  # type: ignore[arg-type]

    monkeypatch.setattr(_Import, "_load_product", fails_on_the_mug)
    with pytest.raises(RuntimeError):
        await load(database, clock, OLD + OLD_ROWS)
    for kind in (Product, Variant, Price, InventoryLevel, StockMove, Location):
        assert await everything(database, kind) == []


async def test_a_source_has_a_plain_name(database: Database, clock: FixedClock) -> None:
    with pytest.raises(Invalid):
        await load(database, clock, OLD + OLD_ROWS, source="../x")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample exports are not there")
@pytest.mark.parametrize(("name", "products"), [("apparel.csv", 20), ("home-and-garden.csv", 20)])
async def test_shopifys_own_samples_are_loaded_once(
    database: Database, clock: FixedClock, name: str, products: int
) -> None:
    content = (SAMPLES / name).read_bytes()
    first = await load(database, clock, content)
    again = await load(database, clock, content)
    assert (counts(first), first.problems) == ((products, 0, 0, 0), [])
    assert counts(again) == (0, 0, products, 0)
    assert len(await everything(database, Product)) == products
