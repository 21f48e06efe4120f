"""Cases for people: raised once for a conversation, with all that is known."""

from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.policies.schema import SupportRules
from commerce.policies.service import PolicyBook
from core.clock import Clock
from core.ids import new_id
from core.telemetry import ESCALATIONS
from desk.conversations.service import Conversations
from desk.escalations.hours import due_at
from desk.escalations.models import Escalation, EscalationReason
from desk.escalations.repository import EscalationRepository
from desk.escalations.summary import CaseSummary

_PRIORITY = {
    EscalationReason.fault: 1,
    EscalationReason.anger: 1,
    EscalationReason.approval: 2,
    EscalationReason.policy: 2,
    EscalationReason.asked: 2,
    EscalationReason.not_understood: 3,
}


class Escalations:
    """Hands conversations to people. Flushes, never commits."""

    def __init__(self, session: AsyncSession, clock: Clock, policies: PolicyBook) -> None:
        self._rows = EscalationRepository(session)
        self._conversations = Conversations(session, clock)
        self._clock = clock
        self._policies = policies

    async def raise_case(
        self,
        conversation_id: str,
        reason: EscalationReason,
        summary: CaseSummary,
        proposal_id: str | None = None,
    ) -> Escalation:
        """Put a conversation in the queue, or bring its case up to date.

        A case keeps the deadline it was first given, and never becomes less urgent.

        Raises:
            NotYourConversation: there is no such conversation.
        """
        conversation = await self._conversations.queue(conversation_id)
        body = summary.model_dump(mode="json")
        case = await self._rows.unresolved(conversation_id)
        if case is not None:
            case.reason, case.summary = reason, body
            case.priority = min(case.priority, _PRIORITY[reason])
            case.proposal_id = proposal_id or case.proposal_id
            return case
        now = self._clock.now()
        case = Escalation(
            id=new_id("esc"),
            conversation_id=conversation_id,
            customer_id=conversation.customer_id,
            proposal_id=proposal_id,
            reason=reason,
            priority=_PRIORITY[reason],
            summary=body,
            created_at=now,
            due_at=due_at(self._policies.rules(SupportRules, now.date()), now),
        )
        await self._rows.add(case)
        ESCALATIONS.labels(reason=reason).inc()
        return case
