"""Prices over two years: regular ones, a rise for some, and promotions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from commerce.catalogue.models import Price, Promotion
from ingest.demo.catalogue import Catalogue
from ingest.demo.columns import DAY, Ids, Ints, Moments, Table, epoch_day, from_rows, row_id
from ingest.demo.vocabulary import categories, shop

DAYS = 731
"""The shop's days, today among them."""
_AHEAD = 30
"""Days ahead for which promotions are already planned."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days from the shop's first to `now`, numbered from 0, in UTC."""

    now: datetime

    @property
    def first(self) -> datetime:
        """Midnight of the first day."""
        return datetime.combine(self.now.date() - timedelta(days=DAYS - 1), datetime.min.time(), UTC)

    @property
    def start(self) -> int:
        """The first midnight, seconds since 1970."""
        return int(self.first.timestamp())

    @property
    def end(self) -> int:
        """The present, seconds since 1970."""
        return int(self.now.timestamp())

    def dates(self) -> list[date]:
        """Every day."""
        return [self.first.date() + timedelta(days=number) for number in range(DAYS)]

    def day_of(self, moments: Ints) -> Ints:
        """The number of the day in which each moment lies."""
        return (moments - self.start) // DAY

    def number(self, day: date) -> int:
        """The number of a date; negative before the first day."""
        return epoch_day(day) - epoch_day(self.first.date())


@dataclass(frozen=True, slots=True)
class Campaign:
    """One run of a promotion, by day numbers; `stop` is the first day after it."""

    name: str
    category: int
    percent: int
    code: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Prices:
    """What every variant costs on every day, minor units."""

    campaigns: list[Campaign]
    percent: Ints
    """Reduction by day and product."""
    before: Ints
    """Regular price of each variant until its change."""
    after: Ints
    changed: Ints
    """The day of the change; 0 when there was none."""
    product_of: Ints

    def regular(self, variants: Ints, days: Ints) -> Ints:
        """Prices without a promotion."""
        return np.where(days >= self.changed[variants], self.after[variants], self.before[variants])

    def amount(self, variants: Ints, days: Ints) -> Ints:
        """Prices as charged."""
        regular = self.regular(variants, days)
        percent = self.percent[np.minimum(days, DAYS - 1), self.product_of[variants]]
        return np.where(percent > 0, reduced(regular, percent), regular)

    def level(self, days: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Price of each day and product relative to its regular price."""
        return 1.0 - self.percent[:days] / 100.0


def regular_ending(cents: Ints) -> Ints:
    """`14712` → `14900`, `3321` → `3295`: prices end the way shops end them."""
    tens = np.maximum((cents + 500) // 1000, 1) * 1000 - 100
    fives = np.maximum((cents + 50) // 100, 1) * 100 - 5
    return np.where(cents >= 10_000, tens, fives)


def reduced(cents: Ints, percent: Ints) -> Ints:
    """A regular price less a percentage, ending in 99."""
    return np.asarray(np.maximum((cents * (100 - percent) // 100 + 50) // 100, 1) * 100 - 1)


def campaigns(timeline: Timeline) -> list[Campaign]:
    """Every promotion's runs, by start."""
    names = [category.name for category in categories()]
    runs = []
    for item in shop()["promotions"]:
        category = names.index(item["category"]) if item["category"] else -1
        for start in _starts(item["from"], timeline):
            stop = start + int(item["days"])
            if stop > 0 and start <= DAYS + _AHEAD:
                code = item.get("code", "")
                runs.append(Campaign(item["name"], category, int(item["percent"]), code, max(start, 0), stop))
    return sorted(runs, key=lambda run: (run.start, run.category, run.name))


def _starts(written: str, timeline: Timeline) -> list[int]:
    today = timeline.now.date()
    if written == "now":
        return [timeline.number(today) - 3]
    month, day = (int(part) for part in written.split("-"))
    return [timeline.number(date(year, month, day)) for year in range(today.year - 2, today.year + 2)]


def build(generator: np.random.Generator, catalogue: Catalogue, timeline: Timeline) -> Prices:
    """Prices of the whole catalogue."""
    runs = campaigns(timeline)
    category_of = catalogue.category_of()
    launch = np.array([product.launch for product in catalogue.products])
    percent = np.zeros((DAYS, len(catalogue.products)), dtype=np.int64)
    for run in runs:
        if not run.code:
            affected = np.flatnonzero(((category_of == run.category) | (run.category < 0)) & (launch <= run.start))
            percent[run.start : run.stop, affected] = run.percent
    after = regular_ending(catalogue.base_price * 100)
    rise = generator.choice([1.0, 0.94, 0.9], len(catalogue.products), p=[0.6, 0.25, 0.15])
    before = regular_ending(np.round(after * rise[catalogue.product_of]).astype(np.int64))
    changed = np.zeros(len(catalogue.products), dtype=np.int64)
    for product in np.flatnonzero(rise < 1.0).tolist():
        day = int(generator.integers(330, 500))
        while percent[day, product] > 0 or percent[day - 1, product] > 0:
            day -= 1
        changed[product] = day if day > catalogue.products[product].launch else 0
    return Prices(runs, percent, before, after, changed[catalogue.product_of], catalogue.product_of)


def tables(prices: Prices, catalogue: Catalogue, timeline: Timeline) -> list[Table]:
    """Promotion and price rows."""
    promotions = [
        {
            "id": row_id("pro", number), "name": run.name, "percent": run.percent, "code": run.code,
            "category": categories()[run.category].name if run.category >= 0 else "",
            "starts_at": timeline.first + timedelta(days=run.start),
            "ends_at": timeline.first + timedelta(days=run.stop),
        }
        for number, run in enumerate(prices.campaigns)
    ]  # fmt: skip
    return [from_rows(Promotion, promotions), _price_table(prices, catalogue, timeline)]


def _price_table(prices: Prices, catalogue: Catalogue, timeline: Timeline) -> Table:
    everything = np.arange(catalogue.size)
    launch = np.array([product.launch for product in catalogue.products])[catalogue.product_of]
    category = catalogue.category_of()[catalogue.product_of]
    none = np.full(catalogue.size, -1)
    rises = prices.changed > 0
    first = np.where(rises, prices.before, prices.after)
    blocks = [(everything, first, none, launch, np.where(rises, prices.changed, -1))]
    risen = np.flatnonzero(rises)
    blocks.append((risen, prices.after[risen], none[risen], prices.changed[risen], none[risen]))
    for run in prices.campaigns:
        if run.code:
            continue
        chosen = np.flatnonzero(((category == run.category) | (run.category < 0)) & (launch <= run.start))
        regular = prices.regular(chosen, np.full(len(chosen), run.start))
        amount = reduced(regular, np.full(len(chosen), run.percent))
        blocks.append((chosen, amount, regular, np.full(len(chosen), run.start), np.full(len(chosen), run.stop)))
    variant, amount, compare, start, stop = (np.concatenate(part) for part in zip(*blocks, strict=True))
    crossed_out: list[int | None] = [value if value >= 0 else None for value in compare.tolist()]
    return Table(Price, len(variant), {
        "id": Ids("prc", np.arange(len(variant))), "variant_id": Ids("var", variant),
        "channel": "web", "amount": amount,
        "compare_at": crossed_out, "currency": "USD",
        "valid_from": Moments(timeline.start + start * DAY),
        "valid_to": Moments(np.where(stop >= 0, timeline.start + stop * DAY, -1)),
    })  # fmt: skip
