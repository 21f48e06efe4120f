"""The demo shop's orders, parcels and stock agree with one another."""

from datetime import UTC, datetime, timedelta

from sqlmodel import and_, col, func, or_, select

from commerce.orders.models import (
    FulfilmentLine,
    FulfilmentOrder,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    Return,
    ReturnLine,
    ReturnStatus,
    Shipment,
    ShipmentStatus,
    TrackingEvent,
)
from commerce.places.models import InventoryLevel, StockMove
from commerce.supply.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from core.database import Database
from tests.ingest.demo.conftest import NOW
from tests.ingest.demo.rows import assert_none, rows


async def test_every_unit_is_cancelled_short_reserved_or_shipped(shop: Database) -> None:
    sent = (
        select(FulfilmentLine.order_line_id, func.sum(FulfilmentLine.quantity).label("units"))
        .group_by(col(FulfilmentLine.order_line_id))
        .subquery()
    )
    units = func.coalesce(sent.c.units, 0)
    await assert_none(
        shop,
        select(OrderLine.id)
        .outerjoin(sent, sent.c.order_line_id == OrderLine.id)
        .where(OrderLine.quantity != OrderLine.cancelled + OrderLine.short + units),
    )


async def test_shipped_units_are_in_parcels(shop: Database) -> None:
    shipped = (
        select(FulfilmentLine.order_line_id, func.sum(FulfilmentLine.quantity).label("units"))
        .join(FulfilmentOrder, col(FulfilmentOrder.id) == col(FulfilmentLine.fulfilment_order_id))
        .join(Shipment, col(Shipment.fulfilment_order_id) == col(FulfilmentOrder.id))
        .where(FulfilmentOrder.status == FulfilmentStatus.shipped)
        .group_by(col(FulfilmentLine.order_line_id))
        .subquery()
    )
    await assert_none(
        shop,
        select(OrderLine.id)
        .outerjoin(shipped, shipped.c.order_line_id == OrderLine.id)
        .where(OrderLine.shipped != func.coalesce(shipped.c.units, 0)),
    )


async def test_states_of_orders_follow_from_their_parts(shop: Database) -> None:
    parcels = (
        select(
            Shipment.order_id,
            func.count().label("parcels"),
            func.count(Shipment.delivered_at).label("arrived"),
        )
        .group_by(col(Shipment.order_id))
        .subquery()
    )
    sent, arrived = func.coalesce(parcels.c.parcels, 0), func.coalesce(parcels.c.arrived, 0)
    unsent = [OrderStatus.pending, OrderStatus.processing, OrderStatus.cancelled]
    joined = select(Order.number, Order.status).outerjoin(parcels, parcels.c.order_id == Order.id)
    await assert_none(shop, joined.where(col(Order.status).in_(unsent), sent > 0))
    await assert_none(shop, joined.where(col(Order.status).not_in(unsent), sent == 0))
    await assert_none(shop, joined.where(Order.status == OrderStatus.delivered, sent != arrived))
    await assert_none(shop, joined.where(Order.status == OrderStatus.shipped, sent == arrived))
    await assert_none(
        shop,
        select(Order.number)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .where(
            col(Order.status).in_([OrderStatus.delivered, OrderStatus.shipped]),
            OrderLine.shipped != OrderLine.quantity - OrderLine.cancelled,  # type: ignore[arg-type]
        ),
    )


async def test_every_state_occurs(shop: Database) -> None:
    found = {status for (status,) in await rows(shop, select(Order.status).distinct())}
    assert found == set(OrderStatus)
    returns = {status for (status,) in await rows(shop, select(Return.status).distinct())}
    assert {ReturnStatus.refunded, ReturnStatus.requested} <= returns


async def test_nothing_happens_after_now(shop: Database) -> None:
    for column in (
        Order.placed_at, Order.cancelled_at, Shipment.shipped_at, Shipment.delivered_at, TrackingEvent.at,
        Return.requested_at, Return.received_at, StockMove.created_at,
    ):  # fmt: skip
        ((last,),) = await rows(shop, select(func.max(column)))
        moment = datetime.fromisoformat(last).replace(tzinfo=UTC) if isinstance(last, str) else last
        assert moment <= NOW, column


async def test_order_numbers_grow_with_time(shop: Database) -> None:
    numbers = [number for (number,) in await rows(shop, select(Order.number).order_by(col(Order.placed_at), Order.id))]
    assert numbers == sorted(numbers)
    assert numbers[0] == "SW-104233"


