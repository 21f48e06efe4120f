"""The customer's socket: who gets in, what is taken, why it ends."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError
from websockets.exceptions import InvalidStatus

from commerce.people.models import Customer
from core.clock import FixedClock
from core.errors import Refused
from tests.web.conftest import Chat, Serve, Shopfront


async def say(chat: Chat, text: str, client_msg_id: str | None = None) -> str:
    """Send a message."""
    client_msg_id = client_msg_id or str(uuid4())
    await chat.send(type="message", client_msg_id=client_msg_id, text=text)
    return client_msg_id


async def test_hello_is_answered_by_a_welcome_and_ready(front: Shopfront) -> None:
    async with front.chat(await front.token()) as chat:
        (welcome,) = await chat.until("welcome")
        (ready,) = await chat.until("ready")

    value = welcome["value"]
    assert value.pop("conversation_id").startswith("con_")
    assert value == {
        "last_seq": 0,
        "customer": None,
        "shop": {"name": "The Shop", "currency": "USD"},
        "suggestions": ["Where is my order?"],
        "support": {"open": True, "text": value["support"]["text"]},
        "running": False,
    }
    assert ready == {"type": "CUSTOM", "name": "ready", "value": {"last_seq": 0}}


async def test_a_customer_is_greeted_by_name(front: Shopfront, ann: Customer) -> None:
    signed_in = await front.http.post("/api/demo/sign-in", json={"customer_id": ann.id})
    async with front.chat(signed_in.json()["token"]) as chat:
        (welcome,) = await chat.until("welcome")

    assert welcome["value"]["customer"] == {"first_name": "Ann"}


async def test_a_message_is_acknowledged_and_answered_and_staff_events_stay_hidden(front: Shopfront) -> None:
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        sent = await say(chat, "where is it")
        events = await chat.until("RUN_FINISHED")

    assert events[0]["name"] == "user_message"
    assert events[0]["value"]["client_msg_id"] == sent
    assert [event["seq"] for event in events] == [1, 2, 4, 5, 6, 7, 8, 9]
    assert "TOOL_CALL_ARGS" not in {event["type"] for event in events}
    deltas = [event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT"]
    assert deltas == ["where", "is", "it"]
    assert events[-1]["outcome"] == {"type": "success"}


async def test_two_tabs_of_one_session_see_the_same(front: Shopfront) -> None:
    token = await front.token()
    async with front.chat(token) as one, front.chat(token) as two:
        await one.until("ready")
        await two.until("ready")
        await say(one, "hello there")

        assert await one.until("RUN_FINISHED") == await two.until("RUN_FINISHED")


async def test_the_same_message_again_is_acknowledged_and_not_taken_twice(front: Shopfront) -> None:
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        sent = await say(chat, "cancel it")
        await chat.until("RUN_FINISHED")
        await say(chat, "cancel it", sent)
        acknowledged = await chat.receive()

    assert acknowledged == {"type": "CUSTOM", "name": "ack", "value": {"client_msg_id": sent, "seq": 1}}


BAD_FRAMES: dict[str, str | bytes] = {
    "not JSON": "hello",
    "JSON, but no object": "[]",
    "unknown type": '{"type":"shout"}',
    "no type": "{}",
    "binary": b'{"type":"ping"}',
    "an unknown field": '{"type":"ping","now":true}',
    "no text": '{"type":"message","client_msg_id":"a"}',
    "text that is a number": '{"type":"message","client_msg_id":"a","text":5}',
    "no client id": '{"type":"message","text":"hello"}',
    "an empty client id": '{"type":"message","client_msg_id":"","text":"hello"}',
    "an endless client id": json.dumps({"type": "message", "client_msg_id": "a" * 65, "text": "hello"}),
    "hello again": '{"type":"hello","token":"x"}',
    "typing maybe": '{"type":"typing","on":"yes"}',
    "an answer to nothing": '{"type":"resume","client_msg_id":"a","resume":[]}',
    "an answer without a decision": (
        '{"type":"resume","client_msg_id":"a","resume":[{"interruptId":"p","status":"resolved"}]}'
    ),
    "half a character": '{"type":"message","client_msg_id":"a","text":"\\ud800"}',
    "too large a frame": json.dumps({"type": "message", "client_msg_id": "a", "text": "x" * 17_000}),
    "a conversation no database can look up": '{"type":"hello","conversation_id":"\\u0000"}',
    "deeply nested": "[" * 10_000,
}


@pytest.mark.parametrize("frame", BAD_FRAMES.values(), ids=BAD_FRAMES.keys())
async def test_a_bad_frame_ends_the_socket_and_loses_nothing(front: Shopfront, frame: str | bytes) -> None:
    token = await front.token()
    async with front.chat(token) as chat:
        await chat.until("ready")
        await say(chat, "hello")
        seen = await chat.until("RUN_FINISHED")
        await chat.socket.send(frame)
        assert await chat.closed() == 4400
    async with front.chat(token) as chat:
        replayed = await chat.until("ready")

    assert replayed[1:-1] == seen


@pytest.mark.parametrize("frame", ['{"type":"ping"}', "nonsense", '{"type":"hello","last_seq":-1}'])
async def test_the_first_frame_must_be_hello(front: Shopfront, frame: str) -> None:
    async with front.raw() as chat:
        await chat.socket.send(frame)
        assert await chat.closed() == 4400


async def test_a_socket_that_says_nothing_is_closed(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.socket.HELLO_SECONDS", 0.05)
    async with front.raw() as chat:
        assert await chat.closed() == 4400


@pytest.mark.parametrize("hello", [{}, {"token": ""}, {"token": "forged"}, {"token": "x" * 512}])
async def test_without_a_good_token_nobody_gets_in(front: Shopfront, hello: dict[str, Any]) -> None:
    async with front.raw() as chat:
        await chat.send(type="hello", **hello)
        assert await chat.closed() == 4401


async def test_a_session_that_ran_out_does_not_get_in(front: Shopfront, clock: FixedClock) -> None:
    token = await front.token()
    clock.advance(timedelta(hours=front.services.settings.session_hours))
    async with front.chat(token) as chat:
        assert await chat.closed() == 4401


async def test_signing_out_ends_the_socket(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.socket._SESSION_CHECK_SECONDS", 0.05)
    token = await front.token()
    async with front.chat(token) as chat:
        await chat.until("ready")
        await front.http.delete("/api/session", headers={"Authorization": f"Bearer {token}"})
        assert await chat.closed() == 4401


async def test_somebody_elses_conversation_stays_closed(front: Shopfront) -> None:
    async with front.chat(await front.token()) as mine:
        (welcome,) = await mine.until("welcome")
    async with front.chat(await front.token(), conversation_id=welcome["value"]["conversation_id"]) as other:
        assert await other.closed() == 4403


async def test_a_page_of_another_origin_does_not_get_in(front: Shopfront) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with front.raw(origin="https://elsewhere.example"):
            pass

    assert refused.value.response.status_code == 403


async def test_own_and_allowed_origins_get_in(serve: Serve) -> None:
    front = await serve(allowed_origins=["https://shop.example"])
    for origin in (f"http://{front.address}", "https://shop.example"):
        async with front.raw(origin=origin) as chat:
            await chat.send(type="hello", token=await front.token())
            assert (await chat.until("ready"))[-1]["name"] == "ready"


@pytest.mark.parametrize(("text", "code"), [("x" * 4001, "too_long"), ("", "empty"), (" \n\x00 ", "empty")])
async def test_a_text_that_cannot_be_taken_is_answered_and_the_socket_stays(
    front: Shopfront, text: str, code: str
) -> None:
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        sent = await say(chat, text)
        error = await chat.receive()
        await chat.send(type="ping")
        pong = await chat.receive()

    assert (error["name"], error["value"]["code"]) == ("error", code)
    assert error["value"]["client_msg_id"] == sent
    assert pong == {"type": "CUSTOM", "name": "pong", "value": {}}


async def test_the_longest_text_is_taken_also_in_the_widest_characters(front: Shopfront) -> None:
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        frame = {"type": "message", "client_msg_id": str(uuid4()), "text": "🏕" * 4000}
        await chat.socket.send(json.dumps(frame, ensure_ascii=False))
        (message,) = await chat.until("user_message")

    assert message["value"]["text"] == "🏕" * 4000


@pytest.mark.parametrize(
    ("answer", "decision"),
    [
        ({"status": "resolved", "payload": {"decision": "confirm"}}, "confirm"),
        ({"status": "resolved", "payload": {"decision": "decline"}}, "decline"),
        ({"status": "cancelled"}, "decline"),
    ],
)
async def test_a_word_on_a_proposal_is_carried_out_once(
    front: Shopfront, answer: dict[str, Any], decision: str
) -> None:
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        for _ in range(2):
            await chat.send(type="resume", client_msg_id="c-1", resume=[{"interruptId": "pro_1", **answer}])
        await chat.until("ack")

    assert front.turns.decisions == [("pro_1", decision)]


async def test_stop_reaches_the_running_answer(front: Shopfront) -> None:
    async with front.chat(await front.token()) as chat:
        (welcome,) = await chat.until("welcome")
        await chat.send(type="stop")
        await chat.send(type="ping")
        await chat.until("pong")

    assert front.turns.stopped == [welcome["value"]["conversation_id"]]


async def test_the_customers_own_typing_is_not_shown_to_them(front: Shopfront) -> None:
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        await chat.send(type="typing", on=True)
        await chat.send(type="ping")

        assert (await chat.receive())["name"] == "pong"


async def test_too_many_messages_are_refused_and_then_end_the_socket(serve: Serve) -> None:
    front = await serve(chat_rate=3)
    token = await front.token()
    async with front.chat(token) as chat:
        await chat.until("ready")
        for n in range(4):
            await say(chat, f"message {n}")
        (*_, error) = await chat.until("error")
        assert error["value"]["code"] == "rate_limited"
        for n in range(5):
            await say(chat, f"again {n}")
        assert await chat.closed() == 4429
    async with front.chat(token) as chat:
        replayed = await chat.until("ready")

    messages = [event for event in replayed if event.get("name") == "user_message"]
    assert [event["value"]["text"] for event in messages] == ["message 0", "message 1", "message 2"]


async def test_a_flood_of_frames_ends_the_socket(serve: Serve) -> None:
    front = await serve(chat_rate=1)
    async with front.chat(await front.token()) as chat:
        for _ in range(30):
            await chat.send(type="ping")
        assert await chat.closed() == 4429


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (Refused("That order has been shipped."), "refused", "has been shipped"),
        (OperationalError("INSERT", {}, Exception("database or disk is full")), "disk_full", "disk is full"),
        (RuntimeError("the secret inside"), "internal", "trc_"),
    ],
)
async def test_what_goes_wrong_is_said_and_the_socket_stays(
    front: Shopfront, failure: Exception, code: str, words: str
) -> None:
    front.turns.failure = failure
    async with front.chat(await front.token()) as chat:
        await chat.until("ready")
        sent = await say(chat, "hello")
        error = (await chat.receive())["value"]
        front.turns.failure = None
        await say(chat, "hello", sent)
        await chat.until("RUN_FINISHED")

    assert (error["code"], error["client_msg_id"]) == (code, sent)
    assert words in error["message"]
    assert "secret" not in error["message"]


async def test_a_fault_of_the_server_ends_the_socket_with_the_standards_code(
    front: Shopfront, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> bool:
        raise RuntimeError("broken")

    monkeypatch.setattr(front.turns, "running", broken)
    async with front.chat(await front.token()) as chat:
        assert await chat.closed() == 1011
