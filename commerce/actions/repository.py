"""Proposals, receipts and the audit trail in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.actions.models import Proposal, ProposalStatus, ProposalTarget, ReceiptRow

_FRESH = {"populate_existing": True}


class ActionRepository:
    """Reads and writes proposals and what became of them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_key(self, key: str) -> Proposal | None:
        """The proposal of an idempotency key."""
        statement = select(Proposal).where(Proposal.key == key).execution_options(**_FRESH)
        return (await self._session.exec(statement)).first()

    async def by_id(self, proposal_id: str) -> Proposal | None:
        """A proposal."""
        return await self._session.get(Proposal, proposal_id, populate_existing=True)

    async def lock(self, proposal_id: str) -> Proposal:
        """A proposal that is known to exist; nobody else changes it until the transaction ends."""
        statement = select(Proposal).where(Proposal.id == proposal_id).with_for_update().execution_options(**_FRESH)
        return (await self._session.exec(statement)).one()

    async def open_on(self, targets: Sequence[str]) -> Sequence[Proposal]:
        """Open proposals on any of some targets, locked."""
        on_target = select(ProposalTarget.proposal_id).where(col(ProposalTarget.target).in_(targets))
        statement = (
            select(Proposal)
            .where(Proposal.status == ProposalStatus.open, col(Proposal.id).in_(on_target))
            .order_by(col(Proposal.id))
            .with_for_update()
            .execution_options(**_FRESH)
        )
        return (await self._session.exec(statement)).all()

    async def open_in(self, conversation_id: str) -> Sequence[Proposal]:
        """Open proposals of a conversation, newest first, locked."""
        statement = (
            select(Proposal)
            .where(Proposal.status == ProposalStatus.open, Proposal.conversation_id == conversation_id)
            .order_by(col(Proposal.created_at).desc(), col(Proposal.id).desc())
            .with_for_update()
            .execution_options(**_FRESH)
        )
        return (await self._session.exec(statement)).all()

    async def overdue(self, now: datetime) -> Sequence[Proposal]:
        """Open proposals whose time is over, locked unless somebody is at them."""
        statement = (
            select(Proposal)
            .where(Proposal.status == ProposalStatus.open, col(Proposal.expires_at) <= now)
            .order_by(col(Proposal.id))
            .with_for_update(skip_locked=True)
            .execution_options(**_FRESH)
        )
        return (await self._session.exec(statement)).all()

    async def awaiting_approval(self) -> Sequence[Proposal]:
        """Proposals that wait for a colleague, oldest first."""
        statement = (
            select(Proposal)
            .where(Proposal.status == ProposalStatus.awaiting_approval)
            .order_by(col(Proposal.created_at), col(Proposal.id))
        )
        return (await self._session.exec(statement)).all()

    async def receipt(self, proposal_id: str) -> ReceiptRow | None:
        """The receipt of a proposal."""
        statement = select(ReceiptRow).where(ReceiptRow.proposal_id == proposal_id)
        return (await self._session.exec(statement)).first()

    async def add(self, *rows: SQLModel) -> None:
        """Write new rows; parents come in an earlier call."""
        self._session.add_all(rows)
        await self._session.flush()
