"""Customers and what belongs to them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from commerce.columns import json_object, moment

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Address(BaseModel):
    """A postal address. `state` is the two-letter code in the United States, `country` an ISO code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address1: Filled
    address2: Line = ""
    city: Filled
    state: Line = ""
    zip: Filled
    country: Filled = "US"

    def one_line(self) -> str:
        """`12 Pine Street, Apt 4, Denver, CO 80203`."""
        street = f"{self.address1}, {self.address2}" if self.address2 else self.address1
        return f"{street}, {self.city}, {f'{self.state} {self.zip}'.strip()}"


class Customer(SQLModel, table=True):
    """Somebody who buys, with an account or as a guest."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: str = Field(primary_key=True)
    first_name: str = ""
    last_name: str = ""
    email: str = Field(default="", index=True)
    """Lower-cased."""
    phone: str = ""
    """E.164."""
    guest: bool = False
    segment: str = ""
    style: str = ""
    """How the person writes: `terse`, `chatty`, `formal`."""
    address: dict[str, Any] = json_object()
    """The default address, an `Address`; empty where none is known."""
    source: str
    external_id: str
    version: int = 1
    created_at: datetime = moment()

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class PaymentMethodKind(StrEnum):
    """How somebody pays."""

    card = "card"
    wallet = "wallet"
    gift_card = "gift_card"


class PaymentMethod(SQLModel, table=True):
    """A card, a wallet or a gift card. Only the last four digits of a card are ever known here."""

    __tablename__ = "payment_method"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("balance >= 0", name="balance_not_negative"),
    )

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    kind: str
    brand: str = ""
    """`Visa`, `PayPal` …"""
    last4: str = ""
    balance: int = 0
    """What a gift card still holds, minor units."""
    currency: str = "USD"
    source: str
    external_id: str
    version: int = 1
    created_at: datetime = moment()

    @property
    def label(self) -> str:
        """`Visa ending 4242`, `PayPal`, `gift card ending 0931`."""
        name = "gift card" if self.kind == PaymentMethodKind.gift_card else self.brand or self.kind
        return f"{name} ending {self.last4}" if self.last4 else name


class Identity(SQLModel, table=True):
    """How a customer is known on a channel."""

    __table_args__ = (UniqueConstraint("channel", "value"),)

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    channel: str
    """`account`, `email`, `phone`, `device`, `loyalty`."""
    value: str
    created_at: datetime = moment()


class Consent(SQLModel, table=True):
    """What a customer agreed to, and when."""

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    purpose: str
    """`newsletter`, `personalisation`, `store_lookup`."""
    granted: bool
    at: datetime = moment()
