"""Where an order is, and why it is late."""

from datetime import date
from typing import Any

import pytest

from commerce.identity.principal import Principal
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import OrderStatus
from commerce.orders.service import Orders
from commerce.orders.views import DeliveryView
from core.database import Database
from tests.commerce import rows
from tests.commerce.conftest import OpenShop

ANN = Principal(session_id="ses_ann", customer_id="cus_ann", verified_by="sign_in")
BOB = Principal(session_id="ses_bob", customer_id="cus_bob", verified_by="sign_in")


async def _delivery(database: Database, open_shop: OpenShop, *more: Any, **order: Any) -> DeliveryView:
    await rows.save(database, *rows.shelf(), rows.customer(), rows.order(**order), *more)
    async with open_shop() as shop:
        return await Orders(shop).delivery("SW-104233", ANN)


async def test_an_order_that_is_being_packed_in_time_is_preparing(database: Database, open_shop: OpenShop) -> None:
    view = await _delivery(database, open_shop, rows.line())
    assert (view.state, view.days_late, view.expected_on) == ("preparing", 0, rows.days(2))


async def test_an_order_not_sent_past_its_promise_is_late(database: Database, open_shop: OpenShop) -> None:
    view = await _delivery(database, open_shop, rows.line(), promised_on=rows.days(-3))
    assert (view.state, view.days_late, view.expected_on) == ("late", 3, None)
    assert view.reason == "It has not been sent yet."


async def test_a_parcel_in_time_is_on_its_way(database: Database, open_shop: OpenShop) -> None:
    view = await _delivery(database, open_shop, rows.line(shipped=1), *rows.parcel(), status="shipped")
    assert (view.state, view.expected_on, view.reason, view.clauses) == ("on_its_way", rows.days(2), "", [])


async def test_a_parcel_on_the_van_is_out_for_delivery(database: Database, open_shop: OpenShop) -> None:
    parcel = rows.parcel(status="out_for_delivery", promised_on=rows.TODAY)
    view = await _delivery(database, open_shop, rows.line(shipped=1), *parcel, status="shipped")
    assert (view.state, view.expected_on) == ("out_for_delivery", rows.TODAY)


async def test_a_late_parcel_says_since_when_until_when_and_why(database: Database, open_shop: OpenShop) -> None:
    parcel = rows.parcel(promised_on=rows.days(-2), estimated_on=rows.days(3), delay_reason="weather")
    scans = [rows.scan(rows.moment(-4), "Accepted"), rows.scan(rows.moment(-1), "held at the facility")]
    view = await _delivery(database, open_shop, rows.line(shipped=1), *parcel, *scans, status="shipped")
    assert (view.state, view.days_late) == ("late", 5)
    assert (view.promised_on, view.expected_on) == (rows.days(-2), rows.days(3))
    assert view.reason == "Bad weather on the way. Last scan on April 14 in Omaha: held at the facility."
    assert view.clauses == ["late_deliveries.late"]


async def test_a_parcel_whose_estimate_slipped_is_late_before_its_day(database: Database, open_shop: OpenShop) -> None:
    parcel = rows.parcel(promised_on=rows.days(1), estimated_on=rows.days(4), delay_reason="volume")
    view = await _delivery(database, open_shop, rows.line(shipped=1), *parcel, status="shipped")
    assert (view.state, view.days_late) == ("late", 3)


async def test_within_the_days_of_grace_a_parcel_is_not_called_late(database: Database, open_shop: OpenShop) -> None:
    view = await _delivery(
        database, open_shop, rows.line(shipped=1), *rows.parcel(promised_on=rows.days(-1)), status="shipped"
    )
    assert (view.state, view.days_late, view.clauses) == ("on_its_way", 1, [])


@pytest.mark.parametrize(("quiet_for", "state"), [(7, "late"), (8, "lost")])
async def test_a_parcel_is_lost_after_the_policys_days_without_a_scan(
    database: Database, open_shop: OpenShop, quiet_for: int, state: str
) -> None:
    parcel = rows.parcel(promised_on=rows.days(-12), shipped_at=rows.moment(-15))
    view = await _delivery(
        database, open_shop, rows.line(shipped=1), *parcel, rows.scan(rows.moment(-quiet_for)), status="shipped"
    )
    assert (view.state, view.days_late) == (state, 12)
    assert view.clauses == [f"late_deliveries.{state}"]


async def test_a_lost_parcel_names_its_last_scan(database: Database, open_shop: OpenShop) -> None:
    parcel = rows.parcel(promised_on=rows.days(-12), shipped_at=rows.moment(-15))
    view = await _delivery(
        database, open_shop, rows.line(shipped=1), *parcel, rows.scan(rows.moment(-13)), status="shipped"
    )
    assert (view.state, view.expected_on, view.reason) == ("lost", None, "No scan since April 2.")


