"""The shop's database: SQLite on one machine, PostgreSQL on many, one way to use both."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

import aiosqlite
from sqlalchemy import DateTime, Dialect, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every time its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Connection(aiosqlite.Connection):
    """Runs a statement in one trip to the connection's thread. Its own cursor makes four, each dearer than a query."""

    def __init__(self, database: str, **options: Any) -> None:
        super().__init__(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
        self._thread.daemon = True

    def cursor(self) -> "_Cursor":  # type: ignore[override]
        """A cursor for one statement."""
        return _Cursor(self)

    async def run(self, function: Callable[[], None]) -> None:
        """Call a function in the connection's thread."""
        await self._execute(function)  # type: ignore[no-untyped-call]


class _Cursor:
    """What SQLAlchemy uses of a cursor. All rows are fetched with the statement."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Any = ()) -> None:
        """Run a statement."""
        await self._connection.run(partial(self._run, "execute", operation, parameters))

    async def executemany(self, operation: str, parameters: Any) -> None:
        """Run a statement for each row of parameters."""
        await self._connection.run(partial(self._run, "executemany", operation, parameters))

    def _run(self, method: str, operation: str, parameters: Any) -> None:
        cursor = getattr(self._connection._conn, method)(operation, parameters)
        self._rows = cursor.fetchall()
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        cursor.close()

    async def fetchall(self) -> Sequence[Any]:
        """Every row of the result."""
        return self._rows

    async def close(self) -> None:
        """Nothing is left open."""


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Database:
    """Opens sessions.

    `read()` is for looking; `transaction()` is for changing and commits when its block ends without an
    error. On SQLite a transaction takes the write lock at its start (`BEGIN IMMEDIATE`), so that what it
    read is still true when it writes; on PostgreSQL the rows that decide are locked by the repositories.
    """

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"hide_parameters": True}
        if self.is_sqlite:
            options["connect_args"] = {"async_creator_fn": _Connection}
        else:
            options |= {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True}
        self.engine: AsyncEngine = create_async_engine(url, **options)
        self._writing = asyncio.Lock()
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _configure_sqlite)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; what it changes is thrown away, what it read stays readable."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                await session.exec(text("BEGIN"))  # type: ignore[call-overload]
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end of the block, or rolls everything back on an error."""
        if not self.is_sqlite:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        async with self._writing, AsyncSession(self.engine, expire_on_commit=False) as session:
            await session.exec(text("BEGIN IMMEDIATE"))  # type: ignore[call-overload]
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    async def ping(self) -> None:
        """Raise if the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
