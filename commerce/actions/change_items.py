"""Swapping items of an order for other variants, before it is packed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from commerce.actions.allotting import Release, StockMove, allot, close_empty, let_go, move_effect, releases
from commerce.actions.base import Effect, MoneyEffect, PartReceipt, Verdict
from commerce.actions.difference import Settlement, check_method, money_effects, settle, settlement
from commerce.actions.on_order import ALLOWED, OrderAction, not_offered, open_units, refuse
from commerce.actions.outbox import tell
from commerce.actions.swapping import Swap, Swaps, check_variants, difference, places_for, price_swaps
from commerce.actions.wording import (
    capital,
    charges,
    item_of,
    listing,
    name,
    refunded,
    refunds,
    statuses,
    the_items,
    units,
)
from commerce.identity.principal import Principal
from commerce.orders.models import Order, OrderLine
from commerce.orders.repository import Allotment, LoadedOrder, OrderRepository
from commerce.orders.values import OrderValues, Share
from commerce.payments.models import Account
from commerce.payments.service import Payments
from commerce.places.service import Places
from commerce.policies.schema import ItemChangeRules
from commerce.promises.service import Promises
from commerce.shop import Shop

WHEN, VARIANTS, DIFFERENCE, ONCE = ItemChangeRules.clauses
_OVER = {
    "cancellation": "be cancelled",
    "address_change": "get another address",
    "payment_changes": "be paid another way",
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything a change of items does."""

    loaded: LoadedOrder
    rules: ItemChangeRules
    swaps: list[Swap]
    share: Share
    """What the new units cost more than the old ones."""
    settled: Settlement
    money: tuple[MoneyEffect, ...]
    dropped: list[Release]
    places: list[list[tuple[str, int]]]
    """By swap: which places send how many of the new units."""

    @property
    def order(self) -> Order:
        """The order."""
        return self.loaded.order

    @property
    def taken(self) -> list[StockMove]:
        """Stock that is set aside for the new units."""
        return [
            StockMove(location, swap.variant.id, count, swap.line.id)
            for swap, places in zip(self.swaps, self.places, strict=True)
            for location, count in places
            if swap.variant.counted
        ]


