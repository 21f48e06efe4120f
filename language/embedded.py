"""The embedded model: a chat model like any other, that runs on procedures and sentence vectors alone."""

import hashlib
from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import ConfigDict

from language.fold import answered, hear, noticed
from language.plan import Call, Planner
from language.state import Plan

PLAN, REPLIES, HANDOFF, NOTICE = "plan", "replies", "handoff", "notice"
"""Keys of a message's `additional_kwargs`: the state after it, its quick replies, who goes on, what happened."""


class EmbeddedChatModel(BaseChatModel):
    """Understands, plans and writes without a large language model.

    It is deterministic: the same messages and tools give the same answer. What it knows of the conversation
    travels in `additional_kwargs["plan"]` of its own last message.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    planner: Planner

    @property
    def _llm_type(self) -> str:
        return "storewright-embedded"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Bind tools by name; their schemas are the procedures' business."""
        names = [tool.name if isinstance(tool, BaseTool) else str(tool["name"]) for tool in tools]
        return self.bind(tool_names=names)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        plan = self._fold(messages)
        decision = self.planner.next(plan, frozenset(kwargs.get("tool_names", ())))
        extra: dict[str, Any] = {PLAN: plan.model_dump(mode="json")}
        if isinstance(decision, Call):
            seed = f"{len(messages)}{plan.signature}{messages[-1].id}"
            call_id = f"call_{hashlib.sha256(seed.encode()).hexdigest()[:20]}"
            calls = [{"name": decision.tool, "args": decision.args, "id": call_id, "type": "tool_call"}]
            message = AIMessage(decision.text, tool_calls=calls, additional_kwargs=extra)
        else:
            if decision.replies:
                extra[REPLIES] = list(decision.replies)
            if decision.handoff:
                extra[HANDOFF] = decision.handoff
            message = AIMessage(decision.text, additional_kwargs=extra)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _fold(self, messages: list[BaseMessage]) -> Plan:
        """The state after the newest messages, from the state the last message of ours carries."""
        plan, begin = Plan(), 0
        for i in range(len(messages) - 1, -1, -1):
            message = messages[i]
            if isinstance(message, AIMessage) and PLAN in message.additional_kwargs:
                plan, begin = Plan.model_validate(message.additional_kwargs[PLAN]), i + 1
                break
        for message in messages[begin:]:
            if isinstance(message, HumanMessage) and NOTICE in message.additional_kwargs:
                plan = noticed(plan, message.additional_kwargs[NOTICE])
            elif isinstance(message, HumanMessage):
                plan = hear(plan, str(message.text), self.planner.understanding)
            elif isinstance(message, ToolMessage):
                plan = answered(plan, str(message.text))
        return plan
