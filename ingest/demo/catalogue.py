"""Products and variants, made from the vocabulary so that no two are alike."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from commerce.catalogue.models import Product, Variant
from ingest.demo.columns import Ints, Table, from_rows, row_id
from ingest.demo.vocabulary import Category, ProductKind, categories, series

FULL = 400
"""Products in the full shop."""


@dataclass(slots=True)
class Sold:
    """A product with what the generators need to know of it."""

    category: int
    title: str
    kind: ProductKind
    brand: str
    attributes: dict[str, str]
    description: str
    colors: list[str]
    sizes: list[str]
    price: int
    """Regular price of the first size, whole dollars."""
    grams: int
    quality: float
    """What buyers think of it, 0 to 1."""
    popularity: float
    launch: int
    """Days after the shop's first day when it came on sale; 0 when it always was."""
    first_variant: int = 0

    @property
    def variants(self) -> int:
        """How many variants there are."""
        return max(len(self.colors), 1) * max(len(self.sizes), 1)


@dataclass(slots=True)
class Catalogue:
    """Everything the shop sells. Arrays are by variant."""

    products: list[Sold]
    product_of: Ints
    options: list[dict[str, str]]
    base_price: Ints
    """Dollars."""
    cost: Ints
    """Minor units."""
    grams: Ints

    @property
    def size(self) -> int:
        """How many variants there are."""
        return len(self.options)

    def category_of(self) -> Ints:
        """The category of every product."""
        return np.array([product.category for product in self.products])

    def handle(self, product: int) -> str:
        """The product's part of its page's address."""
        plain = self.products[product].title.lower().replace("ñ", "n").replace("'", "")
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def build(generator: np.random.Generator, orders: int) -> Catalogue:
    """The catalogue; a shop of a few orders gets a smaller one."""
    share = 1.0 if orders >= 10_000 else 0.3
    products = _products(generator, share)
    product_of: list[int] = []
    options: list[dict[str, str]] = []
    price: list[float] = []
    grams: list[int] = []
    for number, product in enumerate(products):
        product.first_variant = len(options)
        steps = product.kind.size_price or [1.0] * max(len(product.sizes), 1)
        for color in product.colors or [""]:
            for position, size in enumerate(product.sizes or [""]):
                named = {"Color": color, product.kind.size_name: size}
                options.append({name: value for name, value in named.items() if value})
                product_of.append(number)
                price.append(product.price * steps[position])
                grams.append(round(product.grams * steps[position]))
    base = np.round(np.array(price)).astype(np.int64)
    share_of_cost = generator.uniform(0.42, 0.58, len(products))[product_of]
    cost = np.round(base * 100 * share_of_cost).astype(np.int64)
    return Catalogue(products, np.array(product_of), options, base, cost, np.array(grams))


def _products(generator: np.random.Generator, share: float) -> list[Sold]:
    products: list[Sold] = []
    titles: set[str] = set()
    descriptions: set[str] = set()
    for number, category in enumerate(categories()):
        for kind in category.types:
            for position in range(max(1, round(kind.count * share))):
                product = _product(generator, number, category, kind, position)
                while product.title in titles or product.description in descriptions:
                    product = _product(generator, number, category, kind, position)
                titles.add(product.title)
                descriptions.add(product.description)
                products.append(product)
    ranks = generator.permutation(len(products)) + 1
    for product, rank in zip(products, ranks.tolist(), strict=True):
        product.popularity = rank**-0.85
    return products


def _product(generator: np.random.Generator, number: int, category: Category, kind: ProductKind, position: int) -> Sold:
    attributes = {name: str(generator.choice(values)) for name, values in kind.attributes.items()}
    name = str(generator.choice(series()))
    brand = str(generator.choice(category.brands))
    level = _level(generator, kind, attributes)
    low, high = kind.price
    price = round(low + (high - low) * level)
    grams = round(kind.grams[0] + (kind.grams[1] - kind.grams[0]) * float(generator.random()))
    noun = kind.noun
    if category.fits:
        fit = category.fits[position % len(category.fits)]
        attributes["made for"] = "women" if fit == "Women's" else "men"
        noun = f"{fit} {noun}"
    count = re.search(r"[\d.]+", attributes[kind.scale]) if kind.scale else None
    title = kind.title.format(series=name, noun=noun, n=count[0] if count else "")
    attributes["weight"] = in_pounds(grams)
    colors = _colors(generator, category, kind, position)
    return Sold(
        category=number, title=title, kind=kind, brand=brand, attributes=attributes,
        description=_describe(generator, category, kind, name, brand, attributes),
        colors=colors, sizes=kind.sizes or category.sizes, price=price, grams=grams,
        quality=float(generator.beta(6, 2.2)), popularity=0.0,
        launch=int(generator.integers(60, 660)) if position > 2 and generator.random() < 0.12 else 0,
    )  # fmt: skip


