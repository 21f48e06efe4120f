"""The shop as a process of its own, that can be killed."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

ROOT = Path(__file__).parent.parent.parent
IDENTITY_SECRET = "the secret that signs identity tokens in these tests"
START_SECONDS = 120.0
_OPEN = re.compile(r"is open: (http://\S+)")
_OWN = {
    "STOREWRIGHT_PORT": "0",
    "STOREWRIGHT_DEMO_ORDERS": "300",
    "STOREWRIGHT_CHAT_RATE": "1000",
    "STOREWRIGHT_IDENTITY_SECRET": IDENTITY_SECRET,
}


def environment(data: Path, **settings: str | Path) -> dict[str, str]:
    """The environment of a shop on a data folder; settings are given as `policies=…`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("STOREWRIGHT_", "OPENAI_"))}
    chosen = {f"STOREWRIGHT_{name.upper()}": str(value) for name, value in settings.items()}
    return {**clean, **_OWN, "STOREWRIGHT_DATA": str(data), **chosen}


class ShopProcess:
    """`server.py` on a data folder. Its standard error is kept over restarts."""

    def __init__(self, data: Path, log: Path, **settings: str | Path) -> None:
        self.data = data
        self.url = ""
        self._log = log
        self._out = log.with_suffix(".out")
        self._environment = environment(data, **settings)
        self._process: subprocess.Popen[bytes] | None = None

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
        with self._out.open("ab") as out, self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "server.py"], cwd=ROOT, env=self._environment, stdout=out, stderr=log
            )

    def start(self) -> None:
        """Start the process and wait until the shop is open."""
        self.launch()
        self.wait_open()

    def wait_open(self) -> None:
        """Wait until the shop is open."""
        assert self._process
        until = time.monotonic() + START_SECONDS
        while not (found := _OPEN.search(self._out.read_text(encoding="utf-8"))):
            assert self._process.poll() is None, f"the shop did not open:\n{self.log[-4000:]}"
            assert time.monotonic() < until, f"the shop takes too long to open:\n{self.log[-4000:]}"
            time.sleep(0.02)
        self.url = found.group(1)

    def exit_code(self) -> int:
        """Wait for a process that is expected to end by itself."""
        assert self._process
        return self._process.wait(START_SECONDS)

    def kill(self) -> None:
        """Take the process away in the middle of whatever it does."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Ask the process to end, and wait."""
        if not self._process:
            return 0
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def http(self, token: str = "") -> httpx.Client:
        """A client of the shop's endpoints, with a session's token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=20)
