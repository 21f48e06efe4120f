"""The memory of conversations: LangGraph's checkpoints, in a file of their own or in PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from core.settings import Settings

Saver = BaseCheckpointSaver[str]


@asynccontextmanager
async def open_memory(settings: Settings) -> AsyncIterator[Saver]:
    """The checkpoint store the settings name, its tables made."""
    if settings.database_url:
        pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            settings.checkpoint_url,
            min_size=1,
            max_size=8,
            open=False,
            kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
        )
        async with pool:
            saver = AsyncPostgresSaver(pool)
            await saver.setup()
            yield saver
        return
    async with AsyncSqliteSaver.from_conn_string(settings.checkpoint_url) as lite:
        await lite.conn.execute("PRAGMA synchronous=NORMAL")
        await lite.setup()
        yield lite


async def prune(saver: Saver, thread_id: str) -> None:
    """Keep only a thread's newest checkpoint; without this a long conversation grows without bound."""
    if isinstance(saver, AsyncSqliteSaver):
        async with saver.lock:
            for table in ("checkpoints", "writes"):
                await saver.conn.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < "  # noqa: S608
                    "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ?)",
                    (thread_id, thread_id),
                )
            await saver.conn.commit()
    elif isinstance(saver, AsyncPostgresSaver) and isinstance(saver.conn, AsyncConnectionPool):
        newest = "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = %(thread)s)"
        async with saver.conn.connection() as connection:
            for table in ("checkpoints", "checkpoint_writes"):
                await connection.execute(
                    f"DELETE FROM {table} WHERE thread_id = %(thread)s AND checkpoint_id < {newest}",  # noqa: S608
                    {"thread": thread_id},
                )
            await connection.execute(
                "DELETE FROM checkpoint_blobs b WHERE thread_id = %(thread)s AND NOT EXISTS ("
                "SELECT 1 FROM checkpoints c WHERE c.thread_id = b.thread_id "
                "AND c.checkpoint -> 'channel_versions' ->> b.channel = b.version)",
                {"thread": thread_id},
            )
