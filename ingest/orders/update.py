"""What a newer export may do to an order that is there: move it forward, never back.

What is sent, cancelled, paid or refunded in the file and not yet here is taken over. What this shop did itself since
stays: nothing is un-cancelled, un-sent or charged again, and an address that was changed here is kept.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import SQLModel

from commerce.orders.models import FulfilmentOrder, FulfilmentStatus, OrderLine
from commerce.people.models import Customer
from ingest.orders import books
from ingest.orders.build import Parts, give_back, part_rows, payment_row
from ingest.orders.buyers import Buyers
from ingest.orders.fate import Fate, fates, sent_at
from ingest.orders.parse import OrderDraft
from ingest.orders.repository import KnownOrder
from ingest.stock.levels import Levels

_HERE = (FulfilmentStatus.open, FulfilmentStatus.packing)


@dataclass(slots=True)
class Moved:
    """What an update adds, and whether it changed anything."""

    rows: list[SQLModel] = field(default_factory=list)
    changed: bool = False


def paired(known: KnownOrder, draft: OrderDraft, variant_ids: list[str]) -> list[tuple[OrderLine, Fate]]:
    """The order's lines, each with what the file says of it. A line that was changed here has no fellow."""
    left = list(zip(variant_ids, draft.lines, fates(draft), strict=True))
    pairs = []
    for line in known.lines:
        for candidate in left:
            variant_id, told, fate = candidate
            if (variant_id, told.row.quantity, told.row.price) == (line.variant_id, line.quantity, line.unit_price):
                pairs.append((line, fate))
                left.remove(candidate)
                break
    return pairs


def move_goods(known: KnownOrder, draft: OrderDraft, pairs: list[tuple[OrderLine, Fate]], levels: Levels) -> Moved:
    """Send and cancel what the file says was sent and cancelled."""
    moved = Moved()
    sent: dict[str, list[tuple[OrderLine, int]]] = {}
    for line, fate in pairs:
        open_units = line.quantity - line.cancelled - line.shipped - line.short
        send = min(max(0, fate.shipped - line.shipped), open_units)
        for location_id, units in _take(known, line, send):
            levels.send(location_id, line.variant_id, units, line.id)
            sent.setdefault(location_id, []).append((line, units))
        line.shipped += send
        drop = min(max(0, fate.cancelled - line.cancelled), open_units - send)
        for location_id, units in _take(known, line, drop):
            levels.release(location_id, line.variant_id, units, line.id)
        line.cancelled += drop
        back = max(line.returned, min(fate.returned, line.shipped))
        if send or drop or back != line.returned:
            line.returned = back
            line.version += 1
            moved.changed = True
    for location_id, goods in sent.items():
        rows = part_rows(known.order, location_id, goods, FulfilmentStatus.shipped, sent_at(draft))
        moved.rows += rows
        known.places += [row for row in rows if isinstance(row, FulfilmentOrder)]
    _close(known)
    return moved


def _take(known: KnownOrder, line: OrderLine, units: int) -> list[tuple[str, int]]:
    """Take units out of the parts that are still to be sent; from where, and how many."""
    here = {place.id: place.location_id for place in known.places if place.status in _HERE}
    taken = []
    for allotment in known.allotments:
        if allotment.order_line_id == line.id and allotment.fulfilment_order_id in here and units:
            share = min(units, allotment.quantity)
            allotment.quantity -= share
            units -= share
            if share:
                taken.append((here[allotment.fulfilment_order_id], share))
    return taken


def _close(known: KnownOrder) -> None:
    """A part with nothing left to send is done with."""
    for place in known.places:
        mine = [allotment for allotment in known.allotments if allotment.fulfilment_order_id == place.id]
        if place.status in _HERE and mine and not any(allotment.quantity for allotment in mine):
            place.status = FulfilmentStatus.cancelled


def move_money(known: KnownOrder, draft: OrderDraft, buyers: Buyers, customer: Customer, now: datetime) -> Moved:
    """Take over what was paid and refunded since the last file.

    A refund that this shop gave counts as part of what the file says was refunded.
    """
    moved = Moved()
    order, bill = known.order, draft.bill
    before = sum(payment.amount for payment, _ in known.payments)
    late = Parts()
    if not before:
        for name, amount in bill.captured.items():
            method = buyers.method(customer, name, draft)
            payment = payment_row(order, method, min(amount, max(known.owed - late.total, 0)), now)
            if payment.amount:
                late.add(method, payment.amount)
                known.payments.append((payment, method))
                moved.rows.append(payment)
    moved.rows += books.taken(order, late.by_card, late.by_gift_card, now)
    returned = sum(payment.refunded for payment, _ in known.payments)
    refunds, over = give_back(order, known.payments, bill.refunded - returned, now)
    moved.rows += refunds
    gone = all(line.cancelled == line.quantity for line in known.lines)
    unpaid = max(known.owed - late.total, 0) if gone else 0
    if over.total or unpaid:
        moved.rows += books.reversal(order, over.by_card, over.by_gift_card, unpaid, now)
    moved.changed = bool(moved.rows)
    return moved
