"""Order, line, fulfilment, parcel and tracking rows."""

import numpy as np

from commerce.orders.models import (
    FulfilmentLine,
    FulfilmentOrder,
    Order,
    OrderLine,
    Shipment,
    TrackingEvent,
)
from ingest.demo.catalogue import Catalogue
from ingest.demo.columns import DAY, Bools, Choice, Dates, Ids, Ints, Moments, Table
from ingest.demo.demand import CHANNELS, Sales
from ingest.demo.fulfilment import DELAYS, HOUR, LOST_AFTER, STATUSES, Fates
from ingest.demo.people import People
from ingest.demo.pricing import Timeline
from ingest.demo.vocabulary import shop

FIRST_NUMBER = 104_233
_TRACKED_DAYS = 90
"""Days back for which scans are kept."""
_PARCEL = ("label_created", "in_transit", "out_for_delivery", "delivered", "exception", "lost")
_EN_ROUTE = {"weather", "volume"}
_HUBS = ("Salt Lake City, UT", "Kansas City, MO", "Memphis, TN", "Chicago, IL", "Indianapolis, IN")
_EXCEPTIONS = {"address", "damage", "missed_delivery"}


def orders(sales: Sales, fates: Fates, known: People) -> Table:
    """Order rows."""
    count = len(sales.placed)
    return Table(Order, count, {
        "id": Ids("ord", np.arange(count)), "number": [f"SW-{FIRST_NUMBER + n}" for n in range(count)],
        "customer_id": Ids("cus", sales.customer), "email": Choice(known.email, sales.customer),
        "channel": Choice(CHANNELS, sales.channel), "status": Choice(STATUSES, fates.status),
        "ship_to": Choice(known.addresses, sales.customer), "currency": "USD",
        "subtotal": sales.subtotal, "discount": sales.order_discount, "shipping": sales.shipping,
        "tax": sales.order_tax, "total": sales.total, "promotion_id": Ids("pro", sales.campaign),
        "promised_on": Dates(fates.promised), "placed_at": Moments(sales.placed),
        "cancelled_at": Moments(fates.cancelled_at), "cancel_reason": fates.cancel_reason,
        "source": "demo", "external_id": [f"O{n + 1:07d}" for n in range(count)], "version": 1,
    })  # fmt: skip


def lines(sales: Sales, fates: Fates, returned: Ints, catalogue: Catalogue) -> Table:
    """Order line rows."""
    count = len(sales.order)
    product = catalogue.product_of[sales.variant]
    return Table(OrderLine, count, {
        "id": Ids("oln", np.arange(count)), "order_id": Ids("ord", sales.order),
        "product_id": Ids("prd", product), "variant_id": Ids("var", sales.variant),
        "title": Choice([item.title for item in catalogue.products], product),
        "options": Choice(catalogue.options, sales.variant), "quantity": sales.quantity,
        "unit_price": sales.unit_price, "discount": sales.discount, "tax": sales.tax,
        "cancelled": fates.cancelled, "short": fates.short, "shipped": fates.shipped, "returned": returned,
        "restock_on": Dates(fates.restock), "version": 1,
    })  # fmt: skip


def tables(
    generator: np.random.Generator, sales: Sales, fates: Fates, known: People, timeline: Timeline
) -> list[Table]:
    """Fulfilment, parcel and tracking rows."""
    groups, now = fates.groups, timeline.end
    state = np.select([groups.shipped, groups.pack_at <= now], [2, 1], 0)
    sent = np.flatnonzero(fates.group >= 0)
    parts = Table(FulfilmentOrder, len(groups.order), {
        "id": Ids("ful", np.arange(len(groups.order))), "order_id": Ids("ord", groups.order),
        "location_id": Ids("loc", groups.place), "status": Choice(("open", "packing", "shipped"), state),
        "created_at": Moments(sales.placed[groups.order]),
    })  # fmt: skip
    part_lines = Table(FulfilmentLine, len(sent), {
        "fulfilment_order_id": Ids("ful", fates.group[sent]), "order_line_id": Ids("oln", sent),
        "quantity": fates.units[sent],
    })  # fmt: skip
    shipped = np.flatnonzero(groups.shipped)
    status = _statuses(fates, shipped, now)
    return [
        parts, part_lines,
        _shipments(generator, sales, fates, shipped, status),
        _events(fates, shipped, known, sales, now),
    ]  # fmt: skip


