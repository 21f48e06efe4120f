"""Asking for a person. The graph writes the summary and puts the case into the queue."""

from typing import Annotated, Literal

from langchain_core.tools import tool
from pydantic import Field

from desk.escalations.models import EscalationReason
from tools.orders import Runtime
from tools.results import Artifact, PersonWanted, Result, guarded

_REASONS = {
    "asked": EscalationReason.asked,
    "not_understood": EscalationReason.not_understood,
    "policy": EscalationReason.policy,
    "angry": EscalationReason.anger,
}


@tool(response_format="content_and_artifact")
@guarded
async def talk_to_person(
    runtime: Runtime,
    reason: Literal["asked", "not_understood", "policy", "angry"] = "asked",
    about: Annotated[str, Field(description="What the customer wants, in a sentence.", max_length=400)] = "",
) -> tuple[Result, Artifact]:
    """Hand the conversation to a colleague: when the customer asks for it, or nothing else helps."""
    wanted = PersonWanted(reason=_REASONS[reason], about=about)
    return {"handed_over": True}, Artifact(person=wanted)
