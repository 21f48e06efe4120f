"""Exchanging delivered items for other variants of the same product."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from commerce.actions.allotting import StockMove, move_effect, move_stock
from commerce.actions.base import Change, DateEffect, Effect, MoneyEffect, PartReceipt, Verdict
from commerce.actions.difference import Settlement, check_method, money_effects, settlement
from commerce.actions.on_order import ALLOWED, OrderAction, not_offered
from commerce.actions.outbox import tell
from commerce.actions.sending_back import (
    check_approval,
    check_arrived,
    check_reason,
    hand_in_by,
    last_day,
    open_return,
    single_method,
)
from commerce.actions.swapping import Swap, Swaps, check_variants, difference, places_for, price_swaps
from commerce.actions.wording import charges, listing, refunds, the_items, units
from commerce.identity.principal import Principal
from commerce.orders.models import ExchangeAllotment, ExchangeLine, Order, Return, ReturnKind
from commerce.orders.repository import LoadedOrder, OrderRepository
from commerce.policies.schema import ExchangeRules, ReturnRules
from commerce.promises.service import DELIVERY, Promises
from commerce.shop import Shop
from core.ids import new_id

WINDOW, VARIANTS, DIFFERENCE, ONCE, HAND_IN = ExchangeRules.clauses


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything an exchange does."""

    order: Order
    rules: ExchangeRules
    swaps: list[Swap]
    amount: int
    """What the new units cost more than the old ones."""
    settled: Settlement
    money: tuple[MoneyEffect, ...]
    places: list[list[tuple[str, int]]]
    """By swap: where how many of the new units are set aside."""
    due_on: date | None

    @property
    def taken(self) -> list[StockMove]:
        """Stock that is set aside for the new units."""
        return [
            StockMove(location, swap.variant.id, count, swap.line.id)
            for swap, places in zip(self.swaps, self.places, strict=True)
            for location, count in places
        ]


