"""Who orders what and when over two years."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.demo import personas
from ingest.demo.catalogue import Catalogue
from ingest.demo.columns import DAY, Bools, Floats, Ints, pick_weighted
from ingest.demo.people import People, likes
from ingest.demo.pricing import DAYS, Prices, Timeline
from ingest.demo.vocabulary import categories

CHANNELS = ("web", "app", "store", "phone")
_WEEKDAY = np.array([1.12, 1.0, 0.97, 0.98, 0.95, 0.92, 1.14])
_HOUR = np.array([7, 6, 5, 4, 2, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 7, 7], dtype=float)
"""Orders by hour in UTC: few while America sleeps."""
_LINES = np.array([0.27, 0.27, 0.2, 0.13, 0.08, 0.05])
_TOGETHER = (
    {"tents", "sleeping", "backpacks", "camp-kitchen", "furniture", "lighting", "food-fuel"},
    {"jackets", "layers", "footwear"},
    {"textiles", "kitchen", "drinkware"},
)
"""Categories, by slug, that are bought together."""
_BY_SEVERAL = {"drinkware", "kitchen", "food-fuel", "camp-kitchen"}
"""Categories of which people buy more than one."""
_GROWTH = 0.35
"""By how much the shop grew over its two years."""
FREE_SHIPPING_FROM = 7500
STANDARD, EXPRESS = 695, 1995


@dataclass(slots=True)
class Sales:
    """Orders in the sequence they were placed, and their lines in the same sequence."""

    placed: Ints
    customer: Ints
    channel: Ints
    express: Bools
    persona: Ints
    """Position in `personas.ORDERS`; -1 for everybody else."""
    campaign: Ints
    """The campaign whose code was used; -1 for none."""
    order: Ints
    """By line: its order."""
    variant: Ints
    quantity: Ints
    unit_price: Ints
    discount: Ints
    tax: Ints
    subtotal: Ints
    order_discount: Ints
    order_tax: Ints
    shipping: Ints

    @property
    def total(self) -> Ints:
        """What each order cost."""
        return self.subtotal - self.order_discount + self.shipping + self.order_tax

    @property
    def paid(self) -> Ints:
        """What each line cost with its tax."""
        return self.unit_price * self.quantity - self.discount + self.tax


@dataclass(frozen=True, slots=True)
class Pull:
    """How strongly shoppers are drawn to each product on each day, and when variants were sold out."""

    by_product: Floats
    out_from: Ints
    """By stock-out and variant: its first day."""
    out_until: Ints

    def sold_out(self, variants: Ints, days: Ints) -> Bools:
        """Whether each variant was sold out on a day."""
        during = (self.out_from[:, variants] <= days) & (days < self.out_until[:, variants])
        return np.asarray(during.any(axis=0))


def pull(generator: np.random.Generator, catalogue: Catalogue, prices: Prices, timeline: Timeline) -> Pull:
    """Popularity, season, price and trend of every product, day by day."""
    category_of = catalogue.category_of()
    months = np.array([day.month - 1 for day in timeline.dates()])
    season = np.array([category.season for category in categories()])[:, months]
    smooth = np.apply_along_axis(lambda row: np.convolve(np.pad(row, 12, "edge"), np.ones(25) / 25, "valid"), 1, season)
    elasticity = np.array([category.elasticity for category in categories()])[category_of]
    demand = np.array([category.demand for category in categories()])
    popularity = np.array([product.popularity for product in catalogue.products])
    within = np.bincount(category_of, popularity)
    weight = popularity * (demand / within)[category_of]
    launch = np.array([product.launch for product in catalogue.products])
    age = np.arange(DAYS)[:, None]
    trend = generator.choice([0.0, -0.9, 0.8], len(launch), p=[0.8, 0.1, 0.1])
    strength = weight * smooth[category_of].T * prices.level(DAYS) ** -elasticity
    strength = strength * np.exp(trend * (age / DAYS - 0.5)) * (age >= launch)
    begins = generator.integers(-400, DAYS - 15, (2, catalogue.size))
    return Pull(strength, begins, begins + generator.integers(4, 24, (2, catalogue.size)))


def build(
    generator: np.random.Generator,
    catalogue: Catalogue,
    prices: Prices,
    known: People,
    timeline: Timeline,
    orders: int,
) -> Sales:
    """All orders, those of the personas among them."""
    drawn_to = pull(generator, catalogue, prices, timeline)
    placed = _moments(generator, drawn_to, prices, timeline, orders)
    day = timeline.day_of(placed)
    customer = pick_weighted(generator, known.activity, orders)
    order, variant = _lines(generator, catalogue, drawn_to, likes(known)[customer], known.size[customer], day)
    several = np.array([0.24 if item.slug in _BY_SEVERAL else 0.09 for item in categories()])
    chance = several[catalogue.category_of()[catalogue.product_of[variant]]]
    quantity = 1 + generator.binomial(3, chance / 1.6)
    express = generator.random(orders) < 0.07
    channel = pick_weighted(generator, np.array([0.63, 0.25, 0.08, 0.04]), orders)
    campaign = _codes(generator, prices, day)
    sales = _with_personas(
        catalogue, timeline,
        {"placed": placed, "customer": customer, "channel": channel, "express": express, "campaign": campaign},
        {"order": order, "variant": variant, "quantity": quantity},
    )  # fmt: skip
    return _priced(sales, prices, known, timeline)


def _moments(generator: np.random.Generator, drawn_to: Pull, prices: Prices, timeline: Timeline, orders: int) -> Ints:
    weekday = _WEEKDAY[[day.weekday() for day in timeline.dates()]]
    growth = 1.0 + _GROWTH * np.arange(DAYS) / DAYS
    weights = drawn_to.by_product.sum(axis=1) * weekday * growth
    for run in prices.campaigns:
        if run.code:
            weights[run.start : run.stop] *= 1.0 + run.percent / 60
    passed = (timeline.end - timeline.start) % DAY
    weights[-1] *= _HOUR[: passed // 3600 + 1].sum() / _HOUR.sum()
    day = np.repeat(np.arange(DAYS), generator.multinomial(orders, weights / weights.sum()))
    moment = pick_weighted(generator, _HOUR, orders) * 3600 + generator.integers(0, 3600, orders)
    today = day == DAYS - 1
    moment[today] = np.minimum(moment[today] * passed // DAY, max(passed - 60, 0))
    return np.sort(timeline.start + day * DAY + moment)


def _lines(
    generator: np.random.Generator,
    catalogue: Catalogue,
    drawn_to: Pull,
    liking: Floats,
    size: Floats,
    day: Ints,
) -> tuple[Ints, Ints]:
    """The order and the variant of every line; one variant once in an order."""
    order = np.repeat(np.arange(len(day)), pick_weighted(generator, _LINES, len(day)) + 1)
    first = np.r_[True, order[1:] != order[:-1]]
    category_of = catalogue.category_of()
    count = len(categories())
    by_category = np.stack([drawn_to.by_product[:, category_of == c].sum(axis=1) for c in range(count)], axis=1)
    weights = by_category[day] * liking
    category = _pick_rows(generator, weights)[order]
    later = np.flatnonzero(~first)
    category[later] = _pick_rows(generator, weights[order[later]] * _affinity()[category[later]])
    variant = np.zeros(len(order), dtype=np.int64)
    wanted = np.arange(len(order))
    for _ in range(4):
        variant[wanted] = _variants(
            generator, catalogue, drawn_to, category[wanted], day[order[wanted]], size[order[wanted]]
        )
        wanted = wanted[drawn_to.sold_out(variant[wanted], day[order[wanted]])]
    keep = np.ones(len(order), dtype=bool)
    keep[wanted] = False
    _, once = np.unique(order * catalogue.size + variant, return_index=True)
    single = np.zeros(len(order), dtype=bool)
    single[once] = True
    keep = (keep & single) | first
    return order[keep], variant[keep]


def _affinity() -> Floats:
    slugs = [category.slug for category in categories()]
    table = np.ones((len(slugs), len(slugs)))
    for group in _TOGETHER:
        inside = np.array([slug in group for slug in slugs])
        table += np.outer(inside, inside) * 1.4
    return table


def _pick_rows(generator: np.random.Generator, weights: Floats) -> Ints:
    """A position in every row, in proportion to the row's weights."""
    bounds = weights.cumsum(axis=1)
    drawn = generator.random(len(bounds))[:, None] * bounds[:, -1:]
    return np.asarray((bounds <= drawn).sum(axis=1), dtype=np.int64)


