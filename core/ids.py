"""Identifiers: time-ordered, typed, printable."""

import secrets
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


def new_id(prefix: str) -> str:
    """A new id such as `ord_01jd5…`: sorts by time of creation (milliseconds), 80 random bits."""
    return f"{prefix}_{_base32(time.time_ns() // 1_000_000, 10)}{_base32(secrets.randbits(80), 16)}"
