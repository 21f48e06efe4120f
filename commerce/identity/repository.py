"""Sessions in the database."""

from collections.abc import Sequence

from sqlalchemy import union
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.identity.models import Session
from commerce.orders.models import Order
from commerce.people.models import Customer


class IdentityRepository:
    """Reads and writes sessions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, session: Session) -> None:
        """Store a new session."""
        self._session.add(session)
        await self._session.flush()

    async def by_id(self, session_id: str) -> Session | None:
        """A session as it is now, whatever was read before."""
        return await self._session.get(Session, session_id, populate_existing=True)

    async def for_update(self, session_id: str) -> Session | None:
        """A session, locked until the transaction ends."""
        return await self._session.get(Session, session_id, with_for_update=True, populate_existing=True)

    async def by_hash(self, token_hash: str) -> Session | None:
        """The session of a token."""
        return (await self._session.exec(select(Session).where(Session.token_hash == token_hash))).first()

    async def orders_of_email(self, email: str) -> Sequence[tuple[str, str]]:
        """Number and customer id of every order placed with an e-mail address or by its owner."""
        owners = select(Customer.id).where(Customer.email == email)
        # Two indexes, so two questions: one with OR would read every order.
        ids = union(
            select(Order.id).where(col(Order.customer_id).in_(owners)),
            select(Order.id).where(Order.email == email),
        )
        statement = select(Order.number, Order.customer_id).where(col(Order.id).in_(ids))
        return (await self._session.exec(statement)).all()

    async def flush(self) -> None:
        """Send what was changed to the database."""
        await self._session.flush()
