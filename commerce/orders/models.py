"""Orders and everything that happens to them after they are placed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from commerce.columns import json_object, moment


class OrderStatus(StrEnum):
    """Where an order stands as a whole."""

    pending = "pending"
    """Paid and waiting; everything can still be changed."""
    processing = "processing"
    """Being packed; too late to change."""
    partly_shipped = "partly_shipped"
    shipped = "shipped"
    delivered = "delivered"
    cancelled = "cancelled"


class Order(SQLModel, table=True):
    """An order. `total = subtotal - discount + shipping + tax`, minor units.

    The amounts are those of the day it was placed, and follow when its items are changed for others.
    """

    __tablename__ = "order"
    __table_args__ = (UniqueConstraint("source", "external_id"), UniqueConstraint("number"))

    id: str = Field(primary_key=True)
    number: str
    """What the customer knows it by, such as `SW-104233`."""
    customer_id: str = Field(foreign_key="customer.id", index=True)
    email: str = Field(default="", index=True)
    """Where word of the order goes, lower-cased."""
    channel: str = "web"
    status: str = Field(default=OrderStatus.pending, index=True)
    ship_to: dict[str, Any] = json_object()
    currency: str = "USD"
    subtotal: int = 0
    discount: int = 0
    shipping: int = 0
    tax: int = 0
    total: int = 0
    promotion_id: str | None = Field(default=None, foreign_key="promotion.id")
    promised_on: date | None = None
    """The delivery date said when the order was placed."""
    placed_at: datetime = moment(index=True)
    dated: bool = True
    """Whether it was really placed then. Where not, nobody knows the day, and the import stands in for it."""
    cancelled_at: datetime | None = moment(nullable=True)
    cancel_reason: str = ""
    items_changed_at: datetime | None = moment(nullable=True)
    """When items were last changed for other variants."""
    payment_changed_at: datetime | None = moment(nullable=True)
    """When it was last moved to another payment."""
    source: str
    external_id: str
    version: int = 1


class OrderLine(SQLModel, table=True):
    """One variant of an order.

    `quantity = cancelled + short + what is reserved or shipped`; `returned` counts what came back or is
    on its way back.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("cancelled >= 0 AND short >= 0 AND shipped >= 0 AND returned >= 0", name="counts_not_negative"),
        CheckConstraint("cancelled + short + shipped <= quantity", name="counts_within_quantity"),
        CheckConstraint("returned <= shipped", name="returned_within_shipped"),
    )

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id", index=True)
    product_id: str = Field(foreign_key="product.id")
    variant_id: str = Field(foreign_key="variant.id", index=True)
    title: str
    """The product's title when it was bought."""
    options: dict[str, str] = json_object()
    quantity: int
    unit_price: int
    discount: int = 0
    """Off the whole line."""
    tax: int = 0
    """On the whole line."""
    cancelled: int = 0
    short: int = 0
    """Sold but not in stock: waits for goods, or for the customer's word."""
    shipped: int = 0
    returned: int = 0
    restock_on: date | None = None
    """When the short units are expected."""
    version: int = 1


class FulfilmentStatus(StrEnum):
    """Where a place stands with its part of an order."""

    open = "open"
    packing = "packing"
    shipped = "shipped"
    cancelled = "cancelled"


class FulfilmentOrder(SQLModel, table=True):
    """The part of an order that one place ships."""

    __tablename__ = "fulfilment_order"

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id", index=True)
    location_id: str = Field(foreign_key="location.id")
    status: str = FulfilmentStatus.open
    created_at: datetime = moment()


class FulfilmentLine(SQLModel, table=True):
    """How many units of an order line a place ships."""

    __tablename__ = "fulfilment_line"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_not_negative"),)

    fulfilment_order_id: str = Field(primary_key=True, foreign_key="fulfilment_order.id")
    order_line_id: str = Field(primary_key=True, foreign_key="order_line.id", index=True)
    quantity: int