async def test_a_delivered_order_is_delivered(database: Database, open_shop: OpenShop) -> None:
    parcel = rows.parcel(status="delivered", promised_on=rows.days(-2), delivered_at=rows.moment(-2))
    view = await _delivery(database, open_shop, rows.line(shipped=1), *parcel, status="delivered")
    assert (view.state, view.days_late) == ("delivered", 0)


async def test_the_parcel_that_is_worst_off_speaks_for_the_order(database: Database, open_shop: OpenShop) -> None:
    arrived = rows.parcel("shp_1", status="delivered", delivered_at=rows.moment(-1))
    late = rows.parcel("shp_2", promised_on=rows.days(-3), delay_reason="customs")
    view = await _delivery(database, open_shop, rows.line(shipped=1), *arrived, *late, status="shipped")
    assert (view.state, view.days_late, view.reason) == ("late", 3, "The parcel is held at customs.")
    assert len(view.parcels) == 2


async def test_a_parcel_sent_back_by_the_carrier_is_not_expected(database: Database, open_shop: OpenShop) -> None:
    parcel = rows.parcel(status="returned", delay_reason="address")
    view = await _delivery(database, open_shop, rows.line(shipped=1), *parcel, status="shipped")
    assert (view.state, view.expected_on) == ("late", None)
    assert view.reason == "The carrier could not find the address."


async def test_an_order_with_a_short_line_waits_for_stock(database: Database, open_shop: OpenShop) -> None:
    view = await _delivery(database, open_shop, rows.line(), rows.line("lin_2", short=1, restock_on=rows.days(6)))
    assert (view.state, [line.id for line in view.short_lines]) == ("waiting_for_stock", ["lin_2"])
    assert view.reason == "Out of stock: Ridgeline Tent. More is expected on April 21."
    assert "out_of_stock.choices" in view.clauses


async def test_a_cancelled_order_is_cancelled_whatever_its_dates(database: Database, open_shop: OpenShop) -> None:
    view = await _delivery(database, open_shop, rows.line(cancelled=1), status="cancelled", promised_on=rows.days(-30))
    assert (view.state, view.days_late, view.expected_on) == ("cancelled", 0, None)


@pytest.mark.parametrize("status", list(OrderStatus))
async def test_every_status_has_a_state_even_without_parcels(
    database: Database, open_shop: OpenShop, status: OrderStatus
) -> None:
    view = await _delivery(database, open_shop, status=status, promised_on=None)
    assert view.state in ("preparing", "on_its_way", "delivered", "cancelled")


async def _short(database: Database, restock_on: date | None) -> None:
    await rows.save(
        database, *rows.shelf(), rows.customer(), rows.customer("cus_bob"), rows.order(),
        rows.line(quantity=2, short=2, restock_on=restock_on),
        rows.level(on_hand=5, reserved=5),
        rows.place("loc_boulder", kind="store"), rows.level("loc_boulder", on_hand=6, reserved=1, safety_stock=2),
        rows.place("loc_reno"), rows.level("loc_reno", on_hand=9, reserved=1, safety_stock=2),
        rows.place("loc_kept"), rows.level("loc_kept", on_hand=3, safety_stock=2),
        rows.place("loc_shut", active=False), rows.level("loc_shut", on_hand=50),
    )  # fmt: skip


async def test_only_places_that_can_spare_every_unit_can_send_instead(database: Database, open_shop: OpenShop) -> None:
    await _short(database, rows.days(10))
    async with open_shop() as shop:
        options = await Orders(shop).options_for_short_line("104233", "lin_1", ANN)
    assert [(place.name, place.kind, place.available) for place in options.places] == [
        ("Reno", "distribution_centre", 6),
        ("Boulder", "store", 3),
    ]
    assert (options.restock_on, options.may_wait) == (rows.days(10), True)


async def test_a_wait_beyond_the_policy_is_not_offered(database: Database, open_shop: OpenShop) -> None:
    await _short(database, rows.days(46))
    async with open_shop() as shop:
        options = await Orders(shop).options_for_short_line("104233", "lin_1", ANN)
    assert (options.restock_on, options.may_wait) == (rows.days(46), False)


async def test_nothing_is_offered_for_a_line_that_is_not_short(database: Database, open_shop: OpenShop) -> None:
    await rows.save(database, *rows.shelf(), rows.customer(), rows.order(), rows.line(), rows.level(on_hand=9))
    async with open_shop() as shop:
        options = await Orders(shop).options_for_short_line("104233", "lin_1", ANN)
    assert (options.places, options.restock_on, options.may_wait) == ([], None, False)


@pytest.mark.parametrize(("line_id", "by"), [("lin_none", ANN), ("lin_1", BOB)])
async def test_a_line_that_is_not_there_or_not_yours_has_no_options(
    database: Database, open_shop: OpenShop, line_id: str, by: Principal
) -> None:
    await _short(database, None)
    async with open_shop() as shop:
        with pytest.raises(OrderNotFound):
            await Orders(shop).options_for_short_line("104233", line_id, by)
