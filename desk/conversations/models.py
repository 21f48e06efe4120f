"""Conversations and their events."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from commerce.columns import json_object, moment


class ConversationStatus(StrEnum):
    """Who has the word."""

    bot = "bot"
    queued = "queued"
    """Waits for a colleague; the bot still answers."""
    person = "person"
    """A colleague has it; the bot is silent."""
    closed = "closed"


class Conversation(SQLModel, table=True):
    """A conversation: its log's length, and who may write to it."""

    id: str = Field(primary_key=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    customer_id: str | None = Field(default=None, foreign_key="customer.id", index=True)
    channel: str = "chat"
    status: str = ConversationStatus.bot
    last_seq: int = 0
    last_hash: str = ""
    lease_owner: str = ""
    """The process whose run writes this conversation; empty when none does."""
    lease_until: datetime | None = moment(nullable=True)
    fence: int = 0
    """Grows with every lease; a writer with an older fence is refused."""
    answered_seq: int = 0
    """The newest customer message that has its answer."""
    created_at: datetime = moment()
    updated_at: datetime = moment(index=True)


class Visibility(StrEnum):
    """Who may see an event."""

    everyone = "everyone"
    staff = "staff"


class ConversationEvent(SQLModel, table=True):
    """One entry of the log. Sequence and hash stay for ever; the payload can be erased."""

    __tablename__ = "conversation_event"
    __table_args__ = (UniqueConstraint("conversation_id", "client_msg_id"),)

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    seq: int = Field(primary_key=True)
    type: str
    """An AG-UI event type."""
    run_id: str = ""
    client_msg_id: str | None = None
    visibility: str = Visibility.everyone
    payload_hash: str
    hash: str
    """SHA-256 over the previous hash, the sequence, the type and the payload's hash."""
    trace_id: str = ""
    at: datetime = moment()


class EventPayload(SQLModel, table=True):
    """What an event says; erased on request, the log's hashes stay."""

    __tablename__ = "event_payload"

    conversation_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    body: dict[str, Any] = json_object()