def _level(generator: np.random.Generator, kind: ProductKind, attributes: dict[str, str]) -> float:
    chance: float = float(generator.random()) ** 1.5
    if not kind.scale:
        return chance
    values = kind.attributes[kind.scale]
    return 0.7 * values.index(attributes[kind.scale]) / max(len(values) - 1, 1) + 0.3 * chance


def _colors(generator: np.random.Generator, category: Category, kind: ProductKind, position: int) -> list[str]:
    count = int(generator.integers(kind.colors[0], kind.colors[1] + 1))
    if position == 0:
        return category.palette[: kind.colors[1]]
    return [str(color) for color in generator.permutation(category.palette)[:count]]


def _describe(
    generator: np.random.Generator,
    category: Category,
    kind: ProductKind,
    name: str,
    brand: str,
    attributes: dict[str, str],
) -> str:
    words = {key: value for key, value in attributes.items()}
    first = str(generator.choice(kind.open)).format_map({"series": name, "brand": brand, **words})
    said = [category.says[key][value][0] for key, value in attributes.items() if value in category.says.get(key, {})]
    chosen = [str(sentence) for sentence in generator.permutation(said)[: int(generator.integers(1, 3))]]
    last = f"Care: {attributes['care'].lower()}." if "care" in attributes and generator.random() < 0.5 else ""
    return " ".join(part for part in (_capital(first), *chosen, last) if part)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def in_pounds(grams: int) -> str:
    """`1900` → `4 lb 3 oz`, as American shops write weights."""
    pounds, ounces = divmod(round(grams / 28.3495), 16)
    parts = [f"{pounds} lb" if pounds else "", f"{ounces} oz" if ounces else ""]
    return " ".join(part for part in parts if part)


def tables(catalogue: Catalogue, first: datetime) -> list[Table]:
    """Product and variant rows."""
    stamp = {"status": "active", "source": "demo", "version": 1}
    products: list[dict[str, Any]] = []
    for number, product in enumerate(catalogue.products):
        category = categories()[product.category]
        begun = first + timedelta(days=product.launch)
        products.append({
            "id": row_id("prd", number), "handle": catalogue.handle(number), "title": product.title,
            "category": category.name, "brand": product.brand, "description": product.description,
            "attributes": product.attributes, "tags": [product.kind.noun.lower(), category.slug],
            "image_url": f"/static/products/{category.slug}.svg", "external_id": f"P{number + 1:05d}",
            "created_at": begun, "updated_at": begun, **stamp,
        })  # fmt: skip
    variants = [_variant(catalogue, number) for number in range(catalogue.size)]
    return [from_rows(Product, products), from_rows(Variant, variants)]


def _variant(catalogue: Catalogue, number: int) -> dict[str, Any]:
    product = int(catalogue.product_of[number])
    sold = catalogue.products[product]
    category = categories()[sold.category]
    options = catalogue.options[number]
    position = number - sold.first_variant + 1
    return {
        "id": row_id("var", number), "product_id": row_id("prd", product),
        "sku": f"{category.slug[:3].upper()}-{product + 1:04d}-{position:02d}",
        "title": " / ".join(options.values()), "options": options, "position": position,
        "cost": int(catalogue.cost[number]), "weight_grams": int(catalogue.grams[number]),
        "barcode": _barcode(number), "active": True,
        "source": "demo", "external_id": f"V{number + 1:06d}", "version": 1,
    }  # fmt: skip


def _barcode(number: int) -> str:
    """A UPC with its check digit."""
    digits = f"0850123{number:04d}"[-11:]
    odd, even = sum(int(d) for d in digits[::2]), sum(int(d) for d in digits[1::2])
    return digits + str((10 - (3 * odd + even) % 10) % 10)
