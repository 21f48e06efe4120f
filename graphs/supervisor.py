"""The graph: intake, route, specialist, review, deliver; and a person from anywhere."""

import asyncio
import json
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal, cast

import httpx
import openai
from ag_ui.core import StepStartedEvent
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage, ToolMessage
from langgraph.errors import GraphRecursionError
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents.build import Agent
from commerce.actions.base import ProposalView
from commerce.actions.service import Actions
from core.telemetry import get_logger
from desk.conversations.events import ProposalChanged, QuickReplies, custom
from desk.escalations.models import EscalationReason
from graphs.confirm import asks, settle
from graphs.escalation import hand_over
from graphs.memory import Saver
from graphs.review import plainly, unsaid
from graphs.routing import choose
from graphs.state import Turn, TurnState
from language.answers import yes_or_no
from language.embedded import HANDOFF, NOTICE, PLAN, REPLIES, EmbeddedChatModel
from language.understand import Understanding
from tools.results import Artifact

_log = get_logger(__name__)
REMEMBERED = 40
"""Messages kept in memory."""
SHOWN = 24
"""Messages a model is shown."""
HOPS = 3
STEPS = 80
"""LangGraph steps a specialist may take in a turn; its own default is far too generous."""
MODEL_ERRORS = (
    openai.OpenAIError,
    httpx.HTTPError,
    TimeoutError,
    GraphRecursionError,
    ModelCallLimitExceededError,
    json.JSONDecodeError,
)
SORRY = (
    "I'm sorry, I can't answer that just now because a system I need isn't responding. "
    "Please try again in a moment, or I can get a colleague."
)
PERSON = "Talk to a person"


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Builds the graph over the specialists' agents."""

    agents: dict[str, Agent]
    """The specialists."""
    model: BaseChatModel
    """The model behind them; it also rewrites a reply that did not hold."""
    understanding: Understanding
    """Reads messages for routing."""

    def compile(self, saver: Saver) -> "Graph":
        """The graph, with memory."""
        graph: StateGraph[TurnState, Turn, TurnState, TurnState] = StateGraph(TurnState, context_schema=Turn)
        graph.add_node("intake", self.intake)
        graph.add_node("route", self.route)
        graph.add_node("specialist", self.specialist)
        graph.add_node("escalate", self.escalate)
        graph.add_node("deliver", self.deliver)
        graph.add_edge(START, "intake")
        graph.add_conditional_edges("intake", _after_intake, ["route", "deliver", "escalate"])
        graph.add_edge("route", "specialist")
        graph.add_conditional_edges("specialist", _after_specialist, ["specialist", "escalate", "deliver"])
        graph.add_edge("escalate", "deliver")
        graph.add_edge("deliver", END)
        return graph.compile(checkpointer=saver)

    async def intake(self, state: TurnState, runtime: Runtime[Turn]) -> TurnState:
        """Take in what the customer sent. A yes or no to a waiting card is carried out before anything is said."""
        turn = runtime.context
        incoming = state["incoming"]
        messages = _before(state.get("messages", []), incoming["message_id"])
        turn.voice.facts.learn(messages)
        update: TurnState = {"hops": 0, "person": None, "proposal": None, "silent": False}
        decision, proposal_id = await self._decision(turn, state)
        if decision is None:
            message = HumanMessage(incoming["text"], id=incoming["message_id"])
            turn.voice.facts.learn([message])
            return update | {"messages": [*messages, message]}
        notice, replacement, awaiting = await settle(turn, incoming, proposal_id, decision)
        said = incoming.get("text", "")
        content = f"[shop] The customer answered the card. Result: {notice['sentence']} Tell them so in a sentence."
        message = HumanMessage(
            f"{said}\n{content}" if said else content,
            id=incoming["message_id"],
            additional_kwargs={NOTICE: notice},
        )
        turn.voice.facts.learn([message])
        update |= {"messages": [*messages, message]}
        if replacement:
            await turn.voice.say(notice["sentence"])
            update["proposal"] = replacement.model_dump(mode="json")
        if awaiting:
            update["person"] = {"reason": EscalationReason.approval.value, "about": "", "proposal_id": proposal_id}
        return update

    async def _decision(self, turn: Turn, state: TurnState) -> tuple[Literal["confirm", "decline"] | None, str]:
        incoming = state["incoming"]
        if incoming["kind"] == "decision":
            return incoming["decision"], incoming["proposal_id"]
        answer = yes_or_no(incoming["text"])
        if answer is None or not state.get("proposal_id"):
            return None, ""
        async with turn.bench.changing() as shop:
            waiting = await Actions(shop).waiting(turn.conversation_id)
        if waiting is None:
            return None, ""
        return ("confirm" if answer == "yes" else "decline"), waiting.id

    async def route(self, state: TurnState, runtime: Runtime[Turn]) -> TurnState:
        """Choose who answers."""
        last = state["messages"][-1]
        active = state.get("specialist", "")
        if NOTICE in last.additional_kwargs and active:
            return {}
        allowed = frozenset(self.agents)
        return {"specialist": await asyncio.to_thread(choose, str(last.text), active, self.understanding, allowed)}

    async def specialist(self, state: TurnState, runtime: Runtime[Turn]) -> TurnState:
        """Let the specialist work: its tools run, its text goes out sentence by sentence as it passes review."""
        turn, name = runtime.context, state["specialist"]
        turn.voice.hold(StepStartedEvent(step_name=name))
        work = _Work(turn)
        try:
            stream = self.agents[name].astream(
                {"messages": state["messages"][-SHOWN:]},
                context=turn,
                stream_mode=["messages", "updates"],
                config={"recursion_limit": STEPS},
            )
            async for mode, chunk in stream:
                await work.take(mode, chunk)
        except MODEL_ERRORS as error:
            _log.warning("model failed", error=type(error).__name__, specialist=name)
            turn.voice.close()
            return {"messages": [*state["messages"], await self._sorry(turn, state)], "silent": True}
        messages = [*state["messages"], *work.messages]
        if turn.voice.blocked:
            messages = await self._rewritten(turn, messages)
        elif not turn.voice.spoken.strip() and not work.proposal and not work.person and not work.handoff:
            messages[-1:] = [await self._sorry(turn, state)]
        if work.replies:
            turn.voice.hold(custom(QuickReplies(replies=work.replies)))
        update: TurnState = {"messages": messages, "hops": state.get("hops", 0) + 1}
        if work.handoff and work.handoff in self.agents:
            update["specialist"] = work.handoff
        update["silent"] = not work.handoff
        update["person"] = work.person
        update["proposal"] = work.proposal.model_dump(mode="json") if work.proposal else None
        return update

    async def _sorry(self, turn: Turn, state: TurnState) -> AIMessage:
        """What is said without a model: what was just done, where something was; else that it cannot be said."""
        last = state["messages"][-1]
        text = plainly([last]) if NOTICE in last.additional_kwargs else SORRY
        await turn.voice.say(text)
        if text == SORRY:
            turn.voice.hold(custom(QuickReplies(replies=[PERSON])))
        return AIMessage(text)

    async def _rewritten(self, turn: Turn, messages: list[AnyMessage]) -> list[AnyMessage]:
        """One more try with what was wrong named; then the facts as they are."""
        problems, turn.voice.blocked = turn.voice.blocked, []
        _log.warning("reply did not hold", problems=len(problems))
        *before, draft = messages
        if not isinstance(self.model, EmbeddedChatModel):
            order = HumanMessage(
                f"[shop] Your last reply said what no tool result supports: {'; '.join(problems)}. "
                "Write it again with only what the tool results say. Claim and promise nothing."
            )
            try:
                again = await self.model.ainvoke([*messages[-SHOWN:], order])
            except MODEL_ERRORS as error:
                _log.warning("rewrite failed", error=type(error).__name__)
            else:
                text = unsaid(str(again.text), turn.voice.spoken)
                if text.strip() and await turn.voice.finish(text):
                    return [*before, AIMessage(turn.voice.spoken.strip(), id=draft.id)]
        turn.voice.blocked = []
        plain = plainly(before)
        await turn.voice.say(plain)
        return [*before, AIMessage(plain, id=draft.id, additional_kwargs=draft.additional_kwargs)]

    async def escalate(self, state: TurnState, runtime: Runtime[Turn]) -> TurnState:
        """Hand the conversation to a person."""
        wanted = state.get("person") or {}
        reason = EscalationReason(wanted.get("reason", EscalationReason.asked))
        if reason == EscalationReason.approval:
            await runtime.context.voice.say(str(state["messages"][-1].additional_kwargs[NOTICE]["sentence"]))
        await hand_over(runtime.context, state["messages"], reason, wanted.get("about", ""), wanted.get("proposal_id"))
        return {"person": None}

    async def deliver(self, state: TurnState, runtime: Runtime[Turn]) -> TurnState:
        """Say what a card is about, close what it replaces, and keep the memory bounded."""
        voice = runtime.context.voice
        update: TurnState = {}
        if shown := state.get("proposal"):
            proposal = ProposalView.model_validate(shown)
            await voice.say(asks(proposal))
            await voice.emit(*(custom(ProposalChanged(id=each, status="superseded")) for each in proposal.replaces))
            update["proposal_id"] = proposal.id
        voice.close()
        update["messages"] = _kept(state["messages"])
        return update


