"""`/ws/chat`: a customer's socket. Replays what was missed, then shows what happens, and takes frames."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from commerce.identity.errors import SessionEnded
from commerce.identity.models import Session
from commerce.identity.service import Identities
from commerce.people.service import People
from core.ids import new_id
from core.settings import Settings
from core.telemetry import SOCKETS, get_logger, traced
from desk.conversations.errors import AlreadyTaken, NotYourConversation, TooSlow
from desk.conversations.events import ErrorShown, Transient, Typing, custom, encode
from desk.conversations.hub import Feed, Subscription
from desk.conversations.models import Conversation, Visibility
from desk.conversations.service import Conversations
from web.errors import shown
from web.limits import Allowance, TooMany
from web.protocol import (
    CLIENT_FRAME,
    HELLO_SECONDS,
    MAX_FRAME,
    MAX_TEXT,
    Ack,
    ClientFrame,
    CloseCode,
    Hello,
    KnownCustomer,
    Ping,
    Pong,
    Ready,
    Resume,
    SendMessage,
    ShopFacts,
    Stop,
    TypingFrame,
    Welcome,
    printable,
    socket_event,
)
from web.routes.shop import support_now
from web.services import Services

router = APIRouter()

_log = get_logger(__name__)
_CLOSE_SECONDS = 5.0
_SESSION_CHECK_SECONDS = 30.0
_FRAMES_FOR_A_MESSAGE = 20
"""Frames of every kind a socket may send for each message its session may send."""
_FAILED = 1011
"""The standard's own code for a fault of the server."""
_calls: set[asyncio.Task[int]] = set()
"""Messages being taken; the event loop alone would let go of them."""


class Closed(Exception):
    """The server ends the connection."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


@router.websocket("/ws/chat")
async def chat(websocket: WebSocket) -> None:
    """A customer's socket, from `hello` to its end."""
    given: Services = websocket.app.state.services
    if not _origin_allowed(websocket, given.settings):
        await websocket.close()
        return
    await websocket.accept()
    with SOCKETS.labels(kind="chat").track_inprogress(), traced(new_id("trc")):
        try:
            await ChatSocket(websocket, given, websocket.app.state.allowance).run()
        except* Closed as ended:
            code = next(error.code for error in ended.exceptions if isinstance(error, Closed))
            _log.info("socket closed", code=int(code), reason=code.name)
            await _close(websocket, code, code.name)
        except* WebSocketDisconnect:
            _log.debug("socket gone")
        except* Exception as failed:
            _log.error("socket failed", exc_info=failed)
            await _close(websocket, _FAILED, "internal")


