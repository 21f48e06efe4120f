"""What buyers wrote."""

from typing import Any

import numpy as np

from commerce.catalogue.models import Review
from ingest.demo.catalogue import Catalogue, Sold
from ingest.demo.columns import DAY, Ids, Ints, Moments, Table
from ingest.demo.demand import Sales
from ingest.demo.fulfilment import Fates
from ingest.demo.people import People
from ingest.demo.pricing import Timeline
from ingest.demo.vocabulary import categories

_SHARE = 0.046
"""Share of delivered lines that are reviewed."""
_TITLES = {
    1: ("Sending it back", "Very disappointed", "Not what I paid for", "Save your money", "Did not last"),
    2: ("Expected better", "Not for me", "Below average", "Close, but no", "Wanted to like it"),
    3: ("It is all right", "Mixed feelings", "Does the job", "Good and bad", "Fine for the price"),
    4: ("Very good", "Happy with it", "Almost perfect", "Solid choice", "Would buy again"),
    5: ("Love it", "Exactly right", "Better than expected", "Best purchase this year", "Five stars, easily"),
}
_CLOSERS = {
    1: ("I want my money back.", "Back it goes.", "I cannot recommend it.", "Look elsewhere."),
    2: ("I expected more for {price}.", "Probably not again.", "It will be a spare.", "My old one was better."),
    3: ("Fine if you know that before you buy.", "For {price} it is fair.", "I am keeping it, just.",
        "Wait for a sale."),
    4: ("Otherwise very happy.", "I would buy it again.", "Worth the {price}.", "My partner wants one now.",
        "Shipping to {city} took four days."),
    5: ("Worth every cent of {price}.", "I have already ordered a second one.", "Could not be happier.",
        "It is the one that I recommend to friends in {city}.", "I hope they never change it.",
        "The {color} looks even better in person."),
}  # fmt: skip


def table(
    generator: np.random.Generator,
    sales: Sales,
    fates: Fates,
    returned: Ints,
    catalogue: Catalogue,
    known: People,
    timeline: Timeline,
) -> Table:
    """Review rows: the rating follows the product, the words follow the rating and the attributes."""
    arrived = fates.delivered_at
    written = arrived + (generator.uniform(4.0, 45.0, len(arrived)) * DAY).astype(np.int64)
    able = (arrived >= 0) & (written <= timeline.end) & (sales.persona[sales.order] < 0)
    line = np.flatnonzero(able & (generator.random(len(able)) < _SHARE))
    product = catalogue.product_of[sales.variant[line]]
    quality = np.array([item.quality for item in catalogue.products])[product]
    score = 1.6 + 4.0 * quality + generator.normal(0, 0.75, len(line)) - 1.5 * (returned[line] > 0)
    score -= 2.6 * (generator.random(len(line)) < 0.06)
    rating = np.clip(np.rint(score), 1, 5).astype(np.int64)
    texts: dict[tuple[int, str], int] = {}
    titles: list[str] = []
    for position, (number, who) in enumerate(
        zip(line.tolist(), sales.customer[sales.order[line]].tolist(), strict=True)
    ):
        about = catalogue.products[int(product[position])]
        words = {
            "price": f"${int(sales.unit_price[number]) / 100:.0f}", "city": known.addresses[who]["city"],
            "color": catalogue.options[int(sales.variant[number])].get("Color", "color").lower(),
        }  # fmt: skip
        body = _body(generator, about, int(rating[position]), words)
        while (int(product[position]), body) in texts:
            body = f"{_CASUAL[int(generator.integers(len(_CASUAL)))]} {body}"
        texts[int(product[position]), body] = position
        titles.append(str(generator.choice(_TITLES[int(rating[position])])))
    return Table(Review, len(line), {
        "id": Ids("rev", np.arange(len(line))), "product_id": Ids("prd", product),
        "customer_id": Ids("cus", sales.customer[sales.order[line]]), "rating": rating, "title": titles,
        "body": [body for _, body in texts], "source": "demo",
        "external_id": [f"W{number + 1:06d}" for number in range(len(line))],
        "created_at": Moments(written[line]),
    })  # fmt: skip


_CASUAL = ("My second one.", "Bought on a whim.", "First review I have ever written.", "A friend told me about it.",
           "Read the other reviews before I bought.", "Had my eye on it for a year.")  # fmt: skip


def _body(generator: np.random.Generator, product: Sold, rating: int, words: dict[str, Any]) -> str:
    """Two to four sentences: where it was used, what was good or bad, and a verdict."""
    category = categories()[product.category]
    says = category.says
    said = [says[key][value] for key, value in product.attributes.items() if value in says.get(key, {})]
    order = generator.permutation(len(said)).tolist()
    praise, gripe = [said[n][1] for n in order], [said[n][2] for n in reversed(order)]
    good = {1: 0, 2: 0, 3: 1, 4: 1, 5: 2}[rating]
    bad = {1: 2, 2: 1, 3: 1, 4: int(generator.random() < 0.3), 5: 0}[rating]
    if len(said) < 2:
        good, bad = (1, 0) if rating > 3 else (0, 1)
    opener = [str(generator.choice(category.contexts))] if generator.random() < 0.7 else []
    closer = []
    if generator.random() < 0.65:
        fitting = [text for text in _CLOSERS[rating] if "{color}" not in text or product.colors]
        closer = [str(generator.choice(fitting)).format_map(words)]
    complaint = [f"My only complaint: {_lower(text)}" if rating == 4 else text for text in gripe[:bad]]
    return " ".join(opener + praise[:good] + complaint + closer)


def _lower(sentence: str) -> str:
    first = sentence.split(" ", 1)[0]
    return sentence if first == "I" or not first.istitle() else sentence[0].lower() + sentence[1:]
