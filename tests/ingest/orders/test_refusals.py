"""What is wrong in an order refuses the whole order, with line, column and reason, and nothing else."""

from typing import Any

import pytest

from commerce.orders.models import Order, OrderLine
from commerce.places.models import InventoryLevel
from core.clock import FixedClock
from core.database import Database
from ingest.errors import UnreadableFile
from tests.ingest.exports import ORDER, counts, every, load, load_orders, more, order, sheet

SECOND = {"Name": "#1002", "Id": "2"}


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"Lineitem sku": "GHOST"}, "Lineitem sku", "'GHOST' is no SKU of this shop"),
        ({"Lineitem sku": "", "Lineitem name": "Ghost"}, "Lineitem name", "'Ghost' is no product of this shop"),
        ({"Lineitem sku": "", "Lineitem name": "Desk Lamp"}, "Lineitem name", "is no product of this shop"),
        ({"Lineitem quantity": "-1"}, "Lineitem quantity", "negative"),
        ({"Lineitem quantity": "0"}, "Lineitem quantity", "1 or more"),
        ({"Lineitem quantity": "1.5"}, "Lineitem quantity", "whole number"),
        ({"Lineitem price": ""}, "Lineitem price", "is missing"),
        ({"Lineitem price": "40,00"}, "Lineitem price", "comma"),
        ({"Total": "49,20"}, "Total", "comma"),
        ({"Total": ""}, "Total", "is missing"),
        ({"Total": "49.21"}, "Total", "is not the sum"),
        ({"Subtotal": "41.00"}, "Subtotal", "is a row missing?"),
        ({"Subtotal": "30.00", "Total": "39.20"}, "Subtotal", "is a row there twice?"),
        ({"Refunded Amount": "50.00"}, "Refunded Amount", "more than what was paid"),
        ({"Created at": "14.04.2026 09:30"}, "Created at", "is not a time"),
        ({"Created at": "2026-04-14 09:30:00"}, "Created at", "no time zone"),
        ({"Created at": "2027-04-14 09:30:00 -0600"}, "Created at", "in the future"),
        ({"Cancelled at": "2025-04-14 09:30:00 -0600"}, "Cancelled at", "before the order was created"),
        ({"Financial Status": "perhaps"}, "Financial Status", "must be"),
        ({"Financial Status": "partially_paid", "Outstanding Balance": ""}, "Outstanding Balance", "is missing"),
        ({"Fulfillment Status": "somehow"}, "Fulfillment Status", "must be"),
        ({"Email": "nora at example"}, "Email", "is not an e-mail address"),
        ({"Currency": "EUR"}, "Currency", "the shop's currency is USD"),
        ({"Payment Method": "gift_card + Shopify Payments"}, "Payment Method", "does not say how much"),
        ({"Lineitem discount": "41.00"}, "Lineitem discount", "more than the line costs"),
    ],
)
async def test_a_wrong_cell_refuses_its_order_alone(
    shop: Database, clock: FixedClock, cells: dict[str, Any], column: str, why: str
) -> None:
    report = await load_orders(shop, clock, order(), order(**{**SECOND, **cells}))
    assert counts(report) == (1, 0, 0, 1)
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, column)
    assert why in problem.why
    assert [row.number for row in await every(shop, Order)] == ["#1001"]


async def test_one_unknown_product_refuses_the_whole_order(shop: Database, clock: FixedClock) -> None:
    rows = (order(Subtotal="52.50", Total="61.70"), more(**{"Lineitem sku": "GHOST"}))
    report = await load_orders(shop, clock, *rows)
    assert counts(report) == (0, 0, 0, 1)
    assert [(problem.line, problem.column) for problem in report.problems] == [(3, "Lineitem sku")]
    assert "#1001 is refused as a whole" in report.problems[0].why
    assert (await every(shop, Order), await every(shop, OrderLine)) == ([], [])
    assert not any(level.reserved for level in await every(shop, InventoryLevel))


async def test_a_missing_or_doubled_line_shows_in_the_amounts(shop: Database, clock: FixedClock) -> None:
    whole = order(Subtotal="52.50", Total="61.70")
    assert (await load_orders(shop, clock, whole)).problems[0].why.endswith("is a row missing?")
    assert (await load_orders(shop, clock, whole, more(), more())).problems[0].why.endswith("is a row there twice?")
    assert counts(await load_orders(shop, clock, whole, more())) == (1, 0, 0, 0)


async def test_an_order_that_is_there_twice_counts_once(shop: Database, clock: FixedClock) -> None:
    report = await load_orders(shop, clock, order(), order(), order(**SECOND), order(**{**SECOND, "Name": "#1003"}))
    assert counts(report) == (2, 0, 0, 1)
    assert [(note.line, note.why) for note in report.notes] == [(3, "is the same as line 2: counted once")]
    assert [(problem.line, problem.column) for problem in report.problems] == [(5, "Id")]


async def test_rows_that_contradict_each_other_refuse_the_order(shop: Database, clock: FixedClock) -> None:
    report = await load_orders(shop, clock, order(), order(Total="99.00"))
    assert counts(report) == (0, 0, 0, 1)
    assert [(problem.line, problem.column) for problem in report.problems] == [(3, "Total")]


async def test_a_last_row_that_is_cut_off_refuses_its_order(shop: Database, clock: FixedClock) -> None:
    text = sheet(ORDER, order(), order(**{**SECOND, "Subtotal": "52.50", "Total": "61.70"}), more("#1002"))
    report = await load(shop, clock, "orders", text[: text.rindex("MUG")])
    assert counts(report) == (1, 0, 0, 1)
    assert [(problem.line, problem.column) for problem in report.problems] == [(4, "")]
    assert "is the file cut off?" in report.problems[0].why


async def test_a_row_without_the_orders_name_goes_on_with_the_one_above(shop: Database, clock: FixedClock) -> None:
    rows = (order(Subtotal="52.50", Total="61.70"), more(Name="", Email=""))
    assert counts(await load_orders(shop, clock, *rows)) == (1, 0, 0, 0)
    assert len(await every(shop, OrderLine)) == 2


async def test_a_number_of_another_source_is_never_touched(shop: Database, clock: FixedClock) -> None:
    await load_orders(shop, clock, order())
    report = await load(shop, clock, "orders", sheet(ORDER, order()), source="other")
    assert counts(report) == (0, 0, 0, 1)
    assert "the source 'shopify'" in report.problems[0].why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf", "The file is a PDF"),
        (sheet(ORDER, order()).replace(",", ";").encode(), "separated by semicolons"),
        (sheet(ORDER, order(**{"Billing Name": "Zoë"})).encode("cp1252"), "Line 2 is not UTF-8"),
        (sheet(ORDER, order()).encode("utf-16"), "UTF-16"),
        (sheet([*ORDER, "Total"], order()).encode(), "Two columns say the same: 'Total'"),
        (sheet([name for name in ORDER if name != "Total"]).encode() + b"x\n", "it has no column 'Total'"),
        (sheet(ORDER, order(**{"Billing Name": 'Nora "B"'}))[:-9].encode() + b'"', "not valid CSV"),
        (b'{"orders": [', "not valid JSON"),
        (b'{"customers": []}', "JSON without a list 'orders'"),
    ],
)
async def test_a_file_that_is_no_export_is_refused_as_a_whole(
    shop: Database, clock: FixedClock, content: bytes, why: str
) -> None:
    with pytest.raises(UnreadableFile, match=why):
        await load(shop, clock, "orders", content)
