"""Where an order is, and why it is late: what shipments, scans and promises say, without I/O."""

from dataclasses import dataclass
from datetime import date

from commerce.orders.models import OrderStatus, ShipmentStatus
from commerce.orders.views import DeliveryView, OrderView, ParcelView
from commerce.policies.schema import LateRules

_REASONS = {
    "weather": "bad weather on the way",
    "volume": "the carrier has more parcels than usual",
    "address": "the carrier could not find the address",
    "damage": "the parcel was damaged on the way",
    "customs": "the parcel is held at customs",
    "missed_delivery": "nobody was there to take the parcel",
}
_ARRIVED = frozenset({ShipmentStatus.delivered, ShipmentStatus.returned})
_ALL_SENT: dict[str, str] = {OrderStatus.shipped: "on_its_way", OrderStatus.delivered: "delivered"}
_TRAVELLING = frozenset({ShipmentStatus.in_transit, ShipmentStatus.exception})


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one parcel, or what is not yet in a parcel, says of the whole."""

    state: str
    promised_on: date | None = None
    expected_on: date | None = None
    days_late: int = 0
    reason: str = ""


_RANK = (
    "cancelled",
    "lost",
    "late",
    "waiting_for_stock",
    "out_for_delivery",
    "on_its_way",
    "preparing",
    "delivered",
)


def _day(on: date) -> str:
    return f"{on:%B} {on.day}"


def _days_past(promised_on: date | None, on: date) -> int:
    return max(0, (on - promised_on).days) if promised_on else 0


def _is_lost(parcel: ParcelView, today: date, late: LateRules) -> bool:
    """Whether a parcel counts as lost: more than so many days past its promise without a scan."""
    if parcel.status == ShipmentStatus.lost:
        return True
    if parcel.status in _ARRIVED:
        return False
    if parcel.promised_on is None:
        return False
    seen = parcel.last_event_at.date() if parcel.last_event_at else parcel.promised_on
    return (today - max(parcel.promised_on, seen)).days > late.lost_after_days


def _why(parcel: ParcelView) -> str:
    """`Bad weather on the way. Last scan on April 12 in Omaha: held at the facility.`"""
    words = _REASONS.get(parcel.delay_reason, parcel.delay_reason.replace("_", " "))
    if not words:
        return ""
    sentence = f"{words[0].upper()}{words[1:]}."
    if parcel.last_event and parcel.last_event_at:
        place = f" in {parcel.last_place}" if parcel.last_place else ""
        sentence += f" Last scan on {_day(parcel.last_event_at.date())}{place}: {parcel.last_event}."
    return sentence


def _parcel(parcel: ParcelView, today: date, late: LateRules) -> _Finding:
    promised = parcel.promised_on
    if parcel.status == ShipmentStatus.delivered:
        days = _days_past(promised, parcel.delivered_at.date()) if parcel.delivered_at else 0
        return _Finding("delivered", promised, None, days, _why(parcel) if days else "")
    if _is_lost(parcel, today, late):
        seen = parcel.last_event_at or parcel.shipped_at
        reason = f"No scan since {_day(seen.date())}." if seen else ""
        return _Finding("lost", promised, None, _days_past(promised, today), reason)
    if parcel.status == ShipmentStatus.returned:
        reason = _why(parcel) or "The carrier sent the parcel back to us."
        return _Finding("late", promised, None, _days_past(promised, today), reason)
    estimate = parcel.estimated_on or promised
    expected = estimate if estimate and estimate >= today else None
    days = _days_past(promised, max(estimate or today, today))
    if days > late.grace_days:
        return _Finding("late", promised, expected, days, _why(parcel))
    if parcel.status == ShipmentStatus.out_for_delivery:
        return _Finding("out_for_delivery", promised, expected, days)
    state = "on_its_way" if parcel.status in _TRAVELLING else "preparing"
    return _Finding(state, promised, expected, days, _why(parcel) if days else "")


def _unsent(order: OrderView, today: date, late: LateRules) -> _Finding | None:
    """What is still to be sent: nothing, goods that are not in stock, or goods being packed."""
    waiting = [line for line in order.lines if line.short]
    days = _days_past(order.promised_on, today)
    if waiting:
        known = [line.restock_on for line in waiting if line.restock_on]
        names = ", ".join(dict.fromkeys(line.title for line in waiting))
        restock = f" More is expected on {_day(max(known))}." if len(known) == len(waiting) else ""
        return _Finding("waiting_for_stock", order.promised_on, None, days, f"Out of stock: {names}.{restock}")
    if order.status in _ALL_SENT or not any(line.open_quantity for line in order.lines):
        return None
    if days > late.grace_days:
        return _Finding("late", order.promised_on, None, days, "It has not been sent yet.")
    return _Finding("preparing", order.promised_on, None if days else order.promised_on, days)


def _findings(order: OrderView, today: date, late: LateRules) -> list[_Finding]:
    if order.status == OrderStatus.cancelled:
        return [_Finding("cancelled")]
    found = [_parcel(parcel, today, late) for parcel in order.parcels]
    unsent = _unsent(order, today, late)
    # An imported order may have no parcels; then its status is all that is known.
    return [*found, *([unsent] if unsent else [])] or [_Finding(_ALL_SENT.get(order.status, "preparing"))]


def diagnose(order: OrderView, today: date, late: LateRules) -> DeliveryView:
    """What the worst-off part of an order says of it. `clauses` is left empty.

    `days_late` compares the promise with the day the goods arrived, or are expected, or today, whichever
    is latest; within the policy's grace an order is not called late.
    """
    worst = min(_findings(order, today, late), key=lambda finding: (_RANK.index(finding.state), -finding.days_late))
    return DeliveryView(
        number=order.number,
        status=order.status,
        state=worst.state,
        promised_on=worst.promised_on or order.promised_on,
        expected_on=worst.expected_on,
        days_late=worst.days_late,
        reason=worst.reason,
        parcels=order.parcels,
        short_lines=[line for line in order.lines if line.short and worst.state != "cancelled"],
        clauses=[],
    )