class ExchangeItems(OrderAction):
    """Opens a return that is answered with other variants. Goods and money move when it has arrived."""

    kind: Literal["exchange_items"] = "exchange_items"
    changes: Swaps
    payment_method_id: str | None = Field(default=None, max_length=60)
    """What takes the difference; `None` as the order was paid."""
    reason: str = Field(default="", max_length=60)
    """A reason code of the policy of returns."""

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the policy of the order's day exchanges the items, and the variants can be had and paid."""
        loaded = await self.load(shop)
        order = loaded.order
        rules = shop.policies.offered(ExchangeRules, order.placed_at.date())
        if rules is None:
            return not_offered("exchange items")
        wanted = {line_id: swap.quantity for line_id, swap in self.changes.items()}
        return (
            self.unknown_lines(loaded, wanted)
            or await check_arrived(shop, loaded, wanted, rules)
            or await check_reason(shop, loaded, wanted, self.reason, required=rules.reason_required)
            or await check_variants(shop, loaded, self.changes, rules, kind=rules.policy)
            or await self._check_money(shop, loaded, rules)
            or ALLOWED
        )

    async def _check_money(self, shop: Shop, loaded: LoadedOrder, rules: ExchangeRules) -> Verdict | None:
        amount = difference(await price_swaps(shop, loaded, self.changes)).total
        refusal = await check_method(shop, loaded.order, rules, self.payment_method_id, amount, DIFFERENCE)
        if refusal:
            return refusal
        settled = await settlement(shop, loaded.order, self.payment_method_id, amount)
        return await check_approval(shop, loaded.order, settled.refunded)

    async def _plan(self, shop: Shop) -> _Plan:
        loaded = await self.load(shop)
        order = loaded.order
        rules = shop.policies.rules(ExchangeRules, order.placed_at.date())
        swaps = await price_swaps(shop, loaded, self.changes)
        amount = difference(swaps).total
        settled = await settlement(shop, order, self.payment_method_id, amount)
        return _Plan(
            order=order,
            rules=rules,
            swaps=swaps,
            amount=amount,
            settled=settled,
            money=money_effects(shop, order, settled, when="when the goods have arrived"),
            places=await places_for(shop, order, swaps, {}),
            due_on=last_day(shop.today, rules.hand_in_days),
        )

    async def preview(self, shop: Shop) -> Effect:
        """What comes back, what is sent for it, and what the difference is."""
        return self._effect(shop, await self._plan(shop))

    def _effect(self, shop: Shop, plan: _Plan) -> Effect:
        order = plan.order
        old = the_items([swap.old_item for swap in plan.swaps])
        swapped = listing([f"{the_items([swap.old_item])} for {the_items([swap.new_item])}" for swap in plan.swaps])
        reason = shop.policies.rules(ReturnRules, order.placed_at.date()).reasons.get(self.reason, "")
        changes = [swap.change(order.currency) for swap in plan.swaps]
        last = " An order is exchanged or sent back once." if plan.rules.once_per_order else ""
        return Effect(
            kind=self.kind,
            title=f"Exchange {units(sum(swap.quantity for swap in plan.swaps))} of order {order.number}",
            sentence=f"Exchange {swapped} of order {order.number}: send back {old}{hand_in_by(plan.due_on)}; "
            f"when it has arrived, we send the new {_noun(plan)}{_difference(plan)}.{last}",
            order_number=order.number,
            items=tuple(swap.old_item for swap in plan.swaps),
            changes=(*changes, *([Change(label="Reason", before="", after=reason)] if reason else [])),
            money=plan.money,
            stock=tuple(move_effect(move) for move in sorted(plan.taken)),
            dates=(DateEffect(label="Hand in by", on=plan.due_on),) if plan.due_on else (),
            keeps=("No money moves before the goods have arrived.",) if plan.amount else (),
            clauses=(WINDOW, VARIANTS, DIFFERENCE, *((ONCE,) if last else ()), HAND_IN, "returns.condition"),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Open the exchange, set the new units aside and promise them."""
        plan = await self._plan(shop)
        effect = self._effect(shop, plan)
        await move_stock(shop, plan.taken)
        opened = await open_return(
            shop,
            plan.order,
            [(swap.line, swap.quantity) for swap in plan.swaps],
            kind=ReturnKind.goods,
            reason=self.reason,
            refund_method_id=self.payment_method_id or single_method(plan.money),
            refund_amount=plan.settled.refunded,
            difference=plan.amount,
            due_on=plan.due_on,
        )
        await _set_aside(shop, plan, opened)
        new = the_items([swap.new_item for swap in plan.swaps])
        text = f"Send {new} when exchange {opened.number} has arrived{_difference(plan)}."
        await Promises(shop).make(plan.order, DELIVERY, text, receipt_id=receipt_id)
        body = {"order": plan.order.number, "return": opened.number, "receipt_id": receipt_id}
        await tell(shop, "exchange.requested", body)
        return effect.done(
            f"Exchange {opened.number} is open: hand in {the_items(effect.items)}{hand_in_by(plan.due_on)}. "
            f"When it has arrived, we send {new}{_difference(plan)}.",
            reference=opened.number,
        )


async def _set_aside(shop: Shop, plan: _Plan, opened: Return) -> None:
    """Write down what is sent for each line that comes back, and from where."""
    rows = OrderRepository(shop.session)
    came_back = {line.order_line_id: line.id for line in await rows.return_lines(opened.id)}
    for swap, places in zip(plan.swaps, plan.places, strict=True):
        line = ExchangeLine(
            id=new_id("xcl"),
            return_line_id=came_back[swap.line.id],
            variant_id=swap.variant.id,
            title=swap.line.title,
            options=dict(swap.variant.options),
            quantity=swap.quantity,
            unit_price=swap.unit_price,
            discount=swap.discount,
            tax=swap.tax,
        )
        await rows.add(line)
        await rows.add(
            *(ExchangeAllotment(exchange_line_id=line.id, location_id=place, quantity=count) for place, count in places)
        )


def _noun(plan: _Plan) -> str:
    return "item" if sum(swap.quantity for swap in plan.swaps) == 1 else "items"


def _difference(plan: _Plan) -> str:
    """` and …`: what becomes of the difference then."""
    if plan.settled.method:
        return f"; the difference is {charges(plan.money)}"
    if plan.money:
        return f" and refund the difference, {refunds(plan.money)}"
    return "" if plan.amount else "; there is no difference to pay"
