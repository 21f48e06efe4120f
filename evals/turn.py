"""What a turn costs: `python -m evals.turn [--json FILE] [--turns 50]`.

Starts the real server over a fresh demo shop, first with an endpoint that answers at once, so that what is left of a
turn is its own cost, then with the embedded model, and talks to it over the public websocket.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from evals.client import Turn, shopper
from evals.endpoint import Asked, Call, Endpoint, Reply
from evals.rival import INSTALLED, measure_rival
from evals.serving import Serving, serving

ORDERS = 600
CONVERSATIONS = 5
WHO = "Marcus Bell"
Numbers = dict[str, Any]

QUESTIONS = (
    "Where is my order {}?",
    "Has {} been sent yet?",
    "Any news on {}?",
    "When does {} arrive?",
    "Can you tell me the status of {}?",
)
MESSAGES: dict[str, tuple[str, ...]] = {
    "Maya Brennan": (
        "Where is my order?", "what's your return policy", "do you have any tents", "is the headlamp rechargeable",
        "I want to cancel my order", "no", "How much is shipping?", "cancel the headlamp please", "no, leave it",
        "can you send my order to another address", "never mind", "thanks",
    ),
    "Marcus Bell": (
        "hi", "my parcel is late", "why is it late?", "track my package", "what do I get for the delay?",
        "which carrier has it", "can I return a daypack after I used it", "show me daypacks under $80",
        "what can you do?", "when will it arrive", "ok thank you",
    ),
    "Tom Okafor": (
        "Where's my rain jacket?", "what are my options", "how long do refunds take", "do you sell travel mugs",
        "I would rather wait", "no", "what is the warranty on the trail shoes", "order status", "good morning",
    ),
    "James Whitfield": (
        "I'd like to return the boots", "they are too small", "no", "how many days do I have to return something",
        "can I get the refund on a gift card", "do the hiking boots run large", "has my order arrived",
        "show me blankets", "what does overnight delivery cost", "do you ship to Canada",
    ),
    "Priya Nair": (
        "Where is my parcel?", "it seems to be lost", "What happens with lost parcels?", "is the lantern waterproof",
        "how do I contact you", "what hammocks do you have", "when will I get my money back", "do you price match",
    ),
    "Daniel Ortiz": (
        "cancel my order", "no", "is my flask on the way", "do you have it in blue", "what about gift cards",
        "change the address of my order", "stop", "how much is the picnic blanket", "what is your cancellation policy",
        "asdf qwer", "is there a student discount", "bye",
    ),
}  # fmt: skip


def track(asked: Asked) -> Reply:
    """A model that looks the named order up and says where it is."""
    if not asked.results:
        number = next(word.strip("?.,") for word in asked.said.split() if word.startswith("SW-"))
        return Reply(calls=(Call("track_order", {"order_number": number}),))
    found = asked.results[-1]
    return Reply(f"Order {found['number']} is {found['state'].replace('_', ' ')}. It was due {found['promised_on']}.")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _milliseconds(values: Sequence[float]) -> Numbers:
    return {"p50_ms": round(median(values) * 1000, 1), "p95_ms": round(percentile(values, 0.95) * 1000, 1)}


async def measure_endpoint(server: Serving, endpoint: Endpoint, turns: int) -> Numbers:
    """One-tool turns, several conversations of them: calls, prompt tokens, and what is our own of the time."""
    own: list[list[float]] = []
    prompts: list[list[int]] = []
    characters: list[int] = []
    calls: set[int] = set()
    number = await _order_number(server, endpoint)
    busy = server.busy
    for _ in range(CONVERSATIONS):
        async with shopper(server.url, WHO) as guest:
            for i in range(turns):
                endpoint.forget()
                turn = await guest.say(QUESTIONS[i % len(QUESTIONS)].format(number))
                assert turn.tools == ["track_order"] and number in turn.text, turn.events
                calls.add(len(endpoint.answered))
                if i == 0:
                    own.append([])
                    prompts.append([])
                    characters.append(sum(len(each.prompt) for each in endpoint.answered))
                own[-1].append(turn.seconds - sum(each.seconds for each in endpoint.answered))
                prompts[-1].append(sum(each.tokens for each in endpoint.answered))
    second, last = (median(each[i] for each in own) for i in (1, -1))
    return {
        "model_calls": sorted(calls),
        "prompt_tokens_first_turn": max(each[0] for each in prompts),
        "prompt_characters_first_turn": max(characters),
        "prompt_tokens_last_turn": max(each[-1] for each in prompts),
        "own": _milliseconds([each for conversation in own for each in conversation]),
        "own_second_turn_ms": round(second * 1000, 1),
        f"own_turn_{turns}_ms": round(last * 1000, 1),
        "ratio": round(last / second, 2),
        "processor_ms": round((server.busy - busy) / (CONVERSATIONS * turns) * 1000, 1),
    }


async def _order_number(server: Serving, endpoint: Endpoint) -> str:
    """The customer's newest order, asked of the shop itself in a conversation of its own."""
    before, endpoint.policy = endpoint.policy, _list
    async with shopper(server.url, WHO) as guest:
        turn = await guest.say("Show me my recent orders")
    endpoint.policy = before
    return turn.text.split()[-1]


