"""Promises in the database."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.promises.models import Promise, PromiseStatus


class PromiseRepository:
    """Reads and writes promises."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def open_for_line(self, line_id: str, kind: str) -> Sequence[Promise]:
        """The open promises of a kind about an order line."""
        statement = (
            select(Promise)
            .where(Promise.order_line_id == line_id, Promise.kind == kind, Promise.status == PromiseStatus.open)
            .order_by(col(Promise.id))
            .execution_options(populate_existing=True)
        )
        return (await self._session.exec(statement)).all()

    async def add(self, promise: Promise) -> None:
        """Write a promise."""
        self._session.add(promise)
        await self._session.flush()
