"""What was paid, what was given back, and the books."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from commerce.columns import moment


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    captured = "captured"
    refunded = "refunded"
    failed = "failed"


class Payment(SQLModel, table=True):
    """Money taken for an order."""

    __table_args__ = (CheckConstraint("refunded >= 0 AND refunded <= amount", name="refunded_within_amount"),)

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id", index=True)
    payment_method_id: str = Field(foreign_key="payment_method.id")
    status: str = PaymentStatus.captured
    amount: int
    refunded: int = 0
    currency: str
    position: int = 0
    """Place among the order's payments and refunds; 0 for what it was placed with."""
    created_at: datetime = moment()


class RefundStatus(StrEnum):
    """Where a refund stands with the payment provider."""

    requested = "requested"
    paid = "paid"
    failed = "failed"


class Refund(SQLModel, table=True):
    """Money given back."""

    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id", index=True)
    payment_id: str = Field(foreign_key="payment.id")
    payment_method_id: str = Field(foreign_key="payment_method.id")
    amount: int
    currency: str
    reason: str
    status: str = RefundStatus.requested
    position: int = 0
    """Place among the order's payments and refunds; 0 for what it was placed with."""
    created_at: datetime = moment()


class Account(StrEnum):
    """The accounts of the books."""

    receivable = "receivable"
    """What customers owe for orders they placed."""
    cash = "cash"
    """Cards and wallets."""
    gift_cards = "gift_cards"
    """What the shop owes the holders of gift cards."""
    sales = "sales"
    shipping = "shipping"
    tax = "tax"
    fees = "fees"
    """Restocking and return shipping kept back."""
    goodwill = "goodwill"
    refunds_due = "refunds_due"
    """Refunds promised and not yet paid out."""


class LedgerEntry(SQLModel, table=True):
    """One side of a booking, never changed. Debits are positive; a transaction's entries add up to zero."""

    __tablename__ = "ledger_entry"

    id: str = Field(primary_key=True)
    transaction_id: str = Field(index=True)
    account: str
    amount: int
    currency: str
    order_id: str | None = Field(default=None, foreign_key="order.id", index=True)
    reference: str = ""
    """The receipt or payment behind it."""
    created_at: datetime = moment()
