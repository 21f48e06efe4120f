"""One browser for the whole run; a person is a window of their own in it."""

import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from commerce.orders.models import Order
from commerce.people.models import Customer
from tests.browser.person import Person
from tests.e2e import rows
from tests.e2e.process import ShopProcess

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
Arrive = Callable[..., Awaitable[Person]]


@pytest.fixture(scope="session")
def shop(learnt: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A running shop for everybody; it may be killed, and comes back at the same address."""
    folder = tmp_path_factory.mktemp("browsed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shutil.copytree(learnt, folder / "data")
    with ShopProcess(folder / "data", folder / "log", port=str(port), demo_orders="9000") as running:
        yield running


@pytest.fixture(scope="session")
def orders(shop: ShopProcess) -> Iterator[Order]:
    """Orders that can still be cancelled, each of another customer; a test takes its own with `next`."""
    personas = {
        customer.id for customer in rows.every(shop.data, Customer) if customer.external_id.startswith("persona:")
    }
    return iter([order for order in rows.pending_orders(shop.data) if order.customer_id not in personas])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium as the system has it."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(browser: Browser) -> AsyncIterator[Arrive]:
    """Lets people arrive at a shop; when the test ends no page of theirs may have complained."""
    people: list[Person] = []

    async def one(shop: ShopProcess, token: str = "", **window: Any) -> Person:
        person = await Person.arrive(browser, shop, token, **window)
        people.append(person)
        return person

    yield one
    for person in people:
        await person.context.close()
    assert [complaint for person in people for complaint in person.complaints] == []
