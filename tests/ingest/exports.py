"""Small exports of an invented shop, with the columns Shopify writes."""

import csv
import io
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlmodel import SQLModel, select

from core.clock import FixedClock
from core.database import Database
from ingest.importing import Kind, import_file
from ingest.report import ImportReport

Cells = dict[str, Any]
T = TypeVar("T", bound=SQLModel)

PRODUCT = "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price".split(",")
CUSTOMER = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
    "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,"
    "Default Address Zip,Default Address Phone,Phone,"
    "Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags"
).split(",")
STOCK = (
    "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,"
    "Location,Bin name,Incoming (not editable),Unavailable (not editable),Committed (not editable),"
    "Available (not editable),On hand (current),On hand (new)"
).split(",")
ORDER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Phone,Receipt Number,Duties,Billing Province Name,"
    "Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References"
).split(",")

LAMP = {"Lineitem name": "Desk Lamp - Red", "Lineitem price": "40.00", "Lineitem sku": "LAMP-R"}
MUG = {"Lineitem name": "Clay Mug", "Lineitem price": "12.50", "Lineitem sku": "MUG"}


def sheet(columns: Sequence[str], *rows: Cells) -> str:
    """A CSV file; a cell that is not given is empty."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def products() -> str:
    """A lamp in two colours and a mug; 5 of each."""
    lamp = {"Handle": "desk-lamp", "Variant Inventory Qty": 5, "Variant Price": "40.00"}
    return sheet(
        PRODUCT,
        {**lamp, "Title": "Desk Lamp", "Option1 Name": "Color", "Option1 Value": "Red", "Variant SKU": "LAMP-R"},
        {**lamp, "Option1 Value": "Blue", "Variant SKU": "LAMP-B"},
        {"Handle": "clay-mug", "Title": "Clay Mug", "Option1 Name": "Title", "Option1 Value": "Default Title",
         "Variant SKU": "MUG", "Variant Inventory Qty": 5, "Variant Price": "12.50"},
    )  # fmt: skip


def customer(**cells: Any) -> Cells:
    """Nora Berg of Denver."""
    return {
        "Customer ID": "'7001",
        "First Name": "Nora",
        "Last Name": "Berg",
        "Email": "Nora.Berg@example.com",
        "Accepts Email Marketing": "yes",
        "Default Address Address1": "8 Larch Lane",
        "Default Address City": "Denver",
        "Default Address Province Code": "CO",
        "Default Address Country Code": "US",
        "Default Address Zip": "'80203",
        "Phone": "'+13035550142",
        **cells,
    }


def stock(**cells: Any) -> Cells:
    """Red lamps in Boulder: 4 to sell, 1 promised."""
    return {
        "Handle": "desk-lamp",
        "Title": "Desk Lamp",
        "Option1 Name": "Color",
        "Option1 Value": "Red",
        "SKU": "LAMP-R",
        "Location": "Boulder",
        "Incoming (not editable)": 3,
        "Unavailable (not editable)": 0,
        "Committed (not editable)": 1,
        "Available (not editable)": 4,
        "On hand (current)": 5,
        **cells,
    }


def order(**cells: Any) -> Cells:
    """Nora's paid order of one red lamp: 40 and 6 for shipping and 3.20 tax."""
    return {
        "Name": "#1001",
        "Email": "nora.berg@example.com",
        "Financial Status": "paid",
        "Paid at": "2026-04-14 09:30:00 -0600",
        "Fulfillment Status": "unfulfilled",
        "Currency": "USD",
        "Subtotal": "40.00",
        "Shipping": "6.00",
        "Taxes": "3.20",
        "Total": "49.20",
        "Discount Amount": "0.00",
        "Created at": "2026-04-14 09:30:00 -0600",
        "Lineitem quantity": "1",
        **LAMP,
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": "pending",
        "Billing Name": "Nora Berg",
        "Shipping Name": "Nora Berg",
        "Shipping Street": "8 Larch Lane",
        "Shipping Address1": "8 Larch Lane",
        "Shipping City": "Denver",
        "Shipping Zip": "'80203",
        "Shipping Province": "CO",
        "Shipping Country": "US",
        "Payment Method": "Shopify Payments",
        "Refunded Amount": "0.00",
        "Outstanding Balance": "0.00",
        "Id": "5550001",
        "Source": "web",
        **cells,
    }


def more(name: str = "#1001", **cells: Any) -> Cells:
    """A further line of an order: one mug, sent as little as the first."""
    return {"Name": name, "Email": "nora.berg@example.com", "Lineitem quantity": "1", **MUG,
            "Lineitem requires shipping": "true", "Lineitem taxable": "true",
            "Lineitem fulfillment status": "pending", **cells}  # fmt: skip


async def load(
    database: Database, clock: FixedClock, kind: Kind, text: str | bytes, source: str = "shopify"
) -> ImportReport:
    """Import a file."""
    return await import_file(database, kind, text if isinstance(text, bytes) else text.encode(), source, clock)


async def load_orders(database: Database, clock: FixedClock, *rows: Cells) -> ImportReport:
    """Import orders."""
    return await load(database, clock, "orders", sheet(ORDER, *rows))


async def every(database: Database, kind: type[T]) -> list[T]:
    """All rows of a table."""
    async with database.read() as session:
        return list((await session.exec(select(kind))).all())


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """New, changed, same, refused."""
    return report.new, report.changed, report.same, report.refused
