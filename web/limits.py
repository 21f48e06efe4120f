"""How much one session may send."""

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 60.0
_PATIENCE = 5
_SWEEP_ABOVE = 10_000


class TooMany(Exception):
    """The session went on although it was told to slow down."""


class Allowance:
    """So many within a minute for each key; a key that keeps on after it was refused is given up."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._taken: dict[str, deque[float]] = {}
        self._refused: dict[str, int] = {}

    def take(self, key: str) -> bool:
        """Whether one more is allowed.

        Raises:
            TooMany: refused for the fifth time since the last one that was allowed.
        """
        now = self._monotonic()
        self._sweep(now)
        taken = self._taken.setdefault(key, deque())
        while taken and taken[0] <= now - _WINDOW:
            taken.popleft()
        if len(taken) < self._per_minute:
            taken.append(now)
            self._refused.pop(key, None)
            return True
        self._refused[key] = self._refused.get(key, 0) + 1
        if self._refused[key] >= _PATIENCE:
            raise TooMany
        return False

    def _sweep(self, now: float) -> None:
        if len(self._taken) <= _SWEEP_ABOVE:
            return
        for key in [key for key, taken in self._taken.items() if not taken or taken[-1] <= now - _WINDOW]:
            del self._taken[key]
            self._refused.pop(key, None)
