"""A newer export moves an order forward and undoes nothing that this shop did itself."""

from datetime import timedelta

import pytest

from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_address import ChangeAddress
from commerce.actions.service import Actions
from commerce.orders.models import FulfilmentOrder, Order, OrderLine
from commerce.payments.models import Payment, Refund
from commerce.people.models import Address, Customer
from commerce.places.models import InventoryLevel, StockMove
from commerce.policies.service import PolicyBook
from core.clock import FixedClock
from core.database import Database
from tests.factories import customer_principal, shop_at
from tests.ingest.exports import counts, every, load_orders, more, order
from tests.ingest.orders.test_import import available, balances

SENT = {"Fulfillment Status": "fulfilled", "Fulfilled at": "2026-04-15 09:00:00 -0600"}
BOTH = {"Subtotal": "52.50", "Total": "61.70"}


async def act(database: Database, policies: PolicyBook, clock: FixedClock, action: CancelOrder | ChangeAddress) -> None:
    """Nora confirms a change in the chat."""
    (nora,) = await every(database, Customer)
    by = customer_principal(nora)
    async with database.transaction() as session:
        proposal = await Actions(shop_at(session, policies, clock)).propose([action], by, key="test")
        await Actions(shop_at(session, policies, clock)).commit(proposal.id, by)


async def test_what_was_sent_leaves_the_place(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order())
    free = await available(shop)
    assert counts(await load_orders(shop, clock, order(**SENT))) == (0, 1, 0, 0)
    (row,) = await every(shop, Order)
    (line,) = await every(shop, OrderLine)
    assert (row.status, line.shipped) == ("shipped", 1)
    assert (await available(shop), {level.reserved for level in await every(shop, InventoryLevel)}) == (free, {0})
    assert sorted(place.status for place in await every(shop, FulfilmentOrder)) == ["cancelled", "shipped"]
    assert [move.on_hand for move in await every(shop, StockMove) if move.reason == "sale"] == [-1]


async def test_what_was_paid_cancelled_and_refunded_is_booked_once(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order(**{"Financial Status": "pending", "Paid at": ""}))
    await load_orders(shop, clock, order())
    assert (await balances(shop))["cash"] == 4920
    await load_orders(shop, clock, order(**{"Financial Status": "partially_refunded", "Refunded Amount": "9.99"}))
    gone = order(
        **{"Financial Status": "refunded", "Refunded Amount": "49.20", "Cancelled at": "2026-04-15 09:00:00 -0600"}
    )
    assert counts(await load_orders(shop, clock, gone)) == (0, 1, 0, 0)
    assert counts(await load_orders(shop, clock, gone)) == (0, 0, 1, 0)
    (row,) = await every(shop, Order)
    (payment,) = await every(shop, Payment)
    assert (row.status, payment.refunded) == ("cancelled", 4920)
    assert sorted(refund.amount for refund in await every(shop, Refund)) == [999, 3921]
    assert sum((await balances(shop)).values()) == 0
    assert "cash" not in await balances(shop)
    assert {level.reserved for level in await every(shop, InventoryLevel)} == {0}


async def test_an_older_file_takes_nothing_back(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order(**SENT))
    assert counts(await load_orders(shop, clock, order())) == (0, 0, 1, 0)
    (row,) = await every(shop, Order)
    assert row.status == "shipped"


async def test_an_order_cancelled_here_stays_cancelled(shop: Database, clock: FixedClock, policies: PolicyBook) -> None:
    await load_orders(shop, clock, order())
    await act(shop, policies, clock, CancelOrder(order_number="#1001"))
    books = await balances(shop)
    assert counts(await load_orders(shop, clock, order(**SENT))) == (0, 0, 1, 0)
    (row,) = await every(shop, Order)
    (line,) = await every(shop, OrderLine)
    assert (row.status, line.cancelled, line.shipped) == ("cancelled", 1, 0)
    assert await balances(shop) == books


async def test_a_refund_given_here_is_not_given_again(shop: Database, clock: FixedClock, policies: PolicyBook) -> None:
    await load_orders(shop, clock, order(**BOTH), more())
    mug = next(line for line in await every(shop, OrderLine) if line.title == "Clay Mug")
    await act(shop, policies, clock, CancelOrder(order_number="#1001", line_quantities={mug.id: 1}))
    given = sum(refund.amount for refund in await every(shop, Refund))
    told = f"{given / 100:.2f}"
    newer = order(**{**BOTH, **SENT, "Financial Status": "partially_refunded", "Refunded Amount": told})
    await load_orders(shop, clock, newer, more())
    assert sum(refund.amount for refund in await every(shop, Refund)) == given > 0
    lines = {line.title: (line.shipped, line.cancelled) for line in await every(shop, OrderLine)}
    assert lines == {"Desk Lamp": (1, 0), "Clay Mug": (0, 1)}
    assert (await every(shop, Order))[0].status == "shipped"


async def test_an_address_changed_here_is_kept_and_said(
    shop: Database, clock: FixedClock, policies: PolicyBook
) -> None:
    await load_orders(shop, clock, order())
    elsewhere = Address(address1="4 Birch Road", city="Boulder", state="CO", zip="80302")
    await act(shop, policies, clock, ChangeAddress(order_number="#1001", address=elsewhere))
    report = await load_orders(shop, clock, order(**SENT))
    assert counts(report) == (0, 1, 0, 0)
    assert ["its address is left as it is" in note.why for note in report.notes] == [True]
    (row,) = await every(shop, Order)
    assert (row.ship_to["address1"], row.status) == ("4 Birch Road", "shipped")


async def test_an_address_changed_in_shopify_is_taken_over(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order())
    assert counts(await load_orders(shop, clock, order(**{"Shipping Address1": "9 Larch Lane"}))) == (0, 1, 0, 0)
    (row,) = await every(shop, Order)
    assert row.ship_to["address1"] == "9 Larch Lane"


async def test_an_order_edited_in_shopify_is_left_and_said(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order())
    report = await load_orders(shop, clock, order(**BOTH), more())
    assert counts(report) == (0, 0, 1, 0)
    assert "was edited since the last import" in report.notes[0].why
    assert len(await every(shop, OrderLine)) == 1


@pytest.mark.parametrize("days", [0, 30])
async def test_an_imported_order_can_be_cancelled_in_the_chat(
    shop: Database, clock: FixedClock, policies: PolicyBook, days: int
) -> None:
    await load_orders(shop, clock, order(**BOTH), more())
    clock.advance(timedelta(days=days))
    free = await available(shop)
    await act(shop, policies, clock, CancelOrder(order_number="#1001"))
    assert {level.reserved for level in await every(shop, InventoryLevel)} == {0}
    assert sum((await available(shop)).values()) == sum(free.values()) + 2
    await balances(shop)
