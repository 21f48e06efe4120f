"""Cancelling an order, or some of it, before it is packed."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from commerce.actions.allotting import Release, close_empty, let_go, move_effect, releases
from commerce.actions.base import Change, Effect, ItemEffect, PartReceipt, Verdict
from commerce.actions.on_order import (
    ALLOWED,
    LineQuantities,
    OrderAction,
    closed_by_item_change,
    open_units,
    refuse,
)
from commerce.actions.outbox import tell
from commerce.actions.refunding import held_back, promise_refunds, refund_effects
from commerce.actions.wording import capital, day, item_of, name, refunded, refunds, statuses, the_items, units
from commerce.identity.principal import Principal
from commerce.orders.models import Order, OrderLine, OrderStatus
from commerce.orders.repository import LoadedOrder, OrderRepository
from commerce.orders.values import OrderValues, Share
from commerce.payments.service import Payments, RefundPart
from commerce.policies.schema import CancellationRules
from commerce.promises.service import Promises
from commerce.shop import Shop
from core.money import format_money


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything a cancellation does."""

    order: Order
    cancelled: list[tuple[OrderLine, int]]
    kept: list[tuple[OrderLine, int]]
    items: tuple[ItemEffect, ...]
    whole: bool
    share: Share
    refunds: list[RefundPart]
    releases: list[Release]


def _only_short(loaded: LoadedOrder, wanted: dict[str, int]) -> bool:
    """Whether it is all about units that are out of stock: nothing of them is packed, whatever the order's status."""
    lines = loaded.lines
    return bool(wanted) and all(line in lines and count <= lines[line].short for line, count in wanted.items())


