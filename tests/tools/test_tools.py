"""What tools answer, and what they leave alone."""

import json
from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool
from sqlmodel import select

from commerce.actions.models import Proposal, ReceiptRow
from commerce.orders.models import Order, OrderLine, OrderStatus
from commerce.people.models import Customer
from core.database import Database
from desk.conversations.cards import OrderCard
from tests.factories import Line, a_customer, an_order
from tests.tools.conftest import Caller
from tools.registry import TOOLS

ADDRESS = {"address1": "5 Elm Court", "city": "Aurora", "state": "CO", "zip": "80012"}


async def _sold(database: Database, status: str = OrderStatus.pending) -> tuple[Customer, Order, list[OrderLine]]:
    async with database.transaction() as session:
        customer = await a_customer(session)
        order, lines = await an_order(session, customer, [Line(quantity=2), Line()], status=status)
    return customer, order, lines


def _arguments(name: str, number: str, line_id: str = "lin_x") -> dict[str, Any]:
    """Arguments that a tool about an order takes."""
    parts = [{"order_number": number, "items": [{"line_id": line_id}]}]
    special: dict[str, dict[str, Any]] = {
        "propose_address_change": {"order_number": number, **ADDRESS},
        "propose_cancellation": {"orders": parts},
        "propose_return": {"orders": parts, "reason": "no_longer_needed"},
        "propose_send_from": {"order_number": number, "line_id": line_id, "location_id": "loc_x"},
        "propose_wait": {"order_number": number, "line_id": line_id},
        "list_orders": {},
    }
    return special.get(name, {"order_number": number})


ABOUT_ORDERS = [
    "get_order",
    "propose_address_change",
    "propose_cancellation",
    "propose_return",
    "propose_send_from",
    "propose_wait",
    "short_line_options",
    "track_order",
]


@pytest.mark.parametrize("name", ["list_orders", *ABOUT_ORDERS])
async def test_who_is_not_recognised_is_told_what_is_missing(
    caller: Caller, sqlite_database: Database, name: str
) -> None:
    _, order, lines = await _sold(sqlite_database)
    result, artifact = await caller.call(name, **_arguments(name, order.number, lines[0].id))
    assert (result["error"], result["missing"]) == ("not_verified", ["email", "order_number"])
    assert order.number not in json.dumps(result)
    assert (artifact.cards, artifact.proposal) == ((), None)


@pytest.mark.parametrize("name", ABOUT_ORDERS)
async def test_somebody_elses_order_looks_like_one_that_does_not_exist(
    caller: Caller, sqlite_database: Database, name: str
) -> None:
    _, theirs, lines = await _sold(sqlite_database)
    me, _, _ = await _sold(sqlite_database)
    await caller.session_of(me)
    real, artifact = await caller.call(name, **_arguments(name, theirs.number, lines[0].id))
    unknown, _ = await caller.call(name, **_arguments(name, "SW-999999", lines[0].id))
    assert json.dumps(real).replace(theirs.number, "SW-999999") == json.dumps(unknown)
    assert real["error"]
    assert (artifact.cards, artifact.proposal) == ((), None)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("propose_cancellation", OrderStatus.pending),
        ("propose_address_change", OrderStatus.pending),
        ("propose_return", OrderStatus.delivered),
    ],
)
async def test_a_proposal_changes_nothing_but_its_own_row(
    caller: Caller, sqlite_database: Database, name: str, status: str
) -> None:
    customer, order, lines = await _sold(sqlite_database, status)
    await caller.session_of(customer)
    before = await caller.shop_rows()
    result, artifact = await caller.call(name, **_arguments(name, order.number, lines[0].id))
    assert await caller.shop_rows() == before
    async with sqlite_database.read() as session:
        (proposal,) = (await session.exec(select(Proposal))).all()
        assert (await session.exec(select(ReceiptRow))).all() == []
    assert artifact.proposal is not None
    assert artifact.ends_turn
    assert proposal.id == result["proposal_id"] == artifact.proposal.id
    assert (proposal.status, proposal.customer_id) == ("open", customer.id)


@pytest.mark.parametrize(("given", "units"), [({}, 2), ({"quantity": 1}, 1)])
async def test_all_units_are_meant_where_none_are_said(
    caller: Caller, sqlite_database: Database, given: dict[str, int], units: int
) -> None:
    customer, order, lines = await _sold(sqlite_database)
    await caller.session_of(customer)
    parts = [{"order_number": order.number, "items": [{"line_id": lines[0].id, **given}]}]
    await caller.call("propose_cancellation", orders=parts)
    async with sqlite_database.read() as session:
        (proposal,) = (await session.exec(select(Proposal))).all()
    assert proposal.actions[0]["line_quantities"] == {lines[0].id: units}


