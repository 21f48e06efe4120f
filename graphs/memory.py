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
_PRUNE_SQLITE = """
CREATE TRIGGER IF NOT EXISTS keep_the_newest AFTER INSERT ON checkpoints BEGIN
    DELETE FROM checkpoints WHERE thread_id = NEW.thread_id AND checkpoint_id < NEW.checkpoint_id;
    DELETE FROM writes WHERE thread_id = NEW.thread_id AND checkpoint_id < NEW.checkpoint_id;
END
"""
_PRUNE_POSTGRES = """
SELECT pg_advisory_xact_lock(hashtext('keep_the_newest'));
CREATE OR REPLACE FUNCTION keep_the_newest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM checkpoints WHERE thread_id = NEW.thread_id AND checkpoint_id < NEW.checkpoint_id;
    DELETE FROM checkpoint_writes WHERE thread_id = NEW.thread_id AND checkpoint_id < NEW.checkpoint_id;
    DELETE FROM checkpoint_blobs b WHERE thread_id = NEW.thread_id
        AND NEW.checkpoint -> 'channel_versions' ->> b.channel IS DISTINCT FROM b.version;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_the_newest AFTER INSERT ON checkpoints
    FOR EACH ROW EXECUTE FUNCTION keep_the_newest();
"""
"""Only a thread's newest checkpoint stays; without this a long conversation grows without bound."""


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
            async with pool.connection() as connection:
                await connection.execute(_PRUNE_POSTGRES, prepare=False)
            yield saver
        return
    async with AsyncSqliteSaver.from_conn_string(settings.checkpoint_url) as lite:
        await lite.conn.execute("PRAGMA synchronous=NORMAL")
        await lite.setup()
        await lite.conn.execute(_PRUNE_SQLITE)
        yield lite
