"""What came of looking for a slot's value."""

from dataclasses import dataclass, field
from typing import Any

from language.state import Choice, SlotValue


@dataclass(frozen=True, slots=True)
class Filled:
    """The slot's value is known."""

    value: SlotValue


@dataclass(frozen=True, slots=True)
class Ask:
    """The customer must say."""

    lead: str = ""
    """A sentence that comes before the question, such as what was not found."""
    question: str = ""
    """The question; empty means the slot's own wording."""
    choices: list[Choice] = field(default_factory=list)
    about: str = ""
    """The title of the item it is about."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A tool must be called first."""

    tool: str
    keep: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing the slot could hold; the sentence says so."""

    sentence: str


Resolution = Filled | Ask | Lookup | Nothing
