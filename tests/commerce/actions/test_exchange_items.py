"""Exchanging what has arrived."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from commerce.actions.errors import ProposalRefused
from commerce.actions.exchange_items import ExchangeItems
from commerce.actions.return_items import ReturnItems
from commerce.actions.service import Actions
from commerce.actions.swapping import LineSwap
from commerce.catalogue.models import Variant
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import ExchangeAllotment, ExchangeLine, Order, OrderLine, Return, ReturnLine
from commerce.orders.service import Orders
from commerce.payments.models import Payment, Refund
from commerce.people.models import Customer
from commerce.places.models import InventoryLevel, Location
from commerce.promises.models import Promise
from commerce.shop import Shop
from tests.commerce.actions.conftest import Opening
from tests.commerce.actions.swaps import ONE_TIME, a_sibling, do, stricter
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

Given = tuple[Customer, Order, OrderLine, Variant, Location]


async def delivered(shop: Shop, *, red: int = 5000, ago: int = 3, status: str = "delivered", **line: Any) -> Given:
    session = shop.session
    ann, blue = await a_customer(session), await a_variant(session)
    other, place = await a_sibling(session, blue, price=red), await a_location(session)
    await a_level(session, place, other, on_hand=2)
    order, (row,) = await an_order(
        session, ann, [Line(blue, **line)], status=status, location=place, delivered_at=NOW - timedelta(days=ago),
        placed_at=NOW - timedelta(days=ago + 3),
    )  # fmt: skip
    return ann, order, row, other, place


def exchange(order: Order, line: OrderLine, to: Variant, quantity: int = 1, **values: str) -> ExchangeItems:
    changes = {line.id: LineSwap(variant_id=to.id, quantity=quantity)}
    return ExchangeItems(order_number=order.number, changes=changes, **values)


async def refused(shop: Shop, customer: Customer, action: ExchangeItems | ReturnItems) -> str:
    with pytest.raises(ProposalRefused) as refusal:
        await Actions(shop).propose([action], customer_principal(customer), key=action.model_dump_json())
    return str(refusal.value)


async def test_an_exchange_is_opened_and_promised_while_no_money_moves(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line, red, place = await delivered(shop, red=6500)
        receipt = await do(shop, ann, exchange(order, line, red))
        number = receipt.parts[0].reference
    assert receipt.sentence == (
        f"Exchange {number} is open: hand in the Ridgeline Tent (Blue) by Wednesday, April 29. When it has arrived, "
        "we send the Ridgeline Tent (Red); the difference is $15.00, charged to your Visa ending 4242."
    )
    async with opened() as shop:
        row = (await shop.session.exec(select(Return))).one()
        assert (row.kind, row.status, row.difference, row.refund_amount) == ("exchange", "requested", 1500, 0)
        assert row.refund_method_id == receipt.parts[0].money[0].payment_method_id
        back, sent = (
            (await shop.session.exec(select(ReturnLine))).one(),
            (await shop.session.exec(select(ExchangeLine))).one(),
        )
        assert (sent.return_line_id, sent.variant_id, sent.quantity, sent.unit_price) == (back.id, red.id, 1, 6500)
        allotted = (await shop.session.exec(select(ExchangeAllotment))).one()
        assert (allotted.location_id, allotted.quantity) == (place.id, 1)
        level = await shop.session.get(InventoryLevel, (place.id, red.id))
        assert level is not None and level.reserved == 1
        assert len((await shop.session.exec(select(Payment))).all()) == 1
        assert (await shop.session.exec(select(Refund))).all() == []
        assert (await shop.session.exec(select(Promise))).one().kind == "delivery"
        view = await Orders(shop).get(order.number, customer_principal(ann))
        assert (view.returns[0].kind, view.returns[0].difference) == ("exchange", 1500)
        assert [(item.title, item.options) for item in view.returns[0].new_items] == [
            ("Ridgeline Tent", {"Color": "Red"})
        ]


async def test_a_cheaper_variant_promises_a_refund_to_the_method_named(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line, red, _ = await delivered(shop, red=3000, quantity=2)
        gift = await a_method(shop.session, ann, "gift_card")
        receipt = await do(shop, ann, exchange(order, line, red, quantity=2, payment_method_id=gift.id))
        assert "refund the difference, $40.00 to your gift card ending 0931" in receipt.sentence
        row = (await shop.session.exec(select(Return))).one()
        assert (row.difference, row.refund_amount, row.refund_method_id) == (-4000, 4000, gift.id)
        await shop.session.refresh(gift)
        assert gift.balance == 0


async def test_a_faulty_item_is_exchanged_for_one_just_like_it(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line, _, place = await delivered(shop, unit_price=4100)
        blue = await shop.session.get(Variant, line.variant_id)
        assert blue is not None
        await a_level(shop.session, place, blue, on_hand=1)
        receipt = await do(shop, ann, exchange(order, line, blue, reason="damaged"))
        assert receipt.parts[0].money == ()
        assert (await shop.session.exec(select(Return))).one().difference == 0


async def test_a_large_refund_of_an_exchange_waits_for_a_lead(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line, red, _ = await delivered(shop, red=1000, unit_price=40000)
        by = customer_principal(ann)
        view = await Actions(shop).propose([exchange(order, line, red)], by, "k")
        assert view.approval_role == "lead"


async def test_what_cannot_be_exchanged_is_refused(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line, red, _ = await delivered(shop, red=9000, quantity=3)
        bob, session = await a_customer(shop.session), shop.session
        poor = await a_method(session, ann, "gift_card", balance=10)
        foreign = await a_method(session, bob)
        elsewhere = await a_variant(session, "Camp Mug")
        gone = await a_sibling(session, red, "Gray")
        assert "does not come in such a variant" in await refused(shop, ann, exchange(order, line, elsewhere))
        assert "is not available" in await refused(shop, ann, exchange(order, line, gone))
        assert "only 2 can be had" in await refused(shop, ann, exchange(order, line, red, quantity=3))
        assert "only 3 can still be exchanged" in await refused(shop, ann, exchange(order, line, red, quantity=4))
        assert "no such way to pay" in await refused(
            shop, ann, exchange(order, line, red, payment_method_id=foreign.id)
        )
        assert "holds $0.10" in await refused(shop, ann, exchange(order, line, red, payment_method_id=poor.id))
        assert "why it comes back" in await refused(shop, ann, exchange(order, line, red, reason="bored"))
        with pytest.raises(OrderNotFound):
            await Actions(shop).propose([exchange(order, line, red)], customer_principal(bob), "k")


@pytest.mark.parametrize("status", ["pending", "processing", "shipped"])
async def test_nothing_is_exchanged_before_it_has_arrived(opened: Opening, status: str) -> None:
    async with opened() as shop:
        ann, order, line, red, _ = await delivered(shop, status=status)
        assert "has not arrived yet" in await refused(shop, ann, exchange(order, line, red))


async def test_the_window_is_counted_from_delivery_unless_there_is_none(opened: Opening, tmp_path: Path) -> None:
    async with opened() as given:
        ann, order, line, red, _ = await delivered(given, ago=31)
        assert "30 days after it arrived" in await refused(given, ann, exchange(order, line, red))
        shop = replace(given, policies=stricter(tmp_path, ONE_TIME))
        receipt = await do(shop, ann, exchange(order, line, red))
        assert "hand in the Ridgeline Tent (Blue). When" in receipt.sentence
        assert (await shop.session.exec(select(Return))).one().due_on is None


@pytest.mark.parametrize("first", ["return", "exchange"])
async def test_where_it_is_done_once_a_return_closes_an_exchange_and_the_other_way_round(
    opened: Opening, tmp_path: Path, first: str
) -> None:
    async with opened() as given:
        shop = replace(given, policies=stricter(tmp_path, ONE_TIME))
        ann, order, line, red, _ = await delivered(shop, quantity=3)
        back = ReturnItems(order_number=order.number, line_quantities={line.id: 1}, reason="damaged")
        swap = exchange(order, line, red)
        await do(shop, ann, back if first == "return" else swap)
        for again in (back, swap):
            assert "sent back already" in await refused(shop, ann, again)
        view = await Orders(shop).get(order.number, customer_principal(ann))
        assert view.may == []


async def test_a_unit_is_exchanged_or_sent_back_once(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line, red, _ = await delivered(shop)
        await do(shop, ann, exchange(order, line, red))
        back = ReturnItems(order_number=order.number, line_quantities={line.id: 1}, reason="damaged")
        assert "none can still be sent back" in await refused(shop, ann, back)
