"""What is on hand, how it came to be, and what is on its way from suppliers."""

from dataclasses import dataclass

import numpy as np

from commerce.places.models import InventoryLevel, MoveReason, StockMove
from commerce.supply.models import PurchaseOrder, PurchaseOrderLine
from ingest.demo import personas, places
from ingest.demo.catalogue import Catalogue
from ingest.demo.columns import DAY, Bools, Choice, Dates, Floats, Ids, Ints, Moments, Table
from ingest.demo.demand import Sales
from ingest.demo.fulfilment import HOUR, Fates
from ingest.demo.pricing import Timeline
from ingest.demo.returns import Returns

WEEKS = 13
"""Weeks back for which every movement is kept; before that there is an opening figure."""
_WEEK = 7 * DAY
_REASONS = tuple(MoveReason)


@dataclass(slots=True)
class Stock:
    """Stock by place and variant; flows by week back, place and variant."""

    on_hand: Ints
    reserved: Ints
    sold: Ints
    returned: Ints
    received: Ints
    """From suppliers, at the centres."""
    moved: Ints
    """To the stores, from the centre that feeds each."""
    opening: Ints
    velocity: Floats
    """Units a week."""
    feeds: Ints
    """The centre that feeds each store."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Purchase order lines with the terms of the order that each belongs to."""

    supplier: Ints
    place: Ints
    variant: Ints
    quantity: Ints
    due: Ints
    """Days since 1970."""
    received_at: Ints
    """-1 while open."""


def build(
    generator: np.random.Generator,
    sales: Sales,
    fates: Fates,
    returns: Returns,
    catalogue: Catalogue,
    timeline: Timeline,
) -> tuple[Stock, Orders]:
    """Stock everywhere, and the purchase orders behind it."""
    count, size, now = places.count(), catalogue.size, timeline.end
    groups = fates.groups
    line = np.flatnonzero(fates.group >= 0)
    place, variant, units = groups.place[fates.group[line]], sales.variant[line], fates.units[line]
    sent = groups.shipped[fates.group[line]]
    week = (now - groups.ship_at[fates.group[line]]) // _WEEK
    sold = _flow(week[sent], place[sent], variant[sent], units[sent], (WEEKS, count, size))
    reserved = _flow(week[~sent] * 0, place[~sent], variant[~sent], units[~sent], (1, count, size))[0]
    velocity = sold.sum(axis=0) / WEEKS
    free, awaited = _free(generator, sales, fates, catalogue, velocity)
    home = np.r_[groups.place, 0][fates.group[returns.line]]
    returns.restocked[free[home, sales.variant[returns.line]] == 0] = 0
    shelf = np.flatnonzero(returns.restocked > 0)
    back = (now - returns.closed_at[returns.of[shelf]]) // _WEEK
    returned = _flow(
        back, home[shelf], sales.variant[returns.line[shelf]], returns.restocked[shelf], (WEEKS, count, size)
    )
    on_hand = np.maximum(free, returned.sum(axis=0)) + reserved
    spots = places.positions()[places.CENTRES :]
    feeds = places.distances(spots)[:, : places.CENTRES].argmin(axis=1)
    stock = Stock(on_hand, reserved, sold, returned, sold * 0, sold * 0, on_hand.copy(), velocity, feeds)
    _trace_back(generator, stock, places.pack_sizes(catalogue))
    return stock, _purchases(generator, stock, catalogue, awaited, timeline)


def _flow(week: Ints, place: Ints, variant: Ints, units: Ints, shape: tuple[int, int, int]) -> Ints:
    flow = np.zeros(shape, dtype=np.int64)
    within = (week >= 0) & (week < shape[0])
    np.add.at(flow, (week[within], place[within], variant[within]), units[within])
    return flow


