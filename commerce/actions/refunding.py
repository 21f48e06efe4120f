"""Refunds as effects and promises."""

from collections.abc import Sequence

from commerce.actions.base import MoneyEffect
from commerce.actions.wording import day
from commerce.orders.models import Order, ReturnStatus
from commerce.orders.repository import OrderRepository
from commerce.payments.service import RefundPart, add_business_days, refund_days, refund_when
from commerce.policies.schema import RefundRules
from commerce.promises.service import REFUND, Promises
from commerce.shop import Shop
from core.money import format_money


def refund_effects(shop: Shop, order: Order, parts: Sequence[RefundPart]) -> tuple[MoneyEffect, ...]:
    """What goes back over each payment, and how long that takes."""
    rules = shop.policies.rules(RefundRules, order.placed_at.date())
    return tuple(
        MoneyEffect(
            direction="refund",
            amount=part.amount,
            currency=order.currency,
            payment_method_id=part.method.id,
            method=part.method.label,
            when=refund_when(rules, part.method.kind),
        )
        for part in parts
    )


async def promise_refunds(shop: Shop, order: Order, parts: Sequence[RefundPart], receipt_id: str) -> None:
    """Promise each refund that does not arrive at once, with the last day it may take."""
    rules = shop.policies.rules(RefundRules, order.placed_at.date())
    for part in parts:
        _, most = refund_days(rules, part.method.kind)
        if most:
            due_on = add_business_days(shop.today, most)
            amount = format_money(part.amount, order.currency)
            text = f"Refund {amount} for order {order.number} to your {part.method.label} by {day(due_on)}."
            await Promises(shop).make(order, REFUND, text, receipt_id=receipt_id, due_on=due_on)


async def held_back(shop: Shop, order: Order) -> int:
    """What is promised for returns of the order that are still on their way."""
    returns = await OrderRepository(shop.session).standing_returns(order.id)
    return sum(row.refund_amount for row in returns if row.status != ReturnStatus.refunded)
