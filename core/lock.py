"""One process works on a data folder at a time."""

from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import DataFolderLocked


class DataFolder:
    """Holds a data folder from `open` to `close`; the operating system lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / ".lock")

    def open(self) -> None:
        """Take the folder, making it where it is missing.

        Raises:
            DataFolderLocked: another process has it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise DataFolderLocked(
                f"Another Storewright process is working on the folder {self.path}. "
                "Stop it first, or choose another folder with DATA=…"
            ) from None

    def close(self) -> None:
        """Let go of the folder."""
        self._lock.release()
