"""Payments, refunds and the books in the database."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.orders.models import Order
from commerce.payments.models import LedgerEntry, Payment, PaymentStatus, Refund
from commerce.people.models import PaymentMethod

_FRESH = {"populate_existing": True}


class PaymentRepository:
    """Reads and writes what was paid and given back."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_order(self, order_id: str) -> Sequence[tuple[Payment, PaymentMethod]]:
        """What was really paid for an order, and how; locked until the transaction ends.

        The customer's ways to pay are locked before, all of them in one sequence, so that two changes that
        move money between the same cards wait for each other and not in a circle.
        """
        await self._lock_methods(order_id)
        statement = (
            select(Payment, PaymentMethod)
            .join(PaymentMethod, col(PaymentMethod.id) == col(Payment.payment_method_id))
            .where(Payment.order_id == order_id, Payment.status != PaymentStatus.failed)
            .order_by(col(Payment.position), col(Payment.created_at), col(Payment.id))
            .with_for_update()
            .execution_options(**_FRESH)
        )
        return (await self._session.exec(statement)).all()

    async def _lock_methods(self, order_id: str) -> None:
        owner = select(Order.customer_id).where(Order.id == order_id).scalar_subquery()
        statement = (
            select(PaymentMethod.id)
            .where(PaymentMethod.customer_id == owner)
            .order_by(col(PaymentMethod.id))
            .with_for_update()
        )
        await self._session.exec(statement)

    async def booked(self, order_id: str) -> int:
        """How many payments and refunds an order has had."""
        payments = select(func.count()).select_from(Payment).where(Payment.order_id == order_id)
        refunds = select(func.count()).select_from(Refund).where(Refund.order_id == order_id)
        return int((await self._session.exec(payments)).one() + (await self._session.exec(refunds)).one())

    async def method(self, method_id: str) -> PaymentMethod | None:
        """A way to pay."""
        return await self._session.get(PaymentMethod, method_id, populate_existing=True)

    async def add(self, rows: Sequence[LedgerEntry | Payment | Refund]) -> None:
        """Write new rows."""
        new: Sequence[SQLModel] = rows
        self._session.add_all(new)
        await self._session.flush()
