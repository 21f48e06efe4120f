"""What an import reads of the shop's orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Product, Variant
from commerce.orders.models import FulfilmentLine, FulfilmentOrder, Order, OrderLine, Shipment
from commerce.payments.models import LedgerEntry, Payment
from commerce.people.models import PaymentMethod
from commerce.places.models import Carrier
from ingest.batch import parts


@dataclass(slots=True)
class KnownOrder:
    """An order of the shop with what belongs to it."""

    order: Order
    lines: list[OrderLine] = field(default_factory=list)
    payments: list[tuple[Payment, PaymentMethod]] = field(default_factory=list)
    places: list[FulfilmentOrder] = field(default_factory=list)
    allotments: list[FulfilmentLine] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    owed: int = 0
    """What the customer has not paid of it, by the books."""


class OrderRows:
    """Reads orders and what they refer to."""

    def __init__(self, session: AsyncSession, source: str) -> None:
        self._session = session
        self._source = source

    async def catalogue(self) -> list[tuple[Variant, Product]]:
        """Every variant of the shop with its product."""
        statement = select(Variant, Product).join(Product, col(Product.id) == col(Variant.product_id))
        return list((await self._session.exec(statement)).all())

    async def by_number(self, numbers: Sequence[str]) -> dict[str, KnownOrder]:
        """The orders of some numbers, of any source, locked for changing."""
        found: dict[str, KnownOrder] = {}
        for part in parts(numbers):
            statement = select(Order).where(col(Order.number).in_(part)).order_by(col(Order.id)).with_for_update()
            found |= {order.number: KnownOrder(order) for order in await self._session.exec(statement)}
        await self._fill({known.order.id: known for known in found.values()})
        return found

    async def by_external_id(self, external_ids: Sequence[str]) -> dict[str, str]:
        """External id to number, of the source's orders."""
        found: dict[str, str] = {}
        for part in parts(external_ids):
            statement = select(Order.external_id, Order.number).where(
                Order.source == self._source, col(Order.external_id).in_(part)
            )
            found.update((await self._session.exec(statement)).all())
        return found

    async def methods(self, external_ids: Sequence[str]) -> dict[str, PaymentMethod]:
        """The source's ways to pay by external id."""
        found: dict[str, PaymentMethod] = {}
        for part in parts(external_ids):
            statement = select(PaymentMethod).where(
                PaymentMethod.source == self._source, col(PaymentMethod.external_id).in_(part)
            )
            found |= {method.external_id: method for method in await self._session.exec(statement)}
        return found

    async def carrier(self, name: str) -> Carrier | None:
        """A carrier by name."""
        statement = select(Carrier).where(Carrier.name == name).order_by(col(Carrier.id)).limit(1)
        return (await self._session.exec(statement)).first()

    async def _fill(self, orders: dict[str, KnownOrder]) -> None:
        for part in parts(sorted(orders)):
            lines = select(OrderLine).where(col(OrderLine.order_id).in_(part)).order_by(col(OrderLine.id))
            for line in await self._session.exec(lines.with_for_update()):
                orders[line.order_id].lines.append(line)
            places = select(FulfilmentOrder).where(col(FulfilmentOrder.order_id).in_(part))
            for place in await self._session.exec(places.order_by(col(FulfilmentOrder.id))):
                orders[place.order_id].places.append(place)
            allotments = (
                select(FulfilmentOrder.order_id, FulfilmentLine)
                .join(FulfilmentLine, col(FulfilmentLine.fulfilment_order_id) == col(FulfilmentOrder.id))
                .where(col(FulfilmentOrder.order_id).in_(part))
            )
            for order_id, allotment in await self._session.exec(allotments):
                orders[order_id].allotments.append(allotment)
            for shipment in await self._session.exec(select(Shipment).where(col(Shipment.order_id).in_(part))):
                orders[shipment.order_id].shipments.append(shipment)
            await self._fill_money(part, orders)

    async def _fill_money(self, part: Sequence[str], orders: dict[str, KnownOrder]) -> None:
        payments = (
            select(Payment, PaymentMethod)
            .join(PaymentMethod, col(PaymentMethod.id) == col(Payment.payment_method_id))
            .where(col(Payment.order_id).in_(part))
            .order_by(col(Payment.created_at), col(Payment.id))
            .with_for_update()
        )
        for payment, method in await self._session.exec(payments):
            orders[payment.order_id].payments.append((payment, method))
        debts = select(LedgerEntry.order_id, LedgerEntry.amount).where(
            col(LedgerEntry.order_id).in_(part), LedgerEntry.account == "receivable"
        )
        for order_id, amount in await self._session.exec(debts):
            orders[str(order_id)].owed += amount