class CancelOrder(OrderAction):
    """Cancels units that have not been sent. Short units go first, because nothing is set aside for them."""

    kind: Literal["cancel_order"] = "cancel_order"
    line_quantities: LineQuantities | None = None
    """`None` cancels everything that has not been sent."""
    reason: str = Field(default="", max_length=60)
    """A reason code of the policy."""

    def _wanted(self, loaded: LoadedOrder) -> dict[str, int]:
        if self.line_quantities is not None:
            return self.line_quantities
        return {line.id: open_units(line) for line in loaded.lines.values() if open_units(line)}

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the policy of the order's day lets it be cancelled."""
        loaded = await self.load(shop)
        order = loaded.order
        rules = shop.policies.rules(CancellationRules, order.placed_at.date())
        wanted = self._wanted(loaded)
        if order.status == OrderStatus.cancelled:
            return refuse(f"Order {order.number} is cancelled already.", "cancellation.when")
        if order.status not in rules.statuses and not _only_short(loaded, wanted):
            now, when = statuses([order.status]), statuses(rules.statuses)
            return refuse(
                f"Order {order.number} is {now}, and can only be cancelled while it is {when}.",
                "cancellation.when",
            )
        if unknown := self.unknown_lines(loaded, wanted):
            return unknown
        if over := closed_by_item_change(shop, order, "cancellation"):
            return over
        return self._check_units(loaded, wanted) or self._check_rules(rules, loaded, wanted) or ALLOWED

    def _check_units(self, loaded: LoadedOrder, wanted: dict[str, int]) -> Verdict | None:
        if not wanted:
            return refuse(f"Nothing is left to cancel in order {self.order_number}.", "cancellation.when")
        for line_id, quantity in wanted.items():
            line = loaded.lines[line_id]
            most = open_units(line)
            if quantity > most:
                left = f"only {most} can" if most else "none can"
                return refuse(f"Of the {name(line, 1)}, {left} still be cancelled.", "cancellation.partial")
        return None

    def _check_rules(self, rules: CancellationRules, loaded: LoadedOrder, wanted: dict[str, int]) -> Verdict | None:
        if (rules.reason_required or self.reason) and self.reason not in rules.reasons:
            words = ", ".join(rules.reasons.values())
            return refuse(f"We need one of these reasons: {words}.", "cancellation.reasons")
        everything = all(wanted.get(line.id, 0) == open_units(line) for line in loaded.lines.values())
        if not rules.partial and not everything:
            return refuse("An order can only be cancelled as a whole.", "cancellation.partial")
        return None

    async def _plan(self, shop: Shop) -> _Plan:
        loaded = await self.load(shop)
        order, lines, wanted = loaded.order, loaded.lines, self._wanted(loaded)
        values = OrderValues(order, lines)
        shares = {line_id: values.units(lines[line_id], quantity) for line_id, quantity in wanted.items()}
        whole = all(line.cancelled + wanted.get(line.id, 0) == line.quantity for line in lines.values())
        share = sum(shares.values(), start=values.shipping if whole else Share())
        kept = [(line, open_units(line) - wanted.get(line.id, 0)) for line in lines.values()]
        cancelled = [(line, wanted[line.id]) for line in lines.values() if line.id in wanted]
        allotments = await OrderRepository(shop.session).allotments(order.id)
        return _Plan(
            order=order,
            cancelled=cancelled,
            kept=[(line, count) for line, count in kept if count],
            items=tuple(item_of(line, count, shares[line.id].total) for line, count in cancelled),
            whole=whole,
            share=share,
            refunds=await Payments(shop).plan(order.id, share.total, await held_back(shop, order)),
            releases=releases(cancelled, allotments),
        )

    async def preview(self, shop: Shop) -> Effect:
        """What is cancelled, what comes back, what stays."""
        return self._effect(shop, await self._plan(shop))

    def _effect(self, shop: Shop, plan: _Plan) -> Effect:
        order = plan.order
        money = refund_effects(shop, order, plan.refunds)
        what = f"order {order.number}" if plan.whole else f"{the_items(plan.items)} from order {order.number}"
        shipping = plan.share.shipping
        extra = f", with the shipping of {format_money(shipping, order.currency)}" if shipping and money else ""
        known = shop.policies.rules(CancellationRules, order.placed_at.date()).reasons.get(self.reason)
        why = f" Reason: {known}." if known else ""
        count = sum(item.quantity for item in plan.items)
        title = f"order {order.number}" if plan.whole else f"{units(count)} of order {order.number}"
        return Effect(
            kind=self.kind,
            title=f"Cancel {title}",
            sentence=f"Cancel {what}{f' and refund {refunds(money)}{extra}' if money else ''}.{why}",
            order_number=order.number,
            items=plan.items,
            changes=(Change(label="Order", before=statuses([order.status]), after="cancelled"),) if plan.whole else (),
            money=money,
            stock=tuple(move_effect(release.move) for release in plan.releases),
            keeps=_keeps(plan),
            clauses=("cancellation.when", "cancellation.refund", "refunds.timing", "refunds.original_method"),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Let the stock go, give the money back, and write down what was promised."""
        plan = await self._plan(shop)
        effect = self._effect(shop, plan)
        order = plan.order
        await let_go(shop, plan.releases)
        await close_empty(shop, order.id)
        for line, count in plan.cancelled:
            line.short -= min(count, line.short)
            line.cancelled += count
            line.version += 1
            if not line.short:
                await Promises(shop).withdraw_delivery(line)
        order.version += 1
        if plan.whole:
            order.status = OrderStatus.cancelled
            order.cancelled_at = shop.clock.now()
            order.cancel_reason = self.reason
        elif not plan.kept:
            order.status = OrderStatus.shipped
        await shop.session.flush()
        reason = self.reason or "cancelled"
        await Payments(shop).refund(order, plan.share, plan.refunds, reason=reason, reference=receipt_id)
        await promise_refunds(shop, order, plan.refunds, receipt_id)
        topic = "order.cancelled" if plan.whole else "order.lines_cancelled"
        lines = {line.id: count for line, count in plan.cancelled}
        await tell(shop, topic, {"order": order.number, "lines": lines, "receipt_id": receipt_id})
        return self._receipt(effect, plan)

    def _receipt(self, effect: Effect, plan: _Plan) -> PartReceipt:
        what = f"Order {plan.order.number}" if plan.whole else f"{capital(the_items(plan.items))}"
        where = "" if plan.whole else f" from order {plan.order.number}"
        verb = "is" if plan.whole or sum(item.quantity for item in plan.items) == 1 else "are"
        return effect.done(f"{what} {verb} cancelled{where}.{refunded(effect.money)}")


def _keeps(plan: _Plan) -> tuple[str, ...]:
    kept = [item_of(line, count, 0) for line, count in plan.kept]
    if not kept:
        return ()
    sure = all(not line.short for line, _ in plan.kept)
    promised = plan.order.promised_on
    until = f", still arriving by {day(promised)}" if promised and sure else ""
    stay = "stays" if sum(item.quantity for item in kept) == 1 else "stay"
    keeps = [f"{capital(the_items(kept))} {stay} in the order{until}."]
    if plan.order.shipping:
        keeps.append("The shipping you paid stays, because the rest is still sent.")
    return tuple(keeps)
