"""A merchant's own export, from the command to the first answer about one of its products.

`python -m evals.bring --in FILE|FOLDER [--json FILE]`. Everything is done as a merchant does it: an empty data folder,
`python -m ingest`, the server, the chat at the public websocket.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from core.money import format_money
from evals.client import shopper
from evals.serving import serving

ROOT = Path(__file__).parent.parent
_ORDERS = 200
"""The demo shop's size, which an empty shop does not use but the server wants to know."""

Numbers = dict[str, Any]


def load(source: Path, data: Path) -> float:
    """Import a product export, or a folder of exports; the seconds it took.

    Raises:
        RuntimeError: nothing was loaded.
    """
    kind = "shop" if source.is_dir() else "products"
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ingest", kind, "--in", str(source.resolve())],
        cwd=ROOT,
        env=os.environ | {"STOREWRIGHT_DATA": str(data)},
        stdout=subprocess.PIPE,
        text=True,
    )
    print(done.stdout, end="")
    if done.returncode:
        raise RuntimeError(f"python -m ingest {kind} ended with {done.returncode}")
    return time.perf_counter() - begun


async def ask(url: str) -> Numbers:
    """Ask for the price of every product on sale; each answer must name the product and its price."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
        first = (await http.get("/api/products")).json()
    right, first_seconds, example = 0, 0.0, ""
    async with shopper(url) as guest:
        for product in first["products"]:
            turn = await guest.say(f"how much is the {product['title']}?")
            if not first_seconds:
                first_seconds, example = turn.seconds, turn.text
            right += product["title"] in turn.text and format_money(product["price"], product["currency"]) in turn.text
    return {
        "products": first["total"],
        "asked": len(first["products"]),
        "right": right,
        "first_answer_s": round(first_seconds, 2),
        "example": example,
    }


async def measure(source: Path) -> Numbers:
    """Everything, over a fresh data folder."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        begun = time.perf_counter()
        numbers: Numbers = {"import_s": round(load(source, data), 1)}
        with serving(data, _ORDERS, STOREWRIGHT_SHOP="empty", STOREWRIGHT_MODEL="embedded") as server:
            numbers["open_after_s"] = round(time.perf_counter() - begun, 1)
            numbers["processor_s"] = round(server.busy, 1)
            numbers |= await ask(server.url)
    numbers["load"] = round(os.getloadavg()[0], 1)
    return numbers


def summary(numbers: Numbers) -> str:
    """One line."""
    return (
        f"bring: import {numbers['import_s']} s, open after {numbers['open_after_s']} s "
        f"({numbers['processor_s']} s of processor time to start, load of the machine {numbers['load']}), "
        f"first answer {numbers['first_answer_s']} s; "
        f"{numbers['right']}/{numbers['asked']} prices right of {numbers['products']} products"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", dest="source", type=Path, required=True, help="a product export or a folder")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    arguments = parser.parse_args()
    numbers = asyncio.run(measure(arguments.source))
    text = json.dumps(numbers, indent=2)
    if arguments.json:
        arguments.json.write_text(text)
    print(text)
    print(summary(numbers))


if __name__ == "__main__":
    main()