def _list(asked: Asked) -> Reply:
    if not asked.results:
        return Reply(calls=(Call("list_orders"),))
    return Reply(asked.results[-1]["orders"][0]["number"])


async def measure_embedded(server: Serving) -> Numbers:
    """Varied messages of several customers to the embedded model."""
    turns: list[Turn] = []
    busy = server.busy
    for who, messages in MESSAGES.items():
        async with shopper(server.url, who) as guest:
            turns += [await guest.say(message) for message in messages]
    failed = [turn for turn in turns if turn.events[-1]["type"] == "RUN_ERROR"]
    return {
        "messages": len(turns),
        "failed": len(failed),
        "first": _milliseconds([turn.first for turn in turns if turn.first]),
        "whole": _milliseconds([turn.seconds for turn in turns]),
        "processor_ms": round((server.busy - busy) / len(turns) * 1000, 1),
    }


async def measure(turns: int) -> Numbers:
    """Everything, over one fresh data folder."""
    endpoint = Endpoint(track)
    endpoint.start()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        asking = {"STOREWRIGHT_MODEL": "scripted", "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": ""}
        with serving(data, ORDERS, **asking) as server:
            numbers: Numbers = {"first_start_s": round(server.started_in, 1)}
            numbers["endpoint"] = await measure_endpoint(server, endpoint, turns)
        endpoint.stop()
        with serving(data, ORDERS, STOREWRIGHT_MODEL="embedded") as server:
            numbers["warm_start_s"] = round(server.started_in, 1)
            numbers["embedded"] = await measure_embedded(server)
            numbers["resident_gib"] = round(server.resident / 2**30, 2)
    if INSTALLED:
        numbers["langgraph_supervisor"] = await measure_rival()
    numbers["load"] = round(os.getloadavg()[0], 1)
    return numbers


def summary(numbers: Numbers, turns: int) -> str:
    """One line."""
    one, other = numbers["endpoint"], numbers["embedded"]
    return (
        f"one-tool turn: {'/'.join(map(str, one['model_calls']))} model calls, "
        f"{one['prompt_tokens_first_turn']} prompt tokens, {one['own']['p50_ms']} ms of our own "
        f"(p95 {one['own']['p95_ms']}), turn {turns} = {one['ratio']} x turn 2; "
        f"embedded: p50 {other['whole']['p50_ms']} ms, p95 {other['whole']['p95_ms']} ms over {other['messages']}; "
        f"warm start {numbers['warm_start_s']} s, {numbers['resident_gib']} GiB resident; "
        f"load of the machine {numbers['load']} on {os.cpu_count()} cores"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument("--turns", type=int, default=50, help="turns of a conversation")
    arguments = parser.parse_args()
    numbers = asyncio.run(measure(arguments.turns))
    text = json.dumps(numbers, indent=2)
    if arguments.json:
        arguments.json.write_text(text)
    print(text)
    if not INSTALLED:
        print("langgraph-supervisor is not installed: not compared")
    print(summary(numbers, arguments.turns))


if __name__ == "__main__":
    main()
