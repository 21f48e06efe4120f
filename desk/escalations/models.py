"""The queue of cases that wait for a person."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from commerce.columns import json_object, moment


class EscalationStatus(StrEnum):
    """Where a case stands."""

    waiting = "waiting"
    taken = "taken"
    resolved = "resolved"


class EscalationReason(StrEnum):
    """Why a person is needed."""

    asked = "asked"
    not_understood = "not_understood"
    policy = "policy"
    approval = "approval"
    anger = "anger"
    fault = "fault"


class Escalation(SQLModel, table=True):
    """A case in the queue, with what the colleague needs to know."""

    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    customer_id: str | None = Field(default=None, foreign_key="customer.id")
    proposal_id: str | None = None
    """The proposal that waits for approval, where that is the reason."""
    reason: str
    priority: int = 2
    """1 is the most urgent."""
    status: str = Field(default=EscalationStatus.waiting, index=True)
    summary: dict[str, Any] = json_object()
    """A serialised `CaseSummary`."""
    created_at: datetime = moment()
    due_at: datetime = moment()
    resolved_at: datetime | None = moment(nullable=True)
