"""A customer in front of the chat: one session, any number of connections, everything seen is kept."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any
from uuid import uuid4

import jwt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.e2e.process import IDENTITY_SECRET, ShopProcess

Frame = dict[str, Any]
PATIENCE = 30.0


def sign_in_as(shop: ShopProcess, note: str) -> str:
    """A token of the demo customer with a telling note."""
    with shop.http() as http:
        people = http.get("/api/demo/customers").raise_for_status().json()["customers"]
        person = next(person for person in people if note in person["note"])
        opened = http.post("/api/demo/sign-in", json={"customer_id": person["id"]}).raise_for_status()
        return str(opened.json()["token"])


def sign_in_by_email(shop: ShopProcess, email: str) -> str:
    """A token of any customer, by an identity token as a shop signs it."""
    claims = {"email": email, "exp": datetime.now(UTC) + timedelta(minutes=5)}
    identity = jwt.encode(claims, IDENTITY_SECRET, "HS256")
    with shop.http() as http:
        opened = http.post("/api/sessions", json={"identity_token": identity}).raise_for_status()
        return str(opened.json()["token"])


def visit(shop: ShopProcess) -> str:
    """A token of somebody nobody knows."""
    with shop.http() as http:
        return str(http.post("/api/sessions", json={}).raise_for_status().json()["token"])


@dataclass(frozen=True)
class Seen:
    """A stretch of what came over the socket."""

    frames: list[Frame]

    def named(self, name: str) -> list[Any]:
        """The values of the `CUSTOM` events with a name."""
        return [frame["value"] for frame in self.frames if frame.get("name") == name]

    def typed(self, kind: str) -> list[Frame]:
        """The events of a type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def text(self) -> str:
        """What the shop said."""
        return "".join(frame["delta"] for frame in self.typed("TEXT_MESSAGE_CONTENT"))

    @property
    def proposals(self) -> list[Frame]:
        """The cards that ask for a yes."""
        outcomes = [frame.get("outcome") or {} for frame in self.typed("RUN_FINISHED")]
        return [interrupt for outcome in outcomes for interrupt in outcome.get("interrupts") or []]

    @property
    def proposal_id(self) -> str:
        """The id of the only card."""
        assert len(self.proposals) == 1, self.text
        return str(self.proposals[0]["id"])

    @property
    def seqs(self) -> list[int]:
        """The numbers of the stored events, in the order they came."""
        return [frame["seq"] for frame in self.frames if frame.get("seq") is not None]


def _run_ended(frame: Frame) -> bool:
    return frame["type"] in ("RUN_FINISHED", "RUN_ERROR")


class Customer:
    """Somebody with a session, connected while the block lasts."""

    def __init__(self, shop: ShopProcess, token: str) -> None:
        self.shop = shop
        self.token = token
        self.frames: list[Frame] = []
        self.close_code: int | None = None
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._grown = asyncio.Event()

    async def __aenter__(self) -> "Customer":
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    @property
    def seen(self) -> Seen:
        """Everything that ever came."""
        return Seen(self.frames)

    @property
    def last_seq(self) -> int:
        """The highest number seen."""
        return max(self.seen.seqs, default=0)

    async def connect(self, last_seq: int | None = None, **more: Any) -> Seen:
        """Open a socket and say hello; returns what was missed."""
        begun = await self.hello(last_seq=self.last_seq if last_seq is None else last_seq, **more)
        await self.wait(lambda frame: frame.get("name") == "ready", begun)
        return Seen(self.frames[begun:])

    async def hello(self, **more: Any) -> int:
        """Open a socket and say hello, whatever comes of it; returns where what comes will be."""
        begun = len(self.frames)
        self.close_code = None
        address = self.shop.url.replace("http", "ws", 1) + "/ws/chat"
        self._socket = await connect(address, proxy=None, open_timeout=PATIENCE)
        self._reading = asyncio.create_task(self._read(self._socket))
        await self.send({"type": "hello", "token": self.token, **more})
        return begun

    async def leave(self) -> None:
        """Close the socket."""
        if self._socket:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.close()
        await self.gone()

    async def cut(self) -> None:
        """Lose the connection without a word."""
        assert self._socket
        self._socket.transport.abort()
        await self.gone()

    async def gone(self) -> None:
        """Wait until the socket is closed, by whichever side."""
        if self._reading:
            await asyncio.wait_for(self._reading, PATIENCE)

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                self.frames.append(json.loads(text))
                self._grown.set()
        self.close_code = socket.close_code

    async def send(self, frame: Frame) -> None:
        """Send a frame."""
        assert self._socket
        await self._socket.send(json.dumps(frame))

    async def wait(self, fits: Callable[[Frame], bool], begun: int = 0, count: int = 1) -> Seen:
        """Wait for frames that fit, from a place on; returns everything up to the last of them."""
        place, missing = begun, count
        async with asyncio.timeout(PATIENCE):
            while True:
                while place < len(self.frames):
                    place += 1
                    missing -= fits(self.frames[place - 1])
                    if not missing:
                        return Seen(self.frames[begun:place])
                self._grown.clear()
                await self._grown.wait()

    async def run_end(self, begun: int = 0, count: int = 1) -> Seen:
        """Wait for the end of a run that ends after a place."""
        return await self.wait(_run_ended, begun, count)

    async def write(self, text: str, client_msg_id: str = "") -> str:
        """Send a message and wait for nothing; returns the client's id."""
        client_msg_id = client_msg_id or uuid4().hex
        await self.send({"type": "message", "client_msg_id": client_msg_id, "text": text})
        return client_msg_id

    async def say(self, text: str) -> Seen:
        """Send a message and wait for its answer."""
        begun = len(self.frames)
        await self.write(text)
        return await self.run_end(begun)

    async def click(self, proposal_id: str, decision: str = "confirm", client_msg_id: str = "") -> str:
        """Press a card's button and wait for nothing; returns the client's id."""
        client_msg_id = client_msg_id or uuid4().hex
        answer = {"interruptId": proposal_id, "status": "resolved", "payload": {"decision": decision}}
        await self.send({"type": "resume", "client_msg_id": client_msg_id, "resume": [answer]})
        return client_msg_id

    async def confirm(self, proposal_id: str) -> Seen:
        """Press a card's button and wait for what is said about it."""
        begun = len(self.frames)
        await self.click(proposal_id)
        return await self.run_end(begun)
