"""A shop that keeps to the public protocol and plays a script, whatever it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


@dataclass
class Turn:
    """What the shop answers to one frame."""

    text: str
    parts: list[dict[str, Any]] = field(default_factory=list)
    """A proposal, if any."""
    receipt: list[dict[str, Any]] = field(default_factory=list)
    signed_in: bool = False


@dataclass
class Shop:
    """Answers in turn; the last answer stays."""

    script: list[Turn]
    frames: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def session(self, request: Request) -> JSONResponse:
        """`POST /api/sessions`."""
        return JSONResponse({"token": "t", "expires_at": "2030-01-01T00:00:00Z", "customer": None})

    async def chat(self, socket: WebSocket) -> None:
        """`/ws/chat`."""
        await socket.accept()
        hello = json.loads(await socket.receive_text())
        assert hello["type"] == "hello"
        await self._custom(socket, "ready", {"last_seq": 0})
        try:
            while True:
                frame = json.loads(await socket.receive_text())
                self.frames.append(frame)
                for event in self._answer(len(self.frames)):
                    await socket.send_text(json.dumps(event))
        except WebSocketDisconnect:
            return

    def _answer(self, count: int) -> Iterable[dict[str, Any]]:
        turn = self.script[min(count, len(self.script)) - 1]
        run = {"threadId": "c", "runId": f"r{count}"}
        yield {"type": "RUN_STARTED", **run}
        if turn.signed_in:
            yield {"type": "CUSTOM", "name": "signed_in", "value": {"first_name": "Ann"}}
        if turn.receipt:
            yield {"type": "CUSTOM", "name": "receipt", "value": {"sentence": "Done.", "parts": turn.receipt}}
        yield {"type": "TEXT_MESSAGE_START", "messageId": f"m{count}"}
        yield {"type": "TEXT_MESSAGE_CONTENT", "messageId": f"m{count}", "delta": turn.text}
        yield {"type": "TEXT_MESSAGE_END", "messageId": f"m{count}"}
        outcome: dict[str, Any] = {"type": "success"}
        if turn.parts:
            proposal = {"id": f"p{count}", "status": "open", "sentence": "Shall I?", "parts": turn.parts}
            interrupt = {"id": f"p{count}", "reason": "confirm", "metadata": {"proposal": proposal}}
            outcome = {"type": "interrupt", "interrupts": [interrupt]}
        yield {"type": "RUN_FINISHED", **run, "outcome": outcome}

    async def _custom(self, socket: WebSocket, name: str, value: dict[str, Any]) -> None:
        await socket.send_text(json.dumps({"type": "CUSTOM", "name": name, "value": value}))


@asynccontextmanager
async def opened(*script: Turn) -> AsyncIterator[Shop]:
    """The shop on a free port."""
    shop = Shop(list(script))
    routes = [Route("/api/sessions", shop.session, methods=["POST"]), WebSocketRoute("/ws/chat", shop.chat)]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    shop.url = f"http://127.0.0.1:{port}"
    try:
        yield shop
    finally:
        server.should_exit = True
        await task