class ShipmentStatus(StrEnum):
    """Where a parcel is."""

    label_created = "label_created"
    in_transit = "in_transit"
    out_for_delivery = "out_for_delivery"
    delivered = "delivered"
    exception = "exception"
    """The carrier reports a problem."""
    lost = "lost"
    returned = "returned"


class Shipment(SQLModel, table=True):
    """A parcel."""

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id", index=True)
    fulfilment_order_id: str = Field(foreign_key="fulfilment_order.id")
    carrier_id: str = Field(foreign_key="carrier.id")
    service: str
    tracking_number: str = Field(index=True)
    status: str = ShipmentStatus.label_created
    promised_on: date | None = None
    """The delivery date said to the customer; `None` where none was."""
    estimated_on: date | None = None
    """The carrier's present estimate."""
    delay_reason: str = ""
    """`weather`, `volume`, `address`, `damage`, `customs`, `missed_delivery`; empty when on time."""
    shipped_at: datetime | None = moment(nullable=True)
    delivered_at: datetime | None = moment(nullable=True)


class TrackingEvent(SQLModel, table=True):
    """One scan of a parcel."""

    __tablename__ = "tracking_event"

    id: str = Field(primary_key=True)
    shipment_id: str = Field(foreign_key="shipment.id", index=True)
    at: datetime = moment()
    status: str
    place: str = ""
    note: str = ""


class ReturnStatus(StrEnum):
    """Where a return stands."""

    requested = "requested"
    received = "received"
    refunded = "refunded"
    rejected = "rejected"
    cancelled = "cancelled"


class ReturnKind(StrEnum):
    """What the customer gets for what comes back."""

    money = "return"
    goods = "exchange"


class Return(SQLModel, table=True):
    """Goods on their way back (an RMA), for money or for other goods."""

    __tablename__ = "return"

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    """What is written on the parcel, such as `R-50123`."""
    order_id: str = Field(foreign_key="order.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    kind: str = ReturnKind.money
    status: str = ReturnStatus.requested
    reason: str = ""
    refund_method_id: str | None = Field(default=None, foreign_key="payment_method.id")
    """The way to pay that the money goes to; of an exchange also the one a difference is charged to."""
    refund_amount: int = 0
    """What is refunded when the goods have arrived as described, minor units."""
    fee: int = 0
    """What is kept back: restocking and return shipping."""
    difference: int = 0
    """What the new goods of an exchange cost more than the old ones; negative where they cost less."""
    channel: str = "chat"
    requested_at: datetime = moment()
    due_on: date | None = None
    """The last day the parcel may be handed in; `None` where there is no such day."""
    received_at: datetime | None = moment(nullable=True)
    version: int = 1


class ReturnLine(SQLModel, table=True):
    """What comes back of an order line."""

    __tablename__ = "return_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    id: str = Field(primary_key=True)
    return_id: str = Field(foreign_key="return.id", index=True)
    order_line_id: str = Field(foreign_key="order_line.id", index=True)
    quantity: int
    condition: str = ""
    disposition: str = ""


class ExchangeLine(SQLModel, table=True):
    """What is sent for a line that comes back, once it has arrived."""

    __tablename__ = "exchange_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    id: str = Field(primary_key=True)
    return_line_id: str = Field(foreign_key="return_line.id", index=True)
    variant_id: str = Field(foreign_key="variant.id", index=True)
    title: str
    options: dict[str, str] = json_object()
    quantity: int
    unit_price: int
    discount: int = 0
    """Off the whole line."""
    tax: int = 0
    """On the whole line."""


class ExchangeAllotment(SQLModel, table=True):
    """Where the units of an exchange are set aside."""

    __tablename__ = "exchange_allotment"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    exchange_line_id: str = Field(primary_key=True, foreign_key="exchange_line.id")
    location_id: str = Field(primary_key=True, foreign_key="location.id")
    quantity: int
