"""Identifiers: time-ordered, typed, printable."""

import secrets
import threading
import time
from typing import NewType

CustomerId = NewType("CustomerId", str)
OrderId = NewType("OrderId", str)
OrderLineId = NewType("OrderLineId", str)
ProductId = NewType("ProductId", str)
VariantId = NewType("VariantId", str)
LocationId = NewType("LocationId", str)
SessionId = NewType("SessionId", str)
ConversationId = NewType("ConversationId", str)
ProposalId = NewType("ProposalId", str)
ReceiptId = NewType("ReceiptId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


class _Sequence:
    """Time and chance, never going back: what a process makes later sorts later, also within a millisecond."""

    def __init__(self) -> None:
        self._last = (0, 0)
        self._lock = threading.Lock()

    def next(self) -> tuple[int, int]:
        """Milliseconds, and 80 random bits."""
        now = time.time_ns() // 1_000_000
        with self._lock:
            moment, bits = self._last
            if now > moment:
                self._last = (now, secrets.randbits(79))
            else:
                self._last = (moment, bits + 1 + secrets.randbits(40))
            return self._last


_sequence = _Sequence()


def new_id(prefix: str) -> str:
    """A new id such as `ord_01jd5…`: sorts by its creation in this process, and by milliseconds over all."""
    moment, bits = _sequence.next()
    return f"{prefix}_{_base32(moment, 10)}{_base32(bits, 16)}"
