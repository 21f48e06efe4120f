"""The composition root: reads the settings, chooses what stands behind every interface, serves the shop."""

import asyncio
import gc
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from core.telemetry import configure_logging, stay_private

stay_private()
if __name__ == "__main__":
    # What is imported stays. To look through it for garbage again and again takes a fifth of the start.
    gc.disable()

import uvicorn  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from pydantic import SecretStr  # noqa: E402
from tqdm import tqdm  # noqa: E402

from agents.build import build_agent  # noqa: E402
from agents.roster import SPECIALISTS  # noqa: E402
from agents.specialist import check_playbook  # noqa: E402
from commerce.catalogue.service import Catalogue  # noqa: E402
from commerce.policies.schema import CancellationRules, ReturnRules  # noqa: E402
from commerce.policies.service import PolicyBook  # noqa: E402
from core.clock import SystemClock  # noqa: E402
from core.database import Database  # noqa: E402
from core.errors import StorewrightError  # noqa: E402
from core.lock import DataFolder  # noqa: E402
from core.settings import Settings, load_settings  # noqa: E402
from desk.conversations.hub import Hub  # noqa: E402
from graphs.memory import open_memory  # noqa: E402
from graphs.supervisor import Supervisor  # noqa: E402
from graphs.turns import Turns  # noqa: E402
from ingest.demo import SHOP_NAME, demo_customers, fill, is_filled  # noqa: E402
from knowledge.embedder import Embedder  # noqa: E402
from knowledge.index import Index  # noqa: E402
from knowledge.playbook import Playbook  # noqa: E402
from knowledge.retrieval import Retrieval  # noqa: E402
from knowledge.store import Store  # noqa: E402
from knowledge.sync import Sync  # noqa: E402
from language.models import open_model  # noqa: E402
from language.understand import Understanding  # noqa: E402
from migrations.run import migrate  # noqa: E402
from tools.context import Workbench  # noqa: E402
from web.app import create_app  # noqa: E402
from web.services import Services  # noqa: E402

SUGGESTIONS = ("Where is my order?", "I want to return something", "What can you do?")
Check = Callable[[], Awaitable[None]]


async def fill_demo(database: Database, settings: Settings, now: datetime) -> None:
    """Fill the demo shop, with a progress bar, unless it is there."""
    if await is_filled(database):
        return
    print("Filling the demo shop (first start only)")
    with tqdm(unit=" rows", unit_scale=True, file=sys.stderr) as bar:

        def progress(done: int, total: int, what: str) -> None:
            bar.total = total
            bar.set_description(what)
            bar.update(done - bar.n)

        await fill(database, now=now, orders=settings.demo_orders, progress=progress)


def read_playbook(settings: Settings, policies: PolicyBook, now: datetime) -> Playbook:
    """The procedures, with the reasons the policies know.

    Raises:
        SettingsError: a file is wrong.
    """
    playbook = Playbook.load(settings.procedures)
    check_playbook(playbook, SPECIALISTS)
    today = now.date()
    rules: dict[str, CancellationRules | ReturnRules] = {
        "cancellation": policies.rules(CancellationRules, today),
        "returns": policies.rules(ReturnRules, today),
    }
    return playbook.with_reasons(
        {name: each.reasons for name, each in rules.items()},
        {name for name, each in rules.items() if each.reason_required},
    )


