"""Changing where an order goes, before it is packed."""

from typing import Literal

from commerce.actions.base import Change, Effect, PartReceipt, Verdict
from commerce.actions.on_order import ALLOWED, OrderAction, closed_by_item_change, refuse
from commerce.actions.outbox import tell
from commerce.actions.wording import statuses
from commerce.identity.principal import Principal
from commerce.orders.models import Order
from commerce.people.models import Address
from commerce.policies.schema import AddressChangeRules
from commerce.shop import Shop


class ChangeAddress(OrderAction):
    """Sends an order to another address."""

    kind: Literal["change_address"] = "change_address"
    address: Address

    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """Whether the policy of the order's day lets it go there."""
        order = (await self.load(shop)).order
        rules = shop.policies.rules(AddressChangeRules, order.placed_at.date())
        if order.status not in rules.statuses:
            now, when = statuses([order.status]), statuses(rules.statuses)
            return refuse(
                f"Order {order.number} is {now}; its address can only be changed while it is {when}.",
                "address_change.when",
            )
        if over := closed_by_item_change(shop, order, "address_change"):
            return over
        if self.address.country not in rules.countries:
            return refuse(
                f"We ship to {', '.join(rules.countries)} and not to {self.address.country}.",
                "address_change.countries",
            )
        if order.ship_to and Address.model_validate(order.ship_to) == self.address:
            return refuse(f"Order {order.number} goes to this address already.")
        return ALLOWED

    async def preview(self, shop: Shop) -> Effect:
        """The address before and after."""
        return self._effect((await self.load(shop)).order)

    def _effect(self, order: Order) -> Effect:
        before = Address.model_validate(order.ship_to) if order.ship_to else None
        after = self.address.one_line()
        if before and before.country != self.address.country:
            after = f"{after}, {self.address.country}"
        return Effect(
            kind=self.kind,
            title=f"Change the address of order {order.number}",
            sentence=f"Send order {order.number} to {after}.",
            order_number=order.number,
            changes=(Change(label="Ship to", before=before.one_line() if before else "", after=after),),
            keeps=("The items and the price stay as they are.",),
            clauses=("address_change.when",),
        )

    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Write the new address onto the order."""
        order = (await self.load(shop)).order
        effect = self._effect(order)
        order.ship_to = self.address.model_dump()
        order.version += 1
        await tell(shop, "order.address_changed", {"order": order.number, "receipt_id": receipt_id})
        return effect.done(f"Order {order.number} now goes to {self.address.one_line()}.")
