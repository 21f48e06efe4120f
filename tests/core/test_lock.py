"""One process works on a data folder at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import DataFolderLocked
from core.lock import DataFolder

ROOT = Path(__file__).parents[2]
_TAKE = """
import sys
from pathlib import Path
from core.errors import DataFolderLocked
from core.lock import DataFolder
folder = DataFolder(Path(sys.argv[1]))
try:
    folder.open()
except DataFolderLocked as refused:
    print(refused.message)
    sys.exit(3)
print("taken", flush=True)
sys.stdin.read()
"""


def _process(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _TAKE, str(folder)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def test_a_second_process_is_refused_and_told_the_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.open()
    second = _process(tmp_path / "data")
    said, _ = second.communicate(timeout=30)
    folder.close()
    assert second.returncode == 3
    assert str(tmp_path / "data") in said


def test_a_folder_is_free_again_after_it_was_closed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.open()
    folder.close()
    second = _process(tmp_path)
    said, _ = second.communicate("", timeout=30)
    assert (second.returncode, said.strip()) == (0, "taken")


def test_a_process_that_was_killed_keeps_nothing(tmp_path: Path) -> None:
    first = _process(tmp_path)
    assert first.stdout is not None
    assert first.stdout.readline().strip() == "taken"
    folder = DataFolder(tmp_path)
    with pytest.raises(DataFolderLocked):
        folder.open()
    first.kill()
    first.communicate()
    folder.open()
    folder.close()
