"""Suppliers, their terms and the purchase orders open with them."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from commerce.columns import moment


class Supplier(SQLModel, table=True):
    """A maker or wholesaler."""

    id: str = Field(primary_key=True)
    name: str
    country: str = "US"
    lead_time_days: float = 14.0
    """Mean days from order to receipt."""
    lead_time_deviation: float = 3.0


class SupplierItem(SQLModel, table=True):
    """The terms on which a supplier sells a variant."""

    __tablename__ = "supplier_item"

    supplier_id: str = Field(primary_key=True, foreign_key="supplier.id")
    variant_id: str = Field(primary_key=True, foreign_key="variant.id", index=True)
    unit_cost: int
    minimum_quantity: int = 1
    pack_size: int = 1


class PurchaseOrderStatus(StrEnum):
    """Where a purchase order stands."""

    open = "open"
    received = "received"
    cancelled = "cancelled"


class PurchaseOrder(SQLModel, table=True):
    """Goods ordered from a supplier for a place."""

    __tablename__ = "purchase_order"

    id: str = Field(primary_key=True)
    supplier_id: str = Field(foreign_key="supplier.id")
    location_id: str = Field(foreign_key="location.id")
    status: str = PurchaseOrderStatus.open
    placed_at: datetime = moment()
    expected_on: date
    received_at: datetime | None = moment(nullable=True)


class PurchaseOrderLine(SQLModel, table=True):
    """One variant of a purchase order."""

    __tablename__ = "purchase_order_line"

    id: str = Field(primary_key=True)
    purchase_order_id: str = Field(foreign_key="purchase_order.id", index=True)
    variant_id: str = Field(foreign_key="variant.id", index=True)
    quantity: int
    received: int = 0
    unit_cost: int
