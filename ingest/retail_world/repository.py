"""What an import reads of the shop, and how it writes rows by the thousand."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, insert
from sqlalchemy import select as select_rows
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Price, Product, Variant
from commerce.orders.models import (
    ExchangeLine,
    FulfilmentLine,
    FulfilmentOrder,
    Order,
    OrderLine,
    Return,
    ReturnLine,
    Shipment,
)
from commerce.payments.models import Payment, PaymentStatus, Refund
from commerce.people.models import Customer, Identity, PaymentMethod
from commerce.places.models import Location

T = TypeVar("T")
Row = dict[str, Any]
"""Column to value."""
_AT_ONCE = 500
"""Values in one `IN` and rows in one insert; both databases have a limit of parameters."""


class WorldRepository:
    """Reads what is there of one source and what of others stands in its way."""

    def __init__(self, session: AsyncSession, source: str) -> None:
        self._session = session
        self._source = source

    async def place(self) -> Location | None:
        """The source's location; locking it makes imports of one source wait for each other."""
        statement = (
            select(Location).where(Location.source == self._source, Location.external_id == "default").with_for_update()
        )
        return (await self._session.exec(statement)).first()

    async def products(self) -> dict[str, Product]:
        """The source's products, by the id there, locked."""
        statement = select(Product).where(Product.source == self._source).with_for_update()
        return {product.external_id: product for product in await self._session.exec(statement)}

    async def variants(self) -> dict[str, Variant]:
        """The source's variants, by the id there."""
        statement = select(Variant).where(Variant.source == self._source)
        return {variant.external_id: variant for variant in await self._session.exec(statement)}

    async def prices(self) -> dict[str, list[Price]]:
        """Every price of the source's variants, oldest first, by variant."""
        statement = (
            select(Price)
            .join(Variant, col(Variant.id) == col(Price.variant_id))
            .where(Variant.source == self._source)
            .order_by(col(Price.valid_from), col(Price.id))
        )
        found: dict[str, list[Price]] = {}
        for price in await self._session.exec(statement):
            found.setdefault(price.variant_id, []).append(price)
        return found

    async def handles(self, wanted: Sequence[str]) -> set[str]:
        """Those of some handles that products of other sources have."""
        return await self._taken(Product, "handle", wanted)

    async def skus(self, wanted: Sequence[str]) -> set[str]:
        """Those of some SKUs that variants of other sources have."""
        return await self._taken(Variant, "sku", wanted)

    async def numbers(self, wanted: Sequence[str]) -> set[str]:
        """Those of some order numbers that orders of other sources have."""
        return await self._taken(Order, "number", wanted)

    async def customers(self) -> set[str]:
        """Ids there of the source's customers."""
        statement = select(Customer.external_id).where(Customer.source == self._source)
        return set((await self._session.exec(statement)).all())

    async def methods(self) -> set[str]:
        """Ids there of the source's ways to pay."""
        statement = select(PaymentMethod.external_id).where(PaymentMethod.source == self._source)
        return set((await self._session.exec(statement)).all())

    async def emails(self, wanted: Sequence[str]) -> set[str]:
        """Those of some e-mail addresses by which a customer is known already."""
        found: set[str] = set()
        for part in _parts(wanted):
            statement = select(Identity.value).where(Identity.channel == "email", col(Identity.value).in_(part))
            found.update((await self._session.exec(statement)).all())
        return found

    async def orders(self) -> set[str]:
        """Ids there of the source's orders."""
        statement = select(Order.external_id).where(Order.source == self._source)
        return set((await self._session.exec(statement)).all())

    async def add(self, model: type[SQLModel], rows: Sequence[SQLModel]) -> None:
        """Insert many rows of one table."""
        for part in _parts(rows):
            await self._session.execute(insert(model), [row.model_dump() for row in part])

    async def flush(self) -> None:
        """Send what was changed to the database."""
        await self._session.flush()

    async def _taken(self, model: type[Product | Variant | Order], name: str, wanted: Sequence[str]) -> set[str]:
        column = getattr(model, name)
        found: set[str] = set()
        for part in _parts(wanted):
            statement = select(column).where(col(column).in_(part), model.source != self._source)
            found.update((await self._session.exec(statement)).all())
        return found


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


class ExportRepository:
    """Reads everything of one source, as plain rows in the sequence of their ids."""

    def __init__(self, session: AsyncSession, source: str) -> None:
        self._session = session
        self._source = source

    async def customers(self) -> list[Row]:
        """Customers."""
        return await self._all(Customer, Customer.source == self._source)

    async def methods(self) -> list[Row]:
        """Ways to pay."""
        return await self._all(PaymentMethod, PaymentMethod.source == self._source)

    async def products(self) -> list[Row]:
        """Products."""
        return await self._all(Product, Product.source == self._source)

    async def variants(self) -> list[Row]:
        """Variants."""
        return await self._all(Variant, Variant.source == self._source)

    async def orders(self) -> list[Row]:
        """Orders."""
        return await self._all(Order, Order.source == self._source)

    async def lines(self) -> list[Row]:
        """Order lines."""
        return await self._all(OrderLine, self._of_orders(OrderLine.order_id))

    async def payments(self) -> list[Row]:
        """Payments that were really made."""
        return await self._all(
            Payment, self._of_orders(Payment.order_id) & (col(Payment.status) != PaymentStatus.failed)
        )

    async def refunds(self) -> list[Row]:
        """Refunds."""
        return await self._all(Refund, self._of_orders(Refund.order_id))

    async def parts(self) -> list[Row]:
        """What a place sends of an order."""
        return await self._all(FulfilmentOrder, self._of_orders(FulfilmentOrder.order_id))

    async def part_lines(self) -> list[Row]:
        """How many units of each line a place sends, in the sequence of the lines."""
        statement = (
            select_rows(_table(FulfilmentLine))
            .join(OrderLine, col(OrderLine.id) == col(FulfilmentLine.order_line_id))
            .where(self._of_orders(OrderLine.order_id))
            .order_by(col(FulfilmentLine.order_line_id))
        )
        return await self._read(statement)

    async def parcels(self) -> list[Row]:
        """Parcels."""
        return await self._all(Shipment, self._of_orders(Shipment.order_id))

    async def returns(self) -> list[Row]:
        """Returns and exchanges."""
        return await self._all(Return, self._of_orders(Return.order_id))

    async def return_lines(self) -> list[Row]:
        """What comes back."""
        return await self._all(ReturnLine)

    async def exchange_lines(self) -> list[Row]:
        """What is sent instead."""
        return await self._all(ExchangeLine)

    def _of_orders(self, order_id: str) -> ColumnElement[bool]:
        return col(order_id).in_(select(Order.id).where(Order.source == self._source))

    async def _all(self, model: type[SQLModel], *which: Any) -> list[Row]:
        table = _table(model)
        return await self._read(select_rows(table).where(*which).order_by(table.c.id))

    async def _read(self, statement: Select[Any]) -> list[Row]:
        return [dict(row) for row in (await self._session.execute(statement)).mappings()]


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
