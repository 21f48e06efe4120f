"""A whole conversation with a running server."""

from __future__ import annotations

import httpx
from websockets.exceptions import WebSocketException

from evals.tau.customer.customer import Customer, Said
from evals.tau.customer.link import Heard, Link, LinkError
from evals.tau.customer.transcript import Ended, Transcript, Turn
from evals.tau.customer.wish import Wish


async def converse(
    url: str,
    wish: Wish,
    *,
    seed: int,
    max_turns: int = 25,
    timeout: float = 20.0,  # noqa: ASYNC109
    case_id: str = "",
) -> Transcript:
    """Let one customer talk until it has what it wants, is refused, or gives up after `max_turns` messages.

    Args:
        url: the server, e.g. `http://127.0.0.1:8300`.
        wish: who talks and what about.
        seed: chooses manner and words.
        max_turns: messages and button presses of the customer.
        timeout: seconds to wait for an answer.
        case_id: the transcript's name; the wish's by default.

    Returns:
        The transcript; a broken conversation ends with `error` and is not raised.
    """
    turns: list[Turn] = []
    ended: Ended = "gave_up"
    error = ""
    try:
        link = await Link.open(url, timeout)
        try:
            ended = await _talk(link, Customer(wish, seed), turns, max_turns)
        finally:
            await link.close()
    except (LinkError, httpx.HTTPError, WebSocketException, OSError, TimeoutError) as problem:
        ended, error = "error", f"{type(problem).__name__}: {problem}"
    return Transcript(case_id or wish.case_id, seed, tuple(turns), ended, error)


async def _talk(link: Link, customer: Customer, turns: list[Turn], max_turns: int) -> Ended:
    said = customer.opening()
    for _ in range(max_turns):
        turns.append(
            Turn(
                "customer",
                said.text,
                decision=said.decision,
                by_button=bool(said.proposal_id),
                why=said.why,
                asked=said.asked,
            )
        )
        heard = await _send(link, said)
        turns.append(
            Turn(
                "assistant", heard.text, tuple(heard.cards), tuple(heard.proposals), tuple(heard.receipts), ms=heard.ms
            )
        )
        if said.ends is not None:
            return said.ends
        said = customer.answer(heard)
    return "gave_up"


async def _send(link: Link, said: Said) -> Heard:
    if said.proposal_id and said.decision:
        return await link.press(said.proposal_id, said.decision)
    return await link.say(said.text)
