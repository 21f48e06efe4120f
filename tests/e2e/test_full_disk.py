"""A disk that fills up: an honest sentence, nothing half done, and everything works again when there is space."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import rows
from tests.e2e.customer import Customer, sign_in_as
from tests.e2e.process import ShopProcess

MEBIBYTES = 64


@pytest.fixture
def small_disk(filled: Path, tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with little space, and a filled shop on it."""
    if sys.platform != "linux":
        pytest.skip("needs a file system of its own")
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={MEBIBYTES}m", "tmpfs", str(place)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted")
    try:
        shutil.copytree(filled, place / "data")
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill_up(place: Path) -> Path:
    """Take all the space there is."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


async def test_a_full_disk_takes_nothing_and_says_so(small_disk: Path, tmp_path: Path) -> None:
    with ShopProcess(small_disk / "data", tmp_path / "log") as shop:
        token = sign_in_as(shop, "blue tent")
        async with Customer(shop, token) as maya:
            card = (await maya.say("cancel the blue tent, I ordered it by mistake")).proposal_id
            ballast = fill_up(small_disk)

            refused = await until_refused(maya, card)
            assert {"disk_full"} == {error["code"] for error in refused}
            assert "not taken" in refused[0]["message"]
            with shop.http(token) as http:
                assert http.post("/api/sessions", json={}).status_code == 507
                assert http.get("/api/account/orders").status_code == 200
                assert http.get("/livez").status_code == 200
            done = len(rows.receipts(shop.data, card))
            assert (rows.proposal(shop.data, card).status == "committed") == bool(done)
            assert rows.unbalanced(shop.data) == []

            ballast.unlink()
            begun = len(maya.frames)
            await maya.click(card)
            answered = await maya.run_end(begun)
            assert "Done" in answered.text or "already" in answered.text
            assert len(rows.receipts(shop.data, card)) == 1
            assert rows.unbalanced(shop.data) == []
            again = await maya.say("where is my order?")
            assert "SW-" in again.text
        with shop.http() as http:
            assert http.post("/api/sessions", json={}).status_code == 201


async def until_refused(customer: Customer, card: str) -> list[dict[str, str]]:
    """Write until there is no space for it; SQLite uses up what it has set aside first."""
    for _ in range(40):
        begun = len(customer.frames)
        await customer.write("x" * 4000)
        seen = await customer.wait(
            lambda frame: frame.get("name") == "error" or frame["type"] in ("RUN_FINISHED", "RUN_ERROR"), begun
        )
        if seen.named("error"):
            await customer.click(card)
            both = await customer.wait(lambda frame: frame.get("name") == "error", begun, count=2)
            return list(both.named("error"))
    raise AssertionError(f"nothing was refused though the disk is full; the card is {card}")
