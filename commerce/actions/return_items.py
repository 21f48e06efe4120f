"""Sending delivered items back."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from commerce.actions.base import Change, DateEffect, Effect, ItemEffect, MoneyEffect, PartReceipt, Verdict
from commerce.actions.on_order import ALLOWED, LineQuantities, OrderAction, refuse
from commerce.actions.outbox import tell
from commerce.actions.refunding import held_back, refund_effects
from commerce.actions.sending_back import (
    check_approval,
    check_arrived,
    check_reason,
    hand_in_by,
    last_day,
    open_return,
    single_method,
)
from commerce.actions.wording import item_of, refunds, the_items, units
from commerce.identity.principal import Principal
from commerce.orders.models import Order, OrderLine, Return
from commerce.orders.repository import LoadedOrder
from commerce.orders.values import OrderValues, Share
from commerce.payments.service import Payments, refund_when
from commerce.people.models import PaymentMethod, PaymentMethodKind
from commerce.policies.schema import RefundRules, ReturnRules
from commerce.promises.service import REFUND, Promises
from commerce.shop import Shop
from core.money import format_money, percent_of


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything a return does."""

    order: Order
    lines: list[tuple[OrderLine, int]]
    items: tuple[ItemEffect, ...]
    fee: int
    refund: int
    money: tuple[MoneyEffect, ...]
    due_on: date | None


class ReturnItems(OrderAction):
    """Opens a return. The money moves when the goods have arrived."""

    kind: Literal["return_items"] = "return_items"
    line_quantities: LineQuantities
    reason: str = Field(default="", max_length=60)
    """A reason code of the policy."""
    refund_method_id: str | None = Field(default=None, max_length=60)
    """`None` refunds as it was paid."""

    def _rules(self, shop: Shop, order: Order) -> ReturnRules:
        return shop.policies.rules(ReturnRules, order.placed_at.date())

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the policy of the order's day takes the items back, and whether a colleague must agree."""
        loaded = await self.load(shop)
        rules = self._rules(shop, loaded.order)
        return (
            self.unknown_lines(loaded, self.line_quantities)
            or await check_arrived(shop, loaded, self.line_quantities, rules)
            or await check_reason(shop, loaded, self.line_quantities, self.reason, required=rules.reason_required)
            or await self._check_method(shop, loaded, rules)
            or await check_approval(shop, loaded.order, (await self._plan(shop)).refund)
            or ALLOWED
        )

    async def _check_method(self, shop: Shop, loaded: LoadedOrder, rules: ReturnRules) -> Verdict | None:
        paid = await Payments(shop).standing(loaded.order.id)
        if self.refund_method_id is None:
            if "original" not in rules.refund_to:
                return refuse("The refund of a return goes to a gift card of yours.", "returns.refund_method")
            return None
        method = await Payments(shop).method(self.refund_method_id)
        if method is None or method.customer_id != loaded.order.customer_id:
            return refuse("You have no such way to pay.", "returns.refund_method")
        if "gift_card" in rules.refund_to and method.kind == PaymentMethodKind.gift_card:
            return None
        if "original" not in rules.refund_to or {other.id for _, other in paid} != {method.id}:
            words = {"original": "the payment you used", "gift_card": "a gift card of yours"}
            allowed = " or ".join(words[where] for where in rules.refund_to)
            return refuse(f"The refund can only go to {allowed}.", "returns.refund_method")
        return None

    async def _plan(self, shop: Shop) -> _Plan:
        loaded = await self.load(shop)
        order, lines = loaded.order, loaded.lines
        rules = self._rules(shop, order)
        values = OrderValues(order, lines)
        shares = {line_id: values.units(lines[line_id], quantity) for line_id, quantity in self.line_quantities.items()}
        share = sum(shares.values(), start=Share())
        fee = 0
        if self.reason not in rules.fault_reasons:
            fee = percent_of(share.goods, rules.restocking_fee_percent) + rules.return_shipping_fee
        fee = max(0, min(fee, share.total))
        parts = await Payments(shop).plan(order.id, share.total - fee, await held_back(shop, order))
        refund = sum(part.amount for part in parts)
        if self.refund_method_id is None:
            money = refund_effects(shop, order, parts)
        else:
            method = await Payments(shop).method(self.refund_method_id)
            assert method is not None
            money = (_to_method(shop, order, method, refund),) if refund else ()
        if fee:
            charge = MoneyEffect(direction="fee", amount=fee, currency=order.currency, when="kept back")
            money = (*money, charge)
        wanted = [(line, self.line_quantities[line.id]) for line in lines.values() if line.id in shares]
        return _Plan(
            order=order,
            lines=wanted,
            items=tuple(item_of(line, count, shares[line.id].total) for line, count in wanted),
            fee=fee,
            refund=refund,
            money=money,
            due_on=last_day(shop.today, rules.hand_in_days),
        )

    async def preview(self, shop: Shop) -> Effect:
        """What comes back, what it brings, and by when it must be handed in."""
        return self._effect(shop, await self._plan(shop))

    def _effect(self, shop: Shop, plan: _Plan) -> Effect:
        order = plan.order
        reason = self._rules(shop, order).reasons.get(self.reason, "")
        kept = f" ({format_money(plan.fee, order.currency)} is kept back for the return)" if plan.fee else ""
        back = f"; when it has arrived, we refund {refunds(plan.money)}{kept}" if plan.refund else ""
        fault = "returns.faulty" if self.reason in self._rules(shop, order).fault_reasons else "returns.fees"
        return Effect(
            kind=self.kind,
            title=f"Return {units(sum(item.quantity for item in plan.items))} of order {order.number}",
            sentence=f"Send back {the_items(plan.items)} of order {order.number}{hand_in_by(plan.due_on)}{back}.",
            order_number=order.number,
            items=plan.items,
            changes=(Change(label="Reason", before="", after=reason),) if reason else (),
            money=plan.money,
            dates=(DateEffect(label="Hand in by", on=plan.due_on),) if plan.due_on else (),
            clauses=("returns.window", "returns.condition", fault, "returns.hand_in", "refunds.timing"),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Open the return and promise the refund."""
        plan = await self._plan(shop)
        effect = self._effect(shop, plan)
        opened = await self._open(shop, plan)
        back = f" We refund {refunds(plan.money)} when it has arrived." if plan.refund else ""
        until = hand_in_by(plan.due_on)
        if plan.refund:
            text = f"Refund {refunds(plan.money)} when return {opened.number} has arrived."
            await Promises(shop).make(plan.order, REFUND, text, receipt_id=receipt_id)
        body = {"order": plan.order.number, "return": opened.number, "receipt_id": receipt_id}
        await tell(shop, "return.requested", body)
        return effect.done(
            f"Return {opened.number} is open: hand in {the_items(effect.items)}{until}.{back}", reference=opened.number
        )

    async def _open(self, shop: Shop, plan: _Plan) -> Return:
        return await open_return(
            shop,
            plan.order,
            plan.lines,
            reason=self.reason,
            refund_method_id=self.refund_method_id or single_method(plan.money),
            refund_amount=plan.refund,
            fee=plan.fee,
            due_on=plan.due_on,
        )


def _to_method(shop: Shop, order: Order, method: PaymentMethod, amount: int) -> MoneyEffect:
    rules = shop.policies.rules(RefundRules, order.placed_at.date())
    return MoneyEffect(
        direction="refund",
        amount=amount,
        currency=order.currency,
        payment_method_id=method.id,
        method=method.label,
        when=refund_when(rules, method.kind),
    )
