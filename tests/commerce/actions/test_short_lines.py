"""Items that were sold and are not there."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from commerce.actions.base import Receipt
from commerce.actions.errors import ProposalRefused
from commerce.actions.fill_short_line import FillShortLine
from commerce.actions.service import Actions
from commerce.actions.wait_for_stock import WaitForStock
from commerce.orders.models import FulfilmentLine, FulfilmentOrder, OrderLine
from commerce.people.models import Customer
from commerce.places.models import InventoryLevel
from commerce.promises.models import Promise
from commerce.shop import Shop
from tests.commerce.actions.conftest import Opening
from tests.factories import NOW, Line, a_customer, a_level, a_location, a_variant, an_order, customer_principal

SOON = (NOW + timedelta(days=9)).date()


async def do(shop: Shop, customer: Customer, action: FillShortLine | WaitForStock) -> Receipt:
    by = customer_principal(customer)
    view = await Actions(shop).propose([action], by, key=action.model_dump_json())
    receipt = (await Actions(shop).commit(view.id, by)).receipt
    assert receipt is not None
    return receipt


async def test_another_place_sends_the_missing_units(opened: Opening) -> None:
    async with opened() as shop:
        ann, tent = await a_customer(shop.session), await a_variant(shop.session)
        store = await a_location(shop.session, "Denver", kind="store")
        order, (line,) = await an_order(shop.session, ann, [Line(tent, quantity=3, short=2, restock_on=SOON)])
        await a_level(shop.session, store, tent, on_hand=4, safety_stock=2)
        await do(shop, ann, WaitForStock(order_number=order.number, order_line_id=line.id))
        action = FillShortLine(order_number=order.number, order_line_id=line.id, location_id=store.id)
        receipt = await do(shop, ann, action)
    assert receipt.sentence == f"Denver sends 2 × Ridgeline Tent (Blue) of order {order.number}."
    async with opened() as shop:
        row = (await shop.session.exec(select(OrderLine))).one()
        assert (row.short, row.restock_on) == (0, None)
        level = await shop.session.get(InventoryLevel, (store.id, tent.id))
        assert level is not None and (level.on_hand, level.reserved) == (4, 2)
        parts = await shop.session.exec(
            select(FulfilmentLine).join(FulfilmentOrder).where(FulfilmentOrder.location_id == store.id)
        )
        assert parts.one().quantity == 2
        assert (await shop.session.exec(select(Promise))).one().status == "withdrawn"


async def test_the_same_place_sends_it_with_the_rest(opened: Opening) -> None:
    async with opened() as shop:
        ann, tent, place = await a_customer(shop.session), await a_variant(shop.session), await a_location(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(tent, quantity=3, short=2)], location=place)
        await a_level(shop.session, place, tent, on_hand=2)
        await do(shop, ann, FillShortLine(order_number=order.number, order_line_id=line.id, location_id=place.id))
        assert (await shop.session.exec(select(FulfilmentOrder))).one()
        assert (await shop.session.exec(select(FulfilmentLine))).one().quantity == 3


@pytest.mark.parametrize(("on_hand", "safety"), [(1, 0), (3, 2)])
async def test_a_place_keeps_its_safety_stock_and_never_sends_half(opened: Opening, on_hand: int, safety: int) -> None:
    async with opened() as shop:
        ann, tent = await a_customer(shop.session), await a_variant(shop.session)
        store = await a_location(shop.session, "Denver", kind="store")
        order, (line,) = await an_order(shop.session, ann, [Line(tent, quantity=2, short=2)])
        await a_level(shop.session, store, tent, on_hand=on_hand, safety_stock=safety)
        action = FillShortLine(order_number=order.number, order_line_id=line.id, location_id=store.id)
        with pytest.raises(ProposalRefused, match="Denver no longer has the Ridgeline Tent \\(Blue\\) to spare"):
            await do(shop, ann, action)


async def test_waiting_is_a_promise_and_moves_nothing(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(quantity=1, short=1, restock_on=SOON)])
        action = WaitForStock(order_number=order.number, order_line_id=line.id)
        receipt = await do(shop, ann, action)
        promise = (await shop.session.exec(select(Promise))).one()
        assert (promise.kind, promise.order_line_id, promise.receipt_id) == ("delivery", line.id, receipt.id)
        assert promise.due_on == date(2026, 4, 27)
        with pytest.raises(ProposalRefused, match="You wait for the Ridgeline Tent"):
            await Actions(shop).propose([action], customer_principal(ann), "again")


@pytest.mark.parametrize(
    ("restock_on", "reason"),
    [
        (None, "do not know when"),
        ((NOW - timedelta(days=1)).date(), "do not know when"),
        ((NOW + timedelta(days=46)).date(), "longer than 45 days"),
    ],
)
async def test_nobody_is_asked_to_wait_for_ever(opened: Opening, restock_on: date | None, reason: str) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(quantity=1, short=1, restock_on=restock_on)])
        with pytest.raises(ProposalRefused, match=reason):
            await do(shop, ann, WaitForStock(order_number=order.number, order_line_id=line.id))


async def test_nothing_is_done_for_a_line_that_is_complete(opened: Opening) -> None:
    async with opened() as shop:
        ann, place = await a_customer(shop.session), await a_location(shop.session)
        order, (line,) = await an_order(shop.session, ann)
        with pytest.raises(ProposalRefused, match="Nothing is missing"):
            await do(shop, ann, WaitForStock(order_number=order.number, order_line_id=line.id))
        with pytest.raises(ProposalRefused, match="Nothing is missing"):
            action = FillShortLine(order_number=order.number, order_line_id=line.id, location_id=place.id)
            await do(shop, ann, action)
