"""Every query on cases."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from desk.escalations.models import Escalation, EscalationStatus


class EscalationRepository:
    """Reads and writes cases inside the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unresolved(self, conversation_id: str) -> Escalation | None:
        """The case of a conversation that waits or is being worked on."""
        query = (
            select(Escalation)
            .where(
                Escalation.conversation_id == conversation_id,
                Escalation.status != EscalationStatus.resolved,
            )
            .order_by(col(Escalation.created_at))
        )
        return (await self._session.exec(query)).first()

    async def add(self, case: Escalation) -> None:
        """Write a new case."""
        self._session.add(case)
        await self._session.flush()
