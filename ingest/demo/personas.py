"""Customers whose situations are worth talking about; they exist in every demo shop."""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.demo.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Want:
    """A line of a persona's order: the first product of a kind, in one of its options."""

    kind: str
    color: str = ""
    size: str = ""
    men: bool = False
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class PersonaOrder:
    """An order with a fate. Days count back from now; a negative number lies ahead."""

    placed: float
    lines: tuple[Want, ...]
    shipped: float = -1.0
    delivered: float = -4.0
    promised: int = -5
    packing: float = -0.5
    delay: str = ""
    lost: bool = False
    short: int = -1
    """The line that is out of stock."""
    restock: int = -1
    """Days until the short line is expected; -1 when nobody knows."""
    method: int = 0
    """Which of the customer's ways to pay."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A telling customer."""

    key: str
    first_name: str
    last_name: str
    address: Mapping[str, str]
    style: str
    segment: str
    methods: tuple[tuple[str, str, str, int], ...]
    """Kind, brand, last four digits, balance."""
    note: str
    """What is going on; `{ago}` is when the latest order was placed."""
    orders: tuple[PersonaOrder, ...] = ()


def _address(address1: str, city: str, state: str, code: str, address2: str = "") -> dict[str, str]:
    return {
        "address1": address1, "address2": address2,
        "city": city, "state": state, "zip": code, "country": "US",
    }  # fmt: skip


ELSEWHERE = Want("Rain Jacket", size="M", men=True)
"""Sold out in the distribution centres; two stores still have it."""
AWAITED = Want("Dutch Oven", color="Cobalt")
"""Sold out everywhere and on its way from the supplier."""
AWAITED_IN_DAYS = 9
STORES_WITH_IT = (2, 5)
"""Places (Denver and Minneapolis) that still have what is sold out in the centres."""

PERSONAS: tuple[Persona, ...] = (
    Persona(
        "blue-tent", "Maya", "Brennan", _address("1180 Pennsylvania Street", "Denver", "CO", "80203", "Apt 4"),
        "chatty", "backpacker", (("card", "Visa", "4242", 0), ("wallet", "PayPal", "", 0)),
        "Ordered a blue tent and a few other things {ago}; nothing is packed yet, paid by Visa ending 4242.",
        (
            PersonaOrder(210, (Want("Sleeping Pad", size="Regular"), Want("Camp Pillow")), 209, 205, 204, 209.2),
            PersonaOrder(1.0, (Want("Tent", color="Blue"), Want("Headlamp"), Want("Water Bottle", quantity=2))),
        ),
    ),
    Persona(
        "late-parcel", "Marcus", "Bell", _address("4512 Fremont Avenue North", "Seattle", "WA", "98103"),
        "terse", "day_hiker", (("card", "Mastercard", "5454", 0),),
        "Ordered {ago}; the parcel is days late because of the weather and still on its way.",
        (
            PersonaOrder(
                9.4, (Want("Daypack"), Want("Trail Tee", size="L", men=True)), 8.2, -2.0, 3, 8.5, "weather"
            ),
        ),
    ),
    Persona(
        "lost-parcel", "Priya", "Nair", _address("2210 Guadalupe Street", "Austin", "TX", "78705", "Apt 12"),
        "formal", "family_camper", (("card", "Visa", "1881", 0),),
        "Ordered {ago}; the carrier has lost the parcel.",
        (PersonaOrder(18.3, (Want("Lantern"), Want("Hammock")), 17.1, -2.0, 12, 17.4, lost=True),),
    ),
    Persona(
        "short-elsewhere", "Tom", "Okafor", _address("3305 Leavenworth Street", "Omaha", "NE", "68105"),
        "chatty", "day_hiker", (("wallet", "Apple Pay", "", 0), ("card", "Visa", "9012", 0)),
        "Ordered {ago}; the rain jacket has run out at the warehouse, two stores still have it.",
        (
            PersonaOrder(
                3.2, (ELSEWHERE, Want("Travel Mug"), Want("Trail Shoe", size="9", men=True)), -0.3, -4, -3, 0.2,
                short=0,
            ),
        ),
    ),
    Persona(
        "short-restock", "Elena", "Petrov", _address("78 Maplewood Terrace", "Burlington", "VT", "05401"),
        "formal", "home_maker", (("card", "American Express", "1005", 0),),
        "Ordered {ago}; the Dutch oven is sold out everywhere and expected back in stock, the rest has shipped.",
        (
            PersonaOrder(
                5.1, (AWAITED, Want("Chef's Knife"), Want("Bath Towel", quantity=4)), 3.9, -1.2, -2, 4.2,
                short=0, restock=AWAITED_IN_DAYS + 1,
            ),
        ),
    ),
    Persona(
        "within-window", "James", "Whitfield", _address("604 Elizabeth Street", "Ann Arbor", "MI", "48104"),
        "chatty", "day_hiker", (("card", "Visa", "7730", 0), ("gift_card", "", "6620", 2500)),
        "His order from {ago} arrived a few days back and is within the return window: a jacket, boots, a blanket.",
        (
            PersonaOrder(
                11.2, (Want("Down Jacket", size="M", men=True), Want("Hiking Boot", size="9", men=True),
                       Want("Throw Blanket")), 10.1, 6.1, 6, 10.4,
            ),
        ),
    ),
    Persona(
        "outside-window", "Grace", "Kim", _address("915 Cole Street", "San Francisco", "CA", "94117"),
        "terse", "home_maker", (("card", "Discover", "3030", 0),),
        "Her order from {ago} arrived long ago; the return window has closed.",
        (PersonaOrder(132.0, (Want("Bed Blanket", size="Queen"), Want("Kettle")), 130.9, 126.8, 126, 131.2),),
    ),
    Persona(
        "gift-card", "Daniel", "Ortiz", _address("221 Canyon Road", "Santa Fe", "NM", "87501"),
        "chatty", "gift_giver", (("card", "Mastercard", "8210", 0), ("gift_card", "", "0931", 8500)),
        "Ordered {ago}, not packed yet; has a gift card with a balance.",
        (
            PersonaOrder(40.0, (Want("Enamel Mug", quantity=4),), 38.9, 35.1, 35, 39.2),
            PersonaOrder(0.8, (Want("Insulated Flask", size="24 oz"), Want("Picnic Blanket"))),
        ),
    ),
    Persona(
        "new-customer", "Nora", "Hughes", _address("57 Congress Street", "Portland", "ME", "04101"),
        "chatty", "family_camper", (("card", "Visa", "2468", 0),),
        "Signed up two days ago and has not ordered yet.",
    ),
)  # fmt: skip

ORDERS: tuple[tuple[int, PersonaOrder], ...] = tuple(
    (number, order) for number, persona in enumerate(PERSONAS) for order in persona.orders
)
"""Every persona's orders with the persona's position, which is also the customer's."""


def find_variant(catalogue: Catalogue, want: Want) -> int:
    """The variant a persona bought."""
    for product in catalogue.products:
        if product.kind.noun != want.kind or (want.men and product.attributes.get("made for") != "men"):
            continue
        for variant in range(product.first_variant, product.first_variant + product.variants):
            options = catalogue.options[variant]
            fits_color = not want.color or options.get("Color") == want.color
            if fits_color and (not want.size or want.size in options.values()):
                return variant
    raise LookupError(f"the demo catalogue has no {want}")
