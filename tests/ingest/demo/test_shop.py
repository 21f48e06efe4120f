"""The demo shop is whole, the same every time, and a shop that one could believe in."""

import asyncio
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from commerce.catalogue.models import Price, Product, Review, Variant
from commerce.people.models import Customer
from commerce.places.models import Location
from core.clock import FixedClock
from core.database import Database
from ingest.demo import DemoSummary, ShopNotEmpty, demo_customers, is_filled
from ingest.demo.shop import generate
from ingest.errors import DemoShop
from ingest.importing import Kind, import_file
from ingest.retail_world.service import import_world
from tests.ingest.demo.conftest import NOW, fill_now
from tests.ingest.demo.rows import assert_none, rows

STATIC = Path(__file__).parents[3] / "web"


def digest(seed: int) -> str:
    """Everything that would be written, as one hash."""
    tables, _ = generate(NOW, 300, seed)
    hashed = hashlib.sha256()
    for table in tables:
        for chunk in table.chunks():
            hashed.update(json.dumps([str(table.model), chunk], default=str).encode())
    return hashed.hexdigest()


def test_the_same_seed_gives_the_same_rows_and_another_does_not() -> None:
    assert digest(7) == digest(7)
    assert digest(7) != digest(8)


async def test_summary_counts_what_is_there(shop: Database, summary: DemoSummary) -> None:
    for model in (Product, Variant, Customer, Price, Review):
        ((count,),) = await rows(shop, select(func.count()).select_from(model))
        assert summary.rows[str(model.__tablename__)] == count
    assert summary.rows["order"] >= 1_200
    assert await is_filled(shop)


def test_a_filled_shop_is_left_alone(sqlite_url: str) -> None:
    first = fill_now(sqlite_url, orders=200)
    assert fill_now(sqlite_url, orders=400) == first


def test_a_filling_cut_short_leaves_nothing_and_can_be_repeated(sqlite_url: str) -> None:
    def stop_half_way(done: int, total: int, _what: str) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_now(sqlite_url, orders=200, progress=stop_half_way)

    async def filled() -> bool:
        return await is_filled(Database(sqlite_url))

    assert not asyncio.run(filled())
    assert fill_now(sqlite_url, orders=200).rows["order"] >= 200


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("products", "Handle,Title,Variant Price\nmug,Camp Mug,12\n"),
        ("customers", "Customer ID,First Name,Last Name,Email\n1,Nora,Berg,nora@example.com\n"),
    ],
)
def test_a_shop_of_somebodys_own_is_not_filled(sqlite_url: str, clock: FixedClock, kind: Kind, content: str) -> None:
    report = asyncio.run(import_file(Database(sqlite_url), kind, content.encode(), "shopify", clock))
    assert report.new == 1
    with pytest.raises(ShopNotEmpty):
        fill_now(sqlite_url, orders=200)


async def test_nothing_is_imported_into_the_demo_shop(shop: Database, clock: FixedClock, tmp_path: Path) -> None:
    with pytest.raises(DemoShop):
        await import_file(shop, "products", b"Handle,Title,Variant Price\nmug,Camp Mug,12\n", "shopify", clock)
    with pytest.raises(DemoShop):
        await import_world(shop, tmp_path, "retail", clock, "USD", lambda *_: None)


def test_progress_reaches_its_total(sqlite_url: str) -> None:
    seen: list[tuple[int, int]] = []
    fill_now(sqlite_url, orders=200, progress=lambda done, total, _what: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize("day", ["2026-01-01", "2026-02-28", "2026-05-31", "2026-09-05", "2026-11-27"])
def test_it_can_be_filled_on_any_day(day: str, sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    shutil.copyfile(sqlite_template, path)
    now = NOW.fromisoformat(f"{day}T03:20:00+00:00")
    assert fill_now(f"sqlite+aiosqlite:///{path}", now=now, orders=200).rows["order"] >= 200


async def test_no_two_products_share_a_title_a_handle_or_a_description(shop: Database) -> None:
    for column in (Product.title, Product.handle, Product.description):
        await assert_none(shop, select(column).group_by(column).having(func.count() > 1))


async def test_descriptions_are_whole_sentences_without_gaps(shop: Database) -> None:
    for title, description in await rows(shop, select(Product.title, Product.description)):
        assert 2 <= len(re.findall(r"[.!?](?: |$)", description)) <= 5, (title, description)
        assert not re.search(r"[{}]|  | \.", description), description


async def test_every_variant_has_a_price_above_its_cost_and_every_product_a_picture(shop: Database) -> None:
    priced = select(Price.variant_id).where(col(Price.valid_to).is_(None))
    await assert_none(shop, select(Variant.sku).where(col(Variant.id).not_in(priced)))
    await assert_none(
        shop,
        select(Variant.sku)
        .join(Price, col(Price.variant_id) == col(Variant.id))
        .where(col(Price.amount) <= Variant.cost),
    )
    for (path,) in await rows(shop, select(Product.image_url).distinct()):
        assert (STATIC / str(path).removeprefix("/")).is_file(), path


async def test_reviews_suit_their_rating(shop: Database) -> None:
    ((low, high),) = await rows(shop, select(func.min(Review.rating), func.max(Review.rating)))
    assert 1 <= low < high == 5
    await assert_none(shop, select(Review.body).where(Review.rating == 5, col(Review.body).contains("complaint")))
    await assert_none(shop, select(Review.body).group_by(Review.product_id, Review.body).having(func.count() > 1))


async def test_people_can_be_reached_nowhere_real(shop: Database) -> None:
    for email, phone in await rows(shop, select(Customer.email, Customer.phone)):
        assert re.fullmatch(r"[a-z.]+\d*@(?:[a-z]+\.)?example\.(?:com|org|net)", email), email
        assert re.fullmatch(r"\+1\d{3}55501\d\d", phone), phone


async def test_there_are_two_centres_and_six_stores_one_of_them_in_denver(shop: Database) -> None:
    places = await rows(shop, select(Location.kind, Location.name))
    assert sorted(kind for kind, _ in places) == ["distribution_centre"] * 2 + ["store"] * 6
    assert "Denver Store" in [name for _, name in places]


async def test_nine_people_can_be_signed_in_as(shop: Database) -> None:
    people = await demo_customers(shop, now=NOW)
    assert len(people) == 9
    assert len({person.name for person in people}) == 9
    assert "yesterday" in people[0].note
    assert not any("{" in person.note for person in people)
