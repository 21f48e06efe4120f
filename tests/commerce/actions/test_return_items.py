"""Sending things back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from commerce.actions.base import ProposalView
from commerce.actions.errors import ProposalRefused
from commerce.actions.return_items import ReturnItems
from commerce.actions.service import Actions
from commerce.orders.models import Order, OrderLine, Return, ReturnLine
from commerce.payments.models import LedgerEntry, Refund
from commerce.people.models import Customer
from commerce.promises.models import Promise
from commerce.shop import Shop
from tests.commerce.actions.conftest import Opening
from tests.factories import (
    NOW,
    Line,
    a_customer,
    a_method,
    a_variant,
    an_order,
    customer_principal,
    staff_principal,
)


async def propose(shop: Shop, customer: Customer, order: Order, line: OrderLine, **values: object) -> ProposalView:
    action = ReturnItems.model_validate(
        {"order_number": order.number, "line_quantities": {line.id: 1}, "reason": "no_longer_needed", **values}
    )
    return await Actions(shop).propose([action], customer_principal(customer), key=action.model_dump_json())


async def delivered(shop: Shop, ago: int, *, placed: int | None = None, **line: object):
    ann = await a_customer(shop.session)
    order, (row,) = await an_order(
        shop.session,
        ann,
        [Line(**line)],  # type: ignore[arg-type]
        status="delivered",
        placed_at=NOW - timedelta(days=placed if placed is not None else ago + 5),
        delivered_at=NOW - timedelta(days=ago),
    )
    return ann, order, row


async def test_a_return_is_opened_and_its_refund_promised_while_no_money_moves(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=3, quantity=2, unit_price=5000, tax=801)
        view = await propose(shop, ann, order, line)
        result = await Actions(shop).commit(view.id, customer_principal(ann))
    effect = view.parts[0]
    assert effect.sentence == (
        f"Send back the Ridgeline Tent (Blue) of order {order.number} by Wednesday, April 29; when it has arrived, "
        "we refund $47.06 to your Visa ending 4242 ($6.95 is kept back for the return)."
    )
    assert [(part.direction, part.amount) for part in effect.money] == [("refund", 4706), ("fee", 695)]
    assert effect.dates[0].on == date(2026, 4, 29)
    async with opened() as shop:
        row = (await shop.session.exec(select(Return))).one()
        assert (row.status, row.refund_amount, row.fee, row.due_on) == ("requested", 4706, 695, date(2026, 4, 29))
        assert result.receipt is not None and result.receipt.parts[0].reference == row.number
        assert (await shop.session.exec(select(ReturnLine))).one().quantity == 1
        assert (await shop.session.exec(select(OrderLine))).one().returned == 1
        assert (await shop.session.exec(select(Refund))).all() == []
        accounts = {entry.account for entry in (await shop.session.exec(select(LedgerEntry))).all()}
        assert "refunds_due" not in accounts
        assert row.number in (await shop.session.exec(select(Promise))).one().text


@pytest.mark.parametrize(("ago", "fits"), [(30, True), (31, False)])
async def test_the_window_is_counted_from_delivery(opened: Opening, ago: int, fits: bool) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=ago)
        if fits:
            assert (await propose(shop, ann, order, line)).parts
        else:
            with pytest.raises(ProposalRefused, match="30 days after it arrived") as refusal:
                await propose(shop, ann, order, line)
            assert refusal.value.clauses == ("returns.window",)


async def test_an_order_is_judged_by_the_policy_of_the_day_it_was_placed(opened: Opening) -> None:
    async with opened() as shop:
        placed_at = datetime(2025, 4, 30, 12, tzinfo=UTC)
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(
            shop.session, ann, status="delivered", placed_at=placed_at, delivered_at=NOW - timedelta(days=59)
        )
        view = await propose(shop, ann, order, line)
    assert [part.amount for part in view.parts[0].money] == [5000]
    assert view.parts[0].dates[0].on == NOW.date() + timedelta(days=21)


async def test_what_is_the_shops_fault_costs_nothing_even_on_final_sale(opened: Opening) -> None:
    async with opened() as shop:
        variant = await a_variant(shop.session, "Trail Meal", category="Food & Fuel")
        ann, order, line = await delivered(shop, ago=1, variant=variant)
        with pytest.raises(ProposalRefused, match="final sale"):
            await propose(shop, ann, order, line, reason="no_longer_needed")
        view = await propose(shop, ann, order, line, reason="damaged")
    assert [(part.direction, part.amount) for part in view.parts[0].money] == [("refund", 5000)]
    assert "returns.faulty" in view.parts[0].clauses


async def test_nothing_comes_back_before_it_has_arrived(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(shop.session, ann, status="shipped")
        with pytest.raises(ProposalRefused, match="has not arrived yet"):
            await propose(shop, ann, order, line)


async def test_a_unit_comes_back_once(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=3)
        view = await propose(shop, ann, order, line)
        await Actions(shop).commit(view.id, customer_principal(ann))
        with pytest.raises(ProposalRefused, match="none can still be sent back"):
            await propose(shop, ann, order, line, reason="damaged")


@pytest.mark.parametrize("reason", ["", "bored"])
async def test_a_reason_is_asked_for(opened: Opening, reason: str) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=3)
        with pytest.raises(ProposalRefused, match="why it comes back: no longer needed, does not fit"):
            await propose(shop, ann, order, line, reason=reason)


async def test_the_refund_may_go_to_a_gift_card_of_ones_own(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=3)
        gift = await a_method(shop.session, ann, "gift_card")
        view = await propose(shop, ann, order, line, refund_method_id=gift.id, reason="damaged")
        await Actions(shop).commit(view.id, customer_principal(ann))
        assert view.parts[0].money[0].method == "gift card ending 0931"
        assert (await shop.session.exec(select(Return))).one().refund_method_id == gift.id


async def test_the_refund_never_goes_to_somebody_else_or_to_another_card(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=3)
        bob = await a_customer(shop.session)
        foreign = await a_method(shop.session, bob, "gift_card")
        other_card = await a_method(shop.session, ann, last4="9999")
        with pytest.raises(ProposalRefused, match="no such way to pay"):
            await propose(shop, ann, order, line, refund_method_id=foreign.id)
        with pytest.raises(ProposalRefused, match="can only go to the payment you used or a gift card"):
            await propose(shop, ann, order, line, refund_method_id=other_card.id)


async def test_a_large_refund_waits_for_a_lead_and_is_then_carried_out_once(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=3, unit_price=40000)
        by, lead = customer_principal(ann), staff_principal("lead")
        view = await propose(shop, ann, order, line)
        assert view.approval_role == "lead"
        said_yes = await Actions(shop).commit(view.id, by)
        assert said_yes.receipt is None and said_yes.awaiting is not None
        assert (await shop.session.exec(select(Return))).all() == []
        assert [waiting.id for waiting in await Actions(shop).awaiting_approval(lead)] == [view.id]
        approved = await Actions(shop).approve(view.id, lead, "a good customer")
        again = await Actions(shop).approve(view.id, lead)
        assert approved.receipt is not None and approved == again
        assert approved.receipt == (await Actions(shop).commit(view.id, by)).receipt
        assert len((await shop.session.exec(select(Return))).all()) == 1


async def test_cutting_a_large_return_into_small_ones_does_not_avoid_the_approval(opened: Opening) -> None:
    async with opened() as shop:
        ann, order, line = await delivered(shop, ago=3, quantity=2, unit_price=20000)
        first = await propose(shop, ann, order, line)
        assert first.approval_role == ""
        await Actions(shop).commit(first.id, customer_principal(ann))
        assert (await propose(shop, ann, order, line, reason="damaged")).approval_role == "lead"
