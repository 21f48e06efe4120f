"""The connection goes away at the worst moment: the chat says so, comes back, and shows everything once."""

import asyncio
import json

import pytest
from playwright.async_api import WebSocketRoute, expect

from commerce.orders.models import Order
from desk.conversations.models import ConversationEvent
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.e2e import rows
from tests.e2e.customer import sign_in_as, sign_in_by_email
from tests.e2e.process import ShopProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_click_made_offline_counts_once_when_the_network_is_back(shop: ShopProcess, arrive: Arrive) -> None:
    order = rows.pending_orders(shop.data)[2]
    customer = await arrive(shop, sign_in_by_email(shop, order.email))
    await customer.page.goto("/account")
    await customer.open_chat()
    await customer.say(f"cancel order {order.number}, I don't need it any more")
    card = await customer.card()
    before = await customer.messages()

    customer.may_lose_connection = True
    await customer.context.set_offline(True)
    await expect(customer.see("offline")).to_be_visible()
    await customer.see("confirm").click()
    await expect(customer.see("confirm")).to_have_attribute("aria-busy", "true")
    assert rows.proposal(shop.data, card).status == "open"

    await customer.context.set_offline(False)
    await customer.connected()
    await check_done_once(customer, order, card, before)


async def test_a_card_outlives_the_server_and_can_be_confirmed(mortal: ShopProcess, arrive: Arrive) -> None:
    maya = await arrive(mortal, sign_in_as(mortal, "blue tent"))
    await maya.page.goto("/account")
    await maya.open_chat()
    await maya.say("cancel the blue tent, I ordered it by mistake")
    card = await maya.card()
    before = await maya.messages()

    await server_dies_and_comes_back(maya)
    assert await maya.card() == card
    assert await maya.messages() == before
    await maya.see("confirm").click()
    parts = rows.proposal(mortal.data, card).actions
    order = rows.one(mortal.data, Order, Order.id == parts[0]["order_id"])
    await check_done_once(maya, order, card, before)

    await answer_is_cut_in_the_middle(maya)


async def server_dies_and_comes_back(person: Person) -> None:
    """Take the server away, see the chat notice, and bring it back; nobody touches the page."""
    person.may_lose_connection = True
    person.shop.kill()
    await expect(person.see("offline")).to_be_visible()
    await asyncio.to_thread(person.shop.start)
    await person.connected()
    await expect(person.see("offline")).to_have_count(0)


async def answer_is_cut_in_the_middle(person: Person) -> None:
    """The server dies after the first words of an answer; the person still gets one whole answer."""
    cut = asyncio.Event()

    def relay(to_page: WebSocketRoute) -> None:
        to_server = to_page.connect_to_server()

        def passes(frame: str | bytes) -> None:
            if cut.is_set() and not person.see:
                return
            to_page.send(frame)

        to_server.on_message(passes)

    await person.page.route_web_socket("**/ws/chat", relay)


async def check_done_once(person: Person, order: Order, card: str, before: list[str]) -> None:
    """The change is made and shown once."""
    data = person.shop.data
    assert await person.card("committed") == card
    await expect(person.see("proposal-outcome")).to_have_text("Done")
    await expect(person.see("receipt")).to_have_count(1)
    await expect(person.see("assistant-message").last).to_contain_text("Done")
    await person.answered()
    after = await person.messages()
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert len(rows.receipts(data, card)) == 1
    paid, refunded = rows.money_back(data, order.id)
    assert paid == refunded > 0
    assert rows.unbalanced(data) == []
