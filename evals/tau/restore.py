"""Putting a running server's rows back to what they were, so that one conversation leaves nothing to the next."""

import sqlite3
from contextlib import closing
from pathlib import Path

_KEPT = frozenset({"alembic_version", "session", "conversation", "conversation_event", "event_payload", "escalation"})
"""What was said, and by whom: a new conversation has a new session, and never sees the others'."""


def restore(file: Path, pristine: Path) -> bool:
    """Make every row of the shop what it is in the pristine file; tells whether any was not.

    Works beside the server that has the file open, between two conversations.
    """
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as database:
        database.execute("ATTACH DATABASE ? AS pristine", (f"{pristine}",))
        database.execute("PRAGMA foreign_keys = OFF")
        tables = [row[0] for row in database.execute("SELECT name FROM pristine.sqlite_master WHERE type = 'table'")]
        database.execute("BEGIN IMMEDIATE")
        touched = [_restore(database, table) for table in tables if table not in _KEPT]
        database.execute("COMMIT")
    return any(touched)


def _restore(database: sqlite3.Connection, table: str) -> bool:
    name = f'"{table}"'
    keys = [row[1] for row in database.execute(f"PRAGMA main.table_info({name})") if row[5]]
    key = ", ".join(f'"{column}"' for column in keys)
    changed = f"SELECT {key} FROM (SELECT * FROM main.{name} EXCEPT SELECT * FROM pristine.{name})"
    gone = database.execute(f"DELETE FROM main.{name} WHERE ({key}) IN ({changed})").rowcount
    missing = f"SELECT {key} FROM pristine.{name} EXCEPT SELECT {key} FROM main.{name}"
    back = database.execute(
        f"INSERT INTO main.{name} SELECT * FROM pristine.{name} WHERE ({key}) IN ({missing})"
    ).rowcount
    return gone + back > 0
