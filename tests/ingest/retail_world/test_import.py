"""The benchmark's files become a shop whose books balance, and the same files change nothing the second time."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from sqlmodel import SQLModel, select

from commerce.catalogue.models import Price, Product, Variant
from commerce.catalogue.service import Catalogue
from commerce.identity.principal import Principal
from commerce.orders.models import Order, OrderLine, Shipment
from commerce.orders.service import Orders
from commerce.payments.models import Account, LedgerEntry, Payment, Refund
from commerce.people.models import Customer, PaymentMethod
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import FixedClock
from core.database import Database
from tests.commerce.actions.books import assert_sound
from tests.ingest.retail_world.conftest import Load
from tests.ingest.retail_world.files import small_world

T = TypeVar("T", bound=SQLModel)


async def everything(database: Database, kind: type[T]) -> Sequence[T]:
    async with database.read() as session:
        return (await session.exec(select(kind))).all()


async def test_everything_of_a_right_world_is_loaded(load: Load, database: Database) -> None:
    report = await load(small_world())
    assert report.refusals == []
    assert (report.products.new, report.customers.new, report.orders.new) == (2, 2, 5)
    assert len(await everything(database, Variant)) == 5
    assert Counter(order.status for order in await everything(database, Order)) == {
        "pending": 2,
        "delivered": 1,
        "processing": 1,
        "cancelled": 1,
    }


async def test_every_unit_is_a_line_of_its_own_in_the_order_of_the_file(load: Load, database: Database) -> None:
    await load(small_world())
    async with database.read() as session:
        statement = (
            select(Variant.external_id)
            .join(OrderLine, OrderLine.variant_id == Variant.id)  # type: ignore[arg-type]
            .join(Order, Order.id == OrderLine.order_id)  # type: ignore[arg-type]
            .where(Order.external_id == "#W1001")
            .order_by(OrderLine.id)
        )
        assert (await session.exec(statement)).all() == ["101", "201", "101"]


async def test_what_has_been_sent_paid_and_cancelled_is_sound(load: Load, database: Database) -> None:
    world = small_world()
    # Of what waits to be packed nobody knows yet which place sends it.
    del world["orders"]["#W1001"], world["orders"]["#W1005"]
    await load(world)
    async with database.read() as session:
        await assert_sound(session)


async def test_the_books_tell_what_was_paid_and_given_back(load: Load, database: Database) -> None:
    await load(small_world())
    sums: Counter[str] = Counter()
    for entry in await everything(database, LedgerEntry):
        sums[entry.account] += entry.amount
    sold = 3050 + 12000 + 3050 + 4105 + 9999 + 12000 + 2800
    by_gift_card = 4105 + 9999
    assert {account: amount for account, amount in sums.items() if amount} == {
        Account.sales: -sold,
        Account.gift_cards: by_gift_card,
        Account.cash: sold - by_gift_card,
    }
    assert sorted(payment.refunded for payment in await everything(database, Payment)) == [0, 0, 0, 0, 9999]
    assert [refund.amount for refund in await everything(database, Refund)] == [9999]


async def test_customers_have_their_payments_and_address(load: Load, database: Database) -> None:
    await load(small_world())
    ines = next(each for each in await everything(database, Customer) if each.first_name == "Ines")
    assert (ines.email, ines.address["country"], ines.address["zip"]) == ("ines.moreau1@example.com", "US", "83702")
    methods = [each for each in await everything(database, PaymentMethod) if each.customer_id == ines.id]
    assert [(each.label, each.balance) for each in sorted(methods, key=lambda each: each.id[-4:])] == [
        ("Visa ending 4471", 0),
        ("gift card ending 5120", 2500),
    ]


async def test_what_is_not_available_is_not_in_stock(
    load: Load, database: Database, policies: PolicyBook, clock: FixedClock
) -> None:
    await load(small_world())
    async with database.read() as session:
        teapot = await Catalogue(Shop(session, policies, clock, "USD")).product("teapot")
    assert {variant.sku: variant.in_stock for variant in teapot.variants} == {"101": True, "102": True, "103": False}


async def test_an_order_is_found_with_and_without_its_sign(
    load: Load, database: Database, policies: PolicyBook, clock: FixedClock
) -> None:
    await load(small_world())
    ines = next(each for each in await everything(database, Customer) if each.first_name == "Ines")
    async with database.read() as session:
        orders = Orders(Shop(session, policies, clock, "USD"))
        for written in ("#W1002", "W1002", "w1002", "1002"):
            found = await orders.get(written, Principal("ses", ines.id, "email"))
            assert found.number == "#W1002"


async def test_parcels_keep_their_tracking_numbers(load: Load, database: Database) -> None:
    await load(small_world())
    parcels = {each.tracking_number: each.status for each in await everything(database, Shipment)}
    assert parcels == {"77001": "delivered", "77002": "label_created", "77003": "label_created"}


async def test_days_that_nobody_knows_are_not_told(
    load: Load, database: Database, policies: PolicyBook, clock: FixedClock
) -> None:
    await load(small_world())
    clock.advance(timedelta(days=400))
    ines = next(each for each in await everything(database, Customer) if each.first_name == "Ines")
    async with database.read() as session:
        orders = Orders(Shop(session, policies, clock, "USD"))
        by = Principal("ses", ines.id, "email")
        found = await orders.get("#W1003", by)
        delivery = await orders.delivery("#W1003", by)
    assert found.placed_at is None
    assert "judged_on" not in found.model_dump()
    assert [(parcel.shipped_at, parcel.promised_on) for parcel in found.parcels] == [(None, None)]
    assert (delivery.state, delivery.promised_on, delivery.expected_on, delivery.days_late) == (
        "preparing",
        None,
        None,
        0,
    )


async def test_what_was_delivered_on_an_unknown_day_is_delivered(
    load: Load, database: Database, policies: PolicyBook, clock: FixedClock
) -> None:
    await load(small_world())
    ines = next(each for each in await everything(database, Customer) if each.first_name == "Ines")
    async with database.read() as session:
        orders = Orders(Shop(session, policies, clock, "USD"))
        delivery = await orders.delivery("#W1002", Principal("ses", ines.id, "email"))
    assert (delivery.state, delivery.days_late, delivery.parcels[0].delivered_at) == ("delivered", 0, None)


async def test_the_same_files_again_change_nothing(load: Load, database: Database, clock: FixedClock) -> None:
    await load(small_world())
    before = [row.model_dump() for kind in (Product, Variant, Price, Order) for row in await everything(database, kind)]
    clock.advance(timedelta(days=2))
    report = await load(small_world())
    assert (report.products.same, report.customers.same, report.orders.same) == (2, 2, 5)
    after = [row.model_dump() for kind in (Product, Variant, Price, Order) for row in await everything(database, kind)]
    assert after == before


async def test_an_order_that_the_shop_has_changed_since_stays_changed(load: Load, database: Database) -> None:
    await load(small_world())
    async with database.transaction() as session:
        order = (await session.exec(select(Order).where(Order.external_id == "#W1001"))).one()
        order.ship_to = {**order.ship_to, "city": "Nampa"}
        session.add(order)
    await load(small_world())
    assert {each.ship_to["city"] for each in await everything(database, Order)} == {"Nampa", "Boise", "Salem"}


async def test_products_take_new_prices_and_availability(load: Load, database: Database, clock: FixedClock) -> None:
    world = small_world()
    await load(world)
    clock.advance(timedelta(hours=1))
    world["products"]["9001"]["variants"]["103"] |= {"available": True, "price": 26.5}
    report = await load(world)
    assert (report.products.changed, report.products.same) == (1, 1)
    prices = [each for each in await everything(database, Price) if each.amount in (2800, 2650)]
    assert [(each.amount, each.valid_to is None) for each in sorted(prices, key=lambda each: each.valid_from)] == [
        (2800, False),
        (2650, True),
    ]
    variant = next(each for each in await everything(database, Variant) if each.external_id == "103")
    assert variant.stock == "always"
