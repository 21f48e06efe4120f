"""Waiting for an item that is out of stock."""

from datetime import date
from typing import Literal

from pydantic import Field

from commerce.actions.base import DateEffect, Effect, PartReceipt, Verdict
from commerce.actions.fill_short_line import check_short
from commerce.actions.on_order import ALLOWED, OrderAction, refuse
from commerce.actions.outbox import tell
from commerce.actions.wording import day, item_of, name, the_items
from commerce.identity.principal import Principal
from commerce.orders.models import Order, OrderLine
from commerce.payments.service import add_business_days
from commerce.policies.schema import ShippingRules, StockOutRules
from commerce.promises.service import DELIVERY, Promises
from commerce.shop import Shop

CLAUSES = ("out_of_stock.choices", "out_of_stock.waiting")


class WaitForStock(OrderAction):
    """The customer agrees to wait until a line's missing units are back. Moves no stock and no money."""

    kind: Literal["wait_for_stock"] = "wait_for_stock"
    order_line_id: str = Field(max_length=60)

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether new stock is expected, and soon enough to offer the wait."""
        loaded = await self.load(shop)
        if refusal := check_short(loaded, self.order_line_id):
            return refusal
        line = loaded.lines[self.order_line_id]
        rules = shop.policies.rules(StockOutRules, loaded.order.placed_at.date())
        if line.restock_on is None or line.restock_on < shop.today:
            return refuse(f"We do not know when the {name(line, 1)} is back.", CLAUSES[1])
        if (line.restock_on - shop.today).days > rules.wait_days_max:
            return refuse(
                f"The {name(line, 1)} is expected on {day(line.restock_on)}; "
                f"we do not let you wait longer than {rules.wait_days_max} days.",
                CLAUSES[1],
            )
        promise = await Promises(shop).delivery_of(line)
        if promise is not None and promise.due_on == self._sent_on(shop, loaded.order, line.restock_on):
            return refuse(f"You wait for the {name(line, 1)} already.", CLAUSES[1])
        return ALLOWED

    def _sent_on(self, shop: Shop, order: Order, restock_on: date) -> date:
        rules = shop.policies.rules(ShippingRules, order.placed_at.date())
        return add_business_days(restock_on, rules.processing_days)

    async def preview(self, shop: Shop) -> Effect:
        """Until when."""
        loaded = await self.load(shop)
        return self._effect(shop, loaded.order, loaded.lines[self.order_line_id])

    def _effect(self, shop: Shop, order: Order, line: OrderLine) -> Effect:
        assert line.restock_on is not None
        item = item_of(line, line.short, 0)
        sent_on = self._sent_on(shop, order, line.restock_on)
        return Effect(
            kind=self.kind,
            title=f"Wait for a missing item of order {order.number}",
            sentence=f"Wait for {the_items([item])} of order {order.number}: "
            f"new stock is expected on {day(line.restock_on)}, and we send it by {day(sent_on)}.",
            order_number=order.number,
            items=(item,),
            dates=(
                DateEffect(label="Back in stock", on=line.restock_on),
                DateEffect(label="Sent by", on=sent_on),
            ),
            keeps=("The rest of the order is not held up. You can still cancel this item.",),
            clauses=CLAUSES,
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Write the promise down; an earlier one about the line gives way."""
        loaded = await self.load(shop)
        order, line = loaded.order, loaded.lines[self.order_line_id]
        effect = self._effect(shop, order, line)
        sent_on = effect.dates[-1].on
        promises = Promises(shop)
        await promises.withdraw_delivery(line)
        text = f"Send {the_items(effect.items)} of order {order.number} by {day(sent_on)}."
        await promises.make(order, DELIVERY, text, receipt_id=receipt_id, due_on=sent_on, line=line)
        order.version += 1
        await tell(shop, "order.waits", {"order": order.number, "line": line.id, "receipt_id": receipt_id})
        return effect.done(
            f"We keep {the_items(effect.items)} of order {order.number} for you and send it by {day(sent_on)}."
        )
