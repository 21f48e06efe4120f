"""Customers in the database."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Variant
from commerce.orders.models import Order, OrderLine, OrderStatus
from commerce.people.models import Customer, PaymentMethod


class PeopleRepository:
    """Reads customers and what belongs to them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_id(self, customer_id: str) -> Customer | None:
        """A customer."""
        return await self._session.get(Customer, customer_id)

    async def lock(self, customer_id: str) -> Customer | None:
        """A customer whom nobody else changes until the transaction ends."""
        statement = (
            select(Customer)
            .where(Customer.id == customer_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self._session.exec(statement)).first()

    async def by_external_id(self, external_id: str) -> list[Customer]:
        """Customers known by an id of the shop's own system, whichever feed brought them."""
        statement = select(Customer).where(Customer.external_id == external_id)
        return list((await self._session.exec(statement)).all())

    async def by_email(self, email: str) -> list[Customer]:
        """Customers with an e-mail address, accounts before guests, oldest first."""
        statement = (
            select(Customer)
            .where(Customer.email == email.lower())
            .order_by(col(Customer.guest), col(Customer.created_at), col(Customer.id))
        )
        return list((await self._session.exec(statement)).all())

    async def by_zip(self, prefix: str) -> Sequence[Customer]:
        """Customers whose zip code begins with some characters."""
        statement = select(Customer).where(
            col(Customer.address)["zip"].as_string().istartswith(prefix, autoescape=True)
        )
        return (await self._session.exec(statement)).all()

    async def payment_methods(self, customer_id: str) -> Sequence[PaymentMethod]:
        """A customer's ways to pay, oldest first."""
        statement = (
            select(PaymentMethod)
            .where(PaymentMethod.customer_id == customer_id)
            .order_by(col(PaymentMethod.created_at), col(PaymentMethod.id))
        )
        return (await self._session.exec(statement)).all()

    async def trade(self, customer_id: str) -> tuple[int, int, int]:
        """Orders that stand, what was kept of them before tax, and what those goods cost."""
        kept = OrderLine.quantity - OrderLine.cancelled - OrderLine.returned
        paid = OrderLine.unit_price * OrderLine.quantity - OrderLine.discount
        statement = (
            select(
                func.count(func.distinct(Order.id)),
                func.coalesce(func.sum(paid * kept // OrderLine.quantity), 0),
                func.coalesce(func.sum(kept * Variant.cost), 0),
            )
            .select_from(Order)
            .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
            .join(Variant, col(Variant.id) == col(OrderLine.variant_id))
            .where(Order.customer_id == customer_id, Order.status != OrderStatus.cancelled)
        )
        orders, revenue, cost = (await self._session.exec(statement)).one()
        return int(orders), int(revenue), int(cost)
