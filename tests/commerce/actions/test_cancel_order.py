"""Cancelling orders and items."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from commerce.actions.cancel_order import CancelOrder
from commerce.actions.errors import ProposalRefused
from commerce.actions.models import OutboxMessage
from commerce.actions.service import Actions
from commerce.catalogue.models import StockPolicy
from commerce.orders.models import FulfilmentOrder, Order, OrderLine
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import PaymentMethod
from commerce.places.models import InventoryLevel
from commerce.promises.models import Promise
from commerce.shop import Shop
from tests.commerce.actions.conftest import Opening
from tests.factories import (
    NOW,
    Line,
    a_customer,
    a_level,
    a_location,
    a_method,
    a_variant,
    an_order,
    customer_principal,
)


async def cancel(shop: Shop, customer, action: CancelOrder, key: str = "k"):
    by = customer_principal(customer)
    view = await Actions(shop).propose([action], by, key)
    result = await Actions(shop).commit(view.id, by)
    assert result.receipt is not None
    return view, result.receipt


async def accounts(shop: Shop, order: Order) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in (await shop.session.exec(select(LedgerEntry).where(LedgerEntry.order_id == order.id))).all():
        sums[entry.account] = sums.get(entry.account, 0) + entry.amount
    return {account: amount for account, amount in sums.items() if amount}


async def test_a_whole_order_gives_back_every_cent_and_every_unit(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        place, tent = await a_location(shop.session), await a_variant(shop.session)
        lines = [Line(tent, quantity=2, unit_price=12900, discount=1000, tax=1799), Line(unit_price=3000)]
        order, _ = await an_order(shop.session, ann, lines, location=place, shipping=695)
    async with opened() as shop:
        view, receipt = await cancel(shop, ann, CancelOrder(order_number=order.number, reason="no_longer_needed"))
    assert view.parts[0].sentence == (
        f"Cancel order {order.number} and refund $302.94 to your Visa ending 4242, with the shipping of $6.95."
        " Reason: no longer needed."
    )
    assert receipt.done and "within 5 to 7 business days" in receipt.sentence
    async with opened() as shop:
        row = (await shop.session.exec(select(Order))).one()
        assert (row.status, row.cancel_reason, row.cancelled_at) == ("cancelled", "no_longer_needed", NOW)
        assert row.version == 2
        refund = (await shop.session.exec(select(Refund))).one()
        assert (refund.amount, refund.status) == (order.total, "requested") == (30294, "requested")
        levels = (await shop.session.exec(select(InventoryLevel))).all()
        assert [level.reserved for level in levels] == [0, 0]
        assert (await shop.session.exec(select(FulfilmentOrder))).one().status == "cancelled"
        assert await accounts(shop, order) == {"cash": 30294, "refunds_due": -30294}
        promise = (await shop.session.exec(select(Promise))).one()
        assert (promise.due_on, promise.receipt_id) == (date(2026, 4, 24), receipt.id)
        topics = {message.topic for message in (await shop.session.exec(select(OutboxMessage))).all()}
        assert topics == {"refund.requested", "order.cancelled"}


async def test_one_item_goes_and_the_rest_stays_as_promised(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        lines = [Line(unit_price=12900), Line(await a_variant(shop.session, "Camp Lamp"), unit_price=3000)]
        order, (tent, _) = await an_order(shop.session, ann, lines, shipping=695)
        view, _ = await cancel(shop, ann, CancelOrder(order_number=order.number, line_quantities={tent.id: 1}))
    effect = view.parts[0]
    assert effect.sentence == (
        f"Cancel the Ridgeline Tent (Blue) from order {order.number} and refund $129.00 to your Visa ending 4242."
    )
    assert effect.keeps[0] == "The Camp Lamp (Blue) stays in the order, still arriving by Monday, April 20."
    async with opened() as shop:
        assert (await shop.session.exec(select(Order))).one().status == "pending"
        assert (await shop.session.exec(select(Refund))).one().amount == 12900
        reserved = sorted(level.reserved for level in (await shop.session.exec(select(InventoryLevel))).all())
        assert reserved == [0, 1]


@pytest.mark.parametrize("steps", [[3, 2], [1, 1, 1, 1, 1], [5]])
async def test_units_one_by_one_give_back_the_same_as_all_at_once(opened: Opening, steps: list[int]) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        card, gift = await a_method(shop.session, ann), await a_method(shop.session, ann, "gift_card")
        lines = [Line(quantity=5, unit_price=3333, discount=1001, tax=777)]
        order, (line,) = await an_order(shop.session, ann, lines, shipping=695, paid=[(card, 9000), (gift, None)])
        for position, count in enumerate(steps):
            action = CancelOrder(order_number=order.number, line_quantities={line.id: count})
            await cancel(shop, ann, action, key=str(position))
    async with opened() as shop:
        assert (await shop.session.exec(select(Order))).one().status == "cancelled"
        payments = (await shop.session.exec(select(Payment))).all()
        assert all(payment.refunded == payment.amount for payment in payments)
        assert {payment.status for payment in payments} == {"refunded"}
        card_left = await shop.session.get(PaymentMethod, gift.id)
        assert card_left is not None and card_left.balance == order.total - 9000
        assert await accounts(shop, order) == {"cash": 9000, "refunds_due": -9000}


async def test_a_gift_card_is_refilled_first_and_at_once(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        card, gift = await a_method(shop.session, ann), await a_method(shop.session, ann, "gift_card", balance=100)
        order, (line,) = await an_order(
            shop.session, ann, [Line(quantity=2, unit_price=5000)], paid=[(card, 4000), (gift, None)]
        )
        action = CancelOrder(order_number=order.number, line_quantities={line.id: 1})
        view, _ = await cancel(shop, ann, action)
    (money,) = view.parts[0].money
    assert (money.method, money.amount, money.when) == ("gift card ending 0931", 5000, "at once")
    async with opened() as shop:
        method = await shop.session.get(PaymentMethod, gift.id)
        assert method is not None and (method.balance, method.version) == (5100, 2)
        assert (await shop.session.exec(select(Refund))).one().status == "paid"
        assert (await shop.session.exec(select(Promise))).all() == []


async def test_units_that_are_not_in_stock_are_cancelled_first(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(quantity=3, short=2)])
        view, _ = await cancel(shop, ann, CancelOrder(order_number=order.number, line_quantities={line.id: 2}))
    assert view.parts[0].stock == ()
    async with opened() as shop:
        row = (await shop.session.exec(select(OrderLine))).one()
        assert (row.cancelled, row.short) == (2, 0)
        assert (await shop.session.exec(select(InventoryLevel))).one().reserved == 1


async def test_units_are_let_go_in_every_place_that_holds_some(opened: Opening) -> None:
    from commerce.actions.fill_short_line import FillShortLine

    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        tent, store = await a_variant(shop.session), await a_location(shop.session, "Denver", kind="store")
        order, (line,) = await an_order(shop.session, ann, [Line(tent, quantity=3, short=2)])
        await a_level(shop.session, store, tent, on_hand=2)
        fill = FillShortLine(order_number=order.number, order_line_id=line.id, location_id=store.id)
        proposal = await Actions(shop).propose([fill], by, "fill")
        await Actions(shop).commit(proposal.id, by)
        view, _ = await cancel(shop, ann, CancelOrder(order_number=order.number))
    assert sorted(effect.quantity for effect in view.parts[0].stock) == [1, 2]


async def test_units_that_were_held_are_let_go_though_nobody_counts_them_any_more(opened: Opening) -> None:
    async with opened() as shop:
        ann, tent = await a_customer(shop.session), await a_variant(shop.session)
        order, _ = await an_order(shop.session, ann, [Line(tent, quantity=2)])
        tent.stock = StockPolicy.always
        await cancel(shop, ann, CancelOrder(order_number=order.number))
    async with opened() as shop:
        assert (await shop.session.exec(select(Order))).one().status == "cancelled"
        assert (await shop.session.exec(select(InventoryLevel))).one().reserved == 0


@pytest.mark.parametrize("status", ["processing", "shipped", "delivered"])
async def test_what_is_packed_or_sent_cannot_be_cancelled(opened: Opening, status: str) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann, status=status)
        with pytest.raises(ProposalRefused, match="can only be cancelled while it is pending") as refusal:
            await cancel(shop, ann, CancelOrder(order_number=order.number))
        assert refusal.value.clauses == ("cancellation.when",)


async def test_more_than_is_left_cannot_be_cancelled(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(quantity=2)])
        with pytest.raises(ProposalRefused, match="only 2 can still be cancelled"):
            await cancel(shop, ann, CancelOrder(order_number=order.number, line_quantities={line.id: 3}))


async def test_a_line_of_another_order_cannot_be_cancelled_with_it(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        _, (other,) = await an_order(shop.session, ann)
        with pytest.raises(ProposalRefused, match="no such item"):
            await cancel(shop, ann, CancelOrder(order_number=order.number, line_quantities={other.id: 1}))


async def test_a_reason_that_the_policy_does_not_know_is_refused(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        with pytest.raises(ProposalRefused, match="ordered by mistake"):
            await cancel(shop, ann, CancelOrder(order_number=order.number, reason="because"))


async def test_a_cancelled_line_is_no_longer_promised(opened: Opening) -> None:
    from commerce.actions.wait_for_stock import WaitForStock

    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        back = (NOW + timedelta(days=10)).date()
        order, (line,) = await an_order(shop.session, ann, [Line(quantity=1, short=1, restock_on=back)])
        wait = await Actions(shop).propose([WaitForStock(order_number=order.number, order_line_id=line.id)], by, "wait")
        await Actions(shop).commit(wait.id, by)
        await cancel(shop, ann, CancelOrder(order_number=order.number))
    async with opened() as shop:
        promises = await shop.session.exec(select(Promise).order_by(col(Promise.id)))
        assert {promise.kind: promise.status for promise in promises.all()} == {
            "delivery": "withdrawn",
            "refund": "open",
        }


async def test_an_order_level_discount_is_part_of_what_a_unit_cost(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line, _) = await an_order(
            shop.session,
            ann,
            [Line(unit_price=6000), Line(unit_price=4000)],
            discount=1000,
            total=9000,
        )
        view, _ = await cancel(shop, ann, CancelOrder(order_number=order.number, line_quantities={line.id: 1}))
        assert view.parts[0].money[0].amount == 5400
        await cancel(shop, ann, CancelOrder(order_number=order.number), key="rest")
    async with opened() as shop:
        assert (await shop.session.exec(select(Payment))).one().refunded == 9000
