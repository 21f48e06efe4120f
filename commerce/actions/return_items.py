"""Sending delivered items back."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from commerce.actions.base import (
    Change,
    DateEffect,
    Effect,
    ItemEffect,
    MoneyEffect,
    Outcome,
    PartReceipt,
    Verdict,
)
from commerce.actions.on_order import ALLOWED, LineQuantities, OrderAction, refuse
from commerce.actions.outbox import tell
from commerce.actions.refunding import held_back, refund_effects
from commerce.actions.wording import capital, day, item_of, name, refunds, the_items, units
from commerce.identity.principal import Principal
from commerce.orders.arrivals import Arrival, arrivals
from commerce.orders.models import Order, OrderLine, Return, ReturnLine, ReturnStatus
from commerce.orders.repository import LoadedOrder, OrderRepository
from commerce.orders.values import OrderValues, Share
from commerce.payments.service import Payments, refund_when
from commerce.people.models import PaymentMethod, PaymentMethodKind
from commerce.policies.schema import RefundRules, ReturnRules
from commerce.promises.service import REFUND, Promises
from commerce.shop import Shop
from core.ids import new_id
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
    due_on: date


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
            or await self._check_goods(shop, loaded, rules)
            or await self._check_reason(shop, loaded, rules)
            or await self._check_method(shop, loaded, rules)
            or await self._check_amount(shop, loaded)
        )

    async def _check_goods(self, shop: Shop, loaded: LoadedOrder, rules: ReturnRules) -> Verdict | None:
        rows = OrderRepository(shop.session)
        if rules.once_per_order and await rows.standing_returns(loaded.order.id):
            return refuse("Something of this order has been sent back already.", "returns.window")
        arrived = arrivals(loaded, await rows.allotments(loaded.order.id), await rows.shipments(loaded.order.id))
        for line_id, quantity in self.line_quantities.items():
            line = loaded.lines[line_id]
            refusal = _check_line(line, quantity, arrived[line_id], rules, shop.today)
            if refusal:
                return refusal
        return None

    async def _check_reason(self, shop: Shop, loaded: LoadedOrder, rules: ReturnRules) -> Verdict | None:
        if (rules.reason_required or self.reason) and self.reason not in rules.reasons:
            words = ", ".join(rules.reasons.values())
            return refuse(f"We need to know why it comes back: {words}.", "returns.reasons")
        if self.reason in rules.fault_reasons or not rules.final_sale_categories:
            return None
        lines = [loaded.lines[line_id] for line_id in self.line_quantities]
        categories = await OrderRepository(shop.session).categories([line.product_id for line in lines])
        for line in lines:
            if categories.get(line.product_id) in rules.final_sale_categories:
                return refuse(f"The {name(line, 1)} was a final sale and cannot come back.", "returns.final_sale")
        return None

    async def _check_method(self, shop: Shop, loaded: LoadedOrder, rules: ReturnRules) -> Verdict | None:
        paid = await Payments(shop).of_order(loaded.order.id)
        if self.refund_method_id is None:
            if "original" not in rules.refund_to:
                return refuse("The refund of a return goes to a gift card of yours.", "returns.refund_method")
            return None
        method = await Payments(shop).method(self.refund_method_id)
        if method is None or method.customer_id != loaded.order.customer_id:
            return refuse("You have no such way to pay.", "returns.refund_method")
        if "gift_card" in rules.refund_to and method.kind == PaymentMethodKind.gift_card:
            return None
        if "original" not in rules.refund_to or [other.id for _, other in paid] != [method.id]:
            words = {"original": "the payment you used", "gift_card": "a gift card of yours"}
            allowed = " or ".join(words[where] for where in rules.refund_to)
            return refuse(f"The refund can only go to {allowed}.", "returns.refund_method")
        return None

    async def _check_amount(self, shop: Shop, loaded: LoadedOrder) -> Verdict:
        rules = shop.policies.rules(RefundRules, shop.today)
        plan = await self._plan(shop)
        # All returns of an order count together, or a large one could be cut into small ones.
        returns = await OrderRepository(shop.session).standing_returns(loaded.order.id)
        total = plan.refund + sum(row.refund_amount for row in returns)
        if total <= rules.approval_above:
            return ALLOWED
        limit = format_money(rules.approval_above, loaded.order.currency)
        return Verdict(
            outcome=Outcome.needs_approval,
            reason=f"Refunds above {limit} are looked at by a colleague first.",
            clauses=("refunds.approval",),
            role=rules.approval_role,
        )

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
            due_on=shop.today + timedelta(days=rules.hand_in_days),
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
            sentence=f"Send back {the_items(plan.items)} of order {order.number} by {day(plan.due_on)}{back}.",
            order_number=order.number,
            items=plan.items,
            changes=(Change(label="Reason", before="", after=reason),) if reason else (),
            money=plan.money,
            dates=(DateEffect(label="Hand in by", on=plan.due_on),),
            clauses=("returns.window", "returns.condition", fault, "returns.hand_in", "refunds.timing"),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Open the return and promise the refund."""
        plan = await self._plan(shop)
        effect = self._effect(shop, plan)
        opened = await self._open(shop, plan)
        for line, count in plan.lines:
            line.returned += count
            line.version += 1
        plan.order.version += 1
        back = f" We refund {refunds(plan.money)} when it has arrived." if plan.refund else ""
        if plan.refund:
            text = f"Refund {refunds(plan.money)} when return {opened.number} has arrived."
            await Promises(shop).make(plan.order, REFUND, text, receipt_id=receipt_id)
        body = {"order": plan.order.number, "return": opened.number, "receipt_id": receipt_id}
        await tell(shop, "return.requested", body)
        return PartReceipt(
            kind=self.kind,
            done=True,
            sentence=f"Return {opened.number} is open: hand in {the_items(effect.items)} by {day(plan.due_on)}.{back}",
            order_number=plan.order.number,
            reference=opened.number,
            items=effect.items,
            money=effect.money,
            changes=effect.changes,
            dates=effect.dates,
            clauses=effect.clauses,
        )

    async def _open(self, shop: Shop, plan: _Plan) -> Return:
        rows = OrderRepository(shop.session)
        number = _new_number()
        while await rows.has_return_number(number):
            number = _new_number()
        opened = Return(
            id=new_id("rtn"),
            number=number,
            order_id=plan.order.id,
            customer_id=plan.order.customer_id,
            status=ReturnStatus.requested,
            reason=self.reason,
            refund_method_id=self._single_method(plan),
            refund_amount=plan.refund,
            fee=plan.fee,
            requested_at=shop.clock.now(),
            due_on=plan.due_on,
        )
        await rows.add(opened)
        await rows.add(
            *(
                ReturnLine(id=new_id("rtl"), return_id=opened.id, order_line_id=line.id, quantity=count)
                for line, count in plan.lines
            )
        )
        return opened

    def _single_method(self, plan: _Plan) -> str | None:
        """Where all of the refund goes; `None` when it goes back over several payments."""
        methods = {part.payment_method_id for part in plan.money if part.direction == "refund"}
        return methods.pop() if len(methods) == 1 else None


def _new_number() -> str:
    return f"R-{secrets.randbelow(90_000_000) + 10_000_000}"


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


def _check_line(line: OrderLine, quantity: int, arrived: Arrival, rules: ReturnRules, today: date) -> Verdict | None:
    left = arrived.units - line.returned
    what = name(line, 1)
    if arrived.on is None:
        return refuse(f"The {what} has not arrived yet.", "returns.window")
    if quantity > left:
        still = f"only {left} can" if left > 0 else "none can"
        return refuse(f"Of the {what}, {still} still be sent back.", "returns.window")
    last = arrived.on + timedelta(days=rules.window_days)
    if today > last:
        return refuse(
            f"{capital(f'the {what}')} could be sent back until {day(last)} {last.year}: "
            f"{rules.window_days} days after it arrived.",
            "returns.window",
        )
    return None
