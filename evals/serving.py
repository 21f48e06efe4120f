"""The real server in a process of its own, for measuring."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server."""

    url: str
    started_in: float
    """Seconds from the command to the open door."""
    process: int

    @property
    def busy(self) -> float:
        """Seconds of processor time the process has used, as Linux tells it."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident(self) -> int:
        """Bytes the process holds in memory, as Linux tells it."""
        status = Path(f"/proc/{self.process}/status").read_text()
        line = next(each for each in status.splitlines() if each.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024


@contextmanager
def serving(data: Path, orders: int, **settings: str) -> Iterator[Serving]:
    """A server over a data folder; it ends with the block.

    Args:
        data: the folder; an empty one is filled first.
        orders: how many orders the demo shop has.
        settings: further environment variables.

    Raises:
        RuntimeError: it does not open.
    """
    environment = os.environ | {
        "STOREWRIGHT_DATA": str(data),
        "STOREWRIGHT_DEMO_ORDERS": str(orders),
        "STOREWRIGHT_PORT": "0",
        "STOREWRIGHT_CHAT_RATE": "100000",
        "STOREWRIGHT_LOG_LEVEL": "warning",
        **settings,
    }
    begun = time.perf_counter()
    with server_process([sys.executable, "server.py"], environment, data.parent / f"{data.name}.log") as (url, number):
        yield Serving(url, time.perf_counter() - begun, number)


@contextmanager
def server_process(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[tuple[str, int]]:
    """A server that a command starts, as its address and its process; it ends with the block.

    Raises:
        RuntimeError: it does not open; the end of its log says why.
    """
    with log.open("a") as file:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
    try:
        yield _address(process, log), process.pid
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if " is open: " in line:
            return line.rsplit(" ", 1)[1].strip()
    told = log.read_text("utf-8").strip().splitlines()[-3:]
    raise RuntimeError("\n".join([f"the server ended with {process.wait(_PATIENCE)} before it opened", *told]))
