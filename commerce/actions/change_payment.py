"""Moving an order to another payment, before it is packed."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from commerce.actions.base import Change, Effect, MoneyEffect, PartReceipt, Verdict
from commerce.actions.difference import Settlement, money_effects, own_method, refuse_poor, settle
from commerce.actions.on_order import ALLOWED, OrderAction, closed_by_item_change, not_offered, refuse
from commerce.actions.outbox import tell
from commerce.actions.wording import listing, refunded, refunds, statuses
from commerce.identity.principal import Principal
from commerce.orders.models import Order
from commerce.payments.service import Payments, RefundPart, held
from commerce.people.models import PaymentMethod
from commerce.policies.schema import PaymentChangeRules
from commerce.shop import Shop
from core.money import format_money

WHEN, METHODS, REFUND = PaymentChangeRules.clauses


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything a change of payment does."""

    order: Order
    method: PaymentMethod
    parts: tuple[RefundPart, ...]
    """What goes back over the payments that are given up."""
    money: tuple[MoneyEffect, ...]

    @property
    def amount(self) -> int:
        """What the new payment takes over."""
        return sum(part.amount for part in self.parts)


class ChangePayment(OrderAction):
    """Charges what an order has cost to another way to pay, and gives it back over the one it was paid with."""

    kind: Literal["change_payment"] = "change_payment"
    payment_method_id: str = Field(max_length=60)

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the policy of the order's day lets it be paid another way, and whether that way can."""
        order = (await self.load(shop)).order
        rules = shop.policies.offered(PaymentChangeRules, order.placed_at.date())
        if rules is None:
            return not_offered("change the payment of an order")
        if order.status not in rules.statuses:
            now, when = statuses([order.status]), statuses(rules.statuses)
            return refuse(f"Order {order.number} is {now}; its payment can only be changed while it is {when}.", WHEN)
        if over := closed_by_item_change(shop, order, "payment_changes"):
            return over
        if rules.once_per_order and order.payment_changed_at:
            return refuse(f"The payment of order {order.number} was changed already, which is done once.", WHEN)
        return await self._check_methods(shop, order, rules) or ALLOWED

    async def _check_methods(self, shop: Shop, order: Order, rules: PaymentChangeRules) -> Verdict | None:
        standing = await Payments(shop).standing(order.id)
        method = await own_method(shop, order, self.payment_method_id)
        if method is None:
            return refuse("You have no such way to pay.", METHODS)
        if not standing:
            return refuse(f"Nothing is paid for order {order.number} that could be moved.", METHODS)
        if len(standing) > 1 and not rules.several:
            return refuse(f"Order {order.number} stands on several payments, which cannot be changed.", METHODS)
        amount = sum(held(payment) for payment, other in standing if other.id != method.id)
        if not amount:
            return refuse(f"Order {order.number} is paid with your {method.label} already.", METHODS)
        return refuse_poor(method, amount, METHODS)

    async def _plan(self, shop: Shop) -> _Plan:
        order = (await self.load(shop)).order
        payments = Payments(shop)
        method = await payments.method(self.payment_method_id)
        assert method is not None
        parts = tuple(
            RefundPart(payment, other, held(payment))
            for payment, other in await payments.standing(order.id)
            if other.id != method.id
        )
        charge = Settlement(charged=sum(part.amount for part in parts), method=method)
        back = Settlement(refunds=parts)
        money = (*money_effects(shop, order, charge), *money_effects(shop, order, back))
        return _Plan(order, method, parts, money)

    async def preview(self, shop: Shop) -> Effect:
        """What is charged, and what goes back."""
        return self._effect(await self._plan(shop))

    def _effect(self, plan: _Plan) -> Effect:
        order, amount = plan.order, format_money(plan.amount, plan.order.currency)
        old = listing(list(dict.fromkeys(part.method.label for part in plan.parts)))
        return Effect(
            kind=self.kind,
            title=f"Change the payment of order {order.number}",
            sentence=f"Pay order {order.number} with your {plan.method.label} instead of your {old}: "
            f"{amount} is charged to it, and we refund {refunds(plan.money)}.",
            order_number=order.number,
            changes=(Change(label="Paid with", before=old, after=plan.method.label),),
            money=plan.money,
            keeps=("The items, the price and the address stay as they are.",),
            clauses=(WHEN, METHODS, REFUND, "refunds.timing"),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Charge the one and give back over the others."""
        plan = await self._plan(shop)
        effect = self._effect(plan)
        order = plan.order
        charge = Settlement(charged=plan.amount, method=plan.method)
        await settle(shop, order, charge, reason="", receipt_id=receipt_id)
        back = Settlement(refunds=plan.parts)
        await settle(shop, order, back, reason="payment_changed", receipt_id=receipt_id)
        order.payment_changed_at = shop.clock.now()
        order.version += 1
        await tell(shop, "order.payment_changed", {"order": order.number, "receipt_id": receipt_id})
        return effect.done(f"Order {order.number} is now paid with your {plan.method.label}.{refunded(plan.money)}")
