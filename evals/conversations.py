"""Whole conversations with the demo shop's customers, over the real websocket, judged by what is in the database.

`python -m evals.conversations --in scripts.json [--json FILE] [--only 3,7] [--show]`. A script names a customer,
what they type, and the outcome a good shop clerk would reach. Each one gets a fresh copy of the shop.
"""

import argparse
import asyncio
import json
import re
import shutil
import tempfile
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import websockets
from sqlmodel import select

from commerce.actions.models import ReceiptRow
from commerce.orders.models import Order
from commerce.people.models import Customer
from core.settings import Settings
from desk.escalations.models import Escalation
from server import shop_services
from web.app import create_app
from web.services import Services

Script = dict[str, Any]
Part = dict[str, Any]
"""One change to one order, as expected or as a receipt has it."""
UNCLEAR = ("not sure i understood", "still don't understand")


@dataclass(slots=True)
class Outcome:
    """What came of one conversation."""

    said: list[str] = field(default_factory=list)
    """The assistant's messages."""
    card: dict[str, Any] | None = None
    """The proposal that waits at the end."""
    transcript: list[str] = field(default_factory=list)
    """Both sides."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a conversation compares with its script."""

    id: int
    wrong: list[str]
    """What is not as it should be; empty when all is."""
    excess: list[str] = field(default_factory=list)
    """Changes that were made and that nobody asked for."""


