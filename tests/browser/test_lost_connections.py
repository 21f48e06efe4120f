"""The connection goes away at the worst moment: the chat says so, comes back, and shows everything once."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import WebSocketRoute, expect

from commerce.orders.models import Order
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.e2e import rows
from tests.e2e.customer import sign_in_as, sign_in_by_email
from tests.e2e.process import ShopProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_click_made_offline_counts_once_when_the_network_is_back(
    shop: ShopProcess, orders: Iterator[Order], arrive: Arrive
) -> None:
    order = next(orders)
    customer = await arrive(shop, sign_in_by_email(shop, order.email))
    card, before = await gets_a_card(customer, order)

    customer.may_lose_connection = True
    await customer.context.set_offline(True)
    await expect(customer.see("offline")).to_be_visible()
    await customer.see("confirm").click()
    await expect(customer.see("confirm")).to_have_attribute("aria-busy", "true")
    assert rows.proposal(shop.data, card).status == "open"

    await customer.context.set_offline(False)
    await customer.connected()
    await check_done_once(customer, order, card, before)


async def test_a_killed_server_loses_no_card_and_no_answer(
    shop: ShopProcess, orders: Iterator[Order], arrive: Arrive
) -> None:
    order = next(orders)
    decider = await arrive(shop, sign_in_by_email(shop, order.email))
    card, before = await gets_a_card(decider, order)
    listener = await arrive(shop, sign_in_as(shop, "days late"))
    killed = await kill_after_the_first_words(listener)
    await listener.page.goto("/account")
    await listener.open_chat()

    decider.may_lose_connection = listener.may_lose_connection = True
    await listener.see("composer").fill("where is my parcel?")
    await listener.see("send").click()
    await asyncio.wait_for(killed.wait(), 15)
    for person in (decider, listener):
        await expect(person.see("offline")).to_be_visible()
    await asyncio.to_thread(shop.start)
    for person in (decider, listener):
        await person.connected()
        await expect(person.see("offline")).to_have_count(0)

    assert await decider.card() == card
    assert await decider.messages() == before
    await decider.see("confirm").click()
    await check_done_once(decider, order, card, before)

    await expect(listener.see("assistant-message").last).to_contain_text("SW-")
    await listener.answered()
    await expect(listener.see("user-message")).to_have_count(1)
    live = await listener.messages()
    sentences = [line for text in live for line in text.splitlines() if line]
    assert len(sentences) == len(set(sentences)), live
    await listener.page.reload()
    await listener.connected()
    await expect(listener.see("user-message")).to_have_count(1)
    assert await listener.messages() == live


async def kill_after_the_first_words(person: Person) -> asyncio.Event:
    """Arrange for the server to die when the first words of an answer have reached the page."""
    killed = asyncio.Event()

    def relay(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        alive = True

        def passes(frame: str | bytes) -> None:
            nonlocal alive
            if not alive:
                return
            page.send(frame)
            if not killed.is_set() and "TEXT_MESSAGE_CONTENT" in str(frame):
                alive = False
                person.shop.kill()
                killed.set()

        server.on_message(passes)

    await person.page.route_web_socket("**/ws/chat", relay)
    return killed


async def gets_a_card(person: Person, order: Order) -> tuple[str, list[str]]:
    """Ask for a cancellation; returns the card's id and what was said so far."""
    await person.page.goto("/account")
    await person.open_chat()
    await person.say(f"cancel order {order.number}, I don't need it any more")
    return await person.card(), await person.messages()


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
