"""Conversations: the append-only log, who may write to it, and what waits for an answer."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.identity.principal import Principal
from core.clock import Clock
from core.ids import new_id
from core.telemetry import trace_id
from desk.conversations.errors import AlreadyTaken, LeaseLost, NotYourConversation
from desk.conversations.events import NewEvent, StoredEvent, Unanswered
from desk.conversations.models import (
    Conversation,
    ConversationEvent,
    ConversationStatus,
    Visibility,
)
from desk.conversations.repository import ConversationRepository

ERASED: dict[str, Any] = {"erased": True}
"""What a reader gets in place of an erased payload."""


class Conversations:
    """Opens conversations, writes their logs and hands out the right to do so. Flushes, never commits."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._rows = ConversationRepository(session)
        self._clock = clock
        self._mine: dict[str, Conversation] = {}
        """What this transaction has locked; nobody else changes it."""

    async def open(self, by: Principal, conversation_id: str | None = None) -> Conversation:
        """The conversation somebody is in: the one asked for, else the session's newest, else a new one.

        A closed conversation is not opened again; the session's present one is opened in its place.

        Raises:
            NotYourConversation: the one asked for is not this person's.
        """
        if conversation_id is not None:
            asked_for = await self._rows.get(conversation_id)
            if asked_for is None or not _may_open(by, asked_for):
                raise NotYourConversation
            if asked_for.status != ConversationStatus.closed:
                return asked_for
        await self._rows.lock_session(by.session_id)
        newest = await self._rows.newest_open(by.session_id)
        if newest is not None:
            return newest
        now = self._clock.now()
        opened = Conversation(
            id=new_id("con"),
            session_id=by.session_id,
            customer_id=by.customer_id,
            created_at=now,
            updated_at=now,
        )
        await self._rows.add(opened)
        return opened

    async def get(self, conversation_id: str) -> Conversation:
        """A conversation, as it is now and without asking who wants to know.

        Raises:
            NotYourConversation: there is none.
        """
        found = self._mine.get(conversation_id) or await self._rows.get(conversation_id)
        if found is None:
            raise NotYourConversation
        return found

    async def bind(self, conversation_id: str, customer_id: str) -> None:
        """Remember whose conversation it is, once the customer was recognised."""
        (await self._locked(conversation_id)).customer_id = customer_id

    async def queue(self, conversation_id: str) -> Conversation:
        """Let the conversation wait for a colleague; where one has it already, nothing changes."""
        conversation = await self._locked(conversation_id)
        if conversation.status == ConversationStatus.bot:
            conversation.status = ConversationStatus.queued
        return conversation

    async def append(
        self,
        conversation_id: str,
        events: Sequence[NewEvent],
        *,
        fence: int | None = None,
        client_msg_id: str | None = None,
    ) -> list[StoredEvent]:
        """Write events to the end of the log, all or none.

        Args:
            conversation_id: The log to write to.
            events: What to write, in order.
            fence: The writer's lease; people write without one.
            client_msg_id: The client's id of the first event. Only what a customer sends has one, and it
                is what waits for an answer.

        Raises:
            LeaseLost: a newer lease was given out.
            AlreadyTaken: a message with this client's id is in the log.
        """
        conversation = await self._locked(conversation_id)
        _check_fence(conversation, fence)
        if client_msg_id is not None:
            taken = await self._rows.seq_of(conversation_id, client_msg_id)
            if taken is not None:
                raise AlreadyTaken(taken)
        now, trace = self._clock.now(), trace_id()
        stored = [
            StoredEvent(
                conversation_id=conversation_id,
                seq=seq,
                type=new.type,
                body=new.body,
                run_id=new.run_id,
                client_msg_id=client_msg_id if new is events[0] else None,
                visibility=new.visibility,
                trace_id=trace,
                at=now,
            )
            for seq, new in enumerate(events, conversation.last_seq + 1)
        ]
        conversation.updated_at = now
        await self._rows.add_events(stored, _chain(conversation, stored))
        return stored

    async def since(self, conversation_id: str, seq: int, *, staff: bool) -> list[StoredEvent]:
        """Events after a sequence, in order; without `staff` only those that everyone may see."""
        return [
            _stored(row, payload.body if payload else ERASED)
            for row, payload in await self._rows.log(conversation_id, seq, staff=staff)
        ]

    async def verify_chain(self, conversation_id: str) -> int | None:
        """The sequence of the first event that is missing, changed or out of place; `None` when all is well.

        An erased payload breaks nothing: its hash stays.
        """
        conversation = await self._locked(conversation_id)
        previous, expected = "", 0
        for row, payload in await self._rows.log(conversation_id, 0, staff=True):
            expected += 1
            changed = payload is not None and _payload_hash(payload.body) != row.payload_hash
            if row.seq != expected or changed or row.hash != _link(previous, row.seq, row.type, row.payload_hash):
                return expected
            previous = row.hash
        if (expected, previous) != (conversation.last_seq, conversation.last_hash):
            return expected + 1
        return None

    async def erase(self, conversation_id: str) -> None:
        """Forget what was said. That something was said, when and in which order, stays provable."""
        await self._locked(conversation_id)
        await self._rows.forget_payloads(conversation_id)

    async def take_lease(self, conversation_id: str, owner: str, seconds: float) -> int | None:
        """Take the right to write answers: the new fence, or `None` while somebody else has it."""
        conversation = await self._locked(conversation_id)
        now = self._clock.now()
        live = conversation.lease_until is not None and conversation.lease_until > now
        if live and conversation.lease_owner not in ("", owner):
            return None
        conversation.lease_owner = owner
        conversation.lease_until = now + timedelta(seconds=seconds)
        conversation.fence += 1
        return conversation.fence

    async def renew(self, conversation_id: str, fence: int, seconds: float) -> None:
        """Keep the lease for longer.

        Raises:
            LeaseLost: somebody else has it.
        """
        conversation = await self._locked(conversation_id)
        _check_fence(conversation, fence)
        conversation.lease_until = self._clock.now() + timedelta(seconds=seconds)

    async def release(self, conversation_id: str, fence: int) -> None:
        """Give the lease back; does nothing when somebody else has it by now."""
        conversation = await self._locked(conversation_id)
        if conversation.fence == fence:
            conversation.lease_owner, conversation.lease_until = "", None

    async def free_leases(self) -> None:
        """Take every lease back. Only for the one process of a shop, before it gives out leases of its own."""
        await self._rows.free_leases()

    async def mark_answered(self, conversation_id: str, seq: int, fence: int) -> None:
        """Remember that everything the customer sent up to `seq` has its answer.

        Raises:
            LeaseLost: a newer lease was given out.
        """
        conversation = await self._locked(conversation_id)
        _check_fence(conversation, fence)
        conversation.answered_seq = max(conversation.answered_seq, seq)

    async def waiting(self, conversation_id: str) -> list[StoredEvent]:
        """The oldest thing the customer sent that has no answer, and all that was logged since; or nothing."""
        conversation = await self.get(conversation_id)
        seq = await self._rows.first_sent(conversation_id, conversation.answered_seq)
        return [] if seq is None else await self.since(conversation_id, seq - 1, staff=True)

    async def unanswered(self) -> list[Unanswered]:
        """Conversations in which the customer waits and nobody is answering.

        What is with a colleague is not among them.
        """
        return await self._rows.unanswered(self._clock.now())

    async def _locked(self, conversation_id: str) -> Conversation:
        conversation = self._mine.get(conversation_id) or await self._rows.lock(conversation_id)
        if conversation is None:
            raise NotYourConversation
        self._mine[conversation_id] = conversation
        return conversation


