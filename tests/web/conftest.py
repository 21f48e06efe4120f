"""A real server on a free port, with turns that echo through the log and the hub."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from ag_ui.core import (
    RunFinishedEvent,
    RunFinishedSuccessOutcome,
    RunStartedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    ToolCallArgsEvent,
)
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from commerce.people.models import Customer
from commerce.policies.service import PolicyBook
from core.clock import FixedClock
from core.database import Database
from core.ids import new_id
from core.settings import Settings
from desk.conversations.events import NewEvent, ProposalChanged, StoredEvent, UserMessage, custom
from desk.conversations.hub import Hub
from desk.conversations.models import Visibility
from desk.conversations.service import Conversations
from web.app import create_app
from web.services import Decision, Services

SECRET = "a secret that has more than 32 characters"
ADMIN = "what only this machine knows"
Event = dict[str, Any]


@dataclass
class EchoTurns:
    """Answers every message with itself, word by word."""

    database: Database
    clock: FixedClock
    hub: Hub
    failure: Exception | None = None
    decisions: list[tuple[str, Decision]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    runs: set[asyncio.Task[None]] = field(default_factory=set)

    async def message(self, conversation_id: str, session_id: str, text: str, client_msg_id: str) -> int:
        """Store, then answer."""
        said = UserMessage(message_id=new_id("msg"), text=text, client_msg_id=client_msg_id)
        return await self._taken(conversation_id, NewEvent.of(custom(said)), client_msg_id, text)

    async def resume(
        self,
        conversation_id: str,
        session_id: str,
        proposal_id: str,
        decision: Decision,
        client_msg_id: str,
    ) -> int:
        """Remember the decision, then say it."""
        status = "committed" if decision == "confirm" else "declined"
        changed = NewEvent.of(custom(ProposalChanged(id=proposal_id, status=status)))
        seq = await self._taken(conversation_id, changed, client_msg_id, status)
        self.decisions.append((proposal_id, decision))
        return seq

    async def stop(self, conversation_id: str) -> None:
        """Remember that it was asked for."""
        self.stopped.append(conversation_id)

    def running(self, conversation_id: str) -> bool:
        """Whether an answer is being written."""
        return bool(self.runs)

    async def write(
        self, conversation_id: str, *events: NewEvent, client_msg_id: str | None = None
    ) -> list[StoredEvent]:
        """Commit, then publish."""
        async with self.database.transaction() as session:
            stored = await Conversations(session, self.clock).append(
                conversation_id, events, client_msg_id=client_msg_id
            )
        self.hub.publish(stored)
        return stored

    async def _taken(self, conversation_id: str, event: NewEvent, client_msg_id: str, text: str) -> int:
        if self.failure is not None:
            raise self.failure
        stored = await self.write(conversation_id, event, client_msg_id=client_msg_id)
        run = asyncio.create_task(self._answer(conversation_id, text))
        self.runs.add(run)
        run.add_done_callback(self.runs.discard)
        return stored[0].seq

    async def _answer(self, conversation_id: str, text: str) -> None:
        run, message = new_id("run"), new_id("msg")
        outcome = RunFinishedSuccessOutcome()
        await self.write(
            conversation_id,
            NewEvent.of(RunStartedEvent(thread_id=conversation_id, run_id=run)),
            NewEvent.of(ToolCallArgsEvent(tool_call_id="c", delta="{}"), run, Visibility.staff),
            NewEvent.of(TextMessageStartEvent(message_id=message, role="assistant"), run),
        )
        for word in text.split():
            await self.write(conversation_id, NewEvent.of(TextMessageContentEvent(message_id=message, delta=word), run))
        await self.write(
            conversation_id,
            NewEvent.of(TextMessageEndEvent(message_id=message), run),
            NewEvent.of(RunFinishedEvent(thread_id=conversation_id, run_id=run, outcome=outcome), run),
        )


@dataclass
class Person:
    """Somebody of the demo shop."""

    id: str
    name: str
    note: str


async def demo_customers() -> Sequence[Person]:
    """The one person there is."""
    return [Person("cus_ann", "Ann Baker", "has a parcel that is late")]


@dataclass
class Chat:
    """A client's socket."""

    socket: ClientConnection

    async def send(self, **frame: Any) -> None:
        """Send a frame."""
        await self.socket.send(json.dumps(frame))

    async def receive(self) -> Event:
        """The next event."""
        async with asyncio.timeout(30):
            event: Event = json.loads(await self.socket.recv())
        return event

    async def until(self, kind: str) -> list[Event]:
        """Events up to the first of a kind: an AG-UI type, or the name of a `CUSTOM` event."""
        events = [await self.receive()]
        while kind not in (events[-1]["type"], events[-1].get("name")):
            events.append(await self.receive())
        return events

    async def closed(self) -> int | None:
        """Read on until the server closes; its code."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(10):
                while True:
                    await self.socket.recv()
        return self.socket.close_code


@dataclass
class Shopfront:
    """A running server."""

    services: Services
    turns: EchoTurns
    address: str
    http: httpx.AsyncClient

    async def token(self, **body: Any) -> str:
        """A new session's token."""
        answer = await self.http.post("/api/sessions", json=body)
        return str(answer.json()["token"])

    @asynccontextmanager
    async def raw(self, **options: Any) -> AsyncIterator[Chat]:
        """A socket that has not said hello."""
        async with connect(f"ws://{self.address}/ws/chat", **options) as socket:
            yield Chat(socket)

    @asynccontextmanager
    async def chat(self, token: str, last_seq: int = 0, **hello: Any) -> AsyncIterator[Chat]:
        """A socket that has said hello."""
        async with self.raw() as chat:
            await chat.send(type="hello", token=token, last_seq=last_seq, **hello)
            yield chat


Serve = Callable[..., Awaitable[Shopfront]]


@pytest.fixture
async def serve(sqlite_database: Database, clock: FixedClock, policies: PolicyBook) -> AsyncIterator[Serve]:
    """Start a server with some settings of its own."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None], httpx.AsyncClient, asyncio.Task[None]]] = []

    async def start(hub: Hub | None = None, database: Database = sqlite_database, **changes: Any) -> Shopfront:
        settings = Settings(identity_secret=SecretStr(SECRET), _env_file=None)
        hub = hub or Hub()
        turns = EchoTurns(database, clock, hub)
        services = Services(
            settings=settings.model_copy(update=changes),
            database=database,
            policies=policies,
            clock=clock,
            hub=hub,
            turns=turns,
            shop_name="The Shop",
            suggestions=("Where is my order?",),
            admin_token=SecretStr(ADMIN),
            readiness={"database": database.ping},
            demo_customers=demo_customers,
        )
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(create_app(services), log_level="warning", timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        client = httpx.AsyncClient(base_url=f"http://{address}", trust_env=False)
        following = asyncio.create_task(hub.follow(database))
        running.append((server, task, client, following))
        while not server.started:
            await asyncio.sleep(0.005)
        return Shopfront(services, turns, address, client)

    yield start
    for server, task, client, following in running:
        following.cancel()
        await client.aclose()
        server.should_exit = True
        await task


@pytest.fixture
async def front(serve: Serve) -> Shopfront:
    """A server as it comes."""
    return await serve()


@pytest.fixture
async def ann(sqlite_database: Database, clock: FixedClock) -> Customer:
    """A customer."""
    customer = Customer(
        id="cus_ann",
        first_name="Ann",
        last_name="Baker",
        email="ann@example.com",
        source="test",
        external_id="4711",
        created_at=clock.now(),
    )
    async with sqlite_database.transaction() as session:
        session.add(customer)
    return customer