async def test_reserved_is_what_open_fulfilment_needs(shop: Database) -> None:
    open_lines = (
        select(
            FulfilmentOrder.location_id,
            OrderLine.variant_id,
            func.sum(FulfilmentLine.quantity).label("units"),
        )
        .join(FulfilmentLine, col(FulfilmentLine.fulfilment_order_id) == col(FulfilmentOrder.id))
        .join(OrderLine, col(OrderLine.id) == col(FulfilmentLine.order_line_id))
        .where(col(FulfilmentOrder.status).in_([FulfilmentStatus.open, FulfilmentStatus.packing]))
        .group_by(col(FulfilmentOrder.location_id), col(OrderLine.variant_id))
        .subquery()
    )
    await assert_none(
        shop,
        select(InventoryLevel.variant_id)
        .outerjoin(
            open_lines,
            and_(
                open_lines.c.location_id == InventoryLevel.location_id,
                open_lines.c.variant_id == InventoryLevel.variant_id,
            ),
        )
        .where(InventoryLevel.reserved != func.coalesce(open_lines.c.units, 0)),
    )


async def test_movements_add_up_to_every_level_and_never_go_below_zero(shop: Database) -> None:
    moved = (
        select(
            StockMove.location_id,
            StockMove.variant_id,
            func.sum(StockMove.on_hand).label("on_hand"),
            func.sum(StockMove.reserved).label("reserved"),
        )
        .group_by(col(StockMove.location_id), col(StockMove.variant_id))
        .subquery()
    )
    await assert_none(
        shop,
        select(InventoryLevel.variant_id)
        .outerjoin(
            moved,
            and_(
                moved.c.location_id == InventoryLevel.location_id,
                moved.c.variant_id == InventoryLevel.variant_id,
            ),
        )
        .where(
            or_(
                InventoryLevel.on_hand != func.coalesce(moved.c.on_hand, 0),
                InventoryLevel.reserved != func.coalesce(moved.c.reserved, 0),
            )
        ),
    )
    running = func.sum(StockMove.on_hand).over(
        partition_by=[StockMove.location_id, StockMove.variant_id],
        order_by=[StockMove.created_at, StockMove.id],
    )
    levels = select(running.label("level")).subquery()
    await assert_none(shop, select(levels.c.level).where(levels.c.level < 0))


async def test_incoming_is_what_open_purchase_orders_bring(shop: Database) -> None:
    still = (
        select(
            PurchaseOrder.location_id,
            PurchaseOrderLine.variant_id,
            func.sum(PurchaseOrderLine.quantity - PurchaseOrderLine.received).label("units"),
        )
        .join(PurchaseOrderLine, col(PurchaseOrderLine.purchase_order_id) == col(PurchaseOrder.id))
        .where(PurchaseOrder.status == PurchaseOrderStatus.open)
        .group_by(col(PurchaseOrder.location_id), col(PurchaseOrderLine.variant_id))
        .subquery()
    )
    await assert_none(
        shop,
        select(InventoryLevel.variant_id)
        .outerjoin(
            still,
            and_(
                still.c.location_id == InventoryLevel.location_id,
                still.c.variant_id == InventoryLevel.variant_id,
            ),
        )
        .where(InventoryLevel.incoming != func.coalesce(still.c.units, 0)),
    )


async def test_a_short_line_has_nothing_free_in_the_centres(shop: Database) -> None:
    free = (
        select(func.sum(InventoryLevel.on_hand - InventoryLevel.reserved))
        .where(
            InventoryLevel.variant_id == OrderLine.variant_id,
            col(InventoryLevel.location_id).in_(["loc_demo0000000", "loc_demo0000001"]),
        )
        .correlate(OrderLine)
        .scalar_subquery()
    )
    await assert_none(shop, select(OrderLine.id).where(OrderLine.short > 0, free > 0))


async def test_returned_counts_what_is_back_or_on_its_way(shop: Database) -> None:
    live = [ReturnStatus.requested, ReturnStatus.received, ReturnStatus.refunded]
    back = (
        select(ReturnLine.order_line_id, func.sum(ReturnLine.quantity).label("units"))
        .join(Return, col(Return.id) == col(ReturnLine.return_id))
        .where(col(Return.status).in_(live))
        .group_by(col(ReturnLine.order_line_id))
        .subquery()
    )
    await assert_none(
        shop,
        select(OrderLine.id)
        .outerjoin(back, back.c.order_line_id == OrderLine.id)
        .where(OrderLine.returned != func.coalesce(back.c.units, 0)),
    )


async def test_recent_parcels_have_scans_that_end_in_their_state(shop: Database) -> None:
    recent = NOW - timedelta(days=89)
    last = (
        select(TrackingEvent.status)
        .where(TrackingEvent.shipment_id == Shipment.id)
        .order_by(col(TrackingEvent.at).desc())
        .limit(1)
        .correlate(Shipment)
        .scalar_subquery()
    )
    await assert_none(
        shop,
        select(Shipment.id, Shipment.status, last).where(
            col(Shipment.shipped_at) > recent,
            or_(
                last.is_(None),
                and_(Shipment.status == ShipmentStatus.delivered, last != "delivered"),
                and_(Shipment.status != ShipmentStatus.delivered, last == "delivered"),
            ),
        ),
    )
