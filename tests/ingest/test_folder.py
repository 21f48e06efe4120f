"""A folder of exports is recognised by its columns and loaded in the right sequence, or not at all."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commerce.orders.models import Order
from core.clock import FixedClock
from core.database import Database
from core.settings import Settings
from ingest.command import load_shop
from ingest.errors import UnreadableFile
from ingest.folder import find_exports
from tests.ingest.exports import (
    CUSTOMER,
    ORDER,
    PRODUCT,
    STOCK,
    counts,
    customer,
    every,
    load,
    order,
    products,
    sheet,
    stock,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every export, named so that the alphabet is no help, and a file that is none."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "a_orders.csv").write_text(sheet(ORDER, order()))
    (exports / "b_inventory.csv").write_text(sheet(STOCK, stock()))
    (exports / "c_customers.csv").write_text(sheet(CUSTOMER, customer()))
    (exports / "d_products.csv").write_text(products())
    (exports / "e_discounts.csv").write_text("Code,Value\nTEN,10\n")
    return exports


def command(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ingest", *words],
        cwd=ROOT,
        env={**os.environ, "STOREWRIGHT_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
    )


async def test_a_folder_is_loaded_products_first_and_orders_last(folder: Path, tmp_path: Path) -> None:
    report = await load_shop(Settings(data=tmp_path / "data"), folder, "shopify")
    assert [each.what for each in report.files] == ["products", "customers", "stock", "orders"]
    assert [counts(each) for each in report.files] == [(2, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0)]
    assert list(report.left_out) == ["e_discounts.csv"]
    again = await load_shop(Settings(data=tmp_path / "data"), folder, "shopify")
    assert [counts(each)[:2] for each in again.files] == [(0, 0)] * 4


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("z.csv", b"%PDF-1.7", "z.csv: The file is a PDF"),
        ("z.csv", sheet(PRODUCT).replace(",", ";").encode(), "z.csv: The columns are separated by semicolons"),
        ("z.csv", b"Name,Lineitem name\n#1,Lamp\n", "z.csv: This is not a Shopify order export"),
        ("z.json", b'{"orders": [', "z.json: The file is not valid JSON"),
    ],
)
async def test_one_broken_file_stops_everything_before_it_begins(
    folder: Path, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(UnreadableFile, match=why):
        await load_shop(Settings(data=tmp_path / "data"), folder, "shopify")
    assert not (tmp_path / "data" / "shop.db").exists()


def test_a_folder_without_an_export_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(UnreadableFile, match="No Shopify export is in"):
        find_exports(tmp_path)
    with pytest.raises(UnreadableFile, match="is no folder"):
        find_exports(tmp_path / "nowhere")


def test_json_lists_of_stock_are_put_together(tmp_path: Path) -> None:
    (tmp_path / "inventory_items.json").write_text('{"inventory_items": [{"id": 1, "sku": "MUG"}]}')
    (tmp_path / "inventory_levels.json").write_text(
        '{"inventory_levels": [{"inventory_item_id": 1, "location_id": 2, "available": 3}]}'
    )
    (tmp_path / "locations.json").write_text('{"locations": [{"id": 2, "name": "Boulder"}]}')
    (export,) = find_exports(tmp_path).exports
    assert export.kind == "stock"
    assert set(json.loads(export.content)) == {"inventory_items", "inventory_levels", "locations"}


def test_the_command_tells_a_person_or_a_program(folder: Path, tmp_path: Path) -> None:
    (folder / "a_orders.csv").write_text(
        sheet(ORDER, order(), order(Name="#1002", Id="2", **{"Lineitem sku": "GHOST"}))
    )
    told = command(tmp_path / "data", "shop", "--in", str(folder))
    assert told.returncode == 0
    assert "a_orders.csv, orders: 1 new, 0 changed, 0 the same, 1 refused (2 rows, 1 order lines)" in told.stdout
    assert "  line 3, Lineitem sku: 'GHOST' is no SKU of this shop" in told.stdout
    report = json.loads(command(tmp_path / "data", "orders", "--in", str(folder / "a_orders.csv"), "--json").stdout)
    assert (report["same"], report["refused"]) == (1, 1)
    assert (report["problems"][0]["line"], report["problems"][0]["column"]) == (3, "Lineitem sku")
    assert command(tmp_path / "data", "shop", "--in", str(tmp_path / "nowhere")).returncode == 1


async def test_an_import_that_was_killed_is_run_again(tmp_path: Path, sqlite_url: str, clock: FixedClock) -> None:
    data = tmp_path
    file = data / "orders.csv"
    file.write_text(sheet(ORDER, *(order(Name=f"#{number}", Id=str(number)) for number in range(3000, 6000))))
    database = Database(sqlite_url)
    await load(database, clock, "products", products())
    running = subprocess.Popen(
        [sys.executable, "-m", "ingest", "orders", "--in", str(file)],
        cwd=ROOT,
        env={**os.environ, "STOREWRIGHT_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    journal = data / "shop.db-wal"
    until = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < until and not _grown(journal):
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert len(await every(database, Order)) in (0, 3000)
    await database.close()
    assert command(data, "orders", "--in", str(file)).returncode == 0
    database = Database(sqlite_url)
    assert len(await every(database, Order)) == 3000
    await database.close()


def _grown(journal: Path) -> bool:
    return journal.exists() and journal.stat().st_size > 1_000_000
