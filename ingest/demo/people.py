"""Customers, where they live, how they pay and what they agreed to."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from commerce.people.models import Consent, Customer, Identity, PaymentMethod
from ingest.demo import places
from ingest.demo.columns import DAY, Bools, Choice, Floats, Ids, Ints, Moments, Table, pick_weighted
from ingest.demo.personas import PERSONAS
from ingest.demo.vocabulary import categories, people, spot, spots_in

STYLES = ("terse", "chatty", "formal")
_CARDS = ("Visa", "Mastercard", "American Express", "Discover")


@dataclass(slots=True)
class People:
    """Customers; the first are the personas. Arrays are by customer unless they say otherwise."""

    addresses: list[dict[str, str]]
    first: list[str]
    last: list[str]
    email: list[str]
    phone: list[str]
    guest: Bools
    segment: Ints
    style: Ints
    size: Floats
    """The size a customer wears, from 0 for the smallest to 1 for the largest."""
    activity: Floats
    """How often a customer orders, relative to others."""
    tax: Floats
    """Sales tax where the customer lives, percent."""
    kilometers: Floats
    """To every place."""
    methods: list["Method"] = field(default_factory=list)
    first_method: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """The position of a customer's main way to pay in `methods`; the next ones follow."""
    method_count: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.first)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay."""

    customer: int
    kind: str
    brand: str
    last4: str
    balance: int = 0


def build(generator: np.random.Generator, orders: int) -> People:
    """Customers for a shop of so many orders."""
    count = max(orders // 4, 60)
    words = people()
    spots, addresses = _addresses(generator, count)
    first = [str(name) for name in generator.choice(words["first_names"], count)]
    last = [str(name) for name in generator.choice(words["last_names"], count)]
    for number, persona in enumerate(PERSONAS):
        first[number], last[number] = persona.first_name, persona.last_name
        addresses[number] = dict(persona.address)
        home = spot(persona.address["zip"])
        spots[number] = float(home["lat"]), float(home["long"])
    shares = np.array([segment["share"] for segment in words["segments"].values()])
    activity = np.minimum(generator.gamma(0.6, 1.0, count), 4.0) + 0.1
    guest = generator.random(count) < 0.17
    activity[guest] *= 0.15
    activity[: len(PERSONAS)] = 0.0
    guest[: len(PERSONAS)] = False
    known = People(
        addresses=addresses, first=first, last=last, email=_emails(generator, first, last),
        phone=[f"+1{area}55501{generator.integers(0, 100):02d}" for area in _areas(addresses)],
        guest=guest, segment=pick_weighted(generator, shares, count),
        style=generator.choice(3, count, p=[0.4, 0.4, 0.2]), size=generator.beta(2.2, 2.2, count),
        activity=activity, tax=np.array([words["taxes"][address["state"]] for address in addresses]),
        kilometers=places.distances(spots),
    )  # fmt: skip
    for number, persona in enumerate(PERSONAS):
        known.style[number] = STYLES.index(persona.style)
        known.segment[number] = list(words["segments"]).index(persona.segment)
        known.size[number] = 0.4
    _add_methods(generator, known)
    return known


def likes(known: People) -> Floats:
    """How much each customer buys of each category, relative to others."""
    names = [category.name for category in categories()]
    segments = people()["segments"].values()
    table = np.array([[segment["likes"].get(name, 1.0) for name in names] for segment in segments])
    return np.asarray(table[known.segment])


def _addresses(generator: np.random.Generator, count: int) -> tuple[Floats, list[dict[str, str]]]:
    cities = people()["cities"]
    weights = np.array([float(city[2]) for city in cities])
    zips = [spots_in(name, state) for name, state, _ in cities]
    chosen = pick_weighted(generator, weights, count).tolist()
    streets = generator.choice(people()["streets"], count).tolist()
    numbers = generator.integers(10, 9900, count).tolist()
    flats = np.where(generator.random(count) < 0.28, generator.integers(1, 40, count), 0).tolist()
    picks = generator.random(count).tolist()
    spots, addresses = [], []
    for city, street, number, flat, pick in zip(chosen, streets, numbers, flats, picks, strict=True):
        code = zips[city][int(pick * len(zips[city]))]
        spots.append((float(code["lat"]), float(code["long"])))
        addresses.append({
            "address1": f"{number} {street}", "address2": f"Apt {flat}" if flat else "",
            "city": cities[city][0], "state": cities[city][1], "zip": code["zip_code"], "country": "US",
        })  # fmt: skip
    return np.array(spots), addresses


def _areas(addresses: list[dict[str, str]]) -> list[str]:
    codes: dict[str, str] = {}
    for address in addresses:
        if address["zip"] not in codes:
            codes[address["zip"]] = (spot(address["zip"])["area_codes"] or ["303"])[0]
    return [codes[address["zip"]] for address in addresses]


def _emails(generator: np.random.Generator, first: list[str], last: list[str]) -> list[str]:
    domains = generator.choice(people()["domains"], len(first)).tolist()
    taken: dict[str, int] = {}
    emails = []
    for name, family, domain in zip(first, last, domains, strict=True):
        plain = f"{name}.{family}".lower().replace("'", "").replace(" ", "")
        taken[plain] = taken.get(plain, 0) + 1
        suffix = "" if taken[plain] == 1 else str(taken[plain])
        emails.append(f"{plain}{suffix}@{domain}")
    return emails


def _add_methods(generator: np.random.Generator, known: People) -> None:
    """Everybody gets a main way to pay; some a second card, a wallet or a gift card."""
    count = known.count
    brands = pick_weighted(generator, np.array([0.5, 0.28, 0.14, 0.08]), 2 * count).tolist()
    digits = generator.integers(0, 10_000, 2 * count).tolist()
    wallet, second, gift = generator.random((3, count)).tolist()
    balances = (generator.integers(4, 40, count) * 250).tolist()
    starts, counts = [], []
    for number in range(count):
        own = [Method(number, "card", _CARDS[brands[number]], f"{digits[number]:04d}")]
        if wallet[number] < 0.3:
            own.insert(0 if wallet[number] < 0.22 else 1, Method(number, "wallet", _wallet(wallet[number]), ""))
        if second[number] < 0.18:
            own.append(Method(number, "card", _CARDS[brands[count + number]], f"{digits[count + number]:04d}"))
        if gift[number] < 0.05:
            own.append(Method(number, "gift_card", "", f"{digits[number] * 7 % 10_000:04d}", balances[number]))
        if number < len(PERSONAS):
            own = [Method(number, *method) for method in PERSONAS[number].methods]
        starts.append(len(known.methods))
        counts.append(len(own))
        known.methods.extend(own)
    known.first_method, known.method_count = np.array(starts), np.array(counts)


def _wallet(chance: float) -> str:
    return "PayPal" if chance < 0.17 else "Apple Pay"


def tables(known: People, first_order: Ints, now: int, generator: np.random.Generator) -> list[Table]:
    """Customer, payment method, identity and consent rows. `first_order` is in seconds, `now` where none."""
    count = known.count
    lead = (generator.exponential(25.0, count) * DAY).astype(np.int64)
    never = first_order >= now
    lead[never] = generator.integers(0, 700 * DAY, int(never.sum()))
    known.guest &= ~never
    created = np.where(known.guest, first_order, first_order - lead)
    created[[n for n, persona in enumerate(PERSONAS) if not persona.orders]] = now - 2 * DAY
    numbers = np.arange(count)
    codes = [f"persona:{persona.key}" for persona in PERSONAS]
    external = codes + [f"C{number + 1:06d}" for number in range(len(codes), count)]
    customers = Table(Customer, count, {
        "id": Ids("cus", numbers), "first_name": known.first, "last_name": known.last,
        "email": known.email, "phone": known.phone, "guest": known.guest,
        "segment": Choice(list(people()["segments"]), known.segment), "style": Choice(STYLES, known.style),
        "address": known.addresses, "source": "demo", "external_id": external, "version": 1,
        "created_at": Moments(created),
    })  # fmt: skip
    owners = np.array([method.customer for method in known.methods])
    methods = Table(PaymentMethod, len(owners), {
        "id": Ids("pm", np.arange(len(owners))), "customer_id": Ids("cus", owners),
        "kind": [method.kind for method in known.methods], "brand": [method.brand for method in known.methods],
        "last4": [method.last4 for method in known.methods],
        "balance": [method.balance for method in known.methods], "currency": "USD", "source": "demo",
        "external_id": [f"M{number + 1:06d}" for number in range(len(owners))], "version": 1,
        "created_at": Moments(created[owners]),
    })  # fmt: skip
    return [customers, methods, _identities(known, created, generator), _consents(known, created, generator)]


def _identities(known: People, created: Ints, generator: np.random.Generator) -> Table:
    loyal = generator.random(known.count) < 0.35
    owners: list[int] = []
    channels: list[str] = []
    values: list[str] = []
    for number in range(known.count):
        own: list[tuple[str, Any]] = [("email", known.email[number])]
        if not known.guest[number]:
            own.append(("account", f"A{200_000 + number}"))
            own += [("loyalty", f"LK{7_100_000 + number * 7}")] if loyal[number] else []
        owners += [number] * len(own)
        channels += [channel for channel, _ in own]
        values += [value for _, value in own]
    by = np.array(owners)
    return Table(Identity, len(by), {
        "id": Ids("idn", np.arange(len(by))), "customer_id": Ids("cus", by),
        "channel": channels, "value": values, "created_at": Moments(created[by]),
    })  # fmt: skip


def _consents(known: People, created: Ints, generator: np.random.Generator) -> Table:
    purposes = ("newsletter", "personalisation", "store_lookup")
    asked = np.flatnonzero(~known.guest)
    owners, purpose = np.repeat(asked, 3), np.tile(np.arange(3), len(asked))
    granted = generator.random(len(owners)) < np.array([0.55, 0.7, 0.4])[purpose]
    return Table(Consent, len(owners), {
        "id": Ids("con", np.arange(len(owners))), "customer_id": Ids("cus", owners),
        "purpose": Choice(purposes, purpose), "granted": granted, "at": Moments(created[owners]),
    })  # fmt: skip