Graph = CompiledStateGraph[TurnState, Turn, TurnState, TurnState]


class _Work:
    """Follows a specialist while it works."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.messages: list[AnyMessage] = []
        self.proposal: ProposalView | None = None
        self.person: dict[str, Any] | None = None
        self.replies: list[str] = []
        self.handoff = ""

    async def take(self, mode: str, chunk: Any) -> None:
        """One piece of the agent's stream."""
        voice = self._turn.voice
        if mode == "messages":
            message, _ = chunk
            if isinstance(message, AIMessageChunk) and message.text:
                await voice.token(str(message.text))
            return
        for update in cast(dict[str, Any], chunk).values():
            for message in (update or {}).get("messages", []):
                if isinstance(message, AIMessage):
                    await self._spoke(message)
                elif isinstance(message, ToolMessage):
                    await self._returned(message)

    async def _spoke(self, message: AIMessage) -> None:
        self.messages.append(message)
        self.replies = list(message.additional_kwargs.get(REPLIES, []))
        self.handoff = str(message.additional_kwargs.get(HANDOFF, ""))
        if str(message.text):
            await self._turn.voice.finish(str(message.text))
        if message.tool_calls:
            # A wrong word on the way to a tool is dropped; the answer is still to come.
            self._turn.voice.blocked = []
        for call in message.tool_calls:
            await self._turn.voice.called(call, message.id or "")

    async def _returned(self, message: ToolMessage) -> None:
        artifact = message.artifact
        message = message.model_copy(update={"artifact": None})
        self.messages.append(message)
        voice = self._turn.voice
        voice.facts.learn([message])
        await voice.returned(message)
        if not isinstance(artifact, Artifact):
            return
        voice.show(artifact.cards)
        if artifact.signed_in:
            await voice.emit(custom(artifact.signed_in))
        self.proposal = artifact.proposal or self.proposal
        if artifact.person:
            self.person = artifact.person.model_dump(mode="json")


