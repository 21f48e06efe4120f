"""Every query on conversations and their logs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, or_, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.identity.models import Session
from desk.conversations.events import StoredEvent, Unanswered
from desk.conversations.models import (
    Conversation,
    ConversationEvent,
    ConversationStatus,
    EventPayload,
    Visibility,
)

_LOCK = (
    select(Conversation)
    .where(col(Conversation.id) == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LOG = (
    select(ConversationEvent, EventPayload)
    .outerjoin(
        EventPayload,
        (col(EventPayload.conversation_id) == ConversationEvent.conversation_id)
        & (col(EventPayload.seq) == ConversationEvent.seq),
    )
    .where(ConversationEvent.conversation_id == bindparam("id"), ConversationEvent.seq > bindparam("after"))
    .order_by(col(ConversationEvent.seq))
    .execution_options(autoflush=False)
)
_FIRST_SENT = (
    select(func.min(ConversationEvent.seq))
    .where(
        ConversationEvent.conversation_id == bindparam("id"),
        ConversationEvent.seq > bindparam("after"),
        col(ConversationEvent.client_msg_id).is_not(None),
    )
    .execution_options(autoflush=False)
)
_COLUMNS = ("conversation_id", "seq", "type", "run_id", "client_msg_id", "visibility", "trace_id", "at")
_INSERT_EVENTS, _INSERT_PAYLOADS = (
    insert(SQLModel.metadata.tables[name]) for name in ("conversation_event", "event_payload")
)


class ConversationRepository:
    """Reads and writes conversations inside the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, conversation_id: str) -> Conversation | None:
        """A conversation."""
        return await self._session.get(Conversation, conversation_id)

    async def lock(self, conversation_id: str) -> Conversation | None:
        """A conversation as it is now, which nobody else changes until the transaction ends."""
        return (await self._session.exec(_LOCK, params={"id": conversation_id})).first()

    async def lock_session(self, session_id: str) -> None:
        """Keep others from opening a conversation for this session until the transaction ends."""
        await self._session.exec(select(Session.id).where(Session.id == session_id).with_for_update())

    async def newest_open(self, session_id: str) -> Conversation | None:
        """The newest conversation of a session that is not closed."""
        query = (
            select(Conversation)
            .where(Conversation.session_id == session_id, Conversation.status != ConversationStatus.closed)
            .order_by(col(Conversation.created_at).desc(), col(Conversation.id).desc())
            .limit(1)
        )
        return (await self._session.exec(query)).first()

    async def add(self, conversation: Conversation) -> None:
        """Write a new conversation."""
        self._session.add(conversation)
        await self._session.flush()

    async def add_events(self, events: Sequence[StoredEvent], hashes: Sequence[tuple[str, str]]) -> None:
        """Write events to the log, each with its payload's hash and its own."""
        connection = await self._session.connection()
        await connection.execute(
            _INSERT_EVENTS,
            [
                {name: getattr(event, name) for name in _COLUMNS} | {"payload_hash": payload_hash, "hash": link}
                for event, (payload_hash, link) in zip(events, hashes, strict=True)
            ],
        )
        await connection.execute(
            _INSERT_PAYLOADS,
            [{"conversation_id": event.conversation_id, "seq": event.seq, "body": event.body} for event in events],
        )

    async def seq_of(self, conversation_id: str, client_msg_id: str) -> int | None:
        """Where a client's message stands in the log."""
        query = select(ConversationEvent.seq).where(
            ConversationEvent.conversation_id == conversation_id,
            ConversationEvent.client_msg_id == client_msg_id,
        )
        return (await self._session.exec(query)).first()

    async def first_sent(self, conversation_id: str, after: int) -> int | None:
        """The first thing a customer sent after a sequence."""
        return (await self._session.exec(_FIRST_SENT, params={"id": conversation_id, "after": after})).one()

    async def log(
        self, conversation_id: str, after: int, *, staff: bool
    ) -> Sequence[tuple[ConversationEvent, EventPayload | None]]:
        """Events after a sequence, in order, each with its payload unless that was erased."""
        query = _LOG if staff else _LOG.where(ConversationEvent.visibility == Visibility.everyone)
        return (await self._session.exec(query, params={"id": conversation_id, "after": after})).all()

    async def forget_payloads(self, conversation_id: str) -> None:
        """Delete what the events say."""
        await self._session.exec(delete(EventPayload).where(col(EventPayload.conversation_id) == conversation_id))

    async def unanswered(self, now: datetime) -> list[Unanswered]:
        """Conversations with a customer's event after the newest answered one, and no live lease.

        Only what a customer sends carries a `client_msg_id`.
        """
        query = (
            select(Conversation.id, Conversation.session_id, func.max(ConversationEvent.seq))
            .join(ConversationEvent, col(ConversationEvent.conversation_id) == Conversation.id)
            .where(
                ConversationEvent.seq > Conversation.answered_seq,
                col(ConversationEvent.client_msg_id).is_not(None),
                col(Conversation.status).in_([ConversationStatus.bot, ConversationStatus.queued]),
                or_(
                    col(Conversation.lease_owner) == "",
                    col(Conversation.lease_until).is_(None),
                    col(Conversation.lease_until) <= now,
                ),
            )
            .group_by(col(Conversation.id), col(Conversation.session_id))
            .order_by(col(Conversation.id))
        )
        return [Unanswered(*row) for row in await self._session.exec(query)]

    async def free_leases(self) -> None:
        """Take every lease from whoever holds it."""
        held = col(Conversation.lease_owner) != ""
        await self._session.exec(update(Conversation).where(held).values(lease_owner="", lease_until=None))

    async def last_seqs(self, conversation_ids: Sequence[str]) -> dict[str, int]:
        """How long the logs of some conversations are."""
        query = select(Conversation.id, Conversation.last_seq).where(col(Conversation.id).in_(conversation_ids))
        return dict((await self._session.exec(query)).all())
