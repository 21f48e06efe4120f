"""A customer at the public websocket, who notes when what arrived."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

Event = dict[str, Any]
_PATIENCE = 60.0


@dataclass
class Turn:
    """What came back on a message."""

    events: list[Event] = field(default_factory=list)
    first: float = 0.0
    """Seconds to the first text or tool event."""
    seconds: float = 0.0
    """Seconds to the end of the run."""

    @property
    def text(self) -> str:
        """Everything that was said; messages are separated by a blank line."""
        said: dict[str, str] = {}
        for event in self.events:
            if event["type"] == "TEXT_MESSAGE_CONTENT":
                said[event["messageId"]] = said.get(event["messageId"], "") + event["delta"]
        return "\n\n".join(said.values())

    @property
    def tools(self) -> list[str]:
        """The tools that were called."""
        return [each["toolCallName"] for each in self.events if each["type"] == "TOOL_CALL_START"]

    @property
    def proposal(self) -> dict[str, Any] | None:
        """The proposal on the card the run ended with."""
        outcome = self.events[-1].get("outcome") or {}
        if outcome.get("type") != "interrupt":
            return None
        proposal: dict[str, Any] = outcome["interrupts"][0]["metadata"]["proposal"]
        return proposal

    def custom(self, name: str) -> list[dict[str, Any]]:
        """The values of the custom events of a name."""
        return [each["value"] for each in self.events if each["type"] == "CUSTOM" and each["name"] == name]


class Shopper:
    """A signed-in, or anonymous, customer with an open chat."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def ready(self, token: str) -> None:
        """Say hello and read what was missed."""
        await self._socket.send(json.dumps({"type": "hello", "token": token, "last_seq": 0}))
        while (await self._event()).get("name") != "ready":
            pass

    async def say(self, text: str) -> Turn:
        """Send a message and read on to the end of its run."""
        return await self._turn({"type": "message", "text": text})

    async def answer(self, proposal_id: str, decision: str) -> Turn:
        """Click on a card: `confirm` or `decline`."""
        answer = {"interruptId": proposal_id, "status": "resolved", "payload": {"decision": decision}}
        return await self._turn({"type": "resume", "resume": [answer]})

    async def _turn(self, frame: dict[str, Any]) -> Turn:
        turn, begun = Turn(), perf_counter()
        await self._socket.send(json.dumps(frame | {"client_msg_id": str(uuid.uuid4())}))
        while True:
            event = await self._event()
            turn.events.append(event)
            if not turn.first and event["type"] in ("TEXT_MESSAGE_CONTENT", "TOOL_CALL_START"):
                turn.first = perf_counter() - begun
            if event["type"] in ("RUN_FINISHED", "RUN_ERROR"):
                turn.seconds = perf_counter() - begun
                return turn

    async def _event(self) -> Event:
        async with asyncio.timeout(_PATIENCE):
            event: Event = json.loads(await self._socket.recv())
        return event


@asynccontextmanager
async def shopper(url: str, who: str = "") -> AsyncIterator[Shopper]:
    """A chat with the shop at `url`, as the demo customer of that name; anonymous without one."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=_PATIENCE) as http:
        if who:
            people = (await http.get("/api/demo/customers")).json()["customers"]
            chosen = next(each["id"] for each in people if each["name"] == who)
            answer = await http.post("/api/demo/sign-in", json={"customer_id": chosen})
        else:
            answer = await http.post("/api/sessions", json={})
        token = answer.json()["token"]
    async with connect(url.replace("http", "ws", 1) + "/ws/chat", proxy=None) as socket:
        guest = Shopper(socket)
        await guest.ready(token)
        yield guest
