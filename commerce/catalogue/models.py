"""Products, their variants and prices, and what others say of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from commerce.columns import json_list, json_object, moment


class ProductStatus(StrEnum):
    """Whether a product is on sale."""

    active = "active"
    archived = "archived"


class Product(SQLModel, table=True):
    """A product as a shopper sees it; what is bought is one of its variants."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: str = Field(primary_key=True)
    handle: str = Field(unique=True)
    """The product's part of its page's address, such as `ridgeline-tent`."""
    title: str
    category: str = Field(default="", index=True)
    brand: str = ""
    description: str = ""
    """Plain text."""
    attributes: dict[str, Any] = json_object()
    """Facts by name, such as `{"material": "ripstop nylon", "capacity": "2 people"}`."""
    tags: list[str] = json_list()
    image_url: str = ""
    status: str = ProductStatus.active
    source: str
    external_id: str
    version: int = 1
    created_at: datetime = moment()
    updated_at: datetime = moment(index=True)


class StockPolicy(StrEnum):
    """Whether units of a variant are counted."""

    counted = "counted"
    """What can be sold is what the inventory levels say."""
    always = "always"
    """Sold without counting."""
    never = "never"
    """Not counted, and not available at present."""


class Variant(SQLModel, table=True):
    """What is bought and stocked: a product in one size, colour or other option."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: str = Field(primary_key=True)
    product_id: str = Field(foreign_key="product.id", index=True)
    sku: str = Field(unique=True)
    title: str = ""
    """The option values, such as `Blue / L`; empty where the product has one variant."""
    options: dict[str, str] = json_object()
    """Option name to value, such as `{"Color": "Blue", "Size": "L"}`."""
    position: int = 1
    cost: int = 0
    """What a unit costs the shop, minor units."""
    weight_grams: int = 0
    barcode: str = ""
    stock: str = StockPolicy.counted
    active: bool = True
    source: str
    external_id: str
    version: int = 1


class Price(SQLModel, table=True):
    """What a variant costs on a channel from one moment to another; the latest `valid_from` in force wins."""

    __table_args__ = (Index("ix_price_lookup", "variant_id", "channel", "valid_from"),)

    id: str = Field(primary_key=True)
    variant_id: str = Field(foreign_key="variant.id")
    channel: str = "web"
    amount: int
    compare_at: int | None = None
    """The crossed-out price, where there is one."""
    currency: str
    valid_from: datetime = moment()
    valid_to: datetime | None = moment(nullable=True)


class Review(SQLModel, table=True):
    """What a buyer wrote of a product."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: str = Field(primary_key=True)
    product_id: str = Field(foreign_key="product.id", index=True)
    customer_id: str | None = Field(default=None, foreign_key="customer.id")
    rating: int = Field(ge=1, le=5)
    title: str = ""
    body: str = ""
    source: str
    external_id: str
    created_at: datetime = moment()


class CompetitorOffer(SQLModel, table=True):
    """What another shop asks for the same thing."""

    __tablename__ = "competitor_offer"

    id: str = Field(primary_key=True)
    variant_id: str = Field(foreign_key="variant.id", index=True)
    competitor: str
    amount: int
    currency: str
    in_stock: bool = True
    seen_at: datetime = moment()


class SearchTerm(SQLModel, table=True):
    """What shoppers searched for in a week, and what came of it."""

    __tablename__ = "search_term"
    __table_args__ = (UniqueConstraint("term", "week"),)

    id: str = Field(primary_key=True)
    term: str
    week: date
    """The Monday of the week."""
    searches: int = 0
    clicks: int = 0
    orders: int = 0
    results: int = 0
    """How many products the shop showed for it."""


class Promotion(SQLModel, table=True):
    """A price reduction for a time."""

    id: str = Field(primary_key=True)
    name: str
    percent: int = Field(ge=0, le=100)
    category: str = ""
    """The category it holds for; empty means the whole shop."""
    code: str = ""
    """The code a shopper types; empty where it applies by itself."""
    starts_at: datetime = moment()
    ends_at: datetime = moment()
