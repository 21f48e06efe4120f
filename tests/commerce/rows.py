"""Rows for tests that only read: each with sensible values, changed where the test says so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import SQLModel

from commerce.catalogue.models import Price, Product, Variant
from commerce.orders.models import FulfilmentOrder, Order, OrderLine, Shipment, TrackingEvent
from commerce.people.models import Customer, PaymentMethod
from commerce.places.models import Carrier, InventoryLevel, Location
from core.database import Database

NOW = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
TODAY = NOW.date()


def days(count: int) -> date:
    """A day so many days from the tests' today."""
    return TODAY + timedelta(days=count)


def moment(count: float) -> datetime:
    """A moment so many days from the tests' now."""
    return NOW + timedelta(days=count)


async def save(database: Database, *rows: SQLModel) -> None:
    """Store rows, each kind after those it refers to."""
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()


def customer(id: str = "cus_ann", **values: Any) -> Customer:
    given: dict[str, Any] = {
        "first_name": "Ann",
        "last_name": "Brown",
        "email": f"{id}@example.com",
        "address": {"address1": "12 Pine Street", "city": "Denver", "state": "CO", "zip": "80203", "country": "US"},
    }
    return Customer(id=id, source="test", external_id=id, created_at=moment(-100), **given | values)


def card(id: str = "pay_ann", customer_id: str = "cus_ann") -> PaymentMethod:
    return PaymentMethod(
        id=id, customer_id=customer_id, kind="card", brand="Visa", last4="4242",
        source="test", external_id=id, created_at=moment(-90),
    )  # fmt: skip


def product(id: str = "prd_tent", **values: Any) -> Product:
    given: dict[str, Any] = {
        "title": "Ridgeline Tent", "category": "Tents", "brand": "Alder", "handle": id[4:],
        "created_at": moment(-90), "updated_at": moment(-50),
    }  # fmt: skip
    return Product(id=id, source="test", external_id=id, **given | values)


def variant(id: str = "var_blue", product_id: str = "prd_tent", **values: Any) -> Variant:
    given: dict[str, Any] = {"sku": id, "options": {"Color": "Blue"}, "cost": 6000}
    return Variant(id=id, product_id=product_id, source="test", external_id=id, **given | values)


def price(variant_id: str = "var_blue", amount: int = 12900, **values: Any) -> Price:
    given: dict[str, Any] = {"id": f"prc_{variant_id}_{amount}", "valid_from": moment(-90)}
    return Price(variant_id=variant_id, amount=amount, currency="USD", **given | values)


def place(id: str = "loc_denver", **values: Any) -> Location:
    return Location(id=id, source="test", external_id=id, **{"name": id[4:].title()} | values)


def level(location_id: str = "loc_denver", variant_id: str = "var_blue", **values: int) -> InventoryLevel:
    return InventoryLevel(location_id=location_id, variant_id=variant_id, updated_at=NOW, **values)


def order(number: str = "SW-104233", customer_id: str = "cus_ann", **values: Any) -> Order:
    given: dict[str, Any] = {
        "id": f"ord_{number}", "email": f"{customer_id}@example.com", "placed_at": moment(-10), "status": "pending",
        "subtotal": 12900, "total": 12900, "promised_on": days(2),
        "ship_to": {"address1": "12 Pine Street", "city": "Denver", "zip": "80203"},
    }  # fmt: skip
    return Order(number=number, customer_id=customer_id, source="test", external_id=number, **given | values)


def line(id: str = "lin_1", order_id: str = "ord_SW-104233", **values: Any) -> OrderLine:
    given: dict[str, Any] = {
        "product_id": "prd_tent", "variant_id": "var_blue", "title": "Ridgeline Tent",
        "options": {"Color": "Blue"}, "quantity": 1, "unit_price": 12900,
    }  # fmt: skip
    return OrderLine(id=id, order_id=order_id, **given | values)


def carrier() -> Carrier:
    return Carrier(
        id="car_post",
        name="Range Post",
        services=[{"code": "standard", "name": "Standard", "days_min": 2, "days_max": 4, "price": 695}],
        tracking_url="https://track.example/{number}",
    )


def parcel(id: str = "shp_1", order_id: str = "ord_SW-104233", **values: Any) -> list[SQLModel]:
    """A parcel with the fulfilment order it belongs to."""
    given: dict[str, Any] = {"status": "in_transit", "promised_on": days(2), "shipped_at": moment(-3)}
    fulfilment = FulfilmentOrder(
        id=f"ful_{id}", order_id=order_id, location_id="loc_denver", status="shipped", created_at=moment(-4)
    )
    shipment = Shipment(
        id=id, order_id=order_id, fulfilment_order_id=fulfilment.id, carrier_id="car_post", service="standard",
        tracking_number=f"RP{id}", **given | values,
    )  # fmt: skip
    return [fulfilment, shipment]


def scan(at: datetime, note: str = "", shipment_id: str = "shp_1", **values: Any) -> TrackingEvent:
    given: dict[str, Any] = {"id": f"trk_{at:%m%d%H}", "status": "in_transit", "place": "Omaha"}
    return TrackingEvent(shipment_id=shipment_id, at=at, note=note, **given | values)


def shelf() -> list[SQLModel]:
    """A tent in one variant at one price, a place and a carrier."""
    return [product(), variant(), price(), place(), carrier()]
