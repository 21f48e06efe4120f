"""A customer changes an order in the chat, by mouse and by keyboard, or thinks better of it."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from commerce.actions.models import Proposal, ReceiptRow
from commerce.orders.models import Order, OrderLine
from tests.browser.conftest import Arrive
from tests.e2e import rows
from tests.e2e.customer import sign_in_as, sign_in_by_email
from tests.e2e.process import ShopProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_person_cancels_one_item_and_sees_it_everywhere(shop: ShopProcess, arrive: Arrive) -> None:
    maya = await arrive(shop)
    await maya.sign_in("blue tent")
    tent = maya.see("order").locator("span", has_text=re.compile("Tent")).last
    await expect(tent).to_be_visible()
    await expect(maya.page.locator("s", has_text="Tent")).to_have_count(0)

    await maya.open_chat()
    answer = await maya.say("hi, where's my order?")
    await expect(answer).to_contain_text("SW-")
    await maya.say("cancel the blue tent, I ordered it by mistake")
    card_id = await maya.card()
    card = maya.see("proposal-card")
    await expect(card).to_contain_text("Tent")
    await expect(card).to_contain_text("Visa ending 4242")
    await expect(card.locator(".keeps")).to_contain_text("Headlamp")
    assert rows.proposal(shop.data, card_id).status == "open"
    assert not rows.receipts(shop.data, card_id)
    amount = rows.proposal(shop.data, card_id).effects[0]["money"][0]["amount"]
    await expect(card.locator(".money")).to_contain_text(f"${amount / 100:,.2f}")

    await maya.see("confirm").click()
    assert await maya.card("committed") == card_id
    await expect(maya.see("proposal-outcome")).to_have_text("Done")
    await expect(maya.see("receipt")).to_have_count(1)
    await maya.answered()
    await expect(maya.page.locator("[data-testid=order] s", has_text="Tent")).to_be_visible()

    (receipt,) = rows.receipts(shop.data, card_id)
    (part,) = receipt.body["parts"]
    order = rows.one(shop.data, Order, Order.number == part["order_number"])
    cancelled = {
        line.title: line.cancelled for line in rows.every(shop.data, OrderLine, OrderLine.order_id == order.id)
    }
    assert [title for title, count in cancelled.items() if count] == [title for title in cancelled if "Tent" in title]
    assert rows.money_back(shop.data, order.id) == (amount, amount)
    assert rows.unbalanced(shop.data) == []

    await maya.page.goto(f"/account/orders/{order.number}")
    await expect(maya.see("line", "Tent")).to_have_attribute("data-cancelled", "1")
    await expect(maya.see("line", "Headlamp")).to_have_attribute("data-cancelled", "0")
    await maya.connected()
    assert await maya.card("committed") == card_id
    await expect(maya.see("receipt")).to_have_count(1)


async def test_an_open_order_page_shows_the_cancellation_without_reloading(
    shop: ShopProcess, orders: Iterator[Order], arrive: Arrive
) -> None:
    order = next(orders)
    customer = await arrive(shop, sign_in_by_email(shop, order.email))
    await customer.page.goto(f"/account/orders/{order.number}")
    await expect(customer.see("order-status")).to_have_attribute("data-status", "pending")
    await customer.open_chat()
    await customer.say(f"cancel order {order.number}, I don't need it any more")
    card = await customer.card()
    await customer.see("confirm").click()
    await customer.card("committed")
    await expect(customer.see("order-status")).to_have_attribute("data-status", "cancelled")
    assert rows.one(shop.data, Order, Order.id == order.id).status == "cancelled"
    assert len(rows.receipts(shop.data, card)) == 1


async def test_declining_keeps_the_order_and_the_card_says_so(
    shop: ShopProcess, orders: Iterator[Order], arrive: Arrive
) -> None:
    order = next(orders)
    customer = await arrive(shop, sign_in_by_email(shop, order.email))
    await customer.page.goto("/account")
    await customer.open_chat()
    await customer.say(f"cancel order {order.number}, I don't need it any more")
    card = await customer.card()
    await customer.see("decline").click()
    await customer.card("withdrawn")
    await expect(customer.see("proposal-outcome")).to_contain_text("everything stays as it was")
    await expect(customer.see("confirm")).to_have_count(0)
    await expect(customer.see("receipt")).to_have_count(0)
    await customer.answered()
    assert rows.proposal(shop.data, card).status == "withdrawn"
    assert rows.one(shop.data, Order, Order.id == order.id).status == "pending"
    lines = rows.every(shop.data, OrderLine, OrderLine.order_id == order.id)
    assert all(line.cancelled == 0 for line in lines)
    assert not rows.receipts(shop.data, card)


async def test_everything_can_be_done_with_the_keyboard_alone(shop: ShopProcess, arrive: Arrive) -> None:
    daniel = await arrive(shop, sign_in_as(shop, "gift card with a balance"))
    await daniel.page.goto("/account")
    await expect(daniel.see("order").first).to_be_visible()
    keyboard = daniel.page.keyboard
    for _ in range(60):
        await keyboard.press("Tab")
        if await daniel.see("launcher").evaluate("button => button.matches(':focus')"):
            break
    await expect(daniel.see("launcher")).to_be_focused()
    await keyboard.press("Enter")
    await daniel.connected()
    await expect(daniel.see("composer")).to_be_focused()
    await keyboard.type("cancel the picnic blanket, I ordered it by mistake")
    await keyboard.press("Enter")
    card = await daniel.card()
    await daniel.answered()
    await expect(daniel.see("composer")).to_be_focused()
    for _ in range(10):
        await keyboard.press("Shift+Tab")
        if await daniel.see("confirm").evaluate("button => button.matches(':focus')"):
            break
    await expect(daniel.see("confirm")).to_be_focused()
    await keyboard.press("Enter")
    await daniel.card("committed")
    await daniel.answered()
    focused = "element => element.shadowRoot.activeElement !== null"
    assert await daniel.page.locator("storewright-chat").evaluate(focused), "focus was lost with the button"
    await keyboard.press("Escape")
    await expect(daniel.see("panel")).to_have_count(0)
    await expect(daniel.see("launcher")).to_be_focused()
    assert len(rows.receipts(shop.data, card)) == 1
    committed = rows.every(shop.data, Proposal, Proposal.id == card, Proposal.status == "committed")
    assert len(rows.every(shop.data, ReceiptRow, ReceiptRow.proposal_id == card)) == len(committed) == 1
