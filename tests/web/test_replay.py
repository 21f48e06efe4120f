"""Connections break; what is shown is still every event once, in order."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database import Database
from desk.conversations.events import Transient
from desk.conversations.hub import Hub
from tests.web.conftest import Chat, Event, Serve, Shopfront
from tests.web.test_socket import say


async def everything(front: Shopfront, token: str) -> list[Event]:
    """The log as a new client sees it."""
    async with front.chat(token) as chat:
        return [event for event in await chat.until("ready") if "seq" in event]


async def answered(front: Shopfront) -> None:
    """Wait until no run is left."""
    while front.turns.runs:
        await asyncio.gather(*front.turns.runs)


async def test_a_client_that_comes_back_gets_exactly_what_it_missed(front: Shopfront) -> None:
    token = await front.token()
    async with front.chat(token) as chat:
        await chat.until("ready")
        await say(chat, "a long answer of many words please")
        seen = await chat.until("TEXT_MESSAGE_CONTENT")
    await answered(front)
    async with front.chat(token, last_seq=seen[-1]["seq"]) as chat:
        missed = (await chat.until("ready"))[1:-1]

    assert seen + missed == await everything(front, token)


async def test_a_message_is_answered_although_its_socket_is_gone(front: Shopfront) -> None:
    token = await front.token()
    async with front.chat(token) as chat:
        await chat.until("ready")
        await say(chat, "hello there")
        await chat.until("user_message")
    await answered(front)

    assert (await everything(front, token))[-1]["type"] == "RUN_FINISHED"


async def test_a_number_from_another_conversation_hides_nothing(front: Shopfront) -> None:
    token = await front.token()
    async with front.chat(token) as chat:
        await chat.until("ready")
        await say(chat, "hello there")
        seen = await chat.until("RUN_FINISHED")
    async with front.chat(token, last_seq=10_000) as chat:
        replayed = await chat.until("ready")

    assert replayed[1:-1] == seen


STEP = st.sampled_from(["say", "read", "cut", "cut twice"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=10), data=st.data())
async def test_any_order_of_losses_and_returns_shows_each_event_once(
    front: Shopfront, steps: list[str], data: st.DataObject
) -> None:
    token = await front.token()
    client = _Client(front, token)
    await client.connect()
    for step in steps:
        if step == "say":
            await say(client.chat, "two words")
            await asyncio.sleep(0)
        elif step == "read":
            await client.read(data.draw(st.integers(1, 6)))
        else:
            for _ in range(2 if step == "cut twice" else 1):
                await client.cut()
                await client.connect()
    # A message sent just before a cut may still be on its way, so the log may grow a moment longer.
    for _ in range(100):
        await client.read(50)
        log = [event["seq"] for event in await everything(front, token)]
        if client.shown == log and not front.turns.runs:
            break
    await client.cut()

    assert client.shown == log


class _Client:
    """Shows events, and says what it shows when it comes back."""

    def __init__(self, front: Shopfront, token: str) -> None:
        self._front = front
        self._token = token
        self.shown: list[int] = []

    async def connect(self) -> None:
        """Open and say hello; what comes is read later."""
        self._context = self._front.chat(self._token, last_seq=max(self.shown, default=0))
        self.chat: Chat = await self._context.__aenter__()

    async def cut(self) -> None:
        """Drop the connection in the middle of whatever it sends."""
        self.chat.socket.transport.abort()
        await self._context.__aexit__(None, None, None)

    async def read(self, count: int) -> None:
        """Show some of what has come."""
        for _ in range(count):
            try:
                async with asyncio.timeout(0.02):
                    self._show(json.loads(await self.chat.socket.recv()))
            except TimeoutError:
                return

    def _show(self, event: dict[str, Any]) -> None:
        if "seq" in event:
            self.shown.append(event["seq"])


async def test_a_client_that_does_not_read_is_closed_and_another_is_not(serve: Serve) -> None:
    front = await serve(hub=Hub(bound=16))
    token = await front.token()
    async with (
        front.raw(max_queue=1, compression=None) as slow,
        front.raw(max_queue=None, compression=None) as quick,
    ):
        for chat in (slow, quick):
            await chat.send(type="hello", token=token)
        (welcome,) = await quick.until("welcome")
        conversation_id = welcome["value"]["conversation_id"]
        (*_, _ready) = await slow.until("ready")
        await quick.until("ready")
        reading = asyncio.create_task(_count(quick))
        large = Transient({"type": "CUSTOM", "name": "typing", "value": {"filler": "x" * 200_000}})
        for _ in range(200):
            front.services.hub.send(conversation_id, large)
            await asyncio.sleep(0.002)
        assert await slow.closed() == 4408
        await quick.send(type="ping")
        assert await asyncio.wait_for(reading, 10) == 200


async def _count(chat: Chat) -> int:
    events = 0
    while (await chat.receive())["name"] != "pong":
        events += 1
    return events


@pytest.mark.postgres
async def test_two_servers_on_one_database_show_the_same(serve: Serve, postgres_url: str) -> None:
    databases = Database(postgres_url), Database(postgres_url)
    one, two = [await serve(database=database) for database in databases]
    token = await one.token()
    async with one.chat(token) as here, two.chat(token) as there:
        await here.until("ready")
        await there.until("ready")
        await say(here, "hello from here")
        first = [await chat.until("RUN_FINISHED") for chat in (here, there)]
        await say(there, "and from there")
        second = [await chat.until("RUN_FINISHED") for chat in (here, there)]
    for database in databases:
        await database.close()

    assert first[0] == first[1]
    assert second[0] == second[1]
