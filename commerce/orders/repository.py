"""Orders in the database, as the actions change them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Product
from commerce.orders.models import (
    ExchangeAllotment,
    ExchangeLine,
    FulfilmentLine,
    FulfilmentOrder,
    FulfilmentStatus,
    Order,
    OrderLine,
    Return,
    ReturnLine,
    ReturnStatus,
    Shipment,
)

_FRESH = {"populate_existing": True}
_New = ExchangeAllotment | ExchangeLine | FulfilmentLine | FulfilmentOrder | OrderLine | Return | ReturnLine
_TO_BE_SENT = (FulfilmentStatus.open, FulfilmentStatus.packing)


@dataclass(frozen=True, slots=True)
class LoadedOrder:
    """An order and its lines, locked until the transaction ends."""

    order: Order
    lines: dict[str, OrderLine]
    """By id, in the order's own sequence."""


@dataclass(frozen=True, slots=True)
class Allotment:
    """Units of a line that a place is to send or has sent."""

    place: FulfilmentOrder
    line: FulfilmentLine

    @property
    def to_be_sent(self) -> bool:
        """Whether the units are still in the place."""
        return self.place.status in _TO_BE_SENT


class OrderRepository:
    """Loads orders for changing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, number: str) -> LoadedOrder | None:
        """The order of a number with its lines; nobody else changes them until the transaction ends."""
        statement = (
            select(Order, OrderLine)
            .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
            .where(Order.number == number)
            .order_by(col(OrderLine.id))
            .with_for_update()
            .execution_options(**_FRESH)
        )
        rows = (await self._session.exec(statement)).all()
        return LoadedOrder(rows[0][0], {line.id: line for _, line in rows}) if rows else None

    async def allotments(self, order_id: str) -> list[Allotment]:
        """Which place sends how many units of which line."""
        statement = (
            select(FulfilmentOrder, FulfilmentLine)
            .join(FulfilmentLine, col(FulfilmentLine.fulfilment_order_id) == col(FulfilmentOrder.id))
            .where(FulfilmentOrder.order_id == order_id)
            .order_by(col(FulfilmentOrder.location_id), col(FulfilmentOrder.id))
            .execution_options(**_FRESH)
        )
        return [Allotment(place, line) for place, line in (await self._session.exec(statement)).all()]

    async def shipments(self, order_id: str) -> Sequence[Shipment]:
        """The parcels of an order."""
        statement = select(Shipment).where(Shipment.order_id == order_id).execution_options(**_FRESH)
        return (await self._session.exec(statement)).all()

    async def standing_returns(self, order_id: str) -> Sequence[Return]:
        """The returns of an order that were neither rejected nor cancelled."""
        statement = (
            select(Return)
            .where(
                Return.order_id == order_id,
                col(Return.status).not_in([ReturnStatus.rejected, ReturnStatus.cancelled]),
            )
            .execution_options(**_FRESH)
        )
        return (await self._session.exec(statement)).all()

    async def return_lines(self, return_id: str) -> Sequence[ReturnLine]:
        """What comes back with a return."""
        return (await self._session.exec(select(ReturnLine).where(ReturnLine.return_id == return_id))).all()

    async def categories(self, product_ids: Sequence[str]) -> dict[str, str]:
        """The category of each of some products."""
        statement = select(Product.id, Product.category).where(col(Product.id).in_(product_ids))
        return dict((await self._session.exec(statement)).all())

    async def open_fulfilment(self, order_id: str, location_id: str) -> FulfilmentOrder | None:
        """The part of an order that a place has not begun to pack."""
        statement = (
            select(FulfilmentOrder)
            .where(
                FulfilmentOrder.order_id == order_id,
                FulfilmentOrder.location_id == location_id,
                FulfilmentOrder.status == FulfilmentStatus.open,
            )
            .order_by(col(FulfilmentOrder.id))
            .execution_options(**_FRESH)
        )
        return (await self._session.exec(statement)).first()

    async def has_return_number(self, number: str) -> bool:
        """Whether a return already has a number."""
        return (await self._session.exec(select(Return.id).where(Return.number == number))).first() is not None

    async def fulfilment_line(self, fulfilment_order_id: str, line_id: str) -> FulfilmentLine | None:
        """A line of a place's part."""
        return await self._session.get(FulfilmentLine, (fulfilment_order_id, line_id), populate_existing=True)

    async def add(self, *rows: _New) -> None:
        """Write new rows; parents come in an earlier call."""
        self._session.add_all(rows)
        await self._session.flush()