def _variants(
    generator: np.random.Generator,
    catalogue: Catalogue,
    drawn_to: Pull,
    category: Ints,
    day: Ints,
    size: Floats,
) -> Ints:
    category_of = catalogue.category_of()
    product = np.zeros(len(category), dtype=np.int64)
    for number in range(len(categories())):
        rows = np.flatnonzero(category == number)
        members = np.flatnonzero(category_of == number)
        product[rows] = members[_pick_rows(generator, drawn_to.by_product[day[rows]][:, members])]
    colors = np.array([max(len(item.colors), 1) for item in catalogue.products])[product]
    sizes = np.array([max(len(item.sizes), 1) for item in catalogue.products])[product]
    start = np.array([item.first_variant for item in catalogue.products])[product]
    worn = np.array([bool(category.fits) for category in categories()])[category]
    color = np.floor(colors * generator.random(len(product)) ** 1.5).astype(np.int64)
    own = np.rint(size * (sizes - 1) + generator.normal(0, 0.25, len(product)))
    any_size = np.floor(sizes * generator.random(len(product)) ** 1.2)
    which = np.clip(np.where(worn, own, any_size), 0, sizes - 1).astype(np.int64)
    return np.asarray(start + color * sizes + which)


def _codes(generator: np.random.Generator, prices: Prices, day: Ints) -> Ints:
    used = np.full(len(day), -1)
    chance = generator.random(len(day))
    for number, run in enumerate(prices.campaigns):
        if run.code:
            used[(day >= run.start) & (day < run.stop) & (chance < 0.4)] = number
    return used


