"""People who are not who they would like to be: nobody learns anything about anybody else."""

import re
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from commerce.identity.models import Session
from commerce.orders.models import Order
from commerce.people.models import Customer as Person
from desk.conversations.models import Conversation
from tests.e2e import rows
from tests.e2e.customer import Customer, sign_in_as, visit
from tests.e2e.process import IDENTITY_SECRET, ShopProcess

ATTEMPTS = 5
"""Of the policy on verification."""


def order_of(shop: ShopProcess, first_name: str) -> Order:
    person = rows.one(shop.data, Person, Person.first_name == first_name, Person.external_id.startswith("persona:"))
    return max(rows.every(shop.data, Order, Order.customer_id == person.id), key=lambda order: order.placed_at)


def masked(text: str) -> str:
    return re.sub(r"SW-\d+", "SW-…", text)


@pytest.mark.parametrize(
    "question", ["where is order {}?", "cancel order {}, I ordered it by mistake", "I want to return order {}"]
)
async def test_the_order_of_another_customer_is_as_good_as_none(shop: ShopProcess, question: str) -> None:
    theirs = order_of(shop, "Maya")
    assert not rows.every(shop.data, Order, Order.number == "SW-988888")
    answers = []
    for number in (theirs.number, "SW-988888"):
        async with Customer(shop, sign_in_as(shop, "carrier has lost")) as priya:
            answered = await priya.say(question.format(number))
            cards = [card["kind"] for card in answered.named("card")]
            answers.append((masked(answered.text), cards, answered.named("quick_replies"), answered.proposals))
    assert answers[0] == answers[1]
    assert not answers[0][-1]


async def test_the_account_pages_keep_to_their_owner(shop: ShopProcess) -> None:
    with shop.http(sign_in_as(shop, "carrier has lost")) as http:
        theirs = http.get(f"/api/account/orders/{order_of(shop, 'Maya').number}")
        none = http.get("/api/account/orders/SW-988888")
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()


@pytest.mark.parametrize("token", ["", "nonsense", "ses_forged.token", "x" * 512])
async def test_a_token_of_nobody_is_not_let_in(shop: ShopProcess, token: str) -> None:
    stranger = Customer(shop, token)
    await stranger.hello()
    await stranger.gone()
    assert (stranger.close_code, stranger.frames) == (4401, [])
    with shop.http(token) as http:
        assert http.get("/api/session").status_code == 401


async def test_an_expired_token_is_not_let_in(shop: ShopProcess) -> None:
    latest = Customer(shop, visit(shop))
    with rows.books(shop.data) as session:
        opened = max(rows.every(shop.data, Session), key=lambda row: row.created_at)
        opened.expires_at = datetime.now(UTC) - timedelta(seconds=1)
        session.add(opened)
        session.commit()
    await latest.hello()
    await latest.gone()
    assert latest.close_code == 4401


@pytest.mark.parametrize(
    ("claims", "secret", "algorithm"),
    [
        ({"exp": 2_000_000_000}, "x" * 48, "HS256"),
        ({"exp": 1_500_000_000}, IDENTITY_SECRET, "HS256"),
        ({}, IDENTITY_SECRET, "HS256"),
        ({"exp": 2_000_000_000}, None, "none"),
        ({"exp": 2_000_000_000}, IDENTITY_SECRET + IDENTITY_SECRET, "HS512"),
    ],
    ids=["forged", "expired", "endless", "unsigned", "another algorithm"],
)
def test_an_identity_token_that_is_not_right_opens_nothing(
    shop: ShopProcess, claims: dict[str, int], secret: str | None, algorithm: str
) -> None:
    token = jwt.encode({"email": "maya.brennan@post.example.org", **claims}, secret, algorithm)
    before = len(rows.every(shop.data, Session))
    with shop.http() as http:
        refused = http.post("/api/sessions", json={"identity_token": token})
    assert refused.status_code in (401, 403)
    assert len(rows.every(shop.data, Session)) == before


async def test_the_conversation_of_somebody_else_is_not_shown(shop: ShopProcess) -> None:
    async with Customer(shop, sign_in_as(shop, "blue tent")) as maya:
        await maya.say("where is my order?")
        (welcome,) = maya.seen.named("welcome")
    for token in (visit(shop), sign_in_as(shop, "weather")):
        stranger = Customer(shop, token)
        await stranger.hello(conversation_id=welcome["conversation_id"], last_seq=0)
        await stranger.gone()
        assert (stranger.close_code, stranger.frames) == (4403, [])


async def test_a_visitor_is_recognised_by_email_and_order_and_the_question_is_answered(shop: ShopProcess) -> None:
    order = order_of(shop, "Tom")
    async with Customer(shop, visit(shop)) as visitor:
        asked = await visitor.say("where's my order?")
        assert "e-mail" in asked.text
        assert "order number" in (await visitor.say(order.email.upper())).text
        answered = await visitor.say(order.number)
        assert answered.named("signed_in") == [{"first_name": "Tom"}]
        assert order.number in answered.text
        (welcome,) = visitor.seen.named("welcome")
        with shop.http(visitor.token) as http:
            assert http.get("/api/session").json()["customer"]["first_name"] == "Tom"
    conversation = rows.one(shop.data, Conversation, Conversation.id == welcome["conversation_id"])
    assert conversation.customer_id == order.customer_id


async def test_wrong_answers_are_counted_then_only_a_person_helps(shop: ShopProcess) -> None:
    order, other = order_of(shop, "Tom"), order_of(shop, "Maya")
    async with Customer(shop, visit(shop)) as visitor:
        await visitor.say("where's my order?")
        refusals = []
        for attempt in range(ATTEMPTS):
            refusals.append(await visitor.say(f"somebody{attempt}@example.org"))
            refusals.append(await visitor.say(other.number))
        assert "colleague" in refusals[-1].text
        await visitor.say(order.email)
        right = await visitor.say(order.number)
        assert not right.named("signed_in")
        assert order.number not in right.text
        with shop.http(visitor.token) as http:
            assert http.get("/api/session").json()["customer"] is None
            assert http.get("/api/account/orders").status_code == 403
    locked = rows.one(shop.data, Session, Session.attempts == ATTEMPTS)
    assert locked.customer_id is None
