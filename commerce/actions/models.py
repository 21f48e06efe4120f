"""Proposals, approvals, receipts, and messages on their way out."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from commerce.columns import json_list, json_object, moment


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    open = "open"
    """Waits for the owner's word."""
    awaiting_approval = "awaiting_approval"
    """The owner said yes; a colleague with the role must agree."""
    committed = "committed"
    withdrawn = "withdrawn"
    superseded = "superseded"
    expired = "expired"
    declined = "declined"


class Proposal(SQLModel, table=True):
    """The exact change somebody is asked to confirm. The row is the only state of a confirmation."""

    __table_args__ = (UniqueConstraint("key"),)

    id: str = Field(primary_key=True)
    key: str
    """Idempotency key: the same key gives the same proposal."""
    customer_id: str = Field(foreign_key="customer.id", index=True)
    """Whose goods and money it is about."""
    session_id: str
    """Who proposed it."""
    conversation_id: str | None = Field(default=None, index=True)
    status: str = ProposalStatus.open
    actions: list[dict[str, Any]] = json_list()
    """The parts, each a serialised `Action`."""
    effects: list[dict[str, Any]] = json_list()
    """The preview of each part, as shown."""
    refused: list[str] = json_list()
    """Why the parts that were left out cannot be done."""
    sentence: str = ""
    approval_role: str = ""
    """The role that must agree; empty where none must."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    version: int = 1


class ProposalTarget(SQLModel, table=True):
    """What a proposal would change, such as `order:ord_…`; a newer proposal on the same target supersedes."""

    __tablename__ = "proposal_target"

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id")
    target: str = Field(primary_key=True, index=True)


class Approval(SQLModel, table=True):
    """A colleague's word on a proposal."""

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", index=True)
    session_id: str
    role: str
    approved: bool
    reason: str = ""
    at: datetime = moment()


class ReceiptRow(SQLModel, table=True):
    """What was done. One for each committed proposal, never changed."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("proposal_id"),)

    id: str = Field(primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id")
    customer_id: str = Field(foreign_key="customer.id", index=True)
    body: dict[str, Any] = json_object()
    """A serialised `Receipt`."""
    trace_id: str = ""
    at: datetime = moment()


class AuditEntry(SQLModel, table=True):
    """Who did what to what, and when. Append-only."""

    __tablename__ = "audit_entry"

    id: str = Field(primary_key=True)
    event: str
    """`proposed`, `committed`, `refused`, `withdrawn`, `superseded`, `expired`, `approved`, `declined`."""
    subject: str = Field(index=True)
    """What it was done to, such as a proposal's id."""
    session_id: str
    roles: list[str] = json_list()
    detail: dict[str, Any] = json_object()
    trace_id: str = ""
    at: datetime = moment()


class OutboxMessage(SQLModel, table=True):
    """Something to tell the outside world, written with the change it tells of and sent afterwards."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "sent_at", "created_at"),)

    id: str = Field(primary_key=True)
    topic: str
    """`refund.requested`, `order.cancelled` …"""
    body: dict[str, Any] = json_object()
    trace_id: str = ""
    created_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True)
    attempts: int = 0
