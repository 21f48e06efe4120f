"""Payments, refunds and the books in the database."""

from collections.abc import Sequence

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.payments.models import LedgerEntry, Payment, PaymentStatus, Refund
from commerce.people.models import PaymentMethod

_FRESH = {"populate_existing": True}


class PaymentRepository:
    """Reads and writes what was paid and given back."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_order(self, order_id: str) -> Sequence[tuple[Payment, PaymentMethod]]:
        """What was really paid for an order, and how; locked until the transaction ends."""
        statement = (
            select(Payment, PaymentMethod)
            .join(PaymentMethod, col(PaymentMethod.id) == col(Payment.payment_method_id))
            .where(Payment.order_id == order_id, Payment.status != PaymentStatus.failed)
            .order_by(col(Payment.created_at), col(Payment.id))
            .with_for_update()
            .execution_options(**_FRESH)
        )
        return (await self._session.exec(statement)).all()

    async def method(self, method_id: str) -> PaymentMethod | None:
        """A way to pay."""
        return await self._session.get(PaymentMethod, method_id, populate_existing=True)

    async def add(self, rows: Sequence[LedgerEntry | Refund]) -> None:
        """Write new rows."""
        new: Sequence[SQLModel] = rows
        self._session.add_all(new)
        await self._session.flush()
