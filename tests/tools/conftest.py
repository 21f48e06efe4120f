"""Tools called as a graph calls them, over an SQLite shop."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from langchain.tools import ToolRuntime
from langchain_core.messages import HumanMessage
from sqlmodel import SQLModel, select

from commerce.actions.base import Receipt
from commerce.actions.models import Proposal
from commerce.actions.service import Actions
from commerce.identity.service import Identities
from commerce.people.models import Customer
from commerce.policies.service import PolicyBook
from core.clock import FixedClock
from core.database import Database
from desk.conversations.service import Conversations
from knowledge.embedder import Embedder
from knowledge.retrieval import Retrieval
from tests.factories import NOW
from tools.context import TurnContext, Workbench
from tools.registry import TOOLS
from tools.results import Artifact

UNWRITTEN = {"proposal", "proposal_target", "audit_entry"}
"""Tables that a proposal may write to."""


@dataclass
class Caller:
    """Calls tools in a turn of one session."""

    bench: Workbench

    context: TurnContext | None = None
    calls: int = 0
    said: list[str] = field(default_factory=list)
    """What the customer has written."""

    async def session_of(self, customer: Customer | None) -> None:
        """Go on in a new session: a customer's, or nobody's."""
        async with self.bench.changing() as shop:
            session, _ = await Identities(shop).open_session(
                customer.id if customer else None, "sign_in" if customer else "", hours=2
            )
            principal = await Identities(shop).principal(session.id)
            conversation = await Conversations(shop.session, shop.clock).open(principal)
        self.context = TurnContext(self.bench, session.id, conversation.id, "run_1")

    async def call(self, name: str, **args: Any) -> tuple[dict[str, Any], Artifact]:
        """Call a tool; its result for the model, and its artifact."""
        self.calls += 1
        call_id = f"call_{self.calls}"
        runtime: ToolRuntime[Any, Any] = ToolRuntime(
            state={"messages": [HumanMessage(each) for each in self.said]},
            context=self.context,
            config={},
            stream_writer=print,
            tool_call_id=call_id,
            store=None,
        )
        message = await TOOLS[name].ainvoke(
            {"name": name, "args": {**args, "runtime": runtime}, "id": call_id, "type": "tool_call"}
        )
        return json.loads(message.content), message.artifact

    async def confirm(self, result: dict[str, Any]) -> Receipt:
        """The customer says yes to what a tool proposed."""
        assert self.context
        async with self.bench.changing() as shop:
            by = await self.context.principal(shop)
            receipt = (await Actions(shop).commit(result["proposal_id"], by)).receipt
        assert receipt is not None
        return receipt

    async def shop_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the shop but those that a proposal may write."""
        async with self.bench.database.read() as session:
            return {
                table.name: [tuple(row) for row in (await session.exec(table.select())).all()]  # type: ignore[call-overload]
                for table in SQLModel.metadata.sorted_tables
                if table.name not in UNWRITTEN
            }

    async def refused(self, name: str, **args: Any) -> dict[str, Any]:
        """Call a tool that proposes nothing and writes nothing; what it answers."""
        before = await self.shop_rows()
        result, artifact = await self.call(name, **args)
        assert result["error"]
        assert (artifact.cards, artifact.proposal) == ((), None)
        assert await self.shop_rows() == before
        async with self.bench.database.read() as session:
            assert (await session.exec(select(Proposal))).all() == []
        return result

    async def claim(self, **claims: str) -> tuple[dict[str, Any], Artifact]:
        """The customer says who they are, and the model passes it on."""
        self.said.append(", ".join(claims.values()))
        return await self.call("verify_customer", **claims)


@pytest.fixture
async def caller(sqlite_database: Database, policies: PolicyBook) -> AsyncIterator[Caller]:
    """Nobody yet; no search, which has tests of its own."""
    nothing: Any = None
    bench = Workbench(
        sqlite_database,
        policies,
        FixedClock(NOW),
        retrieval=cast(Retrieval, nothing),
        embedder=cast(Embedder, nothing),
        currency="USD",
    )
    made = Caller(bench)
    await made.session_of(None)
    yield made
