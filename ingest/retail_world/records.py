"""What a record of each file must say to be loaded."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from core.money import minor_digits

_LARGEST_AMOUNT = 2_000_000_000
"""Minor units; what the database's integers hold."""
_ROUNDING = Decimal("0.000001")
"""What a sum of binary fractions may be off by."""


def _minor(value: Any, info: ValidationInfo) -> int:
    """A JSON number of major units as minor units."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    digits = minor_digits(info.context["currency"] if info.context else "USD")
    shifted = Decimal(value).scaleb(digits)
    if not shifted.is_finite():
        raise ValueError("must be a number")
    amount = int(shifted.to_integral_value())
    if amount < 0:
        raise ValueError("is negative")
    if abs(shifted - amount) > _ROUNDING.scaleb(digits):
        raise ValueError("has more decimals than the currency has")
    if amount > _LARGEST_AMOUNT:
        raise ValueError("is too large")
    return amount


def _no_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("holds a NUL character")
    return value


Money = Annotated[int, BeforeValidator(_minor)]
Word = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=120), AfterValidator(_no_nul)
]
MaybeWord = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, max_length=120), AfterValidator(_no_nul)
]
Email = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Options = dict[Word, Word]


class Record(BaseModel):
    """Part of a file; what it says beyond this is not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AddressRecord(Record):
    """A postal address."""

    address1: Word
    address2: MaybeWord = ""
    city: Word
    state: MaybeWord = ""
    country: Word
    zip: Word


class NameRecord(Record):
    """First and last name."""

    first_name: Word
    last_name: Word


class MethodRecord(Record):
    """A way to pay."""

    id: Word
    source: Literal["credit_card", "paypal", "gift_card"]
    brand: MaybeWord = ""
    last_four: Annotated[str, StringConstraints(pattern=r"^\d{4}$|^$")] = ""
    balance: Money = 0


class UserRecord(Record):
    """A customer."""

    name: NameRecord
    address: AddressRecord
    email: Email
    payment_methods: dict[Word, MethodRecord]


class VariantRecord(Record):
    """What can be bought of a product."""

    item_id: Word
    options: Options
    available: Annotated[bool, Field(strict=True)]
    price: Money


class ProductRecord(Record):
    """A product; its variants are looked at one by one."""

    name: Word
    product_id: Word
    variants: Annotated[dict[Word, Any], Field(min_length=1)]


class ItemRecord(Record):
    """One unit of an order."""

    name: Word
    product_id: Word
    item_id: Word
    price: Money
    options: Options


class FulfilmentRecord(Record):
    """What travels together."""

    tracking_id: list[Word]
    item_ids: list[Word]


class PaymentRecord(Record):
    """Money that moved."""

    transaction_type: Literal["payment", "refund"]
    amount: Money
    payment_method_id: Word


class OrderRecord(Record):
    """An order."""

    order_id: Annotated[str, StringConstraints(strict=True, pattern=r"^#?[A-Za-z]{0,4}-?\d{3,12}$")]
    user_id: Word
    address: AddressRecord
    items: Annotated[list[ItemRecord], Field(min_length=1, max_length=100)]
    fulfillments: list[FulfilmentRecord]
    status: Literal["pending", "processed", "delivered", "cancelled"]
    payment_history: Annotated[list[PaymentRecord], Field(min_length=1)]
