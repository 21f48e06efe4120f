"""What surrounds a specialist's model and tools: the right tools for the turn, limits, an end when a card is up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents import AgentState
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse, hook_config
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime
from langgraph.types import Command

from agents.prompt import system_prompt
from agents.schemas import schema
from agents.specialist import Specialist
from core.telemetry import MODEL_CALLS
from knowledge.playbook import Playbook, Procedure
from language.embedded import EmbeddedChatModel
from language.understand import Understanding
from tools.context import TurnContext
from tools.results import Artifact

SAID_BEFORE = 10
"""Messages of earlier turns that a model is shown."""
MATCHED = 3
"""Procedures shown to a model for a turn."""
POSSIBLE = 0.05
"""How well a procedure must fit to be shown, as a share of how well the best one fits."""
MODEL_CALLS_A_TURN = 8
REPEATS = 2
"""How often a turn may make the very same call."""

Agent = AgentState[Any]


def matched(
    messages: list[Any], playbook: Playbook, specialist: Specialist, understanding: Understanding
) -> list[Procedure]:
    """The specialist's procedures nearest to what the customer said last, best first."""
    said = next((str(m.text) for m in reversed(messages) if isinstance(m, HumanMessage)), "")
    own = {each.id: each for each in playbook.of(specialist.name) if not each.social}
    scores = dict.fromkeys(own, 0.0)
    for reading in understanding.intents.read([said] if said else []):
        scores = {name: scores[name] + reading.scores.get(name, 0.0) for name in own}
    for called in (call for m in messages[-6:] if isinstance(m, AIMessage) for call in m.tool_calls):
        for procedure in own.values():
            if called["name"] in procedure.tools:
                scores[procedure.id] += 0.05
    best = sorted(own.values(), key=lambda each: -scores[each.id])[:MATCHED]
    return [each for each in best if scores[each.id] >= POSSIBLE * scores[best[0].id]]


def lately(messages: list[AnyMessage]) -> list[AnyMessage]:
    """What a model is shown: this turn whole, of the turns before only what was said, and not too much of it.

    What a tool found out for an earlier turn may no longer hold, and every token of it would be paid for again.
    """
    begin = max((i for i, message in enumerate(messages) if isinstance(message, HumanMessage)), default=0)
    said: list[AnyMessage] = [
        AIMessage(str(message.text), id=message.id) if isinstance(message, AIMessage) else message
        for message in messages[:begin]
        if not isinstance(message, ToolMessage) and str(message.text)
    ]
    return [*said[-SAID_BEFORE:], *messages[begin:]]


class Brief(AgentMiddleware[Agent, TurnContext]):
    """Tells a model who it is and binds only the tools of the procedures that fit the turn.

    The embedded model knows its procedures and gets all of its specialist's tools.
    """

    def __init__(
        self, specialist: Specialist, playbook: Playbook, understanding: Understanding, shop_name: str
    ) -> None:
        super().__init__()
        self._specialist = specialist
        self._playbook = playbook
        self._understanding = understanding
        self._shop_name = shop_name

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Shape the call."""
        if isinstance(request.model, EmbeddedChatModel):
            MODEL_CALLS.labels(model="embedded").inc()
            return await handler(request)
        messages = list(request.messages)
        fitting = await asyncio.to_thread(matched, messages, self._playbook, self._specialist, self._understanding)
        names = {name for procedure in fitting for name in procedure.tools} | {"talk_to_person", "verify_customer"}
        today = request.runtime.context.bench.clock.now().date()
        MODEL_CALLS.labels(model="endpoint").inc()
        return await handler(
            request.override(
                messages=lately(messages),
                system_message=SystemMessage(system_prompt(self._specialist, self._shop_name, today, fitting)),
                tools=[
                    schema(each.name) for each in request.tools if isinstance(each, BaseTool) and each.name in names
                ],
                model_settings={"parallel_tool_calls": False},
            )
        )


class EndOnCard(AgentMiddleware[Agent, TurnContext]):
    """Ends the turn when a card waits for the customer or a person takes over."""

    @hook_config(can_jump_to=["end"])
    async def abefore_model(self, state: Agent, runtime: Runtime[TurnContext]) -> dict[str, Any] | None:
        """Look at the newest tool result."""
        last = state["messages"][-1] if state["messages"] else None
        artifact = last.artifact if isinstance(last, ToolMessage) else None
        if isinstance(artifact, Artifact) and artifact.ends_turn:
            return {"jump_to": "end"}
        return None


class NoRepeats(AgentMiddleware[Agent, TurnContext]):
    """Refuses a call that the turn has made before with the same arguments."""

    async def awrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]],
    ) -> ToolMessage | Command[Any]:
        """Count the same calls since the customer's last message."""
        messages = request.state["messages"]
        begin = max((i for i, m in enumerate(messages) if isinstance(m, HumanMessage)), default=0)
        same = sum(
            call["name"] == request.tool_call["name"] and call["args"] == request.tool_call["args"]
            for message in messages[begin:]
            if isinstance(message, AIMessage)
            for call in message.tool_calls
        )
        if same > REPEATS:
            return ToolMessage(
                '{"error":"repeated","message":"This was asked already.","next":"Stop; answer with what you have."}',
                tool_call_id=request.tool_call["id"] or "",
                name=request.tool_call["name"],
                status="error",
            )
        return await handler(request)
