"""A shop that starts empty and loads its own products, while it runs and while it does not."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commerce.catalogue.models import Product
from tests.e2e import rows
from tests.e2e.customer import Customer, visit
from tests.e2e.process import ROOT, ShopProcess, environment

FOUND_AFTER = 2.5
"""Seconds until a running shop has read what was loaded."""
EXPORTS = ROOT.parent / "shared" / "data" / "shopify"


def load(data: Path, file: str) -> str:
    """Load a product export with the command; returns what it reports."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "products", "--in", str(EXPORTS / file)],
        cwd=ROOT,
        env=environment(data, shop="empty"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the product exports are not here")
async def test_an_empty_shop_answers_about_the_products_it_loads(learnt: Path, tmp_path: Path) -> None:
    data = shutil.copytree(learnt, tmp_path / "data")
    load(data, "home-and-garden.csv")
    assert rows.every(data, Product, Product.title == "Clay Plant Pot")
    with ShopProcess(data, tmp_path / "log", shop="empty", shop_name="Fern & Clay") as shop:
        async with Customer(shop, visit(shop)) as visitor:
            (welcome,) = visitor.seen.named("welcome")
            assert welcome["shop"]["name"] == "Fern & Clay"
            priced = await visitor.say("how much is the clay plant pot?")
            assert "9.99" in priced.text
            sizes = await visitor.say("which sizes does the clay plant pot come in?")
            assert "Regular" in sizes.text and "Large" in sizes.text
            stocked = await visitor.say("is the copper light in stock?")
            assert "stock" in stocked.text.lower()
            described = await visitor.say("I'm looking for a lamp for my bedroom")
            assert "Copper Light" in str([described.text, described.named("card")])

            before = await visitor.say("do you sell an ocean blue shirt?")
            assert "Ocean Blue Shirt" not in str([before.text, before.named("card")])
            load(data, "apparel.csv")
            await asyncio.sleep(FOUND_AFTER)
            found = await visitor.say("do you sell an ocean blue shirt?")
            assert "Ocean Blue Shirt" in str([found.text, found.named("card")])
            varsity = await visitor.say("how much is the classic varsity top?")
            assert "Classic Varsity Top" in varsity.text and "$" in varsity.text
        with shop.http() as http:
            assert http.get("/api/demo/customers").status_code == 404
            assert http.get("/readyz").status_code == 200
