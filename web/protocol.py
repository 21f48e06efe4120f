"""The websocket's language: what a client may send, and the transient events only a socket sends.

Events of the conversation itself are AG-UI's and those of `desk.conversations.events`.
"""

import re
from enum import IntEnum
from typing import Annotated, Any, Literal

from ag_ui.core import CustomEvent
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from desk.conversations.events import encode
from web.services import Decision

MAX_FRAME = 16 * 1024
"""Bytes of a client's frame."""
MAX_TEXT = 4000
"""Characters of a message."""
HELLO_SECONDS = 10.0
"""How long a socket may stay silent before its `hello`."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class CloseCode(IntEnum):
    """Why the server closed a socket."""

    malformed = 4400
    not_signed_in = 4401
    not_allowed = 4403
    too_slow = 4408
    too_many = 4429


CLOSE_REASONS = {
    CloseCode.malformed: "not JSON, not a known frame, binary, over 16 KiB, or no hello within 10 s",
    CloseCode.not_signed_in: "the token is missing, forged or has expired",
    CloseCode.not_allowed: "the conversation is somebody else's",
    CloseCode.too_slow: "the reader fell too far behind; connect again with the last seq",
    CloseCode.too_many: "too many messages, after a warning",
}


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Hello(_Frame):
    """The first frame: who is there, and what they have seen."""

    type: Literal["hello"]
    token: Annotated[str, Field(max_length=512)] = ""
    """The session's token."""
    last_seq: Annotated[int, Field(ge=0, lt=2**53)] = 0
    """The highest `seq` the client shows already."""
    conversation_id: Identifier | None = None
    """The conversation that `last_seq` belongs to."""


class SendMessage(_Frame):
    """Something the customer writes."""

    type: Literal["message"]
    client_msg_id: Identifier
    """The client's own id, the same when it sends the message again."""
    text: str
    """1 to 4000 characters."""


class ResumePayload(_Frame):
    """A word on a proposal."""

    decision: Decision


class ResumeAnswer(_Frame):
    """An answer to an interrupt. `cancelled` is the same as to decline."""

    interruptId: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    """The proposal's id."""
    status: Literal["resolved", "cancelled"]
    payload: ResumePayload | None = None

    @model_validator(mode="after")
    def _resolved_says_how(self) -> "ResumeAnswer":
        if self.status == "resolved" and self.payload is None:
            raise ValueError("a resolved interrupt needs a decision")
        return self

    @property
    def decision(self) -> Decision:
        """What the customer said."""
        return self.payload.decision if self.payload and self.status == "resolved" else "decline"


class Resume(_Frame):
    """The customer's word on the proposal that is shown."""

    type: Literal["resume"]
    client_msg_id: Identifier
    resume: Annotated[list[ResumeAnswer], Field(min_length=1, max_length=1)]


class Stop(_Frame):
    """Stop the answer that is being written."""

    type: Literal["stop"]


class TypingFrame(_Frame):
    """The customer types, or stopped."""

    type: Literal["typing"]
    on: bool


class Ping(_Frame):
    """Are you there?"""

    type: Literal["ping"]


ClientFrame = Annotated[Hello | SendMessage | Resume | Stop | TypingFrame | Ping, Field(discriminator="type")]
CLIENT_FRAME: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class KnownCustomer(_Value):
    """A customer who was recognised."""

    first_name: str


class ShopFacts(_Value):
    """The shop, for the chat's heading."""

    name: str
    currency: str


class Support(_Value):
    """Whether people answer right now."""

    open: bool
    text: str


class Welcome(_Value):
    """The answer to `hello`."""

    conversation_id: str
    last_seq: int
    """The log's length."""
    customer: KnownCustomer | None
    shop: ShopFacts
    suggestions: list[str]
    support: Support
    running: bool
    """Whether an answer is being written."""


class Ready(_Value):
    """Everything up to `last_seq` was sent; what follows is live."""

    last_seq: int


class Ack(_Value):
    """The message was taken before."""

    client_msg_id: str
    seq: int


class Pong(_Value):
    """Yes."""


SOCKET_ONLY: dict[type[BaseModel], str] = {Welcome: "welcome", Ready: "ready", Ack: "ack", Pong: "pong"}
"""Values of the `CUSTOM` events that only a socket sends, with the event's name."""


def socket_event(value: Welcome | Ready | Ack | Pong) -> dict[str, Any]:
    """A transient `CUSTOM` event of the socket's own, as JSON."""
    return encode(CustomEvent(name=SOCKET_ONLY[type(value)], value=value.model_dump(mode="json")))


def printable(text: str) -> str:
    """A message without control characters other than tabs and line breaks, and without space around it."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
