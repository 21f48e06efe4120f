"""What every page owes everybody: it is readable, fits the screen, and complains of nothing."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import expect

from commerce.orders.models import Order
from tests.browser.conftest import NARROW, WIDE, Arrive
from tests.browser.person import Person
from tests.e2e.customer import Customer, sign_in_as, sign_in_by_email
from tests.e2e.process import ShopProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
RULES = {"resultTypes": ["violations"]}


async def violations(person: Person) -> list[str]:
    """What axe finds, each with the elements it found it on."""
    found: dict[str, Any] = (await Axe().run(person.page, options=RULES)).response
    return [
        f"{person.page.url} {rule['id']}: {node['target']} {node['html'][:120]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_every_page_is_accessible_and_fits(
    shop: ShopProcess, arrive: Arrive, size: dict[str, int], scheme: str
) -> None:
    person = await arrive(shop, sign_in_as(shop, "return window: a jacket"), viewport=size, color_scheme=scheme)
    found: list[str] = []

    async def look(path: str, hook: str) -> None:
        await person.page.goto(path)
        await expect(person.see(hook).first).to_be_visible()
        found.extend(await violations(person))
        assert await person.overflow() <= 0, path

    await look("/sign-in", "demo-customer")
    await look("/", "product")
    await look(str(await person.see("product").first.get_attribute("href")), "price")
    await look("/account", "order")
    await look(str(await person.see("order").first.get_attribute("href")), "line")
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_the_chat_with_a_card_is_accessible_and_fits(
    shop: ShopProcess, orders: Iterator[Order], arrive: Arrive, size: dict[str, int], scheme: str
) -> None:
    order = next(orders)
    token = sign_in_by_email(shop, order.email)
    async with Customer(shop, token) as elsewhere:
        await elsewhere.say("where is my order?")
        await elsewhere.say(f"cancel order {order.number}, I don't need it any more")
    person = await arrive(shop, token, viewport=size, color_scheme=scheme)
    await person.page.goto("/")
    await expect(person.see("product").first).to_be_visible()
    await person.open_chat()
    await person.card()
    assert await violations(person) == []
    assert await person.overflow() <= 0
    box = await person.see("panel").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    if size is NARROW:
        assert (box["width"], box["height"]) == (size["width"], size["height"])
    assert await person.see("log").evaluate("log => log.scrollWidth - log.clientWidth") <= 0


async def test_a_page_that_does_not_exist_says_so(shop: ShopProcess, arrive: Arrive) -> None:
    visitor = await arrive(shop)
    visitor.may_lose_connection = True
    await visitor.page.goto("/products/there-is-no-such-product")
    await expect(visitor.see("page-error")).to_contain_text("Not found")
    visitor.complaints = [text for text in visitor.complaints if "404" not in text]


async def test_an_empty_shop_says_how_to_import(shop: ShopProcess, arrive: Arrive, tmp_path: Path) -> None:
    learned = tmp_path / "data"
    shutil.copytree(shop.data / "cache", learned / "cache")
    with (
        closing(sqlite3.connect(shop.data / "vectors.db")) as old,
        closing(sqlite3.connect(learned / "vectors.db")) as new,
    ):
        old.backup(new)
    empty = ShopProcess(learned, tmp_path / "log", shop="empty")
    await asyncio.to_thread(empty.start)
    try:
        owner = await arrive(empty)
        await owner.page.goto("/")
        await expect(owner.see("no-products")).to_contain_text("python -m ingest products --in")
        await owner.page.goto("/sign-in")
        await expect(owner.see("no-demo")).to_be_visible()
        await owner.open_chat()
        await owner.say("do you have tents?")
        await owner.context.close()
    finally:
        empty.stop()
