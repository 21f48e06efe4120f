"""One browser for the whole run; a person is a window of their own in it."""

import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.person import Person
from tests.e2e.conftest import data, filled, shop
from tests.e2e.process import ShopProcess

__all__ = ["data", "filled", "shop"]

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
Arrive = Callable[..., Awaitable[Person]]


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


@pytest.fixture
def mortal(data: Path, tmp_path: Path) -> Iterator[ShopProcess]:
    """A shop that a test may kill; it comes back at the same address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with ShopProcess(data, tmp_path / "log", port=str(port)) as running:
        yield running