def _may_open(by: Principal, conversation: Conversation) -> bool:
    if conversation.session_id == by.session_id:
        return True
    return conversation.customer_id is not None and conversation.customer_id == by.customer_id


def _check_fence(conversation: Conversation, fence: int | None) -> None:
    if fence is not None and fence < conversation.fence:
        raise LeaseLost(conversation.id)


def _chain(conversation: Conversation, events: Sequence[StoredEvent]) -> list[tuple[str, str]]:
    """Link events to the end of the log; the payload's hash and the link of each."""
    hashes: list[tuple[str, str]] = []
    for event in events:
        payload_hash = _payload_hash(event.body)
        conversation.last_hash = _link(conversation.last_hash, event.seq, event.type, payload_hash)
        hashes.append((payload_hash, conversation.last_hash))
    conversation.last_seq += len(events)
    return hashes


def _payload_hash(body: dict[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _link(previous: str, seq: int, kind: str, payload_hash: str) -> str:
    return hashlib.sha256(f"{previous}|{seq}|{kind}|{payload_hash}".encode()).hexdigest()


def _stored(row: ConversationEvent, body: dict[str, Any]) -> StoredEvent:
    return StoredEvent(
        conversation_id=row.conversation_id,
        seq=row.seq,
        type=row.type,
        body=body,
        run_id=row.run_id,
        client_msg_id=row.client_msg_id,
        visibility=Visibility(row.visibility),
        trace_id=row.trace_id,
        at=row.at,
    )
