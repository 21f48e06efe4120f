"""Proposing a change, and making it once it is confirmed: the only way anything in the shop is changed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from commerce.actions.base import Action, CommitResult, Effect, ProposalView, Receipt
from commerce.actions.errors import ApprovalForbidden, ProposalClosed, ProposalNotFound, ProposalRefused
from commerce.actions.models import (
    Approval,
    AuditEntry,
    Proposal,
    ProposalStatus,
    ProposalTarget,
    ReceiptRow,
)
from commerce.actions.registry import read_action
from commerce.actions.rehearsal import Part, perform
from commerce.actions.repository import ActionRepository
from commerce.identity.principal import Principal, Role
from commerce.policies.schema import ConfirmationRules
from commerce.shop import Shop
from core.errors import Forbidden, Invalid
from core.ids import new_id
from core.telemetry import COMMITS, trace_id


class Actions:
    """Proposals and what becomes of them. The proposal's row is the only state of a confirmation.

    Locks are always taken in the same sequence: what is changed first, its proposals after it.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._rows = ActionRepository(shop.session)

    async def propose(
        self, actions: Sequence[Action], by: Principal, key: str, conversation_id: str | None = None
    ) -> ProposalView:
        """Work out what some changes would do and keep it for confirmation. The same key proposes once.

        Raises:
            NotFound: it concerns something that does not exist, or is somebody else's.
            ProposalRefused: no part of it can be done.
        """
        owner = await self._owner(actions, by)
        known = await self._rows.by_key(key)
        if known is not None:
            return self._again(known, by)
        scratch = await self._shop.session.begin_nested()
        parts = await perform(self._shop, actions, by, new_id("rcp"))
        await scratch.rollback()
        if not any(part.effect for part in parts):
            self._count(parts, "refused")
            clauses = dict.fromkeys(clause for part in parts for clause in part.receipt.clauses)
            raise ProposalRefused([part.receipt.sentence for part in parts], list(clauses))
        return await self._store(parts, owner, by, key, conversation_id)

    async def commit(self, proposal_id: str, by: Principal) -> CommitResult:
        """Carry out a proposal that its owner has just confirmed. However often it is called, it is done once.

        Raises:
            ProposalNotFound: there is none, or it is somebody else's.
            ProposalClosed: it was withdrawn, declined, replaced, or has expired.
        """
        proposal = await self._locked(proposal_id, by)
        if proposal.status == ProposalStatus.committed:
            return CommitResult(receipt=await self._receipt_of(proposal))
        if proposal.status == ProposalStatus.awaiting_approval:
            return CommitResult(awaiting=self._view(proposal))
        self._must_be(proposal, ProposalStatus.open)
        return await self._carry_out(proposal, by)

    async def approve(self, proposal_id: str, by: Principal, reason: str = "") -> CommitResult:
        """Carry out a proposal that waits for a colleague, who agrees.

        Raises:
            ProposalNotFound: there is none.
            ApprovalForbidden: the colleague does not hold the role.
            ProposalClosed: it does not wait for a colleague.
        """
        proposal = await self._locked(proposal_id, by)
        self._must_hold(proposal, by)
        if proposal.status == ProposalStatus.committed:
            return CommitResult(receipt=await self._receipt_of(proposal))
        self._must_be(proposal, ProposalStatus.awaiting_approval)
        return await self._carry_out(proposal, by, reason)

    async def decline(self, proposal_id: str, by: Principal, reason: str) -> ProposalView:
        """Turn down a proposal that waits for a colleague.

        Raises:
            ProposalNotFound: there is none.
            ApprovalForbidden: the colleague does not hold the role.
            ProposalClosed: it does not wait for a colleague.
        """
        proposal = await self._locked(proposal_id, by)
        self._must_hold(proposal, by)
        if proposal.status != ProposalStatus.declined:
            self._must_be(proposal, ProposalStatus.awaiting_approval)
            await self._word(proposal, by, approved=False, reason=reason)
            await self._close(proposal, ProposalStatus.declined, by, {"reason": reason})
        return self._view(proposal)

    async def withdraw(self, proposal_id: str, by: Principal) -> ProposalView:
        """Take a proposal back: the answer was no.

        Raises:
            ProposalNotFound: there is none, or it is somebody else's.
            ProposalClosed: it has been carried out.
        """
        proposal = await self._locked(proposal_id, by)
        if proposal.status == ProposalStatus.committed:
            raise ProposalClosed(proposal.status)
        if proposal.status in (ProposalStatus.open, ProposalStatus.awaiting_approval):
            await self._close(proposal, ProposalStatus.withdrawn, by)
        return self._view(proposal)

    async def waiting(self, conversation_id: str) -> ProposalView | None:
        """The proposal that a conversation waits for, if there is one; those whose time is over are closed."""
        for proposal in await self._rows.open_in(conversation_id):
            if not self._is_over(proposal):
                return self._view(proposal)
            await self._close(proposal, ProposalStatus.expired)
        return None

    async def get(self, proposal_id: str, by: Principal) -> ProposalView:
        """A proposal.

        Raises:
            ProposalNotFound: there is none, or it is somebody else's.
        """
        return self._view(await self._visible(proposal_id, by))

    async def receipt(self, proposal_id: str, by: Principal) -> Receipt | None:
        """What a proposal did, once it has.

        Raises:
            ProposalNotFound: there is none, or it is somebody else's.
        """
        proposal = await self._visible(proposal_id, by)
        done = proposal.status == ProposalStatus.committed
        return await self._receipt_of(proposal) if done else None

    async def awaiting_approval(self, by: Principal) -> list[ProposalView]:
        """What waits for a colleague's word, oldest first.

        Raises:
            Forbidden: not a colleague of the service.
        """
        if not by.has(Role.agent):
            raise Forbidden("Only colleagues see what waits for approval.")
        return [self._view(proposal) for proposal in await self._rows.awaiting_approval()]

    async def expire_due(self) -> list[ProposalView]:
        """Close every proposal whose time is over."""
        overdue = await self._rows.overdue(self._shop.clock.now())
        for proposal in overdue:
            await self._close(proposal, ProposalStatus.expired)
        return [self._view(proposal) for proposal in overdue]

    async def _owner(self, actions: Sequence[Action], by: Principal) -> str:
        """The one customer the actions concern; what they would change stays locked from here on."""
        owners = set()
        for action in sorted(actions, key=lambda action: action.model_dump_json()):
            owner = await action.owner(self._shop)
            if not by.may_see(owner):
                raise action.missing()
            owners.add(owner)
        if len(owners) != 1:
            raise Invalid("A proposal concerns one customer and changes something.")
        return owners.pop()

    def _again(self, proposal: Proposal, by: Principal) -> ProposalView:
        if not by.may_see(proposal.customer_id):
            raise ProposalNotFound
        return self._view(proposal)

    async def _store(
        self, parts: Sequence[Part], owner: str, by: Principal, key: str, conversation_id: str | None
    ) -> ProposalView:
        shop = self._shop
        able = [(part, part.effect) for part in parts if part.effect]
        now = shop.clock.now()
        rules = shop.policies.rules(ConfirmationRules, shop.today)
        proposal = Proposal(
            id=new_id("pro"),
            key=key,
            customer_id=owner,
            session_id=by.session_id,
            conversation_id=conversation_id,
            actions=[part.action.model_dump(mode="json") for part, _ in able],
            effects=[effect.model_dump(mode="json") for _, effect in able],
            refused=[part.receipt.sentence for part in parts if not part.effect],
            sentence=" ".join(effect.sentence for _, effect in able),
            approval_role=next((part.role for part in parts if part.role), ""),
            created_at=now,
            expires_at=now + timedelta(minutes=rules.expires_minutes),
        )
        try:
            async with shop.session.begin_nested():
                await self._rows.add(proposal)
        except IntegrityError:
            known = await self._rows.by_key(key)
            if known is None:
                raise
            return self._again(known, by)
        replaced = await self._replace(proposal, [part.action for part, _ in able], by)
        await self._audit("proposed", proposal, by, {"refused": len(proposal.refused)})
        return self._view(proposal, replaced)

    async def _replace(self, proposal: Proposal, actions: list[Action], by: Principal) -> tuple[str, ...]:
        """Close what waits on the same goods."""
        targets = sorted({target for action in actions for target in await action.targets(self._shop)})
        older = await self._rows.open_on(targets)
        for other in older:
            await self._close(other, ProposalStatus.superseded, by, {"by": proposal.id})
        await self._rows.add(*(ProposalTarget(proposal_id=proposal.id, target=target) for target in targets))
        return tuple(other.id for other in older)

    async def _carry_out(self, proposal: Proposal, by: Principal, agreed: str | None = None) -> CommitResult:
        """Do it, unless it is no longer what was shown or somebody must agree first.

        `agreed` is the reason of the colleague who has just agreed.
        """
        actions = [read_action(stored) for stored in proposal.actions]
        receipt_id = new_id("rcp")
        savepoint = await self._shop.session.begin_nested()
        parts = await perform(self._shop, actions, by, receipt_id)
        shown = [Effect.model_validate(effect) for effect in proposal.effects]
        if any(part.effect and part.effect != effect for part, effect in zip(parts, shown, strict=True)):
            await savepoint.rollback()
            self._count(parts, "changed")
            return CommitResult(changed=await self._offer_anew(proposal, parts, by))
        role = next((part.role for part in parts if part.role), None)
        if role and agreed is None and not by.has(role):
            await savepoint.rollback()
            self._count(parts, "awaiting_approval")
            proposal.approval_role = role
            await self._close(proposal, ProposalStatus.awaiting_approval, by)
            return CommitResult(awaiting=self._view(proposal))
        await savepoint.commit()
        if role:
            await self._word(proposal, by, approved=True, reason=agreed or "")
        return CommitResult(receipt=await self._write_receipt(proposal, parts, by, receipt_id))

    async def _offer_anew(self, proposal: Proposal, parts: Sequence[Part], by: Principal) -> ProposalView:
        await self._close(proposal, ProposalStatus.superseded, by, {"changed": True})
        key = f"anew:{proposal.id}"
        return await self._store(parts, proposal.customer_id, by, key, proposal.conversation_id)

    async def _write_receipt(
        self, proposal: Proposal, parts: Sequence[Part], by: Principal, receipt_id: str
    ) -> Receipt:
        receipt = Receipt(
            id=receipt_id,
            proposal_id=proposal.id,
            customer_id=proposal.customer_id,
            parts=tuple(part.receipt for part in parts),
            sentence=" ".join(part.receipt.sentence for part in parts),
            at=self._shop.clock.now(),
        )
        await self._rows.add(
            ReceiptRow(
                id=receipt.id,
                proposal_id=proposal.id,
                customer_id=proposal.customer_id,
                body=receipt.model_dump(mode="json"),
                trace_id=trace_id(),
                at=receipt.at,
            )
        )
        detail = {"receipt_id": receipt.id, "done": [part.kind for part in receipt.parts if part.done]}
        await self._close(proposal, ProposalStatus.committed, by, detail)
        for part in receipt.parts:
            COMMITS.labels(part.kind, "done" if part.done else "refused").inc()
        return receipt

    async def _receipt_of(self, proposal: Proposal) -> Receipt:
        row = await self._rows.receipt(proposal.id)
        assert row is not None
        return Receipt.model_validate(row.body)

    async def _visible(self, proposal_id: str, by: Principal) -> Proposal:
        proposal = await self._rows.by_id(proposal_id)
        if proposal is None or not by.may_see(proposal.customer_id):
            raise ProposalNotFound
        return proposal

    async def _locked(self, proposal_id: str, by: Principal) -> Proposal:
        proposal = await self._visible(proposal_id, by)
        await self._owner([read_action(stored) for stored in proposal.actions], by)
        return await self._rows.lock(proposal_id)

    def _is_over(self, proposal: Proposal) -> bool:
        return proposal.status == ProposalStatus.open and self._shop.clock.now() >= proposal.expires_at

    def _must_be(self, proposal: Proposal, status: ProposalStatus) -> None:
        if self._is_over(proposal):
            raise ProposalClosed(ProposalStatus.expired)
        if proposal.status != status:
            raise ProposalClosed(proposal.status)

    def _must_hold(self, proposal: Proposal, by: Principal) -> None:
        role = proposal.approval_role
        if not by.is_staff or (role and not by.has(Role(role))):
            raise ApprovalForbidden

    async def _close(
        self,
        proposal: Proposal,
        status: ProposalStatus,
        by: Principal | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Move a locked proposal on, and note it."""
        proposal.status = status
        proposal.version += 1
        await self._audit(status, proposal, by, detail or {})

    async def _word(self, proposal: Proposal, by: Principal, *, approved: bool, reason: str) -> None:
        """Write down what a colleague said."""
        await self._rows.add(
            Approval(
                id=new_id("apr"),
                proposal_id=proposal.id,
                session_id=by.session_id,
                role=proposal.approval_role,
                approved=approved,
                reason=reason,
                at=self._shop.clock.now(),
            )
        )
        if approved:
            await self._audit("approved", proposal, by, {"reason": reason})

    async def _audit(self, event: str, proposal: Proposal, by: Principal | None, detail: dict[str, Any]) -> None:
        await self._rows.add(
            AuditEntry(
                id=new_id("aud"),
                event=event,
                subject=proposal.id,
                session_id=by.session_id if by else "",
                roles=sorted(by.roles) if by else [],
                detail=detail,
                trace_id=trace_id(),
                at=self._shop.clock.now(),
            )
        )

    def _count(self, parts: Sequence[Part], outcome: str) -> None:
        for part in parts:
            COMMITS.labels(part.action.kind, outcome).inc()

    def _view(self, proposal: Proposal, replaces: tuple[str, ...] = ()) -> ProposalView:
        return ProposalView(
            id=proposal.id,
            status=ProposalStatus.expired if self._is_over(proposal) else proposal.status,
            sentence=proposal.sentence,
            parts=tuple(Effect.model_validate(effect) for effect in proposal.effects),
            refused=tuple(proposal.refused),
            approval_role=proposal.approval_role,
            conversation_id=proposal.conversation_id,
            replaces=replaces,
            expires_at=proposal.expires_at,
        )
