"""Importing small worlds into an empty shop."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.database import Database
from ingest.retail_world.report import WorldReport
from ingest.retail_world.service import import_world
from tests.ingest.retail_world.files import World, write

Load = Callable[[World], Awaitable[WorldReport]]


@pytest.fixture
def load(database: Database, clock: FixedClock, tmp_path: Path) -> Load:
    """Imports a world into the shop."""

    async def loads(world: World) -> WorldReport:
        folder = write(world, tmp_path / "world")
        return await import_world(database, folder, "retail", clock, "USD", lambda *_: None)

    return loads
