"""A small world of our own, loaded as the measurements load the benchmark's."""

import shutil
from pathlib import Path

import pytest

from evals.tau.shop import Pristine
from tests.ingest.retail_world.files import small_world, write


@pytest.fixture
def world_folder(tmp_path: Path) -> Path:
    """The small world's files."""
    return write(small_world(), tmp_path / "world")


@pytest.fixture
async def pristine(world_folder: Path, sqlite_template: Path, tmp_path: Path) -> Pristine:
    """The small world in the store."""
    file = shutil.copyfile(sqlite_template, tmp_path / "pristine.db")
    return await Pristine.load(world_folder, file)
