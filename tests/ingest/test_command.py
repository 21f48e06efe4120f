"""`python -m ingest products` works beside a running server and without one."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from sqlmodel import select

from commerce.catalogue.models import Product
from core.database import Database
from core.errors import DataFolderLocked, Invalid, StorewrightError
from core.lock import DataFolder
from core.settings import Settings
from ingest.command import ServerAddress, load_file
from ingest.report import ImportReport

ROOT = Path(__file__).parents[2]
CSV = "Handle,Title,Variant Price\nmug,Mug,12\n"


class Server(BaseHTTPRequestHandler):
    """Stands for the running server's route."""

    seen: ClassVar[list[tuple[str, str, bytes]]] = []
    answer: ClassVar[tuple[int, str]] = (200, "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"], body))
        status, text = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def running(tmp_path: Path) -> Iterator[type[Server]]:
    """A server that holds the data folder and has said where it is."""
    folder = DataFolder(tmp_path)
    folder.open()
    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f'{{"url": "http://127.0.0.1:{server.server_port}", "token": "secret"}}'
    (tmp_path / "server.json").write_text(address)
    Server.seen.clear()
    yield Server
    server.shutdown()
    thread.join()
    server.server_close()
    folder.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A right file."""
    path = tmp_path / "products.csv"
    path.write_text(CSV)
    return path


def command(data: Path, file: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STOREWRIGHT_DATA": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "ingest", "products", "--in", str(file)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_without_a_server_the_products_go_into_the_database(tmp_path: Path, file: Path) -> None:
    first = command(tmp_path / "data", file)
    assert (first.returncode, first.stdout.splitlines()[0][:31]) == (0, "1 new, 0 changed, 0 the same, 0")
    again = command(tmp_path / "data", file)
    assert (again.returncode, again.stdout.splitlines()[0][:31]) == (0, "0 new, 0 changed, 1 the same, 0")

    async def titles() -> list[str]:
        database = Database(Settings(data=tmp_path / "data").shop_database_url)
        async with database.read() as session:
            found = (await session.exec(select(Product.title))).all()
        await database.close()
        return list(found)

    assert asyncio.run(titles()) == ["Mug"]


def test_a_file_with_nothing_right_ends_with_one(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text('Handle,Title,Variant Price\nmug,Mug,"12,5"\n')
    refused = command(tmp_path / "data", file)
    assert refused.returncode == 1
    assert "line 2, Variant Price: '12,5' has a comma" in refused.stdout
    missing = command(tmp_path / "data", tmp_path / "nowhere.csv")
    assert missing.returncode == 1
    assert "nowhere.csv" in missing.stderr
    assert "Traceback" not in missing.stderr


async def test_with_a_server_the_file_goes_through_it(tmp_path: Path, file: Path, running: type[Server]) -> None:
    running.answer = (200, ImportReport(what="products", source="mine", new=1).model_dump_json())
    report = await load_file(Settings(data=tmp_path), "products", file, "mine")
    assert report.new == 1
    assert running.seen == [("/api/admin/import/products?source=mine", "Bearer secret", CSV.encode())]
    assert not (tmp_path / "shop.db").exists()


async def test_what_the_server_refuses_is_said(tmp_path: Path, file: Path, running: type[Server]) -> None:
    running.answer = (422, '{"error": {"code": "unreadable_file", "message": "The file is empty."}}')
    with pytest.raises(Invalid, match=r"The file is empty\."):
        await load_file(Settings(data=tmp_path), "products", file, "mine")


async def test_a_server_that_does_not_answer_is_said(tmp_path: Path, file: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.open()
    (tmp_path / "server.json").write_text('{"url": "http://127.0.0.1:9", "token": "secret"}')
    with pytest.raises(StorewrightError, match="does not answer"):
        await load_file(Settings(data=tmp_path), "products", file, "mine")
    folder.close()


async def test_a_held_folder_without_an_address_is_left_alone(tmp_path: Path, file: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.open()
    with pytest.raises(DataFolderLocked):
        await load_file(Settings(data=tmp_path), "products", file, "mine")
    folder.close()


def test_the_token_is_not_printed() -> None:
    address = ServerAddress.model_validate_json('{"url": "http://127.0.0.1:1", "token": "secret"}')
    assert "secret" not in repr(address)
