"""What tools answer: JSON for the model, and an artifact for the conversation."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec

from pydantic import BaseModel, ConfigDict

from commerce.actions.base import ProposalView
from core.errors import Forbidden, NotFound, Refused, StorewrightError
from core.telemetry import get_logger
from desk.conversations.cards import Card
from desk.conversations.events import SignedIn
from desk.escalations.models import EscalationReason

_log = get_logger(__name__)
P = ParamSpec("P")
Result = dict[str, Any]


class PersonWanted(BaseModel):
    """The conversation should go to a colleague."""

    model_config = ConfigDict(frozen=True)

    reason: EscalationReason
    about: str = ""


class Artifact(BaseModel):
    """What a tool's result means for the conversation, besides what the model reads."""

    model_config = ConfigDict(frozen=True)

    cards: tuple[Card, ...] = ()
    proposal: ProposalView | None = None
    signed_in: SignedIn | None = None
    person: PersonWanted | None = None

    @property
    def ends_turn(self) -> bool:
        """Whether the turn is over: somebody must answer a card, or a person takes over."""
        return self.proposal is not None or self.person is not None


class NotVerified(Forbidden):
    """Nobody is signed in; what is needed is in `missing`."""

    code = "not_verified"

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("To look at orders I first need to know who you are.")
        self.missing = missing


def compact(value: Any) -> Any:
    """A view as JSON for a model: without what is empty, because every token is paid for."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: compact(each) for key, each in value.items() if each not in (None, "", [], {}, 0)}
    if isinstance(value, list | tuple):
        return [compact(each) for each in value]
    return value


def guarded(
    tool: Callable[P, Awaitable[tuple[Result, Artifact]]],
) -> Callable[P, Awaitable[tuple[str, Artifact]]]:
    """Turn a tool's refusals into results that say what may be done next."""

    @wraps(tool)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> tuple[str, Artifact]:
        try:
            result, artifact = await tool(*args, **kwargs)
        except StorewrightError as error:
            _log.info("tool refused", tool=tool.__name__, code=error.code)
            result, artifact = _failure(error), Artifact()
        return json.dumps(result, default=str, separators=(",", ":")), artifact

    return wrapped


def _failure(error: StorewrightError) -> Result:
    failure: Result = {"error": error.code, "message": error.message}
    match error:
        case NotVerified():
            failure |= {
                "missing": list(error.missing),
                "next": "Ask for what is missing, then call verify_customer.",
            }
        case Refused():
            failure |= {"clauses": list(error.clauses), "next": "Explain this; do not try the same again."}
        case NotFound():
            failure |= {"next": "Ask for the right number or name, or stop."}
        case _:
            failure |= {"next": "Stop and offer a person.", "offer_person": True}
    return failure
