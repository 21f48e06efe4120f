"""A whole shop behind a real socket, with an endpoint that answers what a test wants."""

import asyncio
import shutil
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from core.settings import Settings
from evals.client import Shopper, shopper
from evals.endpoint import Asked, Call, Endpoint, Policy, Reply
from graphs import turns
from server import shop_services
from tests.e2e.process import ORDERS
from web.app import create_app

MODEL_TIMEOUT = 1.5
SPOKEN = {
    "conversation",
    "conversation_event",
    "event_payload",
    "session",
    "escalation",
    "proposal",
    "proposal_target",
    "audit_entry",
}
"""What a conversation alone may write to."""
Chat = Callable[..., AbstractAsyncContextManager[Shopper]]


@dataclass(frozen=True)
class House:
    """The running shop."""

    url: str
    endpoint: Endpoint
    file: Path

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database says."""
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()

    def books(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything but what was said and proposed."""
        tables = [name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(self.rows(f'SELECT * FROM "{name}"'), key=repr) for name in tables if name not in SPOKEN}

    def order_of(self, first_name: str) -> str:
        """The number of a demo customer's newest order."""
        query = (
            'SELECT o.number FROM "order" o JOIN customer c ON c.id = o.customer_id '
            "WHERE c.first_name = ? AND c.id LIKE 'cus_demo000000_' ORDER BY o.placed_at DESC"
        )
        return str(self.rows(query, first_name)[0][0])

    def status_of(self, number: str) -> str:
        """An order's status."""
        return str(self.rows('SELECT status FROM "order" WHERE number = ?', number)[0][0])

    def proposals(self, status: str) -> int:
        """How many proposals are in a status."""
        return int(self.rows("SELECT count(*) FROM proposal WHERE status = ?", status)[0][0])


def _serve(settings: Settings, listening: socket.socket, opened: threading.Event, stop: threading.Event) -> None:
    async def run() -> None:
        async with shop_services(settings) as services:
            config = uvicorn.Config(create_app(services), log_config=None, timeout_graceful_shutdown=1)
            server = uvicorn.Server(config)
            task = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started:
                await asyncio.sleep(0.01)
            opened.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)
            server.should_exit = True
            await task

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "LOOK_SECONDS", 0.2)
        asyncio.run(run())


@pytest.fixture(scope="package")
def running(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The shop, opened once."""
    endpoint = Endpoint(hello)
    endpoint.start()
    settings = Settings(
        data=shutil.copytree(filled, tmp_path_factory.mktemp("shop") / "data"),
        demo_orders=ORDERS,
        model="test",
        model_timeout=MODEL_TIMEOUT,
        openai_base_url=endpoint.url,
        chat_rate=100_000,
        _env_file=None,
    )
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    opened, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=_serve, args=(settings, listening, opened, stop), daemon=True)
    thread.start()
    while not opened.wait(0.1):
        assert thread.is_alive(), "the shop did not open"
    yield House(f"http://127.0.0.1:{listening.getsockname()[1]}", endpoint, settings.data / "shop.db")
    stop.set()
    thread.join(20)
    endpoint.stop()


@pytest.fixture
def house(running: House) -> House:
    """The shop, with an endpoint that has forgotten the test before."""
    running.endpoint.policy = hello
    running.endpoint.forget()
    return running


@pytest.fixture
def chat(house: House) -> Chat:
    """Opens a new conversation of a demo customer, with a model of the test's own."""

    @asynccontextmanager
    async def opened(who: str, policy: Policy = hello) -> AsyncIterator[Shopper]:
        house.endpoint.policy = policy
        async with shopper(house.url, who) as guest:
            yield guest

    return opened


def hello(asked: Asked) -> Reply:
    """A model that only greets."""
    return Reply("Hello, how can I help?")


def says(text: str) -> Policy:
    """A model that always says the same."""
    return lambda asked: Reply(text)


def calls(*wanted: Call, then: str = "That is what I found.", text: str = "") -> Policy:
    """A model that calls tools, then says something."""
    return lambda asked: Reply(then) if asked.results else Reply(text, wanted)


def cancels(number: str) -> Call:
    """The call that proposes to cancel an order."""
    return Call("propose_cancellation", {"orders": [{"order_number": number}]})
