"""What the shop has said it will do."""

from datetime import date

from commerce.orders.models import Order, OrderLine
from commerce.promises.models import Promise, PromiseStatus
from commerce.promises.repository import PromiseRepository
from commerce.shop import Shop
from core.ids import new_id

REFUND = "refund"
DELIVERY = "delivery"


class Promises:
    """The promise ledger."""

    def __init__(self, shop: Shop) -> None:
        self._clock = shop.clock
        self._rows = PromiseRepository(shop.session)

    async def make(
        self,
        order: Order,
        kind: str,
        text: str,
        *,
        receipt_id: str,
        due_on: date | None = None,
        line: OrderLine | None = None,
    ) -> None:
        """Write down something the customer was told."""
        await self._rows.add(
            Promise(
                id=new_id("prm"),
                customer_id=order.customer_id,
                order_id=order.id,
                order_line_id=line.id if line else None,
                receipt_id=receipt_id,
                kind=kind,
                text=text,
                due_on=due_on,
                made_at=self._clock.now(),
            )
        )

    async def delivery_of(self, line: OrderLine) -> Promise | None:
        """The open promise to deliver a line later, if there is one."""
        return next(iter(await self._rows.open_for_line(line.id, DELIVERY)), None)

    async def withdraw_delivery(self, line: OrderLine) -> None:
        """Take back the promise to deliver a line later: it is cancelled, or comes another way."""
        for promise in await self._rows.open_for_line(line.id, DELIVERY):
            promise.status = PromiseStatus.withdrawn
