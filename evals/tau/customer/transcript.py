"""What was said and shown in a conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Ended = Literal["done", "refused", "handed_over", "gave_up", "error"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message, a button pressed or an answer."""

    who: Literal["customer", "assistant"]
    text: str = ""
    cards: tuple[Mapping[str, Any], ...] = ()
    proposals: tuple[Mapping[str, Any], ...] = ()
    receipts: tuple[Mapping[str, Any], ...] = ()
    decision: Literal["", "confirm", "decline"] = ""
    by_button: bool = False
    why: str = ""
    """Why a card was declined."""
    asked: tuple[str, ...] = ()
    """What the customer took itself to be asked."""
    ms: float = 0.0
    """From the message to the end of the answer's run."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole conversation."""

    case_id: str
    seed: int
    turns: tuple[Turn, ...]
    ended_because: Ended
    error: str = ""

    def confirmed(self) -> tuple[Mapping[str, Any], ...]:
        """The proposals the customer said yes to."""
        found = []
        shown: tuple[Mapping[str, Any], ...] = ()
        for turn in self.turns:
            if turn.proposals:
                shown = turn.proposals
            if turn.decision == "confirm" and shown:
                found.append(shown[-1])
        return tuple(found)

    def sayings(self) -> str:
        """The conversation without ids and times: equal for two equal runs."""
        return "\n".join(line for turn in self.turns for line in _lines(turn)) + f"\n[{self.ended_because}]\n"

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return asdict(self)


def _lines(turn: Turn) -> Iterator[str]:
    if turn.text:
        yield f"{turn.who}: {turn.text}"
    for card in turn.cards:
        yield f"  [card] {card.get('kind', '')} {_numbers(card)}".rstrip()
    for proposal in turn.proposals:
        yield f"  [proposal] {proposal.get('sentence', '')}"
    for receipt in turn.receipts:
        yield f"  [receipt] {receipt.get('sentence', '')}"
    if turn.decision:
        how = "button" if turn.by_button else "words"
        yield f"  [{turn.decision} by {how}] {turn.why}".rstrip()


def _numbers(card: Mapping[str, Any]) -> str:
    orders = card.get("orders", [card] if card.get("kind") == "order" else [])
    return " ".join(str(order.get("number", "")) for order in orders)
