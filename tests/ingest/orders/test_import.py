"""An order export becomes orders, stock set aside, payments and balanced books, once."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from commerce.orders.models import FulfilmentOrder, Order, OrderLine, Shipment
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import Customer, PaymentMethod
from commerce.places.models import InventoryLevel, StockMove
from core.clock import FixedClock
from core.database import Database
from ingest.orders.service import _Import
from tests.ingest.exports import CUSTOMER, counts, customer, every, load, load_orders, more, order, sheet

TABLES = (
    Order, OrderLine, FulfilmentOrder, Shipment, Payment, Refund, LedgerEntry, Customer, PaymentMethod, InventoryLevel,
    StockMove,
)  # fmt: skip


async def balances(database: Database) -> dict[str, int]:
    """The accounts; every transaction must add up to zero."""
    entries = await every(database, LedgerEntry)
    by_transaction: Counter[str] = Counter()
    by_account: Counter[str] = Counter()
    for entry in entries:
        by_transaction[entry.transaction_id] += entry.amount
        by_account[entry.account] += entry.amount
    assert not any(by_transaction.values())
    return {account: amount for account, amount in by_account.items() if amount}


async def available(database: Database) -> dict[str, int]:
    levels = await every(database, InventoryLevel)
    assert all(0 <= level.reserved <= level.on_hand for level in levels)
    return {level.variant_id: level.on_hand - level.reserved for level in levels}


async def test_a_paid_order_waits_with_its_goods_set_aside(shop: Database, clock: FixedClock) -> None:
    before = await available(shop)
    report = await load_orders(shop, clock, order(Subtotal="52.50", Taxes="4.20", Total="62.70"), more())
    assert (counts(report), report.problems, report.notes) == ((1, 0, 0, 0), [], [])
    (row,) = await every(shop, Order)
    (nora,) = await every(shop, Customer)
    assert (row.number, row.external_id, row.status, row.customer_id) == ("#1001", "5550001", "pending", nora.id)
    assert (row.subtotal, row.discount, row.shipping, row.tax, row.total) == (5250, 0, 600, 420, 6270)
    assert row.placed_at == datetime(2026, 4, 14, 15, 30, tzinfo=UTC)
    assert row.ship_to["zip"] == "80203"
    lamp, mug = sorted(await every(shop, OrderLine), key=lambda line: line.id)
    assert (lamp.title, lamp.options, lamp.unit_price, lamp.tax) == ("Desk Lamp", {"Color": "Red"}, 4000, 320)
    assert (mug.title, mug.options, mug.unit_price, mug.tax) == ("Clay Mug", {}, 1250, 100)
    levels = {level.variant_id: level for level in await every(shop, InventoryLevel)}
    assert [(levels[line.variant_id].on_hand, levels[line.variant_id].reserved) for line in (lamp, mug)] == [(6, 1)] * 2
    assert await available(shop) == before
    (payment,) = await every(shop, Payment)
    assert (payment.amount, payment.refunded) == (6270, 0)
    assert await balances(shop) == {"cash": 6270, "sales": -5250, "shipping": -600, "tax": -420}


async def test_the_same_file_again_changes_nothing(shop: Database, clock: FixedClock) -> None:
    rows = (
        order(), order(**{"Name": "#1002", "Id": "2", "Fulfillment Status": "fulfilled", "Email": "new@example.com",
                          "Fulfilled at": "2026-04-14 12:00:00 -0600"}),
        order(**{"Name": "#1003", "Id": "3", "Cancelled at": "2026-04-15 09:00:00 -0600", "Refunded Amount": "49.20",
                 "Financial Status": "refunded"}),
    )  # fmt: skip
    await load_orders(shop, clock, *rows)
    before = [sorted(row.model_dump_json() for row in await every(shop, kind)) for kind in TABLES]
    clock.advance(timedelta(hours=1))
    assert counts(await load_orders(shop, clock, *rows)) == (0, 0, 3, 0)
    assert [sorted(row.model_dump_json() for row in await every(shop, kind)) for kind in TABLES] == before


async def test_a_sent_order_travels_and_then_has_arrived(shop: Database, clock: FixedClock) -> None:
    sent = order(**{"Fulfillment Status": "fulfilled", "Fulfilled at": "2026-04-14 18:00:00 -0600"})
    await load_orders(shop, clock, sent)
    (row,) = await every(shop, Order)
    assert (row.status, await every(shop, Shipment)) == ("shipped", [])
    assert [(level.reserved) for level in await every(shop, InventoryLevel)] == [0, 0, 0]
    clock.advance(timedelta(days=6))
    assert counts(await load_orders(shop, clock, sent)) == (0, 1, 0, 0)
    (row,) = await every(shop, Order)
    (parcel,) = await every(shop, Shipment)
    assert (row.status, parcel.status, parcel.delivered_at) == (
        "delivered", "delivered", datetime(2026, 4, 20, 0, 0, tzinfo=UTC),
    )  # fmt: skip
    assert counts(await load_orders(shop, clock, sent)) == (0, 0, 1, 0)


async def test_a_cancelled_order_is_given_back_in_the_books(shop: Database, clock: FixedClock) -> None:
    await load_orders(
        shop, clock,
        order(**{"Cancelled at": "2026-04-15 09:00:00 -0600", "Financial Status": "refunded",
                 "Refunded Amount": "49.20"}),
    )  # fmt: skip
    (row,) = await every(shop, Order)
    (line,) = await every(shop, OrderLine)
    (payment,) = await every(shop, Payment)
    assert (row.status, line.cancelled, payment.status) == ("cancelled", 1, "refunded")
    assert [(refund.amount, refund.status) for refund in await every(shop, Refund)] == [(4920, "paid")]
    assert await balances(shop) == {}


async def test_an_unpaid_order_is_owed_and_a_voided_one_is_not(shop: Database, clock: FixedClock) -> None:
    void = {"Name": "#1002", "Id": "2", "Financial Status": "voided", "Cancelled at": "2026-04-15 09:00:00 -0600"}
    await load_orders(shop, clock, order(**{"Financial Status": "pending"}), order(**void))
    assert await every(shop, Payment) == []
    assert await balances(shop) == {"receivable": 4920, "sales": -4000, "shipping": -600, "tax": -320}


async def test_a_partial_refund_and_a_partial_payment_are_exact(shop: Database, clock: FixedClock) -> None:
    await load_orders(
        shop, clock,
        order(**{"Financial Status": "partially_refunded", "Refunded Amount": "10.01"}),
        order(**{"Name": "#1002", "Id": "2", "Financial Status": "partially_paid", "Outstanding Balance": "9.20"}),
    )  # fmt: skip
    assert sorted((p.amount, p.refunded) for p in await every(shop, Payment)) == [(4000, 0), (4920, 1001)]
    books = await balances(shop)
    assert (books["cash"], books["receivable"]) == (4920 - 1001 + 4000, 920)


async def test_a_partly_sent_order_has_the_rest_set_aside(shop: Database, clock: FixedClock) -> None:
    await load_orders(
        shop, clock,
        order(**{"Subtotal": "65.00", "Taxes": "0.00", "Total": "71.00", "Fulfillment Status": "partial",
                 "Fulfilled at": "2026-04-14 18:00:00 -0600", "Lineitem fulfillment status": "fulfilled"}),
        more(**{"Lineitem quantity": "2"}),
    )  # fmt: skip
    (row,) = await every(shop, Order)
    lamp, mug = sorted(await every(shop, OrderLine), key=lambda line: line.id)
    assert (row.status, lamp.shipped, mug.shipped) == ("partly_shipped", 1, 0)
    levels = {level.variant_id: level.reserved for level in await every(shop, InventoryLevel)}
    assert (levels[lamp.variant_id], levels[mug.variant_id]) == (0, 2)
    assert sorted(place.status for place in await every(shop, FulfilmentOrder)) == ["open", "shipped"]


async def test_a_guest_is_made_from_the_order_and_becomes_the_customer_later(shop: Database, clock: FixedClock) -> None:
    guest = {"Email": "Pia@Example.com", "Billing Name": "Pia Maria Holm"}
    report = await load_orders(shop, clock, order(**guest), order(**guest, Name="#1002", Id="2"))
    assert report.details["guests"] == 1
    (pia,) = [each for each in await every(shop, Customer) if each.guest]
    assert (pia.first_name, pia.last_name, pia.email) == ("Pia Maria", "Holm", "pia@example.com")
    row = customer(**{"Customer ID": "7002", "First Name": "Pia", "Last Name": "Holm", "Email": "pia@example.com"})
    assert counts(await load(shop, clock, "customers", sheet(CUSTOMER, row))) == (0, 1, 0, 0)
    (same,) = [each for each in await every(shop, Customer) if each.email == "pia@example.com"]
    assert (same.id, same.guest, same.external_id) == (pia.id, False, "7002")
    assert counts(await load_orders(shop, clock, order(**guest))) == (0, 0, 1, 0)


async def test_an_order_without_an_email_is_a_guests_of_its_own(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order(Email="", Source="pos"), order(Email="", Name="#1002", Id="2"))
    people = {each.external_id for each in await every(shop, Customer)}
    assert people == {"7001", "order:#1001", "order:#1002"}
    assert {row.channel for row in await every(shop, Order)} == {"store", "web"}


async def test_discounts_free_shipping_and_included_tax_add_up(shop: Database, clock: FixedClock) -> None:
    report = await load_orders(
        shop, clock,
        order(**{"Subtotal": "36.00", "Discount Amount": "4.00", "Discount Code": "TEN", "Total": "45.20"}),
        order(**{"Name": "#1002", "Id": "2", "Discount Amount": "6.00", "Discount Code": "FREESHIP", "Total": "43.20"}),
        order(**{"Name": "#1003", "Id": "3", "Total": "46.00"}),
    )  # fmt: skip
    assert report.problems == []
    orders = {row.number: row for row in await every(shop, Order)}
    assert [(o.discount, o.shipping, o.tax, o.total) for o in orders.values()] == [
        (400, 600, 320, 4520), (0, 0, 320, 4320), (0, 600, 0, 4600),
    ]  # fmt: skip
    assert all(o.total == o.subtotal - o.discount + o.shipping + o.tax for o in orders.values())
    await balances(shop)


async def test_a_gift_card_pays_and_is_given_back_to(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order(**{"Payment Method": "gift_card"}))
    (method,) = await every(shop, PaymentMethod)
    assert (method.kind, method.label, method.balance) == ("gift_card", "gift card", 0)
    assert (await balances(shop))["gift_cards"] == 4920


async def test_a_line_without_a_sku_is_found_by_its_whole_name(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order(**{"Lineitem sku": "", "Lineitem name": "Desk Lamp - Blue"}))
    (line,) = await every(shop, OrderLine)
    assert (line.title, line.options) == ("Desk Lamp", {"Color": "Blue"})


async def test_a_failure_in_the_middle_leaves_nothing(shop: Database, clock: FixedClock) -> None:
    before = [len(await every(shop, kind)) for kind in TABLES]
    original = _Import._pay

    def fails(self: _Import, row: Order, *rest: object) -> None:
        if row.number == "#1002":
            raise RuntimeError("the power went")
        original(self, row, *rest)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Import, "_pay", fails)
        with pytest.raises(RuntimeError):
            await load_orders(shop, clock, order(), order(Name="#1002", Id="2"))
    assert [len(await every(shop, kind)) for kind in TABLES] == before
    assert counts(await load_orders(shop, clock, order(), order(Name="#1002", Id="2"))) == (2, 0, 0, 0)
