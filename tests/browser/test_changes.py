"""Changes of an account and of an order: the card shows before and after, the page follows."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from commerce.orders.models import Order
from commerce.people.models import Customer
from tests.browser.conftest import Arrive
from tests.e2e import rows
from tests.e2e.customer import sign_in_as, sign_in_by_email
from tests.e2e.process import ShopProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_account_page_shows_a_new_default_address(shop: ShopProcess, arrive: Arrive) -> None:
    nora = await arrive(shop, sign_in_as(shop, "has not ordered yet"))
    await nora.page.goto("/account")
    await nora.see("change-address").click()
    await nora.connected()
    await expect(nora.see("composer")).to_have_value("Please change my default address to ")
    await nora.say("Please change my default address to 400 Pine Ave, Apt 5, Denver, CO 80203")
    await nora.card()
    await expect(nora.see("proposal-card").locator(".before")).not_to_have_text("")
    await expect(nora.see("proposal-card").locator(".after")).to_contain_text("400 Pine Ave, Apt 5, Denver")

    await nora.see("confirm").click()
    await nora.card("committed")
    await expect(nora.see("address")).to_contain_text("400 Pine Ave")
    (kept,) = rows.every(shop.data, Customer, Customer.first_name == "Nora", Customer.last_name == "Hughes")
    assert kept.address["address1"] == "400 Pine Ave"


async def test_a_change_of_payment_says_from_where_to_where(shop: ShopProcess, arrive: Arrive) -> None:
    daniel = await arrive(shop, sign_in_as(shop, "gift card with a balance"))
    await daniel.page.goto("/account")
    await daniel.open_chat()
    await daniel.say("pay my pending order with my gift card instead")
    await daniel.card()
    card = daniel.see("proposal-card")
    await expect(card.locator(".before s")).to_have_text("Mastercard ending 8210")
    await expect(card.locator(".after")).to_contain_text("Gift card ending")
    await expect(card.locator(".money .charge")).to_contain_text("charged to gift card")
    await expect(card.locator(".money .refund")).to_contain_text("back to Mastercard ending 8210")


async def test_an_exchange_shows_what_comes_for_what(shop: ShopProcess, arrive: Arrive) -> None:
    james = await arrive(shop, sign_in_as(shop, "return window: a jacket"))
    await james.page.goto("/account")
    await james.see("order").first.click()
    await james.see("wishes").get_by_text("Exchange items").click()
    await james.connected()
    await james.say("I'd like to exchange the down jacket for a size L")
    await james.card()
    card = james.see("proposal-card")
    await expect(card.locator(".before")).to_contain_text("/ M")
    await expect(card.locator(".after")).to_contain_text("/ L")
    await expect(card.locator(".lines")).to_have_count(0)

    await james.see("confirm").click()
    await james.card("committed")
    await expect(james.page.locator("[data-testid=return][data-kind=exchange]")).to_contain_text("/ L)")
    await expect(james.see("line", "Down Jacket")).to_contain_text("Being exchanged")


async def test_the_button_that_confirms_stays_readable_under_the_pointer(
    shop: ShopProcess, orders: Iterator[Order], arrive: Arrive
) -> None:
    order = next(orders)
    customer = await arrive(shop, sign_in_by_email(shop, order.email))
    await customer.page.goto("/account")
    await customer.open_chat()
    await customer.say(f"cancel order {order.number}, I don't need it any more")
    await customer.card()
    background = "button => getComputedStyle(button).backgroundColor"
    before = await customer.see("confirm").evaluate(background)
    await customer.see("confirm").hover()
    assert await customer.see("confirm").evaluate(background) == before
