"""Which units of an order have arrived, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commerce.orders.models import OrderStatus, Shipment, ShipmentStatus
from commerce.orders.repository import Allotment, LoadedOrder


@dataclass(frozen=True, slots=True)
class Arrival:
    """What has arrived of a line."""

    units: int = 0
    on: date | None = None
    """The day the last of them came; `None` where nothing has."""


def arrivals(loaded: LoadedOrder, allotments: Sequence[Allotment], shipments: Sequence[Shipment]) -> dict[str, Arrival]:
    """What has arrived of each line.

    A place's part has arrived when each of its parcels has. An order that came without parcels (bought in
    a store, or imported) has arrived when it says so, on the day it was placed; so has a parcel whose day of
    delivery nobody knows.
    """
    if not shipments:
        if loaded.order.status != OrderStatus.delivered:
            return {line_id: Arrival() for line_id in loaded.lines}
        placed = loaded.order.placed_at.date()
        return {line.id: Arrival(line.shipped, placed) for line in loaded.lines.values()}
    days: dict[str, date | None] = {}
    for parcel in shipments:
        came = parcel.delivered_at or loaded.order.placed_at
        arrived = came if parcel.status == ShipmentStatus.delivered else None
        known = days.get(parcel.fulfilment_order_id, date.min)
        days[parcel.fulfilment_order_id] = max(known, arrived.date()) if known and arrived else None
    found = {line_id: Arrival() for line_id in loaded.lines}
    for allotment in allotments:
        day = days.get(allotment.place.id)
        if day is not None:
            so_far = found[allotment.line.order_line_id]
            latest = max(so_far.on, day) if so_far.on else day
            found[allotment.line.order_line_id] = Arrival(so_far.units + allotment.line.quantity, latest)
    return found
