"""What the actions on an order have in common."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from commerce.actions.base import Action, Outcome, Verdict
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import Order, OrderLine
from commerce.orders.repository import LoadedOrder, OrderRepository
from commerce.policies.schema import ItemChangeRules
from commerce.shop import Shop

LineQuantities = Annotated[
    dict[Annotated[str, Field(max_length=60)], Annotated[int, Field(ge=1, le=9999)]],
    Field(min_length=1, max_length=100),
]
"""Units by order line id."""

ALLOWED = Verdict(outcome=Outcome.allowed)


def refuse(reason: str, *clauses: str) -> Verdict:
    """A no, with the sentence for the person and the clauses it rests on."""
    return Verdict(outcome=Outcome.refused, reason=reason, clauses=clauses)


def not_offered(what: str) -> Verdict:
    """The refusal of what the shop has no policy for."""
    return refuse(f"We do not offer to {what}.")


class OrderAction(Action):
    """A change to one order."""

    order_number: str = Field(max_length=60)

    def missing(self) -> OrderNotFound:
        """No such order."""
        return OrderNotFound()

    async def load(self, shop: Shop) -> LoadedOrder:
        """The order with its lines, locked.

        Raises:
            OrderNotFound: there is none of this number.
        """
        loaded = await OrderRepository(shop.session).lock(self.order_number)
        if loaded is None:
            raise self.missing()
        return loaded

    async def owner(self, shop: Shop) -> str:
        """Whose order it is."""
        return (await self.load(shop)).order.customer_id

    async def targets(self, shop: Shop) -> tuple[str, ...]:
        """The order as a whole: two waiting changes to one order would outdate each other."""
        return (f"order:{(await self.load(shop)).order.id}",)

    def unknown_lines(self, loaded: LoadedOrder, wanted: Mapping[str, int]) -> Verdict | None:
        """The refusal of lines that are not of this order."""
        if wanted.keys() <= loaded.lines.keys():
            return None
        return refuse(f"Order {self.order_number} has no such item.")


_OVER = {
    "cancellation": "it can no longer be cancelled",
    "address_change": "its address can no longer be changed",
    "payment_changes": "its payment can no longer be changed",
}


def closed_by_item_change(shop: Shop, order: Order, what: str) -> Verdict | None:
    """The refusal of what the policy closes once items of an order were changed."""
    rules = shop.policies.offered(ItemChangeRules, order.placed_at.date())
    if order.items_changed_at is None or rules is None or what not in rules.blocks:
        return None
    return refuse(f"The items of order {order.number} were changed, and after that {_OVER[what]}.", "item_changes.once")


def open_units(line: OrderLine) -> int:
    """Units that were neither cancelled nor sent."""
    return line.quantity - line.cancelled - line.shipped