@asynccontextmanager
async def shop_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything the edge needs, open while the block lasts.

    Raises:
        StorewrightError: the shop cannot be opened; the message says why.
    """
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        if not (settings.database_url and settings.chroma_url):
            folder = DataFolder(settings.data)
            folder.open()
            stack.callback(folder.close)
        settings.data.mkdir(parents=True, exist_ok=True)
        policies = PolicyBook.load(settings.policies, settings.currency)
        playbook = read_playbook(settings, policies, clock.now())
        await migrate(settings.shop_database_url)
        database = Database(settings.shop_database_url)
        stack.push_async_callback(database.close)
        if settings.demo:
            await fill_demo(database, settings, clock.now())

        embedder = Embedder(settings.embedding_model, settings.torch_threads, settings.data / "vectors.db")
        understanding = await asyncio.to_thread(Understanding, playbook, embedder, settings.data / "cache")
        retrieval, sync = await open_knowledge(settings, database, policies, clock, embedder)
        bench = Workbench(database, policies, clock, retrieval, embedder, settings.currency)
        learn = _learns(bench, understanding)
        await learn()

        saver = await stack.enter_async_context(open_memory(settings))
        shop_name = settings.shop_name or (SHOP_NAME if settings.demo else "our shop")
        supervisor = hire(settings, playbook, understanding, shop_name)
        hub = Hub()
        turns = Turns(bench, hub, supervisor.compile(saver))
        stack.push_async_callback(turns.close)
        for work in (hub.follow(database), sync.watch(learn), turns.look()):
            task = asyncio.create_task(work)
            stack.callback(task.cancel)
        yield Services(
            settings=settings,
            database=database,
            policies=policies,
            clock=clock,
            hub=hub,
            turns=turns,
            shop_name=shop_name,
            suggestions=SUGGESTIONS,
            demo_customers=lambda: demo_customers(database, now=clock.now()),
            admin_token=SecretStr(secrets.token_urlsafe(32)),
            readiness={"database": database.ping, "chroma": _ready(sync), "embedder": _computes(embedder)},
        )


async def open_knowledge(
    settings: Settings, database: Database, policies: PolicyBook, clock: SystemClock, embedder: Embedder
) -> tuple[Retrieval, Sync]:
    """Search over policies and products, brought up to date."""
    store = Store(settings.data / "chroma", settings.chroma_url)
    indexes = {name: Index(store, name, embedder) for name in ("policies", "products")}
    sync = Sync(database, policies, clock, settings.currency, **indexes)
    await sync.sync_policies()
    await sync.sync_products()
    return Retrieval(policies, clock, **indexes), sync


def hire(settings: Settings, playbook: Playbook, understanding: Understanding, shop_name: str) -> Supervisor:
    """The supervisor and its specialists, on the model that the settings name."""
    model = open_model(settings, understanding)
    agents = {
        name: build_agent(specialist, model, playbook, understanding, shop_name)
        for name, specialist in SPECIALISTS.items()
    }
    return Supervisor(agents, model, understanding)


def _learns(bench: Workbench, understanding: Understanding) -> Check:
    async def learn() -> None:
        async with bench.looking() as shop:
            understanding.learn_products([row.title for row in await Catalogue(shop).all_for_index()])

    return learn


def _ready(sync: Sync) -> Check:
    async def check() -> None:
        if missing := await sync.readiness():
            raise StorewrightError(missing)

    return check


def _computes(embedder: Embedder) -> Check:
    async def check() -> None:
        if not embedder.loaded:
            raise StorewrightError("the embedder is not loaded")

    return check


class Server(uvicorn.Server):
    """Says where the shop is once it is open, and leaves its address for commands on this machine."""

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if not self.started:
            return
        settings = self._services.settings
        port = self.servers[0].sockets[0].getsockname()[1]
        url = f"http://{settings.host}:{port}"
        write_address(settings.data / "server.json", url, self._services.admin_token)
        print(f"{self._services.shop_name} is open: {url}", flush=True)


def write_address(path: Path, url: str, token: SecretStr) -> None:
    """Leave address and token where only this user can read them."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"url": url, "token": token.get_secret_value()}, file)


async def serve(settings: Settings) -> None:
    """Open the shop and serve it until told to stop."""
    async with shop_services(settings) as services:
        await receive(services)


async def receive(services: Services) -> None:
    """Let customers in until told to stop."""
    settings = services.settings
    app: FastAPI = create_app(services)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=3,
    )
    # What startup made stays; without this a full collection goes through all of it in the middle of a turn.
    gc.collect()
    gc.freeze()
    try:
        await Server(config, services).serve()
    finally:
        (settings.data / "server.json").unlink(missing_ok=True)


def main() -> int:
    """Run the shop; 1 when it cannot be opened."""
    gc.freeze()
    gc.enable()
    # Uvicorn ends and then repeats the signal; the default would end the process before it has put things away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = load_settings()
        configure_logging(settings.log_level, settings.log_format)
        asyncio.run(serve(settings))
    except StorewrightError as error:
        print(f"Storewright cannot start: {error.message}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
