"""Shops to walk into: every test gets a copy of a filled shop's data folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.process import ShopProcess


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    return Path(shutil.copytree(filled, tmp_path / "data"))


@pytest.fixture(scope="session")
def shop(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A running shop for tests that leave it as others may find it."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copytree(filled, folder / "data")
    with ShopProcess(folder / "data", folder / "log", log_level="debug") as running:
        yield running
