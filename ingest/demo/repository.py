"""The demo shop's way into the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.actions.models import AuditEntry
from commerce.catalogue.models import Product
from commerce.orders.models import Order
from commerce.people.models import Customer
from commerce.places.models import Location

_MARK = "aud_demo"
_PERSONA = "persona:"


class DemoRepository:
    """Writes rows by the thousand and finds the personas."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
        """Insert many rows of one table."""
        await self._session.execute(insert(model), rows)

    async def count_rows(self) -> None:
        """Let the database learn how much it holds; without that it plans queries for empty tables."""
        await self._session.execute(text("ANALYZE"))

    async def mark(self) -> AuditEntry | None:
        """The entry that says the demo shop is filled."""
        return await self._session.get(AuditEntry, _MARK)

    def set_mark(self, entry: dict[str, Any]) -> None:
        """Say that the demo shop is filled."""
        self._session.add(AuditEntry(id=_MARK, **entry))

    async def is_empty(self) -> bool:
        """Whether the shop has no products, places and customers, and so nothing else either."""
        statement = select(*(select(model).exists() for model in (Product, Location, Customer)))
        return not any((await self._session.execute(statement)).one())

    async def personas(self) -> Sequence[tuple[Customer, Order | None]]:
        """Every persona with the latest order."""
        latest = (
            select(Order.customer_id, func.max(Order.placed_at).label("at")).group_by(col(Order.customer_id)).subquery()
        )
        statement = (
            select(Customer, Order)
            .outerjoin(latest, col(Customer.id) == latest.c.customer_id)
            .outerjoin(Order, (col(Order.customer_id) == col(Customer.id)) & (col(Order.placed_at) == latest.c.at))
            .where(col(Customer.source) == "demo", col(Customer.external_id).startswith(_PERSONA))
            .order_by(col(Customer.id))
        )
        return (await self._session.exec(statement)).all()
