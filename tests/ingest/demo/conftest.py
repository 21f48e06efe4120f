"""A small demo shop, filled once for each kind of database."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from core.database import Database
from ingest.demo import DemoSummary, fill
from ingest.demo.shop import Progress

NOW = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
ORDERS = 1_200


def silent(_done: int, _total: int, _what: str) -> None:
    """Progress that nobody watches."""


def fill_now(
    url: str, *, now: datetime = NOW, orders: int = ORDERS, seed: int = 7, progress: Progress = silent
) -> DemoSummary:
    """Fill the database at an address."""

    async def run() -> DemoSummary:
        database = Database(url)
        try:
            return await fill(database, now=now, orders=orders, seed=seed, progress=progress)
        finally:
            await database.close()

    return asyncio.run(run())


@contextmanager
def _empty(kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        path = request.getfixturevalue("tmp_path_factory").mktemp("demo") / "shop.db"
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE demo_shop TEMPLATE template STRATEGY FILE_COPY")
        yield server.get_uri(database="demo_shop", driver="psycopg")
        admin.execute("DROP DATABASE demo_shop WITH (FORCE)")


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest) -> Iterator[tuple[str, DemoSummary]]:
    """A filled shop's address and summary."""
    with _empty(request.param, request) as url:
        yield url, fill_now(url)


@pytest.fixture
def summary(filled: tuple[str, DemoSummary]) -> DemoSummary:
    """What the filling said."""
    return filled[1]


@pytest.fixture
async def shop(filled: tuple[str, DemoSummary]) -> AsyncIterator[Database]:
    """The filled shop, only to be read."""
    database = Database(filled[0])
    yield database
    await database.close()
