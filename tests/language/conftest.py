"""The shipped procedures, read with the bundled embedder; loaded once."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.runnables import Runnable

from commerce.policies.schema import CancellationRules, ReturnRules
from commerce.policies.service import PolicyBook
from knowledge.embedder import BUNDLED, Embedder
from knowledge.playbook import Playbook
from language.embedded import NOTICE, REPLIES, EmbeddedChatModel
from language.plan import Planner
from language.understand import Understanding
from tests.conftest import POLICIES
from tests.language import outfitter

TITLES = [
    "Starling 4 Tent",
    "Teasel 350 Headlamp",
    "Calder Water Bottle",
    "Rimrock Hiking Boot",
    "Wanderer Trail Tee",
    "Overlook Kettle",
    "Kestrel Kayak",
]


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    """The procedures that come with the shop."""
    book, day = PolicyBook.load(POLICIES), date(2026, 4, 15)
    return Playbook.load(POLICIES.parent / "procedures").with_reasons(
        {"cancellation": book.rules(CancellationRules, day).reasons, "returns": book.rules(ReturnRules, day).reasons},
        {"returns"},
    )


@pytest.fixture(scope="session")
def own_learnt(learnt: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every shop learns, in a copy that may be added to."""
    return shutil.copytree(learnt, tmp_path_factory.mktemp("learnt") / "data")


@pytest.fixture(scope="session")
def heads(own_learnt: Path) -> Path:
    """Where what was trained once is kept for whoever reads with the same procedures."""
    return own_learnt / "cache"


@pytest.fixture(scope="session")
def understanding(playbook: Playbook, own_learnt: Path, heads: Path) -> Understanding:
    """What reads messages, with a small catalogue learnt."""
    made = Understanding(playbook, Embedder(BUNDLED, cache=own_learnt / "vectors.db"), heads)
    made.learn_products(TITLES)
    return made


def line(line_id: str, title: str, category: str, quantity: int = 1, **values: Any) -> dict[str, Any]:
    """An order line as `list_orders` gives it."""
    return {"id": line_id, "title": title, "category": category, "quantity": quantity, "unit_price": 5000, **values}


PENDING = {
    "number": "SW-104841",
    "status": "pending",
    "may": ["cancel_order", "change_address", "change_payment", "change_items"],
    "placed_at": "2026-04-14",
    "lines": [
        line("lin_tent", "Starling 4 Tent", "Tents", options={"Color": "Blue"}),
        line("lin_lamp", "Teasel 350 Headlamp", "Lighting", options={"Color": "Black"}),
        line("lin_bottle", "Calder Water Bottle", "Drinkware", 2, options={"Color": "White"}),
    ],
}
DELIVERED = {
    "number": "SW-104657",
    "status": "delivered",
    "may": ["return_items", "exchange_items"],
    "placed_at": "2026-04-01",
    "lines": [
        line("lin_boots", "Rimrock Hiking Boot", "Footwear", shipped=1, options={"Size": "9"}),
        line("lin_red", "Wanderer Trail Tee", "Shirts", shipped=1, options={"Color": "Red"}),
        line("lin_green", "Wanderer Trail Tee", "Shirts", shipped=1, options={"Color": "Green"}),
    ],
}
ANSWERS: dict[str, dict[str, Any]] = {
    "list_orders": {"today": "2026-04-15", "orders": [PENDING, DELIVERED]},
    "track_order": {
        "number": "SW-104841",
        "state": "preparing",
        "placed_at": "2026-04-14",
        "promised_on": "2026-04-20",
    },
    "find_policy": {
        "found": True,
        "passages": [{"clause": "refunds.when", "title": "When", "text": "Refunds take 5 to 7 business days."}],
    },
    "my_details": {
        "email": "maya@shop.example",
        "address": {
            "address1": "12 Pine Street",
            "address2": "",
            "city": "Denver",
            "state": "CO",
            "zip": "80203",
            "country": "US",
        },
        "payment_methods": [
            {"id": "pay_visa", "label": "Visa ending 4242", "kind": "card", "brand": "Visa", "last4": "4242"},
            {"id": "pay_pal", "label": "PayPal", "kind": "wallet", "brand": "PayPal"},
            {"id": "pay_gift", "label": "gift card ending 0931", "kind": "gift_card", "last4": "0931", "balance": 5000},
        ],
        "must_choose": {"item_changes": False, "exchanges": False, "returns": False},
    },
    "talk_to_person": {"handed_over": True},
}
"""What each tool answers here. Proposals get a number of their own."""
ALL_TOOLS = [
    "find_policy",
    "find_products",
    "get_order",
    "item_options",
    "list_orders",
    "my_details",
    "product_details",
    "propose_address_change",
    "propose_cancellation",
    "propose_default_address",
    "propose_payment_change",
    "propose_return",
    "propose_send_from",
    "propose_swap",
    "propose_wait",
    "short_line_options",
    "talk_to_person",
    "track_order",
    "verify_customer",
]


