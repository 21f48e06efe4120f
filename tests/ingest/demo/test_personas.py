"""Every persona is in the situation that the note tells of, as the shop's own services see it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from commerce.catalogue.models import Variant
from commerce.orders.models import Order, OrderLine, OrderStatus, Shipment, ShipmentStatus
from commerce.payments.models import Payment
from commerce.people.models import Customer, PaymentMethod
from commerce.places.models import InventoryLevel, Location
from commerce.supply.models import PurchaseOrder, PurchaseOrderLine
from core.database import Database
from tests.ingest.demo.conftest import NOW
from tests.ingest.demo.rows import rows


async def latest(shop: Database, key: str) -> tuple[Order, list[OrderLine], list[Shipment]]:
    """A persona's latest order."""
    async with shop.read() as session:
        order = (
            await session.exec(
                select(Order)
                .join(Customer, col(Customer.id) == col(Order.customer_id))
                .where(Customer.external_id == f"persona:{key}")
                .order_by(col(Order.placed_at).desc())
            )
        ).first()
        assert order is not None
        lines = (await session.exec(select(OrderLine).where(OrderLine.order_id == order.id))).all()
        parcels = (await session.exec(select(Shipment).where(Shipment.order_id == order.id))).all()
    return order, list(lines), list(parcels)


async def spare(shop: Database, variant_id: str) -> dict[str, int]:
    """What is free of a variant, by place."""
    free = InventoryLevel.on_hand - InventoryLevel.reserved
    found = await rows(
        shop,
        select(Location.name, free)
        .join(InventoryLevel, col(InventoryLevel.location_id) == col(Location.id))
        .where(InventoryLevel.variant_id == variant_id, free > 0),  # type: ignore[arg-type]
    )
    return {str(name): int(units) for name, units in found}


async def test_a_blue_tent_was_ordered_yesterday_and_is_pending(shop: Database) -> None:
    order, lines, parcels = await latest(shop, "blue-tent")
    assert order.status == OrderStatus.pending
    assert order.placed_at == NOW - timedelta(days=1)
    assert len(lines) == 3
    assert not parcels
    assert any(line.title.endswith("Tent") and line.options["Color"] == "Blue" for line in lines)
    paid = await rows(
        shop,
        select(PaymentMethod.brand, PaymentMethod.last4)
        .join(Payment, col(Payment.payment_method_id) == col(PaymentMethod.id))
        .where(Payment.order_id == order.id),
    )
    assert [tuple(row) for row in paid] == [("Visa", "4242")]


async def test_the_blue_tent_could_be_had_in_another_color(shop: Database) -> None:
    _, lines, _ = await latest(shop, "blue-tent")
    (tent,) = [line for line in lines if line.options.get("Color") == "Blue"]
    others = await rows(
        shop, select(Variant.id).where(Variant.product_id == tent.product_id, Variant.id != tent.variant_id)
    )
    assert others
    for (variant_id,) in others:
        assert await spare(shop, variant_id)


async def test_a_parcel_is_late_because_of_the_weather(shop: Database) -> None:
    order, _, (parcel,) = await latest(shop, "late-parcel")
    assert order.status == OrderStatus.shipped
    assert parcel.status == ShipmentStatus.in_transit
    assert parcel.delay_reason == "weather"
    assert parcel.promised_on < NOW.date() < parcel.estimated_on  # type: ignore[operator]


async def test_a_parcel_is_lost(shop: Database) -> None:
    _, _, (parcel,) = await latest(shop, "lost-parcel")
    assert parcel.status == ShipmentStatus.lost
    assert (NOW.date() - parcel.promised_on).days > 7


async def test_a_short_line_is_in_stock_in_two_stores(shop: Database) -> None:
    order, lines, parcels = await latest(shop, "short-elsewhere")
    (short,) = [line for line in lines if line.short]
    assert order.status == OrderStatus.processing
    assert not parcels
    assert short.restock_on is None
    assert await spare(shop, short.variant_id) == {"Denver Store": 6, "Minneapolis Store": 3}


async def test_a_short_line_is_sold_out_everywhere_and_expected(shop: Database) -> None:
    order, lines, _ = await latest(shop, "short-restock")
    (short,) = [line for line in lines if line.short]
    assert order.status == OrderStatus.partly_shipped
    assert await spare(shop, short.variant_id) == {}
    due = await rows(
        shop,
        select(PurchaseOrder.expected_on)
        .join(PurchaseOrderLine, col(PurchaseOrderLine.purchase_order_id) == col(PurchaseOrder.id))
        .where(PurchaseOrderLine.variant_id == short.variant_id, PurchaseOrder.status == "open"),
    )
    assert [tuple(row) for row in due] == [(NOW.date() + timedelta(days=9),)]
    assert short.restock_on == NOW.date() + timedelta(days=10)


@pytest.mark.parametrize(("key", "days"), [("within-window", 6), ("outside-window", 126)])
async def test_an_order_was_delivered_some_days_ago(shop: Database, key: str, days: int) -> None:
    order, lines, (parcel,) = await latest(shop, key)
    assert order.status == OrderStatus.delivered
    assert (NOW - parcel.delivered_at).days == days  # type: ignore[operator]
    assert all(line.shipped == line.quantity and not line.returned for line in lines)


async def test_somebody_has_a_gift_card_and_a_pending_order(shop: Database) -> None:
    order, _, _ = await latest(shop, "gift-card")
    methods = await rows(
        shop,
        select(PaymentMethod.kind, PaymentMethod.balance).where(PaymentMethod.customer_id == order.customer_id),
    )
    assert order.status == OrderStatus.pending
    assert ("gift_card", 8500) in [tuple(row) for row in methods]


async def test_somebody_has_not_ordered_yet(shop: Database) -> None:
    found = await rows(
        shop,
        select(Order.id)
        .join(Customer, col(Customer.id) == col(Order.customer_id))
        .where(Customer.external_id == "persona:new-customer"),
    )
    assert not found
