"""What holds for every request: a trace, safe headers, bounded bodies, no stack traces outside."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import Invalid
from core.ids import new_id
from core.telemetry import traced
from web.errors import shown

MAX_BODY = 64 * 1024
"""Bytes of a request's body."""
MAX_IMPORT = 64 * 1024 * 1024
"""Bytes of a file that a command on the server's machine sends."""

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_COMMON = {
    "Content-Security-Policy": _PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_OWN = {"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"}
_STATIC = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
}
"""Other shops' pages load the widget from here; a new one is there within minutes."""


class SafeHeaders:
    """Tells browsers what the pages may do, and what may be done with the answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        special = _STATIC if path.startswith("/static/") else _OWN
        if path.startswith("/api/"):
            special = {**special, "Cross-Origin-Resource-Policy": "cross-origin"}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_COMMON | special)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Guard:
    """Gives each request a trace and turns whatever it raises into an honest answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        with traced(new_id("trc")) as trace:

            async def send_with_trace(message: Message) -> None:
                nonlocal started
                if message["type"] == "http.response.start":
                    started = True
                    MutableHeaders(scope=message)["X-Trace-Id"] = trace
                await send(message)

            try:
                await self._app(scope, receive, send_with_trace)
            except Exception as error:
                answer = shown(error).response()
                if started:
                    raise
                await answer(scope, receive, send_with_trace)


class Bounds:
    """Refuses a body over the limit, also one that hides its length, and addresses no database can look up."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it is within bounds."""
        if scope["type"] == "http" and ("\x00" in scope["path"] or b"%00" in scope["query_string"]):
            raise Invalid("An address cannot hold the character NUL.")
        limit = MAX_IMPORT if scope.get("path", "").startswith("/api/admin/") else MAX_BODY
        received = 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413, f"This request may hold at most {limit // 1024} KiB.")
            return message

        await self._app(scope, receive_bounded if scope["type"] == "http" else receive, send)