class ChangeItems(OrderAction):
    """Swaps units for other variants of the same product. Totals, tax, stock and parcels follow."""

    kind: Literal["change_items"] = "change_items"
    changes: Swaps
    payment_method_id: str | None = Field(default=None, max_length=60)
    """What takes the difference; `None` as the order was paid."""

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the policy of the order's day lets it be changed, and the variants can be had and paid."""
        loaded = await self.load(shop)
        order = loaded.order
        rules = shop.policies.offered(ItemChangeRules, order.placed_at.date())
        if rules is None:
            return not_offered("change the items of an order")
        if order.status not in rules.statuses:
            now, when = statuses([order.status]), statuses(rules.statuses)
            return refuse(f"Order {order.number} is {now}; its items can only be changed while it is {when}.", WHEN)
        if rules.once_per_order and order.items_changed_at:
            return refuse(f"The items of order {order.number} were changed already, which is done once.", ONCE)
        wanted = {line_id: swap.quantity for line_id, swap in self.changes.items()}
        return (
            self.unknown_lines(loaded, wanted)
            or _too_many(loaded, wanted)
            or await check_variants(shop, loaded, self.changes, rules, kind=rules.policy)
            or await self._check_money(shop, loaded, rules)
            or ALLOWED
        )

    async def _check_money(self, shop: Shop, loaded: LoadedOrder, rules: ItemChangeRules) -> Verdict | None:
        amount = difference(await price_swaps(shop, loaded, self.changes)).total
        return await check_method(shop, loaded.order, rules, self.payment_method_id, amount, DIFFERENCE)

    async def _plan(self, shop: Shop) -> _Plan:
        loaded = await self.load(shop)
        order = loaded.order
        rules = shop.policies.rules(ItemChangeRules, order.placed_at.date())
        swaps = await price_swaps(shop, loaded, self.changes)
        share = difference(swaps)
        settled = await settlement(shop, order, self.payment_method_id, share.total)
        moving = [swap for swap in swaps if not swap.is_same]
        allotments = await OrderRepository(shop.session).allotments(order.id)
        dropped = releases([(swap.line, swap.quantity) for swap in moving], allotments)
        return _Plan(
            loaded=loaded,
            rules=rules,
            swaps=swaps,
            share=share,
            settled=settled,
            money=money_effects(shop, order, settled),
            dropped=dropped,
            places=await _places(shop, order, swaps, dropped, allotments),
        )

    async def preview(self, shop: Shop) -> Effect:
        """What is swapped for what, and what the difference is."""
        return self._effect(await self._plan(shop))

    def _effect(self, plan: _Plan) -> Effect:
        order = plan.order
        swapped = listing([f"{the_items([swap.old_item])} for {the_items([swap.new_item])}" for swap in plan.swaps])
        moves = [*(release.move for release in plan.dropped), *plan.taken]
        count = sum(swap.quantity for swap in plan.swaps)
        last = f" After this, {_closed(plan.rules)}." if _closed(plan.rules) else ""
        return Effect(
            kind=self.kind,
            title=f"Change {units(count)} of order {order.number}",
            sentence=f"Swap {swapped} in order {order.number}.{_difference(plan)}{last}",
            order_number=order.number,
            items=tuple(swap.old_item for swap in plan.swaps),
            changes=tuple(swap.change(order.currency) for swap in plan.swaps),
            money=plan.money,
            stock=tuple(move_effect(move) for move in sorted(moves)),
            keeps=_keeps(plan),
            clauses=(WHEN, VARIANTS, DIFFERENCE, *((ONCE,) if last else ()), *_timing(plan)),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Move the stock, rewrite the lines and the totals, and settle the difference."""
        plan = await self._plan(shop)
        effect = self._effect(plan)
        order = plan.order
        await let_go(shop, plan.dropped, plan.taken)
        # From here on each line carries its own discount: other prices would spread the order's anew.
        for line_id, part in OrderValues(order, plan.loaded.lines).spread.items():
            plan.loaded.lines[line_id].discount += part
        for swap, places in zip(plan.swaps, plan.places, strict=True):
            await _rewrite(shop, plan.loaded, swap, places)
        await close_empty(shop, order.id)
        order.total = order.subtotal - order.discount + order.shipping + order.tax
        order.items_changed_at = shop.clock.now()
        order.version += 1
        await shop.session.flush()
        booking = {
            Account.sales: -plan.share.goods,
            Account.tax: -plan.share.tax,
            Account.receivable: plan.share.total,
        }
        await Payments(shop).book(order, booking, receipt_id)
        await settle(shop, order, plan.settled, reason="items_changed", receipt_id=receipt_id)
        lines = {swap.line.id: {"variant": swap.variant.id, "quantity": swap.quantity} for swap in plan.swaps}
        await tell(shop, "order.items_changed", {"order": order.number, "lines": lines, "receipt_id": receipt_id})
        return self._receipt(effect, plan)

    def _receipt(self, effect: Effect, plan: _Plan) -> PartReceipt:
        now = capital(the_items([swap.new_item for swap in plan.swaps]))
        verb = "is" if sum(swap.quantity for swap in plan.swaps) == 1 else "are"
        back = refunded(plan.money) if plan.settled.refunds else _difference(plan)
        return effect.done(f"{now} {verb} now in order {plan.order.number}.{back}")


def _too_many(loaded: LoadedOrder, wanted: dict[str, int]) -> Verdict | None:
    for line_id, quantity in wanted.items():
        line = loaded.lines[line_id]
        most = open_units(line)
        if quantity > most:
            left = f"only {most} can" if most else "none can"
            return refuse(f"Of the {name(line, 1)}, {left} still be changed.", WHEN)
    return None


async def _places(
    shop: Shop, order: Order, swaps: Sequence[Swap], dropped: Sequence[Release], allotments: Sequence[Allotment]
) -> list[list[tuple[str, int]]]:
    """Which places send the new units: those that would have sent the old ones, if they can."""
    moving = [swap for swap in swaps if not swap.is_same]
    sending = [allotment.place.location_id for allotment in allotments if allotment.to_be_sent]
    near = {
        swap.line.id: [
            *(release.allotment.place.location_id for release in dropped if release.line.id == swap.line.id),
            *sending,
        ]
        for swap in moving
    }
    chosen = dict(zip((swap.line.id for swap in moving), await places_for(shop, order, moving, near), strict=True))
    for swap in moving:
        if not swap.variant.counted:
            # Units that nobody counts are sent from where the order is sent anyway; an order that came without
            # parts to send has none for them either, unless they were waiting for stock.
            where = near[swap.line.id][:1] or (await Places(shop).senders() if swap.line.short else [])
            chosen[swap.line.id] = [(location_id, swap.quantity) for location_id in where[:1]]
    return [chosen.get(swap.line.id, []) for swap in swaps]


async def _rewrite(shop: Shop, loaded: LoadedOrder, swap: Swap, places: Sequence[tuple[str, int]]) -> None:
    """Put the new units onto the order: in place of the whole line, or as a line of their own."""
    order, line = loaded.order, swap.line
    gross = line.unit_price * swap.quantity
    order.subtotal += swap.unit_price * swap.quantity - gross
    order.discount += swap.discount - (gross - swap.old.goods)
    order.tax += swap.tax - swap.old.tax
    if swap.is_same:
        return
    line.short -= min(line.short, swap.quantity)
    line.version += 1
    if not line.short:
        line.restock_on = None
        await Promises(shop).withdraw_delivery(line)
    target = line
    if swap.quantity == line.quantity:
        line.variant_id, line.options = swap.variant.id, dict(swap.variant.options)
        line.unit_price, line.discount, line.tax = swap.unit_price, swap.discount, swap.tax
    else:
        target = _split(loaded, swap)
        await OrderRepository(shop.session).add(target)
    await shop.session.flush()
    for location_id, count in places:
        await allot(shop, order, target.id, location_id, count)


def _split(loaded: LoadedOrder, swap: Swap) -> OrderLine:
    """Take units off a line onto one of their own, under an id that is the same whenever it is worked out."""
    line = swap.line
    number = 2
    while f"{line.id}_{number}" in loaded.lines:
        number += 1
    line.quantity -= swap.quantity
    line.discount -= line.unit_price * swap.quantity - swap.old.goods
    line.tax -= swap.old.tax
    return OrderLine(
        id=f"{line.id}_{number}",
        order_id=line.order_id,
        product_id=line.product_id,
        variant_id=swap.variant.id,
        title=line.title,
        options=dict(swap.variant.options),
        quantity=swap.quantity,
        unit_price=swap.unit_price,
        discount=swap.discount,
        tax=swap.tax,
    )


def _difference(plan: _Plan) -> str:
    if not plan.share.total:
        return " The price stays the same."
    if plan.settled.method:
        return f" The difference is {charges(plan.money)}."
    if plan.money:
        return f" The difference comes back: {refunds(plan.money)}."
    return ""


def _timing(plan: _Plan) -> tuple[str, ...]:
    return ("refunds.timing",) if plan.settled.refunds else ()


def _closed(rules: ItemChangeRules) -> str:
    """What is over afterwards, as the end of a sentence."""
    items = ["its items can no longer be changed"] if rules.once_per_order else []
    others = " or ".join(_OVER[what] for what in rules.blocks)
    return " and ".join([*items, *([f"it can no longer {others}"] if others else [])])


def _keeps(plan: _Plan) -> tuple[str, ...]:
    swapped = {swap.line.id: swap.quantity for swap in plan.swaps}
    kept = [
        item_of(line, count, 0)
        for line in plan.loaded.lines.values()
        if (count := open_units(line) - swapped.get(line.id, 0)) > 0
    ]
    if not kept:
        return ("The address stays as it is.",)
    stay = "stays" if sum(item.quantity for item in kept) == 1 else "stay"
    return (f"{capital(the_items(kept))} {stay} in the order, and the address stays as it is.",)
