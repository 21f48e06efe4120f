"""A chat session over the public protocol: HTTP for the token, a websocket for the rest."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from websockets.asyncio.client import ClientConnection, connect

GRACE = 0.02


class LinkError(Exception):
    """The server did not keep to the protocol."""


@dataclass(slots=True)
class Heard:
    """All that came between two messages of the customer."""

    text: str = ""
    cards: list[dict[str, Any]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    """Proposals that wait for an answer."""
    receipts: list[dict[str, Any]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    signed_in: bool = False
    escalated: bool = False
    ms: float = 0.0


class Link:
    """One open conversation."""

    def __init__(self, socket: ClientConnection, token: str, patience: float) -> None:
        self._socket = socket
        self._token = token
        self._patience = patience
        self._sent = 0

    @classmethod
    async def open(cls, url: str, patience: float) -> Link:
        """Open an anonymous session and say hello."""
        async with httpx.AsyncClient(base_url=url, timeout=patience) as http:
            answer = await http.post("/api/sessions", json={})
            answer.raise_for_status()
            token = str(answer.json()["token"])
        socket = await connect(f"ws{url.removeprefix('http')}/ws/chat", max_size=None, open_timeout=patience)
        link = cls(socket, token, patience)
        await link._send({"type": "hello", "token": token, "last_seq": 0})
        while True:
            event = await link._event(patience)
            if event.get("type") == "CUSTOM" and event.get("name") == "ready":
                return link

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()

    async def say(self, text: str) -> Heard:
        """Send a message and hear the answer out."""
        return await self._exchange({"type": "message", "client_msg_id": self._id(), "text": text})

    async def press(self, proposal_id: str, decision: Literal["confirm", "decline"]) -> Heard:
        """Press a card's button and hear what comes of it."""
        answer = {"interruptId": proposal_id, "status": "resolved", "payload": {"decision": decision}}
        return await self._exchange({"type": "resume", "client_msg_id": self._id(), "resume": [answer]})

    def _id(self) -> str:
        self._sent += 1
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._token}/{self._sent}"))

    async def _exchange(self, frame: dict[str, Any]) -> Heard:
        heard, began = Heard(), time.perf_counter()
        await self._send(frame)
        running = True
        while True:
            try:
                event = await self._event(self._patience if running else GRACE)
            except TimeoutError:
                if running:
                    raise LinkError("no answer in time") from None
                return heard
            running = self._take(event, heard, running)
            if not running and not heard.ms:
                heard.ms = (time.perf_counter() - began) * 1000

    def _take(self, event: dict[str, Any], heard: Heard, running: bool) -> bool:
        """Note what an event says; whether the answer still goes on."""
        match event.get("type"):
            case "RUN_STARTED":
                return True
            case "TEXT_MESSAGE_START":
                heard.text += "\n" if heard.text else ""
            case "TEXT_MESSAGE_CONTENT":
                heard.text += str(event.get("delta", ""))
            case "RUN_FINISHED":
                outcome = event.get("outcome") or {}
                for interrupt in outcome.get("interrupts") or (
                    [outcome["interrupt"]] if "interrupt" in outcome else []
                ):
                    proposal = (interrupt.get("metadata") or {}).get("proposal")
                    if proposal:
                        heard.proposals.append({**proposal, "id": interrupt.get("id", proposal.get("id"))})
                return False
            case "RUN_ERROR":
                heard.text += "\n" + str(event.get("message", ""))
                return False
            case "CUSTOM":
                return self._take_custom(str(event.get("name")), event.get("value") or {}, heard, running)
        return running

    def _take_custom(self, name: str, value: dict[str, Any], heard: Heard, running: bool) -> bool:
        if name == "card":
            heard.cards.append(value)
        elif name == "receipt":
            heard.receipts.append(value)
        elif name == "quick_replies":
            heard.replies = [str(reply) for reply in value.get("replies", [])]
        elif name == "signed_in":
            heard.signed_in = True
        elif name == "escalated":
            heard.escalated = True
            heard.text += ("\n" if heard.text else "") + str(value.get("text", ""))
        elif name == "proposal" and value.get("status") != "open":
            heard.proposals = [p for p in heard.proposals if p["id"] != value.get("id")]
        elif name == "error":
            raise LinkError(f"{value.get('code')}: {value.get('message')}")
        return running

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(frame))

    async def _event(self, patience: float) -> dict[str, Any]:
        async with asyncio.timeout(patience):
            event: dict[str, Any] = json.loads(await self._socket.recv())
        return event