def _free(
    generator: np.random.Generator, sales: Sales, fates: Fates, catalogue: Catalogue, velocity: Floats
) -> tuple[Ints, dict[int, int]]:
    """Units free to sell by place and variant, and the day when sold-out variants are expected."""
    shape = velocity.shape
    centre = np.arange(shape[0])[:, None] < places.CENTRES
    cover = generator.uniform(2.0, 8.0, shape)
    least = np.where(centre, generator.integers(4, 15, shape), generator.integers(0, 6, shape))
    free = np.maximum(np.rint(velocity * cover).astype(np.int64), least)
    free[generator.random(shape) < np.where(centre, 0.03, 0.12)] = 0
    free[:, generator.random(shape[1]) < 0.02] = 0
    for want in {want for _, order in personas.ORDERS for want in order.lines}:
        product = catalogue.products[int(catalogue.product_of[personas.find_variant(catalogue, want)])]
        own = slice(product.first_variant, product.first_variant + product.variants)
        free[: places.CENTRES, own] = np.maximum(free[: places.CENTRES, own], 8)
    short = np.flatnonzero(fates.short > 0)
    awaited: dict[int, int] = {}
    for variant, restock in zip(sales.variant[short].tolist(), fates.restock[short].tolist(), strict=True):
        free[: places.CENTRES, variant] = 0
        awaited[variant] = max(restock, awaited.get(variant, -1))
    fates.restock[short] = np.array([awaited[variant] for variant in sales.variant[short].tolist()], dtype=np.int64)
    elsewhere, gone = (personas.find_variant(catalogue, want) for want in (personas.ELSEWHERE, personas.AWAITED))
    free[:, [elsewhere, gone]] = 0
    free[list(personas.STORES_WITH_IT), elsewhere] = (6, 3)
    return free, awaited


def _trace_back(generator: np.random.Generator, stock: Stock, packs: Ints) -> None:
    """Walk back week by week and find deliveries that leave no week below zero."""
    later = stock.returned.sum(axis=0)
    store = slice(places.CENTRES, None)
    for week in range(WEEKS):
        room = stock.opening[store] + stock.sold[week, store] - later[store]
        wanted = np.rint(stock.velocity[store] * 3 + generator.integers(0, 3, room.shape)).astype(np.int64)
        delivered = np.minimum(wanted, np.maximum(room, 0)) * (generator.random(room.shape) < 0.2)
        stock.moved[week, store] = delivered
        for centre in range(places.CENTRES):
            stock.moved[week, centre] = delivered[stock.feeds == centre].sum(axis=0)
        stock.opening[store] += stock.sold[week, store] - delivered - stock.returned[week, store]
        centres = slice(0, places.CENTRES)
        out = stock.sold[week, centres] + stock.moved[week, centres]
        room = np.maximum(stock.opening[centres] + out - later[centres], 0)
        wanted = np.rint(stock.velocity[centres] * 5).astype(np.int64) + packs
        received = np.minimum(wanted, room) // packs * packs * (generator.random(room.shape) < 0.16)
        stock.received[week, centres] = received
        stock.opening[centres] += out - received - stock.returned[week, centres]
        later = later - stock.returned[week]