class Typist:
    """Somebody who types."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket
        self.outcome = Outcome()

    async def say(self, text: str) -> None:
        """Type a message, or press a button of the card with `!yes` and `!no`; wait for the answer."""
        outcome = self.outcome
        outcome.transcript.append(f"> {text}")
        frame: dict[str, Any] = {"type": "message", "client_msg_id": str(uuid.uuid4()), "text": text}
        if text in ("!yes", "!no"):
            if outcome.card is None:
                return
            answer = {"decision": "confirm" if text == "!yes" else "decline"}
            entry = {"interruptId": outcome.card["id"], "status": "resolved", "payload": answer}
            frame = {"type": "resume", "client_msg_id": str(uuid.uuid4()), "resume": [entry]}
        await self._socket.send(json.dumps(frame))
        await self._listen()

    async def _listen(self) -> None:
        outcome, text = self.outcome, ""
        while True:
            event = json.loads(await asyncio.wait_for(self._socket.recv(), 60))
            kind, name, value = event["type"], event.get("name"), event.get("value")
            if kind == "TEXT_MESSAGE_CONTENT":
                text += event["delta"]
            elif kind == "TEXT_MESSAGE_END":
                outcome.said.append(text.strip())
                outcome.transcript.append(f"  {text.strip()}")
                text = ""
            elif name == "proposal" and outcome.card and value["id"] == outcome.card["id"]:
                outcome.card = None if value["status"] != "open" else outcome.card
            elif kind in ("RUN_FINISHED", "RUN_ERROR"):
                result = event.get("outcome") or {}
                if result.get("type") == "interrupt":
                    outcome.card = result["interrupts"][0]["metadata"]["proposal"]
                    outcome.transcript.append(f"  [card] {outcome.card['sentence']}")
                return


async def converse(base: str, script: Script) -> Outcome:
    """Hold one conversation."""
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        if script["persona"] == "anon":
            opened = await client.post("/api/sessions", json={})
        else:
            people = (await client.get("/api/demo/customers")).json()["customers"]
            who = next(person for person in people if person["name"].split()[0] == script["persona"])
            opened = await client.post("/api/demo/sign-in", json={"customer_id": who["id"]})
    async with websockets.connect(f"{base.replace('http', 'ws')}/ws/chat") as socket:
        await socket.send(json.dumps({"type": "hello", "token": opened.json()["token"], "last_seq": 0}))
        while json.loads(await socket.recv()).get("name") != "ready":
            pass
        customer = Typist(socket)
        for turn in script["turns"]:
            await customer.say(turn)
    return customer.outcome


async def filled(script: Script, services: Services) -> Script:
    """The script with what the generated shop holds in place of its tokens.

    `{EMAIL:Maya}` is a customer's address, `{ORDER:Maya}` the number of their newest order, `{ORDER:Maya:2}` of
    the one before, and `{DIGITS:Maya}` the same without its letters.
    """
    text = json.dumps(script)
    for token, kind, name, back in set(re.findall(r"(\{(EMAIL|ORDER|DIGITS):(\w+?)(?::(\d+))?\})", text)):
        async with services.database.read() as session:
            found = select(Customer).where(Customer.first_name == name).where(Customer.source == "demo")
            customer = (await session.exec(found.order_by(Customer.id))).first()
            assert customer is not None
            orders = (await session.exec(select(Order).where(Order.customer_id == customer.id))).all()
        value = customer.email
        if kind != "EMAIL":
            newest = sorted(orders, key=lambda order: order.placed_at, reverse=True)
            value = newest[int(back or 1) - 1].number
        text = text.replace(token, value if kind != "DIGITS" else re.sub(r"\D", "", value))
    whole: Script = json.loads(text)
    return whole


async def judge(script: Script, outcome: Outcome, services: Services) -> Result:
    """Compare what came of a conversation with what should have."""
    expect, wrong = script["expect"], []
    async with services.database.read() as session:
        receipts = [row.body for row in (await session.exec(select(ReceiptRow))).all()]
        escalated = bool((await session.exec(select(Escalation))).all())
    parts = [part for receipt in receipts for part in receipt["parts"] if part["done"]]
    missing, excess = _compared(expect.get("committed", parts), parts)
    if missing or excess:
        wrong.append(f"committed {[_shown(part) for part in parts]}, expected {expect['committed']}")
    if expect.get("card_open"):
        shown = list(outcome.card["parts"]) if outcome.card else []
        card = expect.get("card") or []
        if not shown or (card and any(_compared(card if isinstance(card, list) else [card], shown))):
            wrong.append(f"card {[_shown(part) for part in shown]}, expected {card}")
    if "escalated" in expect and expect["escalated"] != escalated:
        wrong.append(f"escalated: {escalated}")
    everything = " ".join(outcome.said).lower()
    wrong += [f"does not say {text!r}" for text in expect.get("says", []) if text.lower() not in everything]
    lost = sum(any(mark in text.lower() for mark in UNCLEAR) for text in outcome.said)
    if lost > expect.get("not_understood", 0):
        wrong.append(f"not understood {lost} times")
    return Result(script["id"], wrong, [_shown(part) for part in excess])


def _compared(expected: list[Part], parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """What was expected and is missing, and what is there and was not expected."""
    missing, excess = [], list(parts)
    for want in expected:
        match = next((part for part in excess if _fits(want, part)), None)
        if match is None:
            missing.append(want)
        else:
            excess.remove(match)
    return missing, excess


def _fits(want: Part, part: Part) -> bool:
    number = re.sub(r"\D", "", part["order_number"])
    if want["kind"] != part["kind"] or str(want.get("order") or number) not in (number, part["order_number"]):
        return False
    items = want.get("items", "all")
    if items == "all" or not part["items"]:
        return True
    done = sorted((item["title"].lower(), item["quantity"]) for item in part["items"])
    wanted = sorted((title.lower(), quantity) for title, quantity in items)
    return len(done) == len(wanted) and all(
        fnmatchcase(title, pattern) and quantity == units
        for (pattern, units), (title, quantity) in zip(wanted, done, strict=True)
    )


def _shown(part: Part) -> str:
    items = ", ".join(f"{item['quantity']} {item['title']}" for item in part["items"])
    return f"{part['kind']} {part['order_number']} [{items}]"


async def run(scripts: list[Script], data: Path, show: bool) -> list[Result]:
    """Hold and judge every conversation, in a shop of its own on a data folder."""
    results = []
    settings = Settings(data=data, demo_orders=600, chat_rate=10_000)
    async with shop_services(settings) as services:
        server = uvicorn.Server(uvicorn.Config(create_app(services), port=0, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.05)
        base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        await _reset(services, data, keep=True)
        for script in scripts:
            outcome, script = Outcome(), await filled(script, services)
            try:
                outcome = await converse(base, script)
                result = await judge(script, outcome, services)
            except (TimeoutError, websockets.ConnectionClosed) as error:
                result = Result(script["id"], [f"no answer: {type(error).__name__}"])
            results.append(result)
            if result.wrong or show:
                print(f"--- {script['id']} {script['persona']}: {'; '.join(result.wrong) or 'as expected'}")
                print("\n".join(outcome.transcript))
            await _reset(services, data)
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
    return results


async def _reset(services: Services, folder: Path, keep: bool = False) -> None:
    """Put the shop back to how it was; with `keep`, remember how it is."""
    await asyncio.sleep(0.05)
    async with services.database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await services.database.close()
    live, kept = folder / "shop.db", folder / "shop.kept"
    if keep:
        shutil.copy(live, kept)
    else:
        for suffix in ("-wal", "-shm"):
            live.with_name(live.name + suffix).unlink(missing_ok=True)
        shutil.copy(kept, live)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", dest="source", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    scripts = json.loads(given.source.read_text(encoding="utf-8"))
    only = {int(each) for each in given.only.split(",") if each}
    with tempfile.TemporaryDirectory() as folder:
        results = asyncio.run(run([s for s in scripts if not only or s["id"] in only], Path(folder), given.show))
    right = sum(not each.wrong for each in results)
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in results], indent=1), encoding="utf-8")
    print(f"conversations: {right}/{len(results)} as expected")


if __name__ == "__main__":
    main()