class Talk:
    """A conversation with the model, its tools answered by hand."""

    def __init__(self, understanding: Understanding, tools: list[str] | None = None, **answers: Any) -> None:
        model = EmbeddedChatModel(planner=Planner(understanding))
        self.model: Runnable[Any, AIMessage] = model.bind_tools([{"name": name} for name in tools or ALL_TOOLS])
        self.messages: list[BaseMessage] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, Any] = {**ANSWERS, **answers}

    def say(self, text: str) -> AIMessage:
        """Type a message; the answer is the last message of the turn."""
        return self._run(HumanMessage(text, id=f"m{len(self.messages)}"))

    def notice(self, sentence: str, **values: Any) -> AIMessage:
        """The card was answered."""
        return self._run(HumanMessage(sentence, additional_kwargs={NOTICE: {"sentence": sentence, **values}}))

    def _run(self, message: HumanMessage) -> AIMessage:
        self.messages.append(message)
        for _ in range(10):
            reply = self.model.invoke(self.messages)
            self.messages.append(reply)
            if not reply.tool_calls:
                return reply
            call = reply.tool_calls[0]
            self.calls.append((call["name"], call["args"]))
            proposing = call["name"].startswith("propose_")
            result = self._answers.get(call["name"], {})
            if proposing and not result:
                result = {"proposal_id": f"pro_{len(self.calls)}", "sentence": "Shall I?", "refused": []}
            self.messages.append(ToolMessage(json.dumps(result), tool_call_id=str(call["id"])))
            if proposing or call["name"] == "talk_to_person":
                return reply
        raise AssertionError("the model never ends its turn")

    @property
    def proposed(self) -> tuple[str, dict[str, Any]]:
        """The newest proposal."""
        proposals = [call for call in self.calls if call[0].startswith("propose_")]
        return proposals[-1]

    @property
    def swapped(self) -> dict[str, str]:
        """Line to variant of every swap that was proposed last; empty where none was."""
        proposals = [args for name, args in self.calls if name == "propose_swap"]
        parts = proposals[-1]["orders"] if proposals else []
        return {item["line_id"]: item["variant_id"] for part in parts for item in part["items"]}

    @property
    def proposed_lines(self) -> set[str]:
        """The lines of the newest proposal; empty stands for whole orders."""
        return {item["line_id"] for part in self.proposed[1]["orders"] for item in part.get("items") or []}


def replies_of(message: AIMessage) -> list[str]:
    """The quick replies offered with a message."""
    offered: list[str] = message.additional_kwargs.get(REPLIES, [])
    return offered


Shopper = Callable[..., Talk]
"""Begins a conversation with somebody who placed these orders: `shopper(CAMP, RAIN)`."""


@pytest.fixture(scope="session")
def shopper(playbook: Playbook, understanding: Understanding, heads: Path) -> Shopper:
    """Conversations with customers of the outfitter, who needs no reason for an exchange."""
    made = Understanding(playbook, understanding.embedder, heads)
    made.learn_products(list(outfitter.CATALOGUE))

    def begin(*orders: dict[str, Any], **answers: Any) -> Talk:
        return Talk(made, **{**outfitter.answers(*orders), **answers})

    return begin
