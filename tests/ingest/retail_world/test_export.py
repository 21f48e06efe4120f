"""What was loaded reads the same again."""

import json
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.database import Database
from ingest.retail_world.export import export_world
from ingest.retail_world.service import import_world
from tests.ingest.retail_world.conftest import Load
from tests.ingest.retail_world.files import World, small_world

BENCHMARK = Path(__file__).parents[4] / "shared" / "data" / "tau_retail"


def _as_exported(world: World) -> World:
    users = {
        key: user | {"email": user["email"].lower(), "orders": sorted(user["orders"])}
        for key, user in world["users"].items()
    }
    return {"users": users, "orders": world["orders"]}


async def test_a_world_reads_the_same_again(load: Load, database: Database) -> None:
    await load(small_world())
    async with database.read() as session:
        assert await export_world(session, "retail") == _as_exported(small_world())


async def test_other_sources_are_left_out(load: Load, database: Database) -> None:
    await load(small_world())
    async with database.read() as session:
        assert await export_world(session, "somebody") == {"users": {}, "orders": {}}


@pytest.mark.skipif(not BENCHMARK.is_dir(), reason="the benchmark's files are not here")
async def test_the_benchmark_reads_the_same_again(sqlite_database: Database, clock: FixedClock) -> None:
    report = await import_world(sqlite_database, BENCHMARK, "retail", clock, "USD", lambda *_: None)
    assert report.refusals == []
    files = {name: json.loads((BENCHMARK / f"{name}.json").read_text("utf-8")) for name in ("users", "orders")}
    async with sqlite_database.read() as session:
        assert await export_world(session, "retail") == _as_exported(files)
