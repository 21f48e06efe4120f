"""Orders as they are shown: to whom, under which number, in how many queries."""

import pytest
from sqlalchemy import event

from commerce.identity.principal import Principal, Role
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import Return, ReturnLine
from commerce.orders.service import Orders
from commerce.payments.models import Payment
from core.database import Database
from tests.commerce import rows
from tests.commerce.conftest import OpenShop

ANN = Principal(session_id="ses_ann", customer_id="cus_ann", verified_by="sign_in")
BOB = Principal(session_id="ses_bob", customer_id="cus_bob", verified_by="sign_in")
STRANGER = Principal(session_id="ses_x")
AGENT = Principal(session_id="ses_agent", roles=frozenset({Role.agent}))
MERCHANDISER = Principal(session_id="ses_merch", roles=frozenset({Role.merchandiser}))


@pytest.fixture(autouse=True)
async def _orders(database: Database) -> None:
    await rows.save(
        database, *rows.shelf(), rows.customer(), rows.customer("cus_bob"), rows.card(),
        rows.order(), rows.line(), rows.line("lin_2", quantity=2),
        rows.order("SW-104999", "cus_bob"), rows.line("lin_b", "ord_SW-104999"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "written", ["SW-104233", "sw-104233", "SW104233", "#SW-104233", "104233", "#104233", " sw 104 233 ", "sw_104233"]
)
@pytest.mark.parametrize("by", [ANN, AGENT])
async def test_an_order_is_found_however_its_number_is_written(
    open_shop: OpenShop, written: str, by: Principal
) -> None:
    async with open_shop() as shop:
        assert (await Orders(shop).get(written, by)).number == "SW-104233"


@pytest.mark.parametrize("written", ["", "#", "SW-", "04233", "XX-104233", "SW-1042333", "%", "SW-\x00"])
@pytest.mark.parametrize("by", [ANN, AGENT])
async def test_another_number_finds_nothing(open_shop: OpenShop, written: str, by: Principal) -> None:
    async with open_shop() as shop:
        with pytest.raises(OrderNotFound):
            await Orders(shop).get(written, by)


@pytest.mark.parametrize("by", [BOB, STRANGER, MERCHANDISER])
async def test_somebody_elses_order_looks_like_one_that_does_not_exist(open_shop: OpenShop, by: Principal) -> None:
    async with open_shop() as shop:
        with pytest.raises(OrderNotFound) as elses:
            await Orders(shop).get("SW-104233", by)
        with pytest.raises(OrderNotFound) as nobodys:
            await Orders(shop).get("SW-777777", by)
    assert elses.value.message == nobodys.value.message
    assert elses.value.code == nobodys.value.code


@pytest.mark.parametrize("written", ["EX2001-US", "#ex2001-us", "ex2001", "2001-US", "2001"])
async def test_what_a_shop_puts_around_its_numbers_may_be_left_out(
    database: Database, open_shop: OpenShop, written: str
) -> None:
    await rows.save(database, rows.order("EX2001-US"), rows.order("US-2025-1001"))
    async with open_shop() as shop:
        assert (await Orders(shop).get(written, ANN)).number == "EX2001-US"
        assert (await Orders(shop).get("2025-1001", ANN)).number == "US-2025-1001"
        for other in ("EX2001-CA", "1001", "EX"):
            with pytest.raises(OrderNotFound):
                await Orders(shop).get(other, ANN)


async def test_the_same_digits_under_two_prefixes_are_not_guessed(database: Database, open_shop: OpenShop) -> None:
    await rows.save(database, rows.order("B-104233"))
    async with open_shop() as shop:
        assert (await Orders(shop).get("b104233", ANN)).number == "B-104233"
        with pytest.raises(OrderNotFound):
            await Orders(shop).get("104233", ANN)


async def test_an_order_shows_lines_parcels_payments_and_returns(database: Database, open_shop: OpenShop) -> None:
    await rows.save(
        database,
        *rows.parcel(),
        rows.scan(rows.moment(-2), "Left the depot"),
        rows.scan(rows.moment(-1), "Held at the facility", place="Lincoln"),
        Payment(id="pmt_1", order_id="ord_SW-104233", payment_method_id="pay_ann", amount=12900, currency="USD",
                created_at=rows.moment(-10)),
        Return(id="ret_1", number="R-1", order_id="ord_SW-104233", customer_id="cus_ann", due_on=rows.days(9),
               refund_method_id="pay_ann", refund_amount=12900, requested_at=rows.moment(-1)),
        ReturnLine(id="rel_1", return_id="ret_1", order_line_id="lin_2", quantity=1),
    )  # fmt: skip
    async with open_shop() as shop:
        view = await Orders(shop).get("SW-104233", ANN)
    assert [(line.id, line.handle, line.category, line.quantity) for line in view.lines] == [
        ("lin_1", "tent", "Tents", 1),
        ("lin_2", "tent", "Tents", 2),
    ]
    (parcel,) = view.parcels
    assert (parcel.carrier, parcel.service) == ("Range Post", "Standard")
    assert parcel.tracking_url == "https://track.example/RPshp_1"
    assert (parcel.last_event, parcel.last_place) == ("Held at the facility", "Lincoln")
    assert [(payment.method, payment.amount) for payment in view.payments] == [("Visa ending 4242", 12900)]
    assert [(back.number, back.method, back.line_ids) for back in view.returns] == [
        ("R-1", "Visa ending 4242", ["lin_2"])
    ]
    assert view.ship_to["city"] == "Denver"


async def test_orders_are_listed_newest_first_in_pages(database: Database, open_shop: OpenShop) -> None:
    for i in range(5):
        await rows.save(database, rows.order(f"SW-2{i}", placed_at=rows.moment(-i)), rows.line(f"l{i}", f"ord_SW-2{i}"))
    async with open_shop() as shop:
        first = await Orders(shop).list_for("cus_ann", limit=4, offset=0)
        rest = await Orders(shop).list_for("cus_ann", limit=4, offset=4)
        assert await Orders(shop).count_for("cus_ann") == 6
    assert [order.number for order in first + rest] == ["SW-20", "SW-21", "SW-22", "SW-23", "SW-24", "SW-104233"]
    assert all(order.lines for order in first + rest)


async def test_a_long_list_takes_as_few_queries_as_a_short_one(database: Database, open_shop: OpenShop) -> None:
    for i in range(12):
        await rows.save(database, rows.order(f"SW-3{i:02}"), rows.line(f"m{i}", f"ord_SW-3{i:02}"))
    statements: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    async with open_shop() as shop:
        assert len(await Orders(shop).list_for("cus_ann", limit=50, offset=0)) == 13
    assert sum(statement.startswith("SELECT") for statement in statements) == 2
