"""What the embedded model remembers of a conversation: a stack of procedures with their slots."""

from typing import Any, Literal

from pydantic import BaseModel, Field

Origin = Literal["said", "inferred", "defaulted"]


class SlotValue(BaseModel):
    """What a slot holds and what that rests on."""

    value: Any
    origin: Origin


class Choice(BaseModel):
    """One of the answers offered with a question."""

    label: str
    value: Any


class Frame(BaseModel):
    """A procedure that is being carried out."""

    procedure: str
    heard: list[str]
    """What the customer said for it, in order."""
    slots: dict[str, SlotValue] = Field(default_factory=dict)
    results: dict[str, Any] = Field(default_factory=dict)
    """Tool results by the name they are kept under."""
    calls: list[str] = Field(default_factory=list)
    """Calls already made, as name and arguments."""
    said: list[str] = Field(default_factory=list)
    """Sentences already said."""
    asked: str = ""
    """The slot that was asked for; empty when none was."""
    choices: list[Choice] = Field(default_factory=list)
    """The answers offered with the question."""
    asked_times: int = 0
    about: str = ""
    """The title of the item that was asked about."""
    context: str = ""
    """The message that this is one request of; what it says once may hold for all of them."""
    refused: dict[str, list[Any]] = Field(default_factory=dict)
    """Values of slots that cannot be taken, by slot."""
    declined: list[str] = Field(default_factory=list)
    """Proposals that were not wanted as they were, as name and arguments."""
    waiting: bool = False
    """Whether its proposal waits for the customer's word."""

    def values(self) -> dict[str, Any]:
        """Slots and results by name, as templates see them."""
        return {**self.results, **{name: slot.value for name, slot in self.slots.items()}}


class Request(BaseModel):
    """Something asked for whose turn has not come."""

    procedure: str
    text: str
    context: str = ""
    """The whole message it was a part of."""


class Plan(BaseModel):
    """The state of a conversation between two messages."""

    stack: list[Frame] = Field(default_factory=list)
    queue: list[Request] = Field(default_factory=list)
    buffer: list[str] = Field(default_factory=list)
    """Sentences that wait to be said at the end of the turn."""
    replies: list[str] = Field(default_factory=list)
    """Quick replies that go with them."""
    calling: str = ""
    """The name under which the result of the call in progress is kept."""
    signature: str = ""
    """The call in progress."""
    focus: str = ""
    """The number of the order that was last spoken of."""
    product: str = ""
    """The name of the product that was last spoken of."""
    last_action: str = ""
    """The procedure whose card was answered last."""
    laid_aside: Frame | None = None
    """The procedure whose card was declined last, as long as nothing else was asked for."""
    misses: int = 0
    """How many messages in a row were not understood."""
    last_said: str = ""
    words_heard: int = 0
    messages_heard: int = 0

    @property
    def top(self) -> Frame | None:
        """The procedure in hand."""
        return self.stack[-1] if self.stack else None

    @property
    def terse(self) -> bool:
        """Whether the customer writes in few words."""
        return self.messages_heard >= 2 and self.words_heard / self.messages_heard < 4.5
