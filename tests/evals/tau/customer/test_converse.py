"""Whole conversations with a shop that plays a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.tau.customer import Transcript, Wish, converse, wish_of
from tests.evals.tau.customer.shop import Turn, opened
from tests.evals.tau.customer.world import exchange, send_back, task, write_world

pytestmark = pytest.mark.anyio
WHO = Turn("Sure! Who am I talking to? Please tell me your email, or your name and zip code.")
DONE = "All done. Is there anything else I can help you with?"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def lamp_card(after: str, method: str = "PayPal") -> dict[str, Any]:
    return {
        "kind": "exchange",
        "title": "Exchange",
        "sentence": "Exchange the lamp.",
        "order_number": "W1000001",
        "items": [
            {"order_line_id": "x", "title": "Desk Lamp", "options": "black, low", "quantity": 1, "amount": 10000}
        ],
        "changes": [{"label": "Desk Lamp", "before": "black, low", "after": after}],
        "money": [{"direction": "charge", "amount": 1000, "currency": "USD", "method": method}],
    }


def done(kind: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "done": True, "sentence": "Done.", "order_number": "W1000001"}]


async def talk(wish: Wish, seed: int, *script: Turn) -> Transcript:
    async with opened(*script) as shop:
        return await converse(shop.url, wish, seed=seed, timeout=5)


async def test_says_yes_to_the_right_card_and_leaves(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l2")), write_world(tmp_path))
    for seed in range(6):
        shown = Turn("Please have a look.", [lamp_card("white, low")], signed_in=True)
        transcript = await talk(wish, seed, WHO, shown, Turn(DONE, receipt=done("exchange")), Turn("Bye!"))
        assert transcript.ended_because == "done"
        assert [turn.decision for turn in transcript.turns if turn.decision] == ["confirm"]


async def test_says_who_it_is_as_the_instruction_tells(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l2")), write_world(tmp_path))
    transcript = await talk(wish, 1, WHO, Turn("Thanks.", signed_in=True))
    told = transcript.turns[2].text
    assert "80218" in told
    assert "ann bo" in told.lower()


@pytest.mark.parametrize(
    ("shown", "right"),
    [(("white, high", "PayPal"), "low|brightness|same"), (("white, low", "Visa ending in 1234"), "paypal")],
)
async def test_says_no_to_a_wrong_card_with_the_right_value(tmp_path: Path, shown: tuple[str, str], right: str) -> None:
    wish = wish_of(task(exchange("l2")), write_world(tmp_path))
    for seed in range(6):
        transcript = await talk(wish, seed, WHO, Turn("Like this?", [lamp_card(*shown)]), Turn("Oh."), Turn("Hm."))
        decided = [turn for turn in transcript.turns if turn.decision]
        assert decided[0].decision == "decline"
        said = " ".join(turn.text for turn in transcript.turns[4:8] if turn.who == "customer").lower()
        assert any(word in said for word in right.split("|"))


async def test_declines_what_it_did_not_ask_for(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l2")), write_world(tmp_path))
    card = {"kind": "cancel", "title": "Cancel", "sentence": "Cancel it.", "order_number": "W1000002"}
    transcript = await talk(wish, 2, WHO, Turn("Like this?", [card]))
    assert not transcript.confirmed()


async def test_a_return_with_an_item_missing_is_declined(tmp_path: Path) -> None:
    wish = wish_of(task(send_back("l1", "k1")), write_world(tmp_path))
    part = {**lamp_card(""), "kind": "return", "changes": [], "money": []}
    transcript = await talk(wish, 3, WHO, Turn("Like this?", [part]))
    assert "Tea Kettle is missing" in next(turn.why for turn in transcript.turns if turn.decision)


async def test_gives_up_after_its_last_turn(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l2")), write_world(tmp_path))
    transcript = await talk(wish, 1, Turn("Interesting weather today."))
    assert transcript.ended_because == "gave_up"
    assert sum(turn.who == "customer" for turn in transcript.turns) == 25
    lines = [turn.text for turn in transcript.turns if turn.who == "customer"]
    assert max(lines.count(line) for line in lines) <= 2


async def test_the_same_seed_says_the_same(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l2")), write_world(tmp_path))
    script = (WHO, Turn("Which colour would you like?"), Turn("Like this?", [lamp_card("white, low")]), Turn(DONE))
    first, again, other = [await talk(wish, seed, *script) for seed in (4, 4, 5)]
    assert first.sayings() == again.sayings()
    assert first.sayings() != other.sayings()


async def test_accepts_a_refusal_it_is_given_twice(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l3")), write_world(tmp_path))
    transcript = await talk(wish, 1, WHO, Turn("Sorry, that lamp isn't available, so I can't exchange it."))
    assert transcript.ended_because == "refused"


async def test_a_server_that_is_gone_ends_in_an_error(tmp_path: Path) -> None:
    wish = wish_of(task(exchange("l3")), write_world(tmp_path))
    transcript = await converse("http://127.0.0.1:9", wish, seed=1, timeout=1)
    assert transcript.ended_because == "error"
