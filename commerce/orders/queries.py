"""Reads orders with all that belongs to them, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Product
from commerce.orders.models import ExchangeLine, Order, OrderLine, Return, ReturnLine, Shipment, TrackingEvent
from commerce.payments.models import Payment
from commerce.people.models import PaymentMethod
from commerce.places.models import Carrier, InventoryLevel, Location


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment, who carries it and its latest scan."""

    shipment: Shipment
    carrier: Carrier
    last: TrackingEvent | None


class OrderQueries:
    """Reads orders."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_customer(self, customer_id: str, limit: int, offset: int) -> Sequence[Order]:
        """A customer's orders, newest first."""
        statement = (
            select(Order)
            .where(Order.customer_id == customer_id)
            .order_by(col(Order.placed_at).desc(), col(Order.id).desc())
            .limit(limit)
            .offset(offset)
        )
        return (await self._session.exec(statement)).all()

    async def count(self, customer_id: str) -> int:
        """How many orders a customer has placed."""
        statement = select(func.count()).select_from(Order).where(Order.customer_id == customer_id)
        return (await self._session.exec(statement)).one()

    async def addresses_of(self, customer_id: str, limit: int) -> list[dict[str, Any]]:
        """Where the customer's latest orders go, each address once, newest first."""
        statement = select(Order.ship_to).where(Order.customer_id == customer_id).order_by(col(Order.placed_at).desc())
        found = (await self._session.exec(statement.limit(limit))).all()
        return [dict(address) for i, address in enumerate(found) if address not in found[:i]]

    async def numbers_of(self, customer_id: str) -> list[str]:
        """The numbers of a customer's orders."""
        return list((await self._session.exec(select(Order.number).where(Order.customer_id == customer_id))).all())

    async def numbers_like(self, digits: str) -> list[str]:
        """Order numbers of the whole shop that contain some digits."""
        statement = select(Order.number).where(col(Order.number).contains(digits))
        return list((await self._session.exec(statement)).all())

    async def by_number(self, number: str) -> Order | None:
        """The order of an exact number."""
        return (await self._session.exec(select(Order).where(Order.number == number))).first()

    async def lines(self, order_ids: Sequence[str]) -> Sequence[tuple[OrderLine, Product]]:
        """The lines of some orders, each with its product."""
        statement = (
            select(OrderLine, Product)
            .join(Product, col(Product.id) == col(OrderLine.product_id))
            .where(col(OrderLine.order_id).in_(order_ids))
            .order_by(col(OrderLine.id))
        )
        return (await self._session.exec(statement)).all()

    async def parcels(self, order_id: str) -> list[Parcel]:
        """The parcels of an order, first sent first."""
        shipments = (
            await self._session.exec(
                select(Shipment, Carrier)
                .join(Carrier, col(Carrier.id) == col(Shipment.carrier_id))
                .where(Shipment.order_id == order_id)
                .order_by(col(Shipment.shipped_at), col(Shipment.id))
            )
        ).all()
        scans = await self._session.exec(
            select(TrackingEvent)
            .join(Shipment, col(Shipment.id) == col(TrackingEvent.shipment_id))
            .where(Shipment.order_id == order_id)
            .order_by(col(TrackingEvent.at), col(TrackingEvent.id))
        )
        last = {scan.shipment_id: scan for scan in scans}
        return [Parcel(shipment, carrier, last.get(shipment.id)) for shipment, carrier in shipments]

    async def payments(self, order_id: str) -> Sequence[tuple[Payment, PaymentMethod]]:
        """What was paid for an order, and how."""
        statement = (
            select(Payment, PaymentMethod)
            .join(PaymentMethod, col(PaymentMethod.id) == col(Payment.payment_method_id))
            .where(Payment.order_id == order_id)
            .order_by(col(Payment.position), col(Payment.created_at), col(Payment.id))
        )
        return (await self._session.exec(statement)).all()

    async def returns(self, order_id: str) -> Sequence[tuple[Return, PaymentMethod | None]]:
        """The returns of an order, each with the way the money goes back where that is settled."""
        statement = (
            select(Return, PaymentMethod)
            .outerjoin(PaymentMethod, col(PaymentMethod.id) == col(Return.refund_method_id))
            .where(Return.order_id == order_id)
            .order_by(col(Return.requested_at), col(Return.id))
        )
        return (await self._session.exec(statement)).all()

    async def return_lines(self, order_id: str) -> Sequence[ReturnLine]:
        """What comes back of an order."""
        statement = (
            select(ReturnLine)
            .join(Return, col(Return.id) == col(ReturnLine.return_id))
            .where(Return.order_id == order_id)
            .order_by(col(ReturnLine.id))
        )
        return (await self._session.exec(statement)).all()

    async def exchange_lines(self, order_id: str) -> Sequence[tuple[str, ExchangeLine]]:
        """What is sent in exchange for what comes back of an order, each with its return's id."""
        statement = (
            select(ReturnLine.return_id, ExchangeLine)
            .join(ReturnLine, col(ReturnLine.id) == col(ExchangeLine.return_line_id))
            .join(Return, col(Return.id) == col(ReturnLine.return_id))
            .where(Return.order_id == order_id)
            .order_by(col(ExchangeLine.id))
        )
        return (await self._session.exec(statement)).all()

    async def places_with_spare(self, variant_id: str, units: int) -> Sequence[tuple[Location, int]]:
        """Active places with so many units of a variant free beyond their safety stock, most first."""
        spare = col(InventoryLevel.on_hand) - col(InventoryLevel.reserved) - col(InventoryLevel.safety_stock)
        statement = (
            select(Location, spare)
            .join(InventoryLevel, col(InventoryLevel.location_id) == col(Location.id))
            .where(InventoryLevel.variant_id == variant_id, col(Location.active), spare >= units)
            .order_by(spare.desc(), col(Location.id))
        )
        return (await self._session.exec(statement)).all()
