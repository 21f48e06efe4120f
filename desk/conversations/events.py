"""Events: what a run writes to the log, and what a reader gets from it.

Names and shapes are AG-UI's (`ag_ui.core`). What AG-UI has no name for is a `CUSTOM` event whose value is
one of the models below; the event's name follows from the model.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ag_ui.core import BaseEvent, CustomEvent
from pydantic import BaseModel, ConfigDict

from commerce.actions.base import Receipt
from commerce.catalogue.views import ProductCard
from desk.conversations.cards import OrderCard, OrdersCard, ProductsCard
from desk.conversations.models import Visibility


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class UserMessage(_Value):
    """What the customer wrote, as it is stored: card numbers are masked."""

    message_id: str
    text: str
    client_msg_id: str


class QuickReplies(_Value):
    """Answers offered as buttons, until the customer's next message."""

    replies: list[str]


class ProposalChanged(_Value):
    """A proposal stands differently; its card loses its buttons unless it is `open`."""

    id: str
    status: str


class CardAnswered(_Value):
    """The customer answered a card, by a button or in words; what came of it follows in the log."""

    proposal_id: str
    decision: Literal["confirm", "decline"]
    client_msg_id: str


class SignedIn(_Value):
    """The customer was recognised."""

    first_name: str


class Escalated(_Value):
    """A person takes over."""

    text: str
    due_at: datetime


class ErrorShown(_Value):
    """Something a customer sent could not be taken."""

    code: str
    message: str
    client_msg_id: str | None = None


class Typing(_Value):
    """Somebody on the other side types, or stopped."""

    on: bool


STORED: dict[type[BaseModel], str] = {
    UserMessage: "user_message",
    OrderCard: "card",
    OrdersCard: "card",
    ProductCard: "card",
    ProductsCard: "card",
    QuickReplies: "quick_replies",
    ProposalChanged: "proposal",
    CardAnswered: "card_answered",
    Receipt: "receipt",
    SignedIn: "signed_in",
    Escalated: "escalated",
}
"""Values of the `CUSTOM` events that go into the log, with the event's name."""

TRANSIENT: dict[type[BaseModel], str] = {ErrorShown: "error", Typing: "typing"}
"""Values of the `CUSTOM` events that are shown and forgotten."""

_NAMES = STORED | TRANSIENT


def custom(value: BaseModel) -> CustomEvent:
    """A `CUSTOM` event with one of the values above."""
    return CustomEvent(name=_NAMES[type(value)], value=value.model_dump(mode="json"))


def encode(event: BaseEvent) -> dict[str, Any]:
    """An event as JSON, camelCase as on the wire, without characters that no database keeps."""
    encoded: dict[str, Any] = _storable(event.model_dump(mode="json", by_alias=True))
    return encoded


def _storable(value: Any) -> Any:
    """A model may write NUL or half a surrogate pair; PostgreSQL and sockets refuse both."""
    match value:
        case str():
            return value.replace("\x00", "").encode(errors="replace").decode()
        case list():
            return [_storable(item) for item in value]
        case dict():
            return {key: _storable(item) for key, item in value.items()}
        case _:
            return value


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event on its way into the log."""

    body: dict[str, Any]
    """The event's JSON."""
    run_id: str = ""
    """The run that wrote it; empty for what people write."""
    visibility: Visibility = Visibility.everyone
    """Who may see it."""

    @classmethod
    def of(cls, event: BaseEvent, run_id: str = "", visibility: Visibility = Visibility.everyone) -> "NewEvent":
        """From one of AG-UI's events."""
        return cls(encode(event), run_id, visibility)

    @property
    def type(self) -> str:
        """The AG-UI event type."""
        return str(self.body["type"])


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of the log."""

    conversation_id: str
    """The conversation it belongs to."""
    seq: int
    """Its place in the log, from 1, without gaps."""
    type: str
    """The AG-UI event type."""
    body: dict[str, Any]
    """The event's JSON; `{"erased": true}` once its payload was erased."""
    run_id: str
    """The run that wrote it; empty for what people write."""
    client_msg_id: str | None
    """The client's id, where it came from one."""
    visibility: Visibility
    """Who may see it."""
    trace_id: str
    """The trace it was written in."""
    at: datetime
    """When it was written."""

    def wire(self) -> dict[str, Any]:
        """The event as a reader gets it."""
        stamp = int(self.at.timestamp() * 1000)
        return {"type": self.type, **self.body, "seq": self.seq, "timestamp": stamp}


@dataclass(frozen=True, slots=True)
class Transient:
    """An event that is shown to whoever looks now, and not kept."""

    body: dict[str, Any]
    """The event's JSON."""
    visibility: Visibility = Visibility.everyone
    """Who may see it."""

    @classmethod
    def of(cls, event: BaseEvent, visibility: Visibility = Visibility.everyone) -> "Transient":
        """From one of AG-UI's events."""
        return cls(encode(event), visibility)

    def wire(self) -> dict[str, Any]:
        """The event as a reader gets it."""
        return self.body


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A conversation whose newest customer message has no answer yet."""

    conversation_id: str
    """The conversation."""
    session_id: str
    """The session it belongs to."""
    seq: int
    """The message's place in the log."""
