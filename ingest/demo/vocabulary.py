"""The demo shop's own words: what it sells, who buys, where they live."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
import zipcodes
from pydantic import BaseModel, ConfigDict

_DATA = Path(__file__).parent / "data"


class ProductKind(BaseModel):
    """A kind of product within a category, such as cabin tents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    noun: str
    title: str = "{series} {noun}"
    """`{n}` is the number in the attribute called `scale`."""
    count: int
    """Products of this kind in the full shop."""
    price: tuple[int, int]
    """Whole dollars."""
    grams: tuple[int, int]
    colors: tuple[int, int]
    """Fewest and most colors; none at all when both are 0."""
    size_name: str = "Size"
    sizes: list[str] = []
    size_price: list[float] = []
    """What each size costs, relative to the first; one price when empty."""
    scale: str = ""
    """The attribute whose values run from cheap to dear."""
    attributes: dict[str, list[str]]
    open: list[str]
    """First sentences of a description."""


class Category(BaseModel):
    """A category with everything its products and their reviews are made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    slug: str
    demand: float
    """Share of demand, relative to the other categories."""
    elasticity: float
    """By how many percent demand rises when the price falls by one."""
    returns: float
    """Share of delivered lines that come back."""
    season: list[float]
    """Demand by month."""
    brands: list[str]
    palette: list[str]
    fits: list[str] = []
    sizes: list[str] = []
    types: list[ProductKind]
    says: dict[str, dict[str, tuple[str, str, str]]]
    """Attribute and value to a sentence of description, of praise and of complaint."""
    contexts: list[str]
    """How a reviewer came to use it."""


@cache
def categories() -> tuple[Category, ...]:
    """Every category, tents first."""
    files = sorted((_DATA / "categories").glob("*.yaml"), key=lambda path: (path.stem != "tents", path.stem))
    return tuple(Category.model_validate(yaml.safe_load(path.read_text("utf-8"))) for path in files)


@cache
def series() -> tuple[str, ...]:
    """Names of product series."""
    return tuple((_DATA / "series.txt").read_text("utf-8").split("\n")[:-1])


@cache
def shop() -> dict[str, Any]:
    """Suppliers, carriers, places, promotions and search terms."""
    return _load("shop.yaml")


@cache
def people() -> dict[str, Any]:
    """Names, streets, cities, segments and tax rates."""
    return _load("people.yaml")


def spot(code: str) -> dict[str, Any]:
    """What is known of a zip code: `lat`, `long`, `area_codes` …"""
    found: dict[str, Any] = zipcodes.matching(code)[0]  # type: ignore[no-untyped-call]
    return found


def spots_in(city: str, state: str) -> list[dict[str, Any]]:
    """The zip codes of a city at which people live."""
    found: list[dict[str, Any]] = zipcodes.filter_by(city=city, state=state)  # type: ignore[no-untyped-call]
    return [code for code in found if code["zip_code_type"] == "STANDARD"]


def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((_DATA / name).read_text("utf-8"))
    return content