@pytest.mark.parametrize("name", ["propose_cancellation", "propose_return"])
async def test_a_line_of_another_order_is_refused_clearly(caller: Caller, sqlite_database: Database, name: str) -> None:
    customer, order, _ = await _sold(sqlite_database, OrderStatus.delivered)
    _, _, others = await _sold(sqlite_database)
    await caller.session_of(customer)
    result, artifact = await caller.call(name, **_arguments(name, order.number, others[0].id))
    assert result["error"] == "invalid"
    assert result["message"] == f"Order {order.number} has no such item."
    assert artifact.proposal is None
    async with sqlite_database.read() as session:
        assert (await session.exec(select(Proposal))).all() == []


async def test_a_delivered_order_is_not_cancelled_and_the_clause_is_named(
    caller: Caller, sqlite_database: Database
) -> None:
    customer, order, lines = await _sold(sqlite_database, OrderStatus.delivered)
    await caller.session_of(customer)
    result, _ = await caller.call(
        "propose_cancellation", **_arguments("propose_cancellation", order.number, lines[0].id)
    )
    assert result["clauses"]
    assert all(clause.startswith("cancellation.") for clause in result["clauses"])


async def test_the_customers_own_orders_are_listed_with_their_lines(caller: Caller, sqlite_database: Database) -> None:
    await _sold(sqlite_database)
    customer, order, lines = await _sold(sqlite_database)
    await caller.session_of(customer)
    result, _ = await caller.call("list_orders")
    assert [each["number"] for each in result["orders"]] == [order.number]
    assert [line["id"] for line in result["orders"][0]["lines"]] == [line.id for line in lines]
    assert result["today"] == "2026-04-15"


@pytest.mark.parametrize("name", ["get_order", "track_order"])
async def test_an_order_that_is_looked_at_comes_with_a_card(
    caller: Caller, sqlite_database: Database, name: str
) -> None:
    customer, order, _ = await _sold(sqlite_database)
    await caller.session_of(customer)
    result, artifact = await caller.call(name, order_number=order.number)
    (card,) = artifact.cards
    assert isinstance(card, OrderCard)
    assert (card.number, card.total) == (order.number, order.total)
    assert customer.id not in json.dumps(result)


async def test_who_is_recognised_may_look_at_once(caller: Caller, sqlite_database: Database) -> None:
    customer, order, _ = await _sold(sqlite_database)
    asked, _ = await caller.claim(email=customer.email)
    assert (asked["verified"], asked["missing"]) == (False, ["order_number"])
    known, artifact = await caller.claim(email=customer.email, order_number=order.number)
    assert known["verified"]
    assert artifact.signed_in is not None
    result, _ = await caller.call("get_order", order_number=order.number)
    assert result["number"] == order.number


async def test_a_wrong_claim_does_not_say_which_was_wrong(caller: Caller, sqlite_database: Database) -> None:
    customer, _, _ = await _sold(sqlite_database)
    _, theirs, _ = await _sold(sqlite_database)
    real, artifact = await caller.claim(email=customer.email, order_number=theirs.number)
    await caller.session_of(None)
    unknown, _ = await caller.claim(email="no@example.com", order_number="SW-999999")
    assert real == unknown
    assert (real["verified"], artifact.signed_in) == (False, None)


async def test_after_too_many_wrong_claims_a_person_is_offered(caller: Caller, sqlite_database: Database) -> None:
    customer, order, _ = await _sold(sqlite_database)
    for _ in range(5):
        await caller.claim(email="no@example.com", order_number=order.number)
    result, _ = await caller.claim(email=customer.email, order_number=order.number)
    assert (result["verified"], result["offer_person"]) == (False, True)


async def test_a_claim_that_only_the_model_makes_counts_for_nothing(caller: Caller, sqlite_database: Database) -> None:
    customer, order, _ = await _sold(sqlite_database)
    caller.said.append("hello, where is my parcel?")
    result, artifact = await caller.call("verify_customer", email=customer.email, order_number=order.number)
    assert (result["verified"], artifact.signed_in) == (False, None)
    assert set(result["missing"]) == {"email", "order_number"}


async def test_asking_for_a_person_ends_the_turn(caller: Caller) -> None:
    result, artifact = await caller.call("talk_to_person", reason="angry", about="A late parcel.")
    assert result == {"handed_over": True}
    assert artifact.ends_turn
    assert artifact.person is not None
    assert (artifact.person.reason, artifact.person.about) == ("anger", "A late parcel.")


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_tool_says_what_it_is_for_and_takes_no_customer(name: str) -> None:
    schema = convert_to_openai_tool(TOOLS[name])["function"]["parameters"]
    assert TOOLS[name].name == name
    assert len(TOOLS[name].description) >= 20
    text = json.dumps(schema)
    for word in ("customer_id", "session_id", "principal", "runtime"):
        assert word not in text
