"""Cards a customer is shown in the chat. Money in minor units of `currency`."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from commerce.catalogue.views import ProductCard


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class CardLine(_Card):
    """An order line on a card."""

    title: str
    options: dict[str, str]
    quantity: int
    unit_price: int
    image_url: str = ""
    handle: str = ""
    """The product page's part of the address."""


class CardParcel(_Card):
    """A parcel on a card."""

    carrier: str
    tracking_number: str
    tracking_url: str
    status: str
    last_event: str = ""


class OrderCard(_Card):
    """An order."""

    kind: Literal["order"] = "order"
    number: str
    status: str
    placed_at: datetime | None
    total: int
    currency: str
    promised_on: date | None
    state: str | None = None
    """Where the delivery stands, as in `DeliveryView`."""
    expected_on: date | None = None
    lines: list[CardLine]
    parcels: list[CardParcel]


class OrdersCard(_Card):
    """Several orders to choose from."""

    kind: Literal["orders"] = "orders"
    orders: list[OrderCard]


class ProductsCard(_Card):
    """Several products to choose from."""

    kind: Literal["products"] = "products"
    products: list[ProductCard]


Card = OrderCard | OrdersCard | ProductCard | ProductsCard
