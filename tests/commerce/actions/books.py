"""What must hold of the shop's rows at any time."""

from collections import defaultdict

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.actions.models import Proposal, ReceiptRow
from commerce.catalogue.models import Variant
from commerce.orders.models import (
    ExchangeAllotment,
    ExchangeLine,
    FulfilmentLine,
    FulfilmentOrder,
    Order,
    OrderLine,
    Return,
    ReturnLine,
)
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import PaymentMethod
from commerce.places.models import InventoryLevel, StockMove


async def assert_sound(session: AsyncSession) -> None:
    """Every invariant of stock, money, orders and proposals."""
    await _books(session)
    await _stock(session)
    await _orders(session)
    await _money(session)
    await _proposals(session)


async def _books(session: AsyncSession) -> None:
    transactions: dict[str, int] = defaultdict(int)
    for entry in (await session.exec(select(LedgerEntry))).all():
        transactions[entry.transaction_id] += entry.amount
    assert set(transactions.values()) <= {0}


async def _stock(session: AsyncSession) -> None:
    reserved: dict[tuple[str, str], int] = defaultdict(int)
    rows = await session.exec(
        select(FulfilmentOrder, FulfilmentLine, OrderLine)
        .where(FulfilmentLine.fulfilment_order_id == FulfilmentOrder.id)
        .where(OrderLine.id == FulfilmentLine.order_line_id)
    )
    counted = set((await session.exec(select(Variant.id).where(Variant.stock == "counted"))).all())
    for place, line, order_line in rows.all():
        if order_line.variant_id not in counted:
            continue
        if place.status in ("open", "packing"):
            reserved[place.location_id, order_line.variant_id] += line.quantity
        if place.status == "cancelled":
            assert line.quantity == 0
    for location_id, variant_id, quantity in (
        await session.exec(
            select(ExchangeAllotment.location_id, ExchangeLine.variant_id, ExchangeAllotment.quantity).where(
                ExchangeLine.id == ExchangeAllotment.exchange_line_id
            )
        )
    ).all():
        reserved[location_id, variant_id] += quantity
    moved: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for move in (await session.exec(select(StockMove))).all():
        moved[move.location_id, move.variant_id][0] += move.on_hand
        moved[move.location_id, move.variant_id][1] += move.reserved
    for level in (await session.exec(select(InventoryLevel))).all():
        key = (level.location_id, level.variant_id)
        assert 0 <= level.reserved <= level.on_hand
        assert level.reserved == reserved.pop(key, 0)
        assert moved[key] == [level.on_hand, level.reserved]
    assert not any(reserved.values())


async def _orders(session: AsyncSession) -> None:
    allotted: dict[str, int] = defaultdict(int)
    for row in (await session.exec(select(FulfilmentLine))).all():
        allotted[row.order_line_id] += row.quantity
    coming_back: dict[str, int] = defaultdict(int)
    for back in (await session.exec(select(ReturnLine))).all():
        coming_back[back.order_line_id] += back.quantity
    orders = {order.id: order for order in (await session.exec(select(Order))).all()}
    lines = (await session.exec(select(OrderLine))).all()
    for order in orders.values():
        assert order.subtotal == sum(line.unit_price * line.quantity for line in lines if line.order_id == order.id)
        assert order.total == order.subtotal - order.discount + order.shipping + order.tax
    for line in lines:
        assert line.cancelled + line.short + allotted[line.id] == line.quantity
        assert line.returned == coming_back[line.id] <= line.shipped
        assert line.cancelled + line.returned <= line.quantity
        if orders[line.order_id].status == "cancelled":
            assert line.cancelled == line.quantity


async def _money(session: AsyncSession) -> None:
    refunded: dict[str, int] = defaultdict(int)
    for refund in (await session.exec(select(Refund))).all():
        refunded[refund.payment_id] += refund.amount
    promised: dict[str, int] = defaultdict(int)
    for back in (await session.exec(select(Return))).all():
        promised[back.order_id] += back.refund_amount
    left: dict[str, int] = defaultdict(int)
    for payment in (await session.exec(select(Payment))).all():
        assert payment.refunded == refunded[payment.id] <= payment.amount
        left[payment.order_id] += payment.amount - payment.refunded
    for order_id, amount in promised.items():
        assert amount <= left[order_id]
    owed: dict[str | None, int] = defaultdict(int)
    for entry in (await session.exec(select(LedgerEntry).where(LedgerEntry.account == "receivable"))).all():
        owed[entry.order_id] += entry.amount
    assert all(amount <= 0 for amount in owed.values())
    for method in (await session.exec(select(PaymentMethod))).all():
        assert method.balance >= 0
    due = sum(
        refund.amount for refund in (await session.exec(select(Refund).where(Refund.status == "requested"))).all()
    )
    entries = (await session.exec(select(LedgerEntry).where(LedgerEntry.account == "refunds_due"))).all()
    assert -sum(entry.amount for entry in entries) == due


async def _proposals(session: AsyncSession) -> None:
    receipts = [row.proposal_id for row in (await session.exec(select(ReceiptRow))).all()]
    committed = [row.id for row in (await session.exec(select(Proposal).where(Proposal.status == "committed"))).all()]
    assert sorted(receipts) == sorted(committed)
