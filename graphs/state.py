"""What a turn carries from node to node, and what stays in memory between turns."""

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from langchain_core.messages import AnyMessage

from graphs.voice import Voice
from tools.context import TurnContext


class Incoming(TypedDict, total=False):
    """What the customer sent."""

    kind: Literal["message", "decision"]
    message_id: str
    client_msg_id: str
    text: str
    proposal_id: str
    decision: Literal["confirm", "decline"]


class TurnState(TypedDict, total=False):
    """The graph's state. `messages` is the memory of the conversation; the rest belongs to one turn."""

    messages: list[AnyMessage]
    specialist: str
    proposal_id: str
    """The proposal whose card was shown last."""
    incoming: Incoming
    hops: int
    """How often the turn was passed on."""
    person: dict[str, Any] | None
    """Why a person is wanted."""
    proposal: dict[str, Any] | None
    """The card to show at the end of the turn."""
    silent: bool
    """Whether everything was said already."""


@dataclass(frozen=True, slots=True)
class Turn(TurnContext):
    """A turn: whose it is, and how it speaks."""

    voice: Voice
    """Writes to the conversation."""