def _with_personas(
    catalogue: Catalogue, timeline: Timeline, orders: dict[str, Any], lines: dict[str, Any]
) -> dict[str, Any]:
    """The orders with the personas' put in where they belong in time."""
    count, extra = len(orders["placed"]), len(personas.ORDERS)
    own = {
        "placed": [timeline.end - round(order.placed * DAY) for _, order in personas.ORDERS],
        "customer": [number for number, _ in personas.ORDERS],
        "channel": [0] * extra, "express": [False] * extra, "campaign": [-1] * extra,
    }  # fmt: skip
    columns = {name: np.r_[values, own[name]] for name, values in orders.items()}
    columns["persona"] = np.r_[np.full(count, -1), np.arange(extra)]
    wants = [(count + n, want) for n, (_, order) in enumerate(personas.ORDERS) for want in order.lines]
    order = np.r_[lines["order"], [number for number, _ in wants]]
    variant = np.r_[lines["variant"], [personas.find_variant(catalogue, want) for _, want in wants]]
    quantity = np.r_[lines["quantity"], [want.quantity for _, want in wants]]
    sequence = np.argsort(columns["placed"], kind="stable")
    rank = np.empty_like(sequence)
    rank[sequence] = np.arange(len(sequence))
    by_order = np.argsort(rank[order], kind="stable")
    sorted_orders = {name: values[sequence] for name, values in columns.items()}
    return sorted_orders | {
        "order": rank[order][by_order], "variant": variant[by_order], "quantity": quantity[by_order],
    }  # fmt: skip


def _priced(parts: dict[str, Any], prices: Prices, known: People, timeline: Timeline) -> Sales:
    order, quantity, count = parts["order"], parts["quantity"], len(parts["placed"])
    unit = prices.amount(parts["variant"], timeline.day_of(parts["placed"])[order])
    percents = np.array([run.percent for run in prices.campaigns] + [0])
    discount = unit * quantity * percents[parts["campaign"]][order] // 100
    rate = known.tax[parts["customer"]][order]
    tax = np.rint((unit * quantity - discount) * rate / 100).astype(np.int64)
    subtotal, order_discount, order_tax = (
        np.bincount(order, values, count).astype(np.int64) for values in (unit * quantity, discount, tax)
    )
    standard = np.where(subtotal - order_discount >= FREE_SHIPPING_FROM, 0, STANDARD)
    return Sales(
        **parts, unit_price=unit, discount=discount, tax=tax, subtotal=subtotal,
        order_discount=order_discount, order_tax=order_tax, shipping=np.where(parts["express"], EXPRESS, standard),
    )  # fmt: skip
