"""Reading rows in tests."""

from typing import Any

from sqlalchemy import Row, Select

from core.database import Database


async def rows(database: Database, statement: Select[Any]) -> list[Row[Any]]:
    """All rows of a statement."""
    async with database.read() as session:
        return list((await session.execute(statement)).all())


async def assert_none(database: Database, statement: Select[Any]) -> None:
    """Assert that a statement, which looks for offenders, finds none."""
    found = await rows(database, statement.limit(3))
    assert not found, found
