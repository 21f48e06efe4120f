"""The shop as a process of its own, that can be killed."""

import multiprocessing
import os
import re
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

ROOT = Path(__file__).parent.parent.parent
IDENTITY_SECRET = "the secret that signs identity tokens in these tests"
START_SECONDS = 120.0
ORDERS = 300
"""How many the demo shop has."""
_SERVERS = multiprocessing.get_context("forkserver")
_SERVERS.set_forkserver_preload(["tests.e2e.imported"])
_OPEN = re.compile(r"is open: (http://\S+)")
_OWN = {
    "STOREWRIGHT_PORT": "0",
    "STOREWRIGHT_DEMO_ORDERS": str(ORDERS),
    "STOREWRIGHT_CHAT_RATE": "1000",
    "STOREWRIGHT_IDENTITY_SECRET": IDENTITY_SECRET,
}


def environment(data: Path, **settings: str | Path) -> dict[str, str]:
    """The environment of a shop on a data folder; settings are given as `policies=…`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("STOREWRIGHT_", "OPENAI_"))}
    chosen = {f"STOREWRIGHT_{name.upper()}": str(value) for name, value in settings.items()}
    return {**clean, **_OWN, "STOREWRIGHT_DATA": str(data), **chosen}


def _serve(environment: dict[str, str], out: Path, log: Path) -> None:
    """What `python server.py` does, in a process that has imported everything."""
    os.environ.clear()
    os.environ.update(environment)
    for path, standard in ((out, 1), (log, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), standard)
    import server

    sys.exit(server.main())


class ShopProcess:
    """`server.py` on a data folder. Its standard error is kept over restarts.

    It is forked from a process that imports everything once, which spares each start its dearest seconds; from there
    on it is a process like any other.
    """

    def __init__(self, data: Path, log: Path, **settings: str | Path) -> None:
        self.data = data
        self.url = ""
        self._log = log
        self._out = log.with_suffix(".out")
        self._environment = environment(data, **settings)
        self._process: multiprocessing.process.BaseProcess | None = None

    def __enter__(self) -> "ShopProcess":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """Everything written to standard error."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def launch(self) -> None:
        """Start the process, without waiting for the shop to open."""
        self.url = ""
        self._out.write_bytes(b"")
        self._log.touch()
        self._process = _SERVERS.Process(target=_serve, args=(self._environment, self._out, self._log), daemon=True)
        self._process.start()

    def start(self) -> None:
        """Start the process and wait until the shop is open."""
        self.launch()
        self.wait_open()

    def wait_open(self) -> None:
        """Wait until the shop is open."""
        assert self._process
        until = time.monotonic() + START_SECONDS
        while not (found := _OPEN.search(self._out.read_text(encoding="utf-8"))):
            assert self._process.exitcode is None, f"the shop did not open:\n{self.log[-4000:]}"
            assert time.monotonic() < until, f"the shop takes too long to open:\n{self.log[-4000:]}"
            time.sleep(0.02)
        self.url = found.group(1)

    def exit_code(self) -> int:
        """Wait for a process that is expected to end by itself."""
        assert self._process
        self._process.join(START_SECONDS)
        assert self._process.exitcode is not None, "the process goes on"
        return self._process.exitcode

    def kill(self) -> None:
        """Take the process away in the middle of whatever it does."""
        assert self._process
        self._process.kill()
        self._process.join()

    def stop(self) -> int:
        """Ask the process to end, and wait."""
        if not self._process:
            return 0
        self._process.terminate()
        self._process.join(20)
        if self._process.exitcode is None:
            self.kill()
            raise TimeoutError("the shop does not stop")
        return self._process.exitcode

    def http(self, token: str = "") -> httpx.Client:
        """A client of the shop's endpoints, with a session's token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=20)
