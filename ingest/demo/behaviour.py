"""What shoppers searched for and looked at, and what other shops ask."""

from datetime import timedelta

import numpy as np

from commerce.behaviour.models import Event
from commerce.catalogue.models import CompetitorOffer, SearchTerm
from ingest.demo.catalogue import Catalogue
from ingest.demo.columns import DAY, Choice, Ids, Ints, Moments, Table, pick_weighted
from ingest.demo.demand import Sales
from ingest.demo.people import People
from ingest.demo.pricing import DAYS, Prices, Timeline, regular_ending
from ingest.demo.vocabulary import categories, shop

_VISIT_DAYS = 60
"""Days back for which browsing is kept."""
_KINDS = ("search", "view", "cart")


def tables(
    generator: np.random.Generator,
    sales: Sales,
    catalogue: Catalogue,
    prices: Prices,
    known: People,
    timeline: Timeline,
) -> list[Table]:
    """Search term, event and competitor offer rows."""
    return [
        _search_terms(generator, sales, catalogue, timeline),
        _events(generator, sales, catalogue, known, timeline),
        _offers(generator, sales, catalogue, prices, timeline),
    ]


def _terms() -> tuple[list[str], Ints]:
    """Every term and its category; -1 for what the shop does not sell."""
    names = [category.name for category in categories()]
    pairs = [(term, names.index(name) if name else -1) for name, terms in shop()["searches"].items() for term in terms]
    return [term for term, _ in pairs], np.array([category for _, category in pairs])


def _search_terms(generator: np.random.Generator, sales: Sales, catalogue: Catalogue, timeline: Timeline) -> Table:
    terms, category = _terms()
    weeks = (DAYS - 1) // 7
    monday = timeline.now.date() - timedelta(days=timeline.now.weekday())
    starts = [monday - timedelta(days=7 * back) for back in range(weeks, -1, -1)]
    season = np.ones((len(terms), len(starts)))
    months = [start.month - 1 for start in starts]
    for term in np.flatnonzero(category >= 0).tolist():
        season[term] = np.array(categories()[category[term]].season)[months]
    share = generator.permutation(len(terms)) + 1.0
    mean = season * (share**-0.8)[:, None] * len(sales.placed) / 250
    searches = generator.poisson(mean + 0.3)
    clicks = generator.binomial(searches, np.where(category >= 0, 0.62, 0.06)[:, None])
    bought = generator.binomial(clicks, 0.07)
    size = searches.size
    shown = np.r_[np.bincount(catalogue.category_of()), 0]
    hits = np.maximum(shown[category] * generator.uniform(0.2, 0.9, len(terms)), category >= 0).astype(np.int64)
    row, week = np.repeat(np.arange(len(terms)), len(starts)), np.tile(np.arange(len(starts)), len(terms))
    return Table(SearchTerm, size, {
        "id": Ids("sea", np.arange(size)), "term": Choice(terms, row), "week": Choice(starts, week),
        "searches": searches.ravel(), "clicks": clicks.ravel(), "orders": bought.ravel(), "results": hits[row],
    })  # fmt: skip


def _events(
    generator: np.random.Generator, sales: Sales, catalogue: Catalogue, known: People, timeline: Timeline
) -> Table:
    """Visits of two to six pages: perhaps a search, then products, now and then a cart."""
    visits = max(len(sales.placed) * 2 // 5, 20)
    begun = timeline.end - (generator.random(visits) * _VISIT_DAYS * DAY).astype(np.int64) - 2 * 3600
    begun = np.sort(begun)
    recent = sales.variant[-max(len(sales.variant) // 8, 50) :]
    customer = np.where(generator.random(visits) < 0.7, pick_weighted(generator, known.activity, visits), -1)
    length = generator.integers(2, 7, visits)
    visit = np.repeat(np.arange(visits), length)
    step = np.arange(len(visit)) - np.repeat(np.cumsum(length) - length, length)
    variant = recent[generator.integers(0, len(recent), len(visit))]
    searched = (step == 0) & (generator.random(len(visit)) < 0.45)
    in_cart = (step == np.repeat(length, length) - 1) & (generator.random(len(visit)) < 0.3) & (step > 0)
    after = np.flatnonzero(in_cart)
    variant[after] = variant[after - 1]
    kind = np.select([searched, in_cart], [0, 2], 1)
    product = catalogue.product_of[variant]
    terms, category_of_term = _terms()
    wanted = catalogue.category_of()[product]
    options = [np.flatnonzero(category_of_term == c) for c in range(len(categories()))]
    chance = generator.random(len(visit)).tolist()
    term = [
        terms[options[c][int(r * len(options[c]))]] if s else ""
        for c, r, s in zip(wanted.tolist(), chance, searched.tolist(), strict=True)
    ]
    at = begun[visit] + step * generator.integers(15, 180, len(visit))
    return Table(Event, len(visit), {
        "id": Ids("evt", np.arange(len(visit))), "kind": Choice(_KINDS, kind),
        "customer_id": Ids("cus", customer[visit]), "visit": Ids("vis", visit),
        "product_id": Ids("prd", np.where(searched, -1, product)),
        "variant_id": Ids("var", np.where(in_cart, variant, -1)), "term": term,
        "channel": Choice(("web", "app"), (visit % 3 == 0).astype(np.int64)), "at": Moments(at),
    })  # fmt: skip


def _offers(
    generator: np.random.Generator, sales: Sales, catalogue: Catalogue, prices: Prices, timeline: Timeline
) -> Table:
    """What competitors ask for the best sellers."""
    names = shop()["competitors"]
    sold = np.bincount(sales.variant, minlength=catalogue.size)
    best = np.sort(np.argsort(-sold, kind="stable")[: min(480, catalogue.size // 2)])
    variant, rival = np.repeat(best, len(names)), np.tile(np.arange(len(names)), len(best))
    kept = generator.random(len(variant)) < 0.8
    variant, rival = variant[kept], rival[kept]
    habit = np.array([1.03, 0.95, 0.98, 1.06])[rival]
    regular = prices.regular(variant, np.full(len(variant), DAYS))
    asked = regular * habit * generator.normal(1.0, 0.04, len(variant))
    seen = timeline.end - generator.integers(3600, 4 * DAY, len(variant))
    return Table(CompetitorOffer, len(variant), {
        "id": Ids("cof", np.arange(len(variant))), "variant_id": Ids("var", variant),
        "competitor": Choice(names, rival), "amount": regular_ending(np.rint(asked).astype(np.int64)),
        "currency": "USD", "in_stock": generator.random(len(variant)) < 0.9, "seen_at": Moments(seen),
    })  # fmt: skip
