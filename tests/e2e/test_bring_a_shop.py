"""A merchant's exports and rules become a shop that knows its customers, also while it runs."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commerce.orders.models import Order
from tests.e2e import rows
from tests.e2e.customer import Customer, visit
from tests.e2e.process import ROOT, ShopProcess, environment
from tests.ingest.exports import CUSTOMER, ORDER, STOCK, Cells, customer, order, products, sheet, stock


def placed(days: int, **cells: str) -> Cells:
    """Nora's order of so many days ago."""
    at = f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d %H:%M:%S} +0000"
    return order(
        **{"Created at": at, "Paid at": at, "Fulfilled at": at if cells.get("Fulfillment Status") else "", **cells}
    )


def ingest(data: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ingest", *words], cwd=ROOT, env=environment(data, shop="empty"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_imported_customers_are_known_and_the_merchants_rules_hold(learnt: Path, tmp_path: Path) -> None:
    exports, policies, data = tmp_path / "exports", tmp_path / "policies", tmp_path / "data"
    exports.mkdir()
    shutil.copytree(learnt, data)
    (exports / "products.csv").write_text(products())
    (exports / "customers.csv").write_text(sheet(CUSTOMER, customer()))
    (exports / "inventory.csv").write_text(sheet(STOCK, stock()))
    sent = {"Name": "#1002", "Id": "2", "Fulfillment Status": "fulfilled"}
    (exports / "orders.csv").write_text(sheet(ORDER, placed(1), placed(40, **sent)))
    shutil.copytree(ROOT / "knowledge" / "policies", policies)
    (policies / "returns-2020.md").unlink()
    returns = policies / "returns.md"
    returns.write_text(returns.read_text().replace("window_days: 30", "window_days: 21"))

    ingest(data, "shop", "--in", str(exports))
    with ShopProcess(data, tmp_path / "log", shop="empty", shop_name="Fern & Clay", policies=policies) as shop:
        async with Customer(shop, visit(shop)) as nora:
            assert "21 days" in (await nora.say("what is your return policy?")).text
            await nora.say("where is my order #1001?")
            known = await nora.say("nora.berg@example.com")
            assert "Nora" in known.text and "#1001" in known.text
            late = await nora.say("I want to return the lamp from order #1002, it is defective")
            assert "21 days" in late.text

        newer = exports / "newer.csv"
        newer.write_text(
            sheet(ORDER, placed(0, Name="#1003", Id="3", Email="pia@example.com", **{"Billing Name": "Pia Holm"}))
        )
        ingest(data, "orders", "--in", str(newer))
        async with Customer(shop, visit(shop)) as pia:
            await pia.say("where is my order?")
            await pia.say("pia@example.com")
            known = await pia.say("#1003")
            assert "Pia" in known.text and "#1003" in known.text
    assert {row.number for row in rows.every(data, Order, Order.id != "")} == {"#1001", "#1002", "#1003"}
