"""Building a specialist's agent."""

import sqlite3
from typing import Any, cast

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ToolRetryMiddleware
from langchain_core.language_models import BaseChatModel
from langgraph.graph.state import CompiledStateGraph
from sqlalchemy.exc import OperationalError

from agents.middleware import MODEL_CALLS_A_TURN, Brief, EndOnCard, NoRepeats
from agents.specialist import Specialist, tools_of
from knowledge.playbook import Playbook
from language.understand import Understanding
from tools.context import TurnContext
from tools.registry import TOOLS

Agent = CompiledStateGraph[Any, TurnContext, Any, Any]


def build_agent(
    specialist: Specialist,
    model: BaseChatModel,
    playbook: Playbook,
    understanding: Understanding,
    shop_name: str,
) -> Agent:
    """The specialist as a graph: model, tools, limits. It keeps no memory of its own."""
    names = tools_of(specialist, playbook)
    reads = [name for name in names if not name.startswith("propose_") and name not in ("verify_customer",)]
    limit = ModelCallLimitMiddleware(run_limit=MODEL_CALLS_A_TURN, exit_behavior="error")
    return create_agent(
        model,
        [TOOLS[name] for name in names],
        middleware=[
            Brief(specialist, playbook, understanding, shop_name),
            EndOnCard(),
            NoRepeats(),
            cast(AgentMiddleware[Any, TurnContext, Any], limit),
            ToolRetryMiddleware(
                tools=list(reads),
                max_retries=1,
                initial_delay=0.05,
                retry_on=(OperationalError, sqlite3.OperationalError, TimeoutError),
            ),
        ],
        context_schema=TurnContext,
        checkpointer=False,
        name=specialist.name,
    )
