"""What is wrong in the files is refused with its place, and the rest is loaded."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from commerce.orders.models import Order
from commerce.people.models import Customer
from core.clock import FixedClock
from core.database import Database
from core.errors import Invalid
from ingest.retail_world.errors import UnreadableWorld
from ingest.retail_world.service import import_world
from tests.ingest.retail_world.conftest import Load
from tests.ingest.retail_world.files import World, add_order, small_world, write


async def _orders(database: Database) -> set[str]:
    async with database.read() as session:
        return set((await session.exec(select(Order.external_id))).all())


async def _refusals(load: Load, world: World) -> list[tuple[str, str, str]]:
    return [(each.file, each.place, each.why) for each in (await load(world)).refusals]


async def test_an_order_of_an_unknown_product_is_refused(load: Load, database: Database) -> None:
    world = small_world()
    world["orders"]["#W1001"]["items"][1]["product_id"] = "nothing"
    assert await _refusals(load, world) == [
        ("orders.json", "#W1001 / items / 1 / product_id", "'nothing' is no product that was loaded")
    ]
    assert await _orders(database) == {"#W1002", "#W1003", "#W1004", "#W1005"}


@pytest.mark.parametrize(
    ("price", "why"),
    [
        (-3, "is negative"),
        ("30.50", "must be a number"),
        (12.345, "has more decimals than the currency has"),
        (None, "must be a number"),
        (True, "must be a number"),
        (1e12, "is too large"),
    ],
)
async def test_a_variant_with_a_wrong_price_is_refused(load: Load, price: Any, why: str) -> None:
    world = small_world()
    world["products"]["9001"]["variants"]["102"]["price"] = price
    refusals = await _refusals(load, world)
    assert refusals[0] == ("products.json", "9001 / variants / 102 / price", why)
    assert [place for _, place, _ in refusals[1:]] == ["#W1002 / items / 0 / item_id"]


async def test_a_variant_without_a_price_takes_only_its_own_orders_with_it(load: Load, database: Database) -> None:
    world = small_world()
    del world["products"]["9001"]["variants"]["102"]["price"]
    report = await load(world)
    assert report.refusals[0].why == "is missing"
    assert await _orders(database) == {"#W1001", "#W1003", "#W1004", "#W1005"}


async def test_a_customer_without_a_name_takes_the_orders_along(load: Load, database: Database) -> None:
    world = small_world()
    del world["users"]["tom_berg_2"]["name"]
    report = await load(world)
    assert (report.customers.refused, report.orders.refused, report.orders.new) == (1, 2, 3)
    async with database.read() as session:
        assert (await session.exec(select(Customer.first_name))).all() == ["Ines"]


async def test_an_id_that_is_there_twice_is_refused(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    world = small_world()
    folder = write(world, tmp_path)
    orders = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in world["orders"].items()]
    twice = f'"#W1003": {json.dumps(world["orders"]["#W1003"])}'
    (folder / "orders.json").write_text("{" + ", ".join([*orders, twice]) + "}")
    report = await import_world(database, folder, "retail", clock, "USD", lambda *_: None)
    assert [(each.place, each.why) for each in report.refusals] == [("#W1003", "is there twice")]
    assert "#W1003" not in await _orders(database)


async def test_an_item_of_two_products_stays_with_the_first(load: Load) -> None:
    world = small_world()
    world["products"]["9002"]["variants"]["101"] = dict(world["products"]["9001"]["variants"]["101"])
    assert await _refusals(load, world) == [
        ("products.json", "9002 / variants / 101", "is an item of the product 9001 already")
    ]


async def test_a_payment_of_somebody_else_is_refused(load: Load) -> None:
    world = small_world()
    world["orders"]["#W1001"]["payment_history"][0]["payment_method_id"] = "paypal_7"
    assert await _refusals(load, world) == [
        (
            "orders.json",
            "#W1001 / payment_history / 0 / payment_method_id",
            "'paypal_7' is no way to pay of the customer",
        )
    ]


async def test_more_refunded_than_paid_is_refused(load: Load) -> None:
    world = small_world()
    world["orders"]["#W1004"]["payment_history"][1]["amount"] = 100
    assert await _refusals(load, world) == [
        ("orders.json", "#W1004 / payment_history / 1 / amount", "more goes back than was paid this way")
    ]


async def test_an_unknown_status_is_refused(load: Load) -> None:
    world = small_world()
    world["orders"]["#W1005"]["status"] = "teleported"
    (refusal,) = await _refusals(load, world)
    assert refusal[:2] == ("orders.json", "#W1005 / status")


async def test_two_customers_with_one_address_of_mail_are_not_both_loaded(load: Load) -> None:
    world = small_world()
    world["users"]["tom_berg_2"]["email"] = "ines.moreau1@EXAMPLE.com"
    refusals = await _refusals(load, world)
    assert refusals[0] == ("users.json", "tom_berg_2 / email", "is the customer ines_moreau_1's already")


async def test_another_source_cannot_take_an_order_number(
    load: Load, database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    await load(small_world())
    world = small_world()
    world["users"] = {"eva_lind_3": world["users"]["tom_berg_2"] | {"email": "eva@example.com", "orders": []}}
    world["orders"] = {}
    add_order(world, "#W1005", "eva_lind_3", "pending", "paypal_7", "101")
    report = await import_world(database, write(world, tmp_path / "other"), "other", clock, "USD", lambda *_: None)
    assert ("#W1005", "is the number of another order of this shop already") in [
        (each.place, each.why) for each in report.refusals
    ]
    assert report.orders.new == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"id,name\n1,Teapot", "products.json is not JSON"),
        (b"[]", "must be an object"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
async def test_a_file_that_is_something_else_loads_nothing(
    database: Database, clock: FixedClock, tmp_path: Path, content: bytes, why: str
) -> None:
    folder = write(small_world(), tmp_path)
    (folder / "products.json").write_bytes(content)
    with pytest.raises(UnreadableWorld, match=why):
        await import_world(database, folder, "retail", clock, "USD", lambda *_: None)
    assert await _orders(database) == set()


async def test_a_missing_file_loads_nothing(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    folder = write(small_world(), tmp_path)
    (folder / "users.json").unlink()
    with pytest.raises(UnreadableWorld, match=r"users\.json cannot be read"):
        await import_world(database, folder, "retail", clock, "USD", lambda *_: None)


async def test_a_source_must_be_a_name(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        await import_world(database, write(small_world(), tmp_path), "No Name!", clock, "USD", lambda *_: None)