def _statuses(fates: Fates, shipped: Ints, now: int) -> Ints:
    groups, promised = fates.groups, fates.promised[fates.groups.order[shipped]]
    deliver = groups.deliver_at[shipped]
    lost, delivered = groups.lost[shipped], groups.delivered[shipped]
    stuck = np.isin(groups.delay[shipped], [DELAYS.index(name) for name in _EXCEPTIONS])
    names = {name: position for position, name in enumerate(_PARCEL)}
    return np.select(
        [
            lost & (now // DAY - promised > LOST_AFTER), delivered,
            ~lost & (deliver - 6 * HOUR <= now), stuck & (now // DAY > promised),
            groups.ship_at[shipped] + 3 * HOUR > now,
        ],
        [names["lost"], names["delivered"], names["out_for_delivery"], names["exception"], names["label_created"]],
        names["in_transit"],
    )  # fmt: skip


def _shipments(generator: np.random.Generator, sales: Sales, fates: Fates, shipped: Ints, status: Ints) -> Table:
    groups = fates.groups
    order = groups.order[shipped]
    carriers = shop()["carriers"]
    carrier = fates.carrier[order]
    express = sales.express[order].astype(np.int64)
    names = [service["name"] for item in carriers for service in item["services"]]
    reason = np.where(groups.lost[shipped], 0, groups.delay[shipped])
    planned = np.where(groups.lost[shipped], fates.promised[order], groups.deliver_at[shipped] // DAY)
    return Table(Shipment, len(shipped), {
        "id": Ids("shp", shipped), "order_id": Ids("ord", order), "fulfilment_order_id": Ids("ful", shipped),
        "carrier_id": Choice([item["id"] for item in carriers], carrier),
        "service": Choice(names, carrier * 2 + express),
        "tracking_number": _tracking_numbers(generator, carrier, shipped),
        "status": Choice(_PARCEL, status), "promised_on": Dates(fates.promised[order]),
        "estimated_on": Dates(planned), "delay_reason": Choice(DELAYS, reason),
        "shipped_at": Moments(groups.ship_at[shipped]),
        "delivered_at": Moments(np.where(groups.delivered[shipped], groups.deliver_at[shipped], -1)),
    })  # fmt: skip


def _tracking_numbers(generator: np.random.Generator, carrier: Ints, shipped: Ints) -> list[str]:
    """Numbers with each carrier's length and look; the parcel's own number keeps them apart."""
    salt = generator.integers(0, 100, len(shipped)).tolist()
    numbers = []
    for who, number, extra in zip(carrier.tolist(), shipped.tolist(), salt, strict=True):
        unique = number * 100 + extra
        if who == 0:
            numbers.append(f"1Z8W4F03{unique:010d}")
        elif who == 1:
            numbers.append(f"7749{unique:08d}")
        else:
            numbers.append(f"940011{unique:016d}")
    return numbers


def _events(fates: Fates, shipped: Ints, known: People, sales: Sales, now: int) -> Table:
    """Scans of recent parcels, as far as they have happened."""
    groups = fates.groups
    recent = groups.ship_at[shipped] > now - _TRACKED_DAYS * DAY
    rows = shipped[recent]
    ship, deliver, lost = groups.ship_at[rows], groups.deliver_at[rows], groups.lost[rows]
    late = (groups.delay[rows] > 0) & ~lost
    origins = [f"{place['city']}, {place['state']}" for place in shop()["places"]]
    homes = [f"{address['city']}, {address['state']}" for address in known.addresses]
    spots = [*origins, *_HUBS, *homes]
    origin = groups.place[rows]
    hub = len(origins) + groups.order[rows] % len(_HUBS)
    home = len(origins) + len(_HUBS) + sales.customer[groups.order[rows]]
    span = np.maximum(deliver - ship, DAY)
    everyone, arriving = np.ones(len(rows), dtype=bool), ~lost
    trouble = np.minimum(ship + span // 2, fates.promised[groups.order[rows]] * DAY + 20 * HOUR)
    trouble = np.maximum(trouble, ship + 10 * HOUR)
    kinds: list[tuple[Bools, Ints, str, str, Ints]] = [
        (everyone, ship - 2 * HOUR, "label_created", "label created", origin),
        (everyone, ship + HOUR, "in_transit", "picked up by the carrier", origin),
        (everyone, ship + 9 * HOUR, "in_transit", "left the carrier's facility", origin),
        (arriving & (span > 2 * DAY), deliver - 20 * HOUR, "in_transit", "arrived at the local facility", home),
        (arriving, deliver - 6 * HOUR, "out_for_delivery", "out for delivery", home),
        (arriving, deliver, "delivered", "delivered", home),
    ]  # fmt: skip
    for position, name in enumerate(DELAYS):
        if name:
            kind = "exception" if name in _EXCEPTIONS else "in_transit"
            chosen = late & (groups.delay[rows] == position)
            kinds.append((chosen, trouble, kind, _TROUBLE[name], hub if name in _EN_ROUTE else home))
    parts = []
    for number, (chosen, at, _, _, where) in enumerate(kinds):
        hit = np.flatnonzero(chosen & (at <= now))
        parts.append((rows[hit], at[hit], np.full(len(hit), number), where[hit]))
    parcel, at, kind_of, where = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Table(TrackingEvent, len(parcel), {
        "id": Ids("trk", np.arange(len(parcel))), "shipment_id": Ids("shp", parcel), "at": Moments(at),
        "status": Choice([kind[2] for kind in kinds], kind_of), "place": Choice(spots, where),
        "note": Choice([kind[3] for kind in kinds], kind_of),
    })  # fmt: skip


_TROUBLE = {
    "weather": "delayed by severe weather on the route",
    "volume": "delayed, the facility has more parcels than usual",
    "address": "the address could not be found",
    "damage": "the packaging was damaged and is being repaired",
    "missed_delivery": "nobody was there to take the parcel",
}
