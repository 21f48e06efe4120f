"""Lists from Shopify's Admin API are read by the same rules as the CSV exports."""

import json
from pathlib import Path

import pytest

from commerce.catalogue.models import Product
from commerce.orders.models import Order, OrderLine
from commerce.payments.models import Payment
from commerce.people.models import Customer, PaymentMethod
from commerce.places.models import InventoryLevel, Location
from core.clock import FixedClock
from core.database import Database
from ingest.errors import UnreadableFile
from ingest.shopify_json import merged
from tests.ingest.exports import counts, every, load, products
from tests.ingest.orders.test_import import balances

FIXTURES = Path(__file__).parents[3] / "shared" / "data" / "shopify" / "api_fixtures" / "fixtures"
there = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the API's sample answers are not there")


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def an_order(**values: object) -> bytes:
    """A paid order of two red lamps."""
    entry = {
        "id": 91, "name": "#91", "email": "nora@example.com", "created_at": "2026-04-10T10:00:00-06:00",
        "financial_status": "paid", "fulfillment_status": "partial", "currency": "USD", "subtotal_price": "80.00",
        "total_price": "86.00", "total_tax": "0.00", "total_discounts": "0.00", "payment_gateway_names": ["paypal"],
        "shipping_lines": [{"price": "6.00"}], "source_name": "web",
        "line_items": [{"name": "Desk Lamp - Red", "sku": "LAMP-R", "quantity": 2, "price": "40.00",
                        "fulfillment_status": "partial", "fulfillable_quantity": 1, "total_discount": "0.00"}],
    }  # fmt: skip
    return json.dumps({"orders": [{**entry, **values}]}).encode()


async def test_a_line_sent_in_part_is_known_to_the_unit(database: Database, clock: FixedClock) -> None:
    await load(database, clock, "products", products())
    assert counts(await load(database, clock, "orders", an_order())) == (1, 0, 0, 0)
    (row,) = await every(database, Order)
    (line,) = await every(database, OrderLine)
    assert (row.status, line.shipped, line.quantity) == ("partly_shipped", 1, 2)
    assert [method.label for method in await every(database, PaymentMethod)] == ["PayPal"]
    assert counts(await load(database, clock, "orders", an_order())) == (0, 0, 1, 0)


async def test_a_payment_over_two_ways_is_split_as_it_was_taken(database: Database, clock: FixedClock) -> None:
    await load(database, clock, "products", products())
    taken = [
        {"status": "success", "kind": "sale", "gateway": "gift_card", "amount": "26.00"},
        {"status": "failure", "kind": "sale", "gateway": "shopify_payments", "amount": "60.00"},
        {"status": "success", "kind": "sale", "gateway": "shopify_payments", "amount": "60.00"},
    ]
    ways = {"payment_gateway_names": ["gift_card", "shopify_payments"]}
    await load(database, clock, "orders", an_order(**ways, transactions=taken))
    assert sorted(payment.amount for payment in await every(database, Payment)) == [2600, 6000]
    books = await balances(database)
    assert (books["gift_cards"], books["cash"]) == (2600, 6000)


async def test_refunds_are_added_up(database: Database, clock: FixedClock) -> None:
    await load(database, clock, "products", products())
    refunds = [
        {"transactions": [{"kind": "refund", "status": "success", "amount": "10.10"}]},
        {"transactions": [{"kind": "refund", "status": "success", "amount": "0.05"}]},
    ]
    await load(database, clock, "orders", an_order(refunds=refunds, financial_status="partially_refunded"))
    assert [payment.refunded for payment in await every(database, Payment)] == [1015]


async def test_an_entry_that_is_no_order_is_refused_alone(database: Database, clock: FixedClock) -> None:
    await load(database, clock, "products", products())
    good = json.loads(an_order())["orders"][0]
    unpriced = {**good, "name": "#93", "id": 93, "total_price": None}
    broken = json.dumps({"orders": [good, 7, {"name": "#92", "line_items": "none"}, unpriced, {"id": 94}]})
    report = await load(database, clock, "orders", broken)
    assert counts(report) == (1, 0, 0, 4)
    assert {problem.line for problem in report.problems} == {2, 3, 4, 5}


@there
async def test_the_apis_order_needs_its_products(database: Database, clock: FixedClock) -> None:
    refused = await load(database, clock, "orders", fixture("orders.json"))
    assert counts(refused) == (0, 0, 0, 1)
    assert [problem.why.partition(";")[0] for problem in refused.problems] == [
        "'Soda' is no product of this shop", "'Another Beer For Good Times' is no product of this shop",
    ]  # fmt: skip
    shop = "Handle,Title,Variant Price\nsoda,Soda,0\nbeer,Another Beer For Good Times,5\n"
    await load(database, clock, "products", shop)
    assert counts(await load(database, clock, "orders", fixture("orders.json"))) == (1, 0, 0, 0)
    (row,) = await every(database, Order)
    assert (row.number, row.status, row.discount, row.shipping, row.total) == ("#9999", "cancelled", 500, 1000, 1000)
    assert row.ship_to["city"] == "Shippington"
    assert await balances(database) == {}


@there
async def test_the_apis_customer_and_product_are_read(database: Database, clock: FixedClock) -> None:
    assert counts(await load(database, clock, "customers", fixture("customer.json"))) == (1, 0, 0, 0)
    (person,) = await every(database, Customer)
    assert (person.external_id, person.name, person.address["city"]) == ("1", "Test Citizen", "BRISBANE")
    assert counts(await load(database, clock, "products", fixture("product.json"))) == (1, 0, 0, 0)
    (product,) = await every(database, Product)
    assert (product.handle, product.description) == ("burton-custom-freestyle-151", "Good snowboard!")


@there
async def test_the_apis_stock_needs_the_list_of_items(database: Database, clock: FixedClock) -> None:
    shop = "Handle,Title,Variant Price,Variant SKU\npink,Pink,1,IPOD2008PINK\ngreen,Green,1,IPOD2008GREEN\n"
    await load(database, clock, "products", shop)
    alone = await load(database, clock, "stock", fixture("inventory_levels.json"))
    assert counts(alone) == (0, 0, 0, 4)
    both = merged([fixture("inventory_levels.json"), fixture("inventory_items.json"), fixture("locations.json")])
    assert counts(await load(database, clock, "stock", both)) == (4, 0, 0, 0)
    assert sorted(level.on_hand for level in await every(database, InventoryLevel)) == [1, 3, 9, 27]
    assert len(await every(database, Location)) >= 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[1]", "not a list by name"),
        (b'{"orders": []}', "list 'orders' is empty"),
        (b'{"orders": [{}', "Is it cut off"),
        (b'{"shop": {}}', "without a list 'orders'"),
    ],
)
async def test_what_is_no_list_is_refused(
    sqlite_database: Database, clock: FixedClock, content: bytes, why: str
) -> None:
    with pytest.raises(UnreadableFile, match=why):
        await load(sqlite_database, clock, "orders", content)
