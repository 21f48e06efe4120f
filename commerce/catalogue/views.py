"""Products as a shopper, a page or a tool is shown them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Rating(_View):
    """What buyers think on average; 0 where nobody has said."""

    average: float
    count: int


class VariantView(_View):
    """What can be bought, at the price in force now."""

    id: str
    sku: str
    title: str
    options: dict[str, str]
    price: int
    """Minor units."""
    compare_at: int | None
    available: int | None
    """Units on hand and not reserved, over all active places; `None` where they are not counted."""
    in_stock: bool

    @property
    def counted(self) -> bool:
        """Whether units are counted at all; if not, `in_stock` is all there is to know."""
        return self.available is not None


class ReviewView(_View):
    """What a buyer wrote."""

    rating: int
    title: str
    body: str
    author: str
    """`Ann B.`; empty where nobody is named."""
    created_at: datetime


class ProductView(_View):
    """A product with everything its page shows."""

    id: str
    title: str
    handle: str
    brand: str
    category: str
    description: str
    attributes: dict[str, Any]
    image_url: str
    currency: str
    rating: Rating
    variants: list[VariantView]
    """Those on sale, in the shop's order; variants without a price in force are not."""
    reviews: list[ReviewView]
    """The latest ones."""


class ProductCard(_View):
    """A product in a list or in the chat."""

    kind: Literal["product"] = "product"
    id: str
    title: str
    handle: str
    category: str
    price: int
    """The lowest price among the variants in stock, or among all when none is."""
    compare_at: int | None
    currency: str
    image_url: str
    in_stock: bool
    options: dict[str, list[str]]
    """Option name to the values there are, in the shop's order."""


class ProductPage(_View):
    """One page of a list of products."""

    products: list[ProductCard]
    total: int
    page: int
    page_size: int


class PlaceStock(_View):
    """What a place has of a variant."""

    location_id: str
    name: str
    kind: str
    available: int


class IndexRow(_View):
    """What a search index needs to know of a product."""

    id: str
    handle: str
    title: str
    category: str
    brand: str
    description: str
    attributes: dict[str, Any]
    tags: list[str]
    options: dict[str, list[str]]
    price_min: int
    price_max: int
    active: bool
    """Whether it belongs into the index at all."""
    updated_at: datetime
