"""How far an order is, as an export tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commerce.orders.models import OrderLine, OrderStatus
from ingest.orders.parse import LineDraft, OrderDraft
from ingest.orders.rows import OrderRow

_TRAVELS = timedelta(days=5)
"""An export tells when an order was sent, not when it arrived: it counts as arrived so long after."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a line's units."""

    shipped: int
    cancelled: int
    returned: int


def fates(draft: OrderDraft) -> list[Fate]:
    """What became of each line. Open units of a cancelled order, and of one refunded unsent, are cancelled."""
    head = draft.head
    sent = [_sent(head, line) for line in draft.lines]
    refunded = head.financial_status == "refunded"
    given_up = head.cancelled_at is not None or head.fulfillment_status == "restocked" or (refunded and not any(sent))
    return [
        Fate(units, line.row.quantity - units if given_up else 0, units if refunded else 0)
        for units, line in zip(sent, draft.lines, strict=True)
    ]


def _sent(head: OrderRow, line: LineDraft) -> int:
    """Units that left the shop. Of a line sent in part an export does not say how many: then all count as sent,
    so that none is given back twice."""
    row = line.row
    if head.fulfillment_status == "fulfilled":
        return row.quantity
    if head.fulfillment_status != "partial" or row.line_status not in ("fulfilled", "partial"):
        return 0
    if row.line_status == "partial" and row.line_open is not None:
        return max(0, row.quantity - row.line_open)
    return row.quantity


def sent_at(draft: OrderDraft) -> datetime:
    """When the first part left the shop."""
    head = draft.head
    return head.fulfilled_at or head.paid_at or head.created_at


def arrived_at(draft: OrderDraft, now: datetime) -> datetime | None:
    """When what was sent arrived; `None` while it travels."""
    head = draft.head
    if head.delivered_at:
        return head.delivered_at
    handed_over = head.channel.lower() == "pos" or all(line.row.ships is False for line in draft.lines)
    at = sent_at(draft) + (timedelta() if handed_over else _TRAVELS)
    return at if at <= now else None


def status_of(lines: Sequence[OrderLine], *, arrived: bool, packing: bool) -> OrderStatus:
    """Where an order stands as a whole, by where its units are."""
    shipped = sum(line.shipped for line in lines)
    if any(line.quantity > line.cancelled + line.shipped for line in lines):
        if shipped:
            return OrderStatus.partly_shipped
        return OrderStatus.processing if packing else OrderStatus.pending
    if not shipped:
        return OrderStatus.cancelled
    return OrderStatus.delivered if arrived else OrderStatus.shipped
