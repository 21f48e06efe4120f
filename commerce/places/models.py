"""Locations, what is on hand in them, and every movement of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from commerce.columns import json_list, json_object, moment


class LocationKind(StrEnum):
    """What sort of place it is."""

    distribution_centre = "distribution_centre"
    store = "store"


class Location(SQLModel, table=True):
    """A distribution centre or a store."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: str = Field(primary_key=True)
    name: str
    kind: str = LocationKind.distribution_centre
    address: dict[str, Any] = json_object()
    latitude: float = 0.0
    longitude: float = 0.0
    timezone: str = "America/Denver"
    opening_hours: dict[str, list[str]] = json_object()
    """Weekday (`mon` … `sun`) to opening and closing time, such as `["09:00", "18:00"]`; absent means closed."""
    daily_capacity: int = 0
    """Orders the place can pack in a day."""
    active: bool = True
    source: str
    external_id: str


class InventoryLevel(SQLModel, table=True):
    """The stock of a variant in a place. Available is `on_hand - reserved`."""

    __tablename__ = "inventory_level"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("reserved <= on_hand", name="reserved_within_on_hand"),
    )

    location_id: str = Field(primary_key=True, foreign_key="location.id")
    variant_id: str = Field(primary_key=True, foreign_key="variant.id", index=True)
    on_hand: int = 0
    reserved: int = 0
    incoming: int = 0
    safety_stock: int = 0
    version: int = 1
    updated_at: datetime = moment()


class MoveReason(StrEnum):
    """Why stock moved."""

    opening = "opening"
    receipt = "receipt"
    sale = "sale"
    return_ = "return"
    correction = "correction"
    transfer = "transfer"
    reserve = "reserve"
    release = "release"


class StockMove(SQLModel, table=True):
    """One movement, never changed. `on_hand` and `reserved` say by how much each figure moved."""

    __tablename__ = "stock_move"

    id: str = Field(primary_key=True)
    location_id: str = Field(foreign_key="location.id")
    variant_id: str = Field(foreign_key="variant.id", index=True)
    on_hand: int = 0
    reserved: int = 0
    reason: str
    reference: str = ""
    """What caused it: an order line, a receipt, a purchase order."""
    created_at: datetime = moment()


class Carrier(SQLModel, table=True):
    """Who carries parcels, and with which services."""

    id: str = Field(primary_key=True)
    name: str
    services: list[dict[str, Any]] = json_list()
    """`{"code", "name", "days_min", "days_max", "price"}` each; days are working days, price minor units."""
    tracking_url: str = ""
    """Address of the tracking page, with `{number}` where the tracking number goes."""
