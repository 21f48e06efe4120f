"""What became of every order: packed, split, short, sent, late, lost, delivered or cancelled."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commerce.orders.models import OrderStatus
from ingest.demo import personas, places
from ingest.demo.columns import DAY, Bools, Ints, pick_weighted
from ingest.demo.demand import CHANNELS, Sales
from ingest.demo.people import People
from ingest.demo.pricing import Timeline
from ingest.demo.vocabulary import shop

HOUR = 3600
STATUSES = tuple(OrderStatus)
DELAYS = ("", "weather", "volume", "address", "damage", "missed_delivery")
_CANCEL_REASONS = ("ordered_by_mistake", "no_longer_needed", "found_elsewhere", "too_slow", "other")
_SHORT_DAYS = 20
"""Days for which a line that ran out may be waiting; older ones were cancelled."""
LOST_AFTER = 8
"""Days past the promise after which a parcel without a scan is given up."""


@dataclass(slots=True)
class Groups:
    """Parts of orders that one place ships; in parcels once `ship_at` has come."""

    order: Ints
    place: Ints
    pack_at: Ints
    ship_at: Ints
    deliver_at: Ints
    delay: Ints
    """Position in `DELAYS`."""
    lost: Bools
    shipped: Bools
    delivered: Bools


@dataclass(slots=True)
class Fates:
    """What became of the orders and their lines."""

    status: Ints
    """Position in `STATUSES`."""
    cancelled_at: Ints
    cancel_reason: list[str]
    promised: Ints
    """Days since 1970."""
    carrier: Ints
    groups: Groups
    group: Ints
    """By line: its group; -1 when nothing of it is sent or to be sent."""
    units: Ints
    """By line: units sent or reserved."""
    cancelled: Ints
    short: Ints
    shipped: Ints
    restock: Ints
    """By line: days since 1970 when more is expected; -1 for unknown."""

    @property
    def delivered_at(self) -> Ints:
        """By line: when it arrived; -1 when it has not."""
        group = self.groups
        at = np.r_[np.where(group.delivered, group.deliver_at, -1), -1]
        return np.asarray(at[self.group])


def build(generator: np.random.Generator, sales: Sales, known: People, timeline: Timeline) -> Fates:
    """The fate of every order, as it stands now."""
    count, now = len(sales.placed), timeline.end
    carrier = pick_weighted(generator, np.array([0.45, 0.3, 0.25]), count)
    first = _courses(generator, sales, carrier)
    cancelled, cancelled_at = _cancellations(generator, sales, first.pack_at, now)
    split = (np.bincount(sales.order, minlength=count) > 1) & (generator.random(count) < 0.07) & (sales.persona < 0)
    second = split[sales.order] & (generator.random(len(sales.order)) < 0.5)
    short, gone, restock = _short(generator, sales, now)
    gone = np.where(cancelled[sales.order], sales.quantity, gone)
    short = np.where(cancelled[sales.order], 0, short)
    units = sales.quantity - gone - short
    group, groups = _groups(generator, sales, known, first, second, units)
    groups.shipped = groups.ship_at <= now
    groups.delivered = groups.shipped & ~groups.lost & (groups.deliver_at <= now)
    status = _status(sales, groups, short, cancelled, now, first.pack_at)
    reasons = [
        _CANCEL_REASONS[n] if done else ""
        for n, done in zip(generator.integers(0, 5, count).tolist(), cancelled.tolist(), strict=True)
    ]
    shipped = np.where(np.r_[groups.shipped, False][group], units, 0)
    return Fates(
        status=status, cancelled_at=cancelled_at, cancel_reason=reasons, promised=first.promised, carrier=carrier,
        groups=groups, group=group, units=units, cancelled=gone, short=short, shipped=shipped,
        restock=np.where(short > 0, restock, -1),
    )  # fmt: skip


@dataclass(slots=True)
class _Courses:
    """By order: how its first parcel travels."""

    pack_at: Ints
    ship_at: Ints
    deliver_at: Ints
    promised: Ints
    delay: Ints
    lost: Bools


def _business_days(days: Ints, ahead: Ints) -> Ints:
    moved = np.busday_offset(days.astype("datetime64[D]"), ahead, roll="backward")
    return np.asarray(moved.astype(np.int64))


def _courses(generator: np.random.Generator, sales: Sales, carrier: Ints) -> _Courses:
    count, day = len(sales.placed), sales.placed // DAY
    limits = np.array([
        [(service["days_min"], service["days_max"]) for service in item["services"]] for item in shop()["carriers"]
    ])[carrier, sales.express.astype(np.int64)]  # fmt: skip
    ship_day = _business_days(day, 1 + (generator.random(count) < 0.12))
    ship_at = ship_day * DAY + 19 * HOUR + generator.integers(0, 3 * HOUR, count)
    month = (sales.placed.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)) % 12
    winter = np.isin(month, (0, 1, 11))
    late = generator.random(count) < np.where(winter, 0.085, 0.045)
    delay = np.where(late, pick_weighted(generator, np.array([0.34, 0.28, 0.14, 0.1, 0.14]), count) + 1, 0)
    transit = generator.integers(limits[:, 0], limits[:, 1] + 1)
    transit = np.where(late, limits[:, 1] + generator.integers(2, 7, count), transit)
    deliver_day = _business_days(ship_day, transit)
    found = _Courses(
        pack_at=np.maximum(ship_at - generator.integers(6, 34, count) * HOUR, sales.placed + 2 * HOUR), ship_at=ship_at,
        deliver_at=deliver_day * DAY + 15 * HOUR + generator.integers(0, 8 * HOUR, count),
        promised=_business_days(day, 1 + limits[:, 1]), delay=delay, lost=generator.random(count) < 0.0015,
    )  # fmt: skip
    _write_personas(found, sales)
    return found


def _write_personas(found: _Courses, sales: Sales) -> None:
    for row in np.flatnonzero(sales.persona >= 0).tolist():
        _, order = personas.ORDERS[int(sales.persona[row])]
        now = int(sales.placed[row]) + round(order.placed * DAY)
        found.pack_at[row] = now - round(order.packing * DAY)
        found.ship_at[row] = now - round(order.shipped * DAY)
        found.deliver_at[row] = now - round(order.delivered * DAY)
        found.promised[row] = now // DAY - order.promised
        found.delay[row] = DELAYS.index(order.delay)
        found.lost[row] = order.lost


def _cancellations(generator: np.random.Generator, sales: Sales, pack_at: Ints, now: int) -> tuple[Bools, Ints]:
    count = len(sales.placed)
    after = (generator.exponential(7.0, count) * HOUR).astype(np.int64) + 600
    at = np.minimum(sales.placed + after, pack_at - HOUR)
    chosen = (generator.random(count) < 0.028) & (at <= now) & (at > sales.placed) & (sales.persona < 0)
    return chosen, np.where(chosen, at, -1)


def _short(generator: np.random.Generator, sales: Sales, now: int) -> tuple[Ints, Ints, Ints]:
    """By line: units waiting for goods, units cancelled for want of them, and when more is expected."""
    size = len(sales.order)
    age = (now - sales.placed[sales.order]) / DAY
    chance = generator.random(size)
    free = sales.persona[sales.order] < 0
    first = np.r_[True, sales.order[1:] != sales.order[:-1]]
    short = np.where(free & (age < _SHORT_DAYS) & (chance < 0.009), sales.quantity, 0)
    gone = np.where(free & (age >= _SHORT_DAYS) & (chance < 0.003) & ~first, sales.quantity, 0)
    known = generator.random(size) < 0.6
    restock = np.where(known, now // DAY + generator.integers(3, 26, size), -1)
    starts = np.searchsorted(sales.order, np.arange(len(sales.placed)))
    for row in np.flatnonzero(sales.persona >= 0).tolist():
        _, order = personas.ORDERS[int(sales.persona[row])]
        if order.short >= 0:
            line = int(starts[row]) + order.short
            short[line] = sales.quantity[line]
            restock[line] = now // DAY + order.restock if order.restock >= 0 else -1
    return short, gone, restock


def _groups(
    generator: np.random.Generator, sales: Sales, known: People, first: _Courses, second: Bools, units: Ints
) -> tuple[Ints, Groups]:
    """Which place sends what, and how that parcel travels."""
    key = sales.order * 2 + second
    sent = units > 0
    keys, inverse = np.unique(key[sent], return_inverse=True)
    group = np.full(len(key), -1)
    group[sent] = inverse
    order, other = keys // 2, keys % 2 == 1
    near = known.kilometers[sales.customer[order]]
    centre = near[:, : places.CENTRES].argmin(axis=1)
    store = places.CENTRES + near[:, places.CENTRES :].argmin(axis=1)
    in_store = (sales.channel[order] == CHANNELS.index("store")) | (generator.random(len(order)) < 0.09)
    place = np.where(in_store & ~other & (sales.persona[order] < 0), store, centre)
    place = np.where(other, 1 - centre, place)
    later = np.where(other, generator.integers(1, 2 * DAY, len(order)), 0)
    lost = first.lost[order] & ~other
    return group, Groups(
        order=order, place=place, pack_at=first.pack_at[order] + later, ship_at=first.ship_at[order] + later,
        deliver_at=first.deliver_at[order] + later, delay=first.delay[order], lost=lost,
        shipped=lost, delivered=lost,
    )  # fmt: skip


def _status(sales: Sales, groups: Groups, short: Ints, cancelled: Bools, now: int, pack_at: Ints) -> Ints:
    count = len(sales.placed)

    def orders_with(chosen: NDArray[np.bool_]) -> Ints:
        return np.bincount(groups.order[chosen], minlength=count)

    parts, sent, arrived = (orders_with(c) for c in (groups.order >= 0, groups.shipped, groups.delivered))
    waiting = np.bincount(sales.order, short, count) > 0
    packing = (orders_with(groups.pack_at <= now) > 0) | ((parts == 0) & (pack_at <= now))
    named = {status: STATUSES.index(status) for status in OrderStatus}
    return np.select(
        [
            cancelled,
            (sent > 0) & ((sent < parts) | waiting),
            (sent > 0) & (arrived == parts),
            sent > 0,
            packing,
        ],
        [
            named[OrderStatus.cancelled],
            named[OrderStatus.partly_shipped],
            named[OrderStatus.delivered],
            named[OrderStatus.shipped],
            named[OrderStatus.processing],
        ],
        named[OrderStatus.pending],
    )
