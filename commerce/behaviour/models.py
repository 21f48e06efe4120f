"""Browsing events."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from commerce.columns import moment


class Event(SQLModel, table=True):
    """A page seen, a search, something put into a cart."""

    id: str = Field(primary_key=True)
    kind: str
    """`view`, `search`, `cart`, `exposure`."""
    customer_id: str | None = Field(default=None, foreign_key="customer.id", index=True)
    visit: str = ""
    product_id: str | None = Field(default=None, foreign_key="product.id")
    variant_id: str | None = Field(default=None, foreign_key="variant.id")
    term: str = ""
    channel: str = "web"
    at: datetime = moment()
