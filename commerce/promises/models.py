"""The promise ledger."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from commerce.columns import moment


class PromiseStatus(StrEnum):
    """Whether a promise was kept."""

    open = "open"
    kept = "kept"
    broken = "broken"
    withdrawn = "withdrawn"


class Promise(SQLModel, table=True):
    """Something said to a customer that the shop must keep."""

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    order_id: str | None = Field(default=None, foreign_key="order.id", index=True)
    order_line_id: str | None = Field(default=None, foreign_key="order_line.id", index=True)
    """The line it is about, where it is about one."""
    receipt_id: str | None = None
    kind: str
    """`refund`, `delivery`, `contact`."""
    text: str
    due_on: date | None = None
    status: str = PromiseStatus.open
    made_at: datetime = moment()
