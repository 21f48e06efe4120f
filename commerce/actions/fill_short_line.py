"""Sending a line that is out of stock from another place that has it."""

from typing import Literal

from pydantic import Field

from commerce.actions.allotting import allot
from commerce.actions.base import Change, Effect, PartReceipt, StockEffect, Verdict
from commerce.actions.on_order import ALLOWED, OrderAction, refuse
from commerce.actions.outbox import tell
from commerce.actions.wording import item_of, name, statuses, the_items
from commerce.identity.principal import Principal
from commerce.orders.models import Order, OrderLine, OrderStatus
from commerce.orders.repository import LoadedOrder
from commerce.places.models import Location, LocationKind
from commerce.places.service import Places
from commerce.policies.schema import StockOutRules
from commerce.promises.service import Promises
from commerce.shop import Shop

CLAUSES = ("out_of_stock.choices", "out_of_stock.other_place")
_SENDING = frozenset({OrderStatus.pending, OrderStatus.processing, OrderStatus.partly_shipped})
"""Statuses in which an order still has something to send."""


def check_short(loaded: LoadedOrder, line_id: str) -> Verdict | None:
    """The refusal of a line of which nothing is missing, or of an order that sends nothing any more."""
    order, line = loaded.order, loaded.lines.get(line_id)
    if line is None:
        return refuse(f"Order {order.number} has no such item.")
    if order.status not in _SENDING:
        return refuse(f"Order {order.number} is {statuses([order.status])}.", CLAUSES[0])
    if not line.short:
        return refuse(f"Nothing is missing of the {name(line, 1)}.", CLAUSES[0])
    return None


class FillShortLine(OrderAction):
    """Takes the missing units of a line from a place that can spare them."""

    kind: Literal["fill_short_line"] = "fill_short_line"
    order_line_id: str = Field(max_length=60)
    location_id: str = Field(max_length=60)

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the units are missing, and the place may send them and has them."""
        loaded = await self.load(shop)
        if refusal := check_short(loaded, self.order_line_id):
            return refusal
        line = loaded.lines[self.order_line_id]
        place = await Places(shop).location(self.location_id)
        rules = shop.policies.rules(StockOutRules, loaded.order.placed_at.date())
        if place is None or not place.active:
            return refuse("There is no such place that sends orders.", CLAUSES[1])
        if place.kind == LocationKind.store and not rules.ship_from_stores:
            return refuse("Our stores do not send orders.", CLAUSES[1])
        if await Places(shop).spare(place.id, line.variant_id) < line.short:
            return refuse(
                f"{place.name} no longer has the {name(line, 1)} to spare: somebody else was faster.",
                CLAUSES[1],
            )
        return ALLOWED

    async def _parts(self, shop: Shop) -> tuple[Order, OrderLine, Location]:
        loaded = await self.load(shop)
        place = await Places(shop).location(self.location_id)
        assert place is not None
        return loaded.order, loaded.lines[self.order_line_id], place

    async def preview(self, shop: Shop) -> Effect:
        """From where the units come."""
        return self._effect(*await self._parts(shop))

    def _effect(self, order: Order, line: OrderLine, place: Location) -> Effect:
        item = item_of(line, line.short, 0)
        return Effect(
            kind=self.kind,
            title=f"Send a missing item of order {order.number} from {place.name}",
            sentence=f"Send {the_items([item])} of order {order.number} from {place.name}.",
            order_number=order.number,
            items=(item,),
            changes=(Change(label=name(line, line.short), before="out of stock", after=f"sent from {place.name}"),),
            stock=(StockEffect(variant_id=line.variant_id, location_id=place.id, quantity=-line.short),),
            keeps=("You pay nothing extra; the rest of the order stays as it is.",),
            clauses=CLAUSES,
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Reserve the units there and add them to what the place sends."""
        order, line, place = await self._parts(shop)
        effect = self._effect(order, line, place)
        await Places(shop).reserve(place.id, line.variant_id, line.short, line.id)
        await allot(shop, order, line.id, place.id, line.short)
        await Promises(shop).withdraw_delivery(line)
        line.short = 0
        line.restock_on = None
        line.version += 1
        order.version += 1
        body = {"order": order.number, "line": line.id, "location": place.id, "receipt_id": receipt_id}
        await tell(shop, "fulfilment.requested", body)
        return effect.done(f"{place.name} sends {the_items(effect.items)} of order {order.number}.")
