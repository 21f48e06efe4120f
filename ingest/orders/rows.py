"""What the rows of an order export must say to be loaded."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ingest.customers.rows import AddressCells
from ingest.table import Layout
from ingest.values import (
    AS_WORD,
    Amount,
    Code,
    Email,
    Flag,
    Moment,
    Name,
    StatedAmount,
    StatedMoment,
    StatedWhole,
    Whole,
    Word,
)

_ADDRESS = {
    "name": ("name",),
    "street": ("street",),
    "address1": ("address1",),
    "address2": ("address2",),
    "city": ("city",),
    "zip": ("zip",),
    "province_code": ("province", "province code"),
    "country_code": ("country", "country code"),
    "phone": ("phone",),
}

LAYOUT = Layout(
    "order",
    {
        "name": ("name",),
        "external_id": ("id",),
        "email": ("email",),
        "phone": ("phone",),
        "financial_status": ("financial status",),
        "paid_at": ("paid at",),
        "fulfillment_status": ("fulfillment status",),
        "fulfilled_at": ("fulfilled at",),
        "delivered_at": ("delivered at",),
        "currency": ("currency",),
        "subtotal": ("subtotal",),
        "shipping": ("shipping",),
        "taxes": ("taxes",),
        "duties": ("duties",),
        "total": ("total",),
        "discount": ("discount amount",),
        "created_at": ("created at",),
        "cancelled_at": ("cancelled at",),
        "payment_method": ("payment method",),
        "payments": ("payments",),
        "refunded": ("refunded amount",),
        "outstanding": ("outstanding balance",),
        "location": ("location",),
        "channel": ("source",),
        "quantity": ("lineitem quantity",),
        "line_name": ("lineitem name",),
        "price": ("lineitem price",),
        "sku": ("lineitem sku",),
        "ships": ("lineitem requires shipping",),
        "taxable": ("lineitem taxable",),
        "line_status": ("lineitem fulfillment status",),
        "line_discount": ("lineitem discount",),
        "line_tax": ("lineitem tax",),
        "line_open": ("lineitem fulfillable quantity",),
        **{
            f"{whose}_{field}": tuple(f"{whose} {name}" for name in names)
            for whose in ("billing", "shipping")
            for field, names in _ADDRESS.items()
        },
    },
    required=("name", "financial_status", "total", "created_at", "quantity", "line_name", "price"),
)

HEAD_FIELDS = frozenset(
    {"financial_status", "total", "subtotal", "created_at", "paid_at", "payment_method", "external_id", "currency"}
)
"""What Shopify writes only on an order's first row."""

Paid = Literal["pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided", "expired"]
Sent = Literal[
    "", "unfulfilled", "pending", "open", "scheduled", "on_hold", "in_progress", "partial", "fulfilled", "restocked"
]


def _split(value: str) -> dict[str, str]:
    """`gift_card=10.00; paypal=5.50`: what was taken over each way to pay."""
    return {
        name.strip(): amount.strip() for name, _, amount in (part.partition("=") for part in value.split(";")) if amount
    }


class LineRow(BaseModel):
    """What a row says of one line of an order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    line_name: Annotated[str, Field(min_length=1, max_length=500)]
    quantity: Annotated[StatedWhole, Field(ge=1)]
    price: StatedAmount
    sku: Code = ""
    ships: Flag = None
    taxable: Flag = None
    line_status: Word = ""
    line_discount: Amount = None
    line_tax: Amount = None
    line_open: Whole = None

    @property
    def gross(self) -> int:
        """Price times quantity."""
        return self.price * self.quantity


class OrderRow(BaseModel):
    """What an order's first row says of the order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, Field(min_length=1, max_length=60)]
    external_id: Code = ""
    email: Email = ""
    phone: Code = ""
    financial_status: Annotated[Paid, AS_WORD]
    fulfillment_status: Annotated[Sent, AS_WORD] = ""
    paid_at: Moment = None
    fulfilled_at: Moment = None
    delivered_at: Moment = None
    created_at: StatedMoment
    cancelled_at: Moment = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    subtotal: Amount = None
    shipping: Amount = None
    taxes: Amount = None
    duties: Amount = None
    total: StatedAmount
    discount: Amount = None
    refunded: Amount = None
    outstanding: Amount = None
    payment_method: Name = ""
    payments: Annotated[dict[str, Amount], BeforeValidator(_split)] = {}
    location: Name = ""
    channel: Name = ""
    billing_name: Name = ""
    billing_phone: Code = ""
    shipping_name: Name = ""
    shipping_phone: Code = ""


def address_of(cells: dict[str, str], whose: str) -> AddressCells | None:
    """The shipping or billing address of an order's first row; `None` where a part of it cannot be right."""
    parts = {name: cells.get(f"{whose}_{name}", "") for name in ("address2", "city", "zip")}
    street = cells.get(f"{whose}_address1") or cells.get(f"{whose}_street", "")
    codes = {name: cells.get(f"{whose}_{name}", "") for name in ("province_code", "country_code")}
    try:
        return AddressCells(address1=street, **parts, **codes)
    except ValueError:
        return None