class ChatSocket:
    """One connection of a customer."""

    def __init__(self, websocket: WebSocket, given: Services, allowance: Allowance) -> None:
        self._websocket = websocket
        self._given = given
        self._messages = allowance
        self._frames = Allowance(given.settings.chat_rate * _FRAMES_FOR_A_MESSAGE)

    async def run(self) -> None:
        """Greet, then show and take until either side has enough."""
        hello = await self._hello()
        session, conversation = await self._open(hello)
        self._session_id, self._conversation_id = session.id, conversation.id
        with self._given.hub.subscribe(conversation.id) as subscription:
            feed = Feed(
                subscription,
                self._given.database,
                self._given.clock,
                conversation.id,
                _seen(hello, conversation),
            )
            await self._send(socket_event(await self._welcome(session, conversation)))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._show(feed))
                tasks.create_task(self._take_frames())
                tasks.create_task(_give_up(subscription))
                tasks.create_task(self._stay_signed_in(hello.token))

    async def _hello(self) -> Hello:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                frame = await self._receive()
        except TimeoutError:
            raise Closed(CloseCode.malformed) from None
        if not isinstance(frame, Hello):
            raise Closed(CloseCode.malformed)
        return frame

    async def _open(self, hello: Hello) -> tuple[Session, Conversation]:
        async with self._given.database.transaction() as transaction:
            identities = Identities(self._given.shop(transaction))
            session = await identities.by_token(hello.token)
            if session is None:
                raise Closed(CloseCode.not_signed_in)
            by = await identities.principal(session.id)
            try:
                conversation = await Conversations(transaction, self._given.clock).open(by, hello.conversation_id)
            except NotYourConversation:
                raise Closed(CloseCode.not_allowed) from None
        return session, conversation

    async def _welcome(self, session: Session, conversation: Conversation) -> Welcome:
        customer = None
        if session.customer_id is not None:
            async with self._given.database.read() as reading:
                known = await People(self._given.shop(reading)).get(session.customer_id)
            customer = KnownCustomer(first_name=known.first_name)
        return Welcome(
            conversation_id=conversation.id,
            last_seq=conversation.last_seq,
            customer=customer,
            shop=ShopFacts(name=self._given.shop_name, currency=self._given.settings.currency),
            suggestions=list(self._given.suggestions),
            support=support_now(self._given),
            running=self._given.turns.running(conversation.id),
        )

    async def _show(self, feed: Feed) -> None:
        for event in await feed.catch_up():
            await self._send(event.wire())
        await self._send(socket_event(Ready(last_seq=feed.seq)))
        try:
            async for happening in feed.live():
                await self._send(happening.wire())
        except TooSlow:
            raise Closed(CloseCode.too_slow) from None

    async def _take_frames(self) -> None:
        while True:
            frame = await self._receive()
            try:
                if not self._frames.take(self._session_id):
                    raise TooMany
                with traced(new_id("trc")):
                    await self._handle(frame)
            except TooMany:
                raise Closed(CloseCode.too_many) from None

    async def _handle(self, frame: ClientFrame) -> None:
        match frame:
            case SendMessage():
                await self._message(frame)
            case Resume():
                await self._resume(frame)
            case Stop():
                await self._given.turns.stop(self._conversation_id)
            case TypingFrame(on=on):
                event = Transient.of(custom(Typing(on=on)), Visibility.staff)
                self._given.hub.send(self._conversation_id, event)
            case Ping():
                await self._send(socket_event(Pong()))
            case Hello():
                raise Closed(CloseCode.malformed)

    async def _message(self, frame: SendMessage) -> None:
        text = printable(frame.text)
        if not 1 <= len(text) <= MAX_TEXT:
            problem = f"A message can have up to {MAX_TEXT} characters." if text else "The message is empty."
            await self._refuse("too_long" if text else "empty", problem, frame.client_msg_id)
        elif await self._may_send(frame.client_msg_id):
            await self._call(
                self._given.turns.message(self._conversation_id, self._session_id, text, frame.client_msg_id),
                frame.client_msg_id,
            )

    async def _resume(self, frame: Resume) -> None:
        (answer,) = frame.resume
        if await self._may_send(frame.client_msg_id):
            await self._call(
                self._given.turns.resume(
                    self._conversation_id,
                    self._session_id,
                    answer.interruptId,
                    answer.decision,
                    frame.client_msg_id,
                ),
                frame.client_msg_id,
            )

    async def _may_send(self, client_msg_id: str) -> bool:
        allowed = self._messages.take(self._session_id)
        if not allowed:
            problem = "That was a lot of messages at once. Please wait a minute, then send this one again."
            await self._refuse("rate_limited", problem, client_msg_id)
        return allowed

    async def _call(self, call: Coroutine[Any, Any, int], client_msg_id: str) -> None:
        """Let a message be taken to the end, also when the socket is gone meanwhile."""
        task = asyncio.create_task(call)
        _calls.add(task)
        task.add_done_callback(_calls.discard)
        try:
            await asyncio.shield(task)
        except AlreadyTaken as taken:
            await self._send(socket_event(Ack(client_msg_id=client_msg_id, seq=taken.seq)))
        except SessionEnded:
            raise Closed(CloseCode.not_signed_in) from None
        except Exception as error:
            problem = shown(error)
            await self._refuse(problem.code, problem.message, client_msg_id)

    async def _refuse(self, code: str, message: str, client_msg_id: str) -> None:
        error = ErrorShown(code=code, message=message, client_msg_id=client_msg_id)
        await self._send(encode(custom(error)))

    async def _stay_signed_in(self, token: str) -> None:
        while True:
            await asyncio.sleep(_SESSION_CHECK_SECONDS)
            async with self._given.database.read() as reading:
                if await Identities(self._given.shop(reading)).by_token(token) is None:
                    raise Closed(CloseCode.not_signed_in)

    async def _receive(self) -> ClientFrame:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        text = message.get("text")
        if text is None or len(text.encode()) > MAX_FRAME:
            raise Closed(CloseCode.malformed)
        try:
            return CLIENT_FRAME.validate_json(text)
        except ValidationError:
            raise Closed(CloseCode.malformed) from None

    async def _send(self, event: dict[str, Any]) -> None:
        await self._websocket.send_text(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


async def _give_up(subscription: Subscription) -> None:
    await subscription.overrun.wait()
    raise Closed(CloseCode.too_slow)


def _seen(hello: Hello, conversation: Conversation) -> int:
    """What the client has of this conversation; nothing, when its number is another conversation's."""
    another = hello.conversation_id not in (None, conversation.id)
    return 0 if another or hello.last_seq > conversation.last_seq else hello.last_seq


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await websocket.close(code, reason)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        _log.debug("socket gone before it was closed")


def _origin_allowed(websocket: WebSocket, settings: Settings) -> bool:
    """Whether the page may talk to this shop. What sends no origin is no page in a browser."""
    origin = websocket.headers.get("origin")
    if origin is None or origin in settings.allowed_origins:
        return True
    return urlsplit(origin).netloc == websocket.headers.get("host")