def _after_intake(state: TurnState) -> str:
    if state.get("person"):
        return "escalate"
    return "deliver" if state.get("proposal") else "route"


def _after_specialist(state: TurnState) -> str:
    if state.get("person"):
        return "escalate"
    if not state.get("silent") and not state.get("proposal") and state.get("hops", 0) < HOPS:
        return "specialist"
    return "deliver"


def _before(messages: list[AnyMessage], message_id: str) -> list[AnyMessage]:
    """What was remembered before a message. A process that died after remembering a turn and before the log had
    its end leaves the turn in memory; it begins again.
    """
    return list(takewhile(lambda message: message.id != message_id, messages))


def _kept(messages: list[AnyMessage]) -> list[AnyMessage]:
    """The newest messages, from a customer's on; the embedded model's state stays on the last message of this turn
    and of the one before, from which this one can begin again.
    """
    kept = messages[-REMEMBERED:]
    while kept and not isinstance(kept[0], HumanMessage):
        kept = kept[1:]
    begin = max((i for i, m in enumerate(kept) if isinstance(m, HumanMessage)), default=0)
    plans = [i for i, m in enumerate(kept) if PLAN in m.additional_kwargs]
    needed = {max((i for i in plans if i < begin), default=-1), max(plans, default=-1)}
    return [
        m.model_copy(update={"additional_kwargs": {k: v for k, v in m.additional_kwargs.items() if k != PLAN}})
        if i not in needed and PLAN in m.additional_kwargs
        else m
        for i, m in enumerate(kept)
    ]