def _purchases(
    generator: np.random.Generator, stock: Stock, catalogue: Catalogue, awaited: dict[int, int], timeline: Timeline
) -> Orders:
    supplier_of, packs = places.supplier_of(catalogue), places.pack_sizes(catalogue)
    week, place, variant = np.nonzero(stock.received)
    came = Orders(
        supplier_of[variant], place, variant, stock.received[week, place, variant],
        (timeline.end - (week + 1) * _WEEK) // DAY + supplier_of[variant] % 3 - 1,
        timeline.end - (week + 1) * _WEEK + HOUR,
    )  # fmt: skip
    low = stock.on_hand[: places.CENTRES] - stock.reserved[: places.CENTRES] < stock.velocity[: places.CENTRES] * 3 + 4
    wanted = low & (generator.random(low.shape) < 0.6)
    wanted[:, list(awaited)] = False
    wanted[0, [variant for variant, day in awaited.items() if day >= 0]] = True
    place, variant = np.nonzero(wanted)
    supplier = supplier_of[variant]
    lead = places.lead_days()
    terms = np.rint(lead[:, None] * generator.uniform([0.1, 0.5], [0.45, 0.95], (len(lead), 2))).astype(np.int64)
    due = timeline.end // DAY + 1 + terms[supplier, generator.integers(0, 2, len(variant))]
    promised = np.array([awaited.get(v, -1) for v in variant.tolist()], dtype=np.int64)
    due = np.where(promised >= 0, promised - 1, due)
    need = stock.velocity[:, variant].sum(axis=0) * (lead[supplier] / 7 + 2)
    quantity = (np.rint(need).astype(np.int64) // packs[variant] + 2) * packs[variant]
    return Orders(*(
        np.concatenate(pair) for pair in (
            (came.supplier, supplier), (came.place, place), (came.variant, variant),
            (came.quantity, quantity), (came.due, due), (came.received_at, np.full(len(variant), -1)),
        )
    ))  # fmt: skip


def levels(stock: Stock, orders: Orders, timeline: Timeline) -> Table:
    """Inventory level rows."""
    count, size = stock.on_hand.shape
    incoming = np.zeros_like(stock.on_hand)
    still = orders.received_at < 0
    np.add.at(incoming, (orders.place[still], orders.variant[still]), orders.quantity[still])
    place, variant = np.repeat(np.arange(count), size), np.tile(np.arange(size), count)
    safety = np.ceil(1.65 * np.sqrt(stock.velocity)).astype(np.int64)
    return Table(InventoryLevel, count * size, {
        "location_id": Ids("loc", place), "variant_id": Ids("var", variant),
        "on_hand": stock.on_hand.ravel(), "reserved": stock.reserved.ravel(), "incoming": incoming.ravel(),
        "safety_stock": safety.ravel(), "version": 1, "updated_at": timeline.now,
    })  # fmt: skip


def purchase_orders(orders: Orders, catalogue: Catalogue) -> list[Table]:
    """Purchase order and line rows."""
    terms = np.stack([orders.received_at, orders.due, orders.supplier, orders.place], axis=1)
    heads, of = np.unique(terms, axis=0, return_inverse=True)
    received_at, due, supplier, place = heads.T
    lead = np.rint(places.lead_days()).astype(np.int64)[supplier]
    still: Bools = received_at < 0
    head = Table(PurchaseOrder, len(heads), {
        "id": Ids("pur", np.arange(len(heads))), "supplier_id": Ids("sup", supplier),
        "location_id": Ids("loc", place), "status": Choice(("received", "open"), still.astype(np.int64)),
        "placed_at": Moments((due - lead) * DAY + 16 * HOUR), "expected_on": Dates(due),
        "received_at": Moments(received_at),
    })  # fmt: skip
    body = Table(PurchaseOrderLine, len(of), {
        "id": Ids("pul", np.arange(len(of))), "purchase_order_id": Ids("pur", of.ravel()),
        "variant_id": Ids("var", orders.variant), "quantity": orders.quantity,
        "received": np.where(orders.received_at >= 0, orders.quantity, 0), "unit_cost": catalogue.cost[orders.variant],
    })  # fmt: skip
    return [head, body]


def moves(stock: Stock, sales: Sales, fates: Fates, timeline: Timeline) -> Table:
    """Movements that add up to every level; goods come in at a week's start and leave at its end."""
    now = timeline.end
    place, variant = np.nonzero(stock.opening)
    begin = np.full(len(place), now - WEEKS * _WEEK)
    blocks = [(place, variant, stock.opening[place, variant], place * 0, begin, MoveReason.opening)]
    store = np.arange(places.count())[None, :, None] >= places.CENTRES
    for flow, reason, coming in (
        (stock.received, MoveReason.receipt, True),
        (stock.returned, MoveReason.return_, True),
        (stock.moved * store, MoveReason.transfer, True),
        (-stock.moved * ~store, MoveReason.transfer, False),
        (-stock.sold, MoveReason.sale, False),
    ):
        week, place, variant = np.nonzero(flow)
        at = now - (week + 1) * _WEEK + HOUR if coming else now - week * _WEEK - 60
        blocks.append((place, variant, flow[week, place, variant], place * 0, at, reason))
    line = np.flatnonzero(fates.group >= 0)
    line = line[~fates.groups.shipped[fates.group[line]]]
    group = fates.group[line]
    blocks.append((
        fates.groups.place[group], sales.variant[line], line * 0, fates.units[line],
        sales.placed[sales.order[line]], MoveReason.reserve,
    ))  # fmt: skip
    why = np.concatenate([np.full(len(block[0]), _REASONS.index(block[5])) for block in blocks])
    places_, variants, on_hand, reserved, at = (np.concatenate([block[n] for block in blocks]) for n in range(5))
    cause = np.r_[np.full(len(why) - len(line), -1), line]
    by_time = np.argsort(at, kind="stable")
    references = [f"oln_demo{number:07d}" if number >= 0 else "" for number in cause[by_time].tolist()]
    return Table(StockMove, len(at), {
        "id": Ids("mov", np.arange(len(at))), "location_id": Ids("loc", places_[by_time]),
        "variant_id": Ids("var", variants[by_time]), "on_hand": on_hand[by_time],
        "reserved": reserved[by_time], "reason": Choice(_REASONS, why[by_time]),
        "reference": references, "created_at": Moments(at[by_time]),
    })  # fmt: skip
