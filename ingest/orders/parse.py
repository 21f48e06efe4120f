"""From rows to orders: rows are grouped by the order's name; one bad row refuses its whole order."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ingest.batch import Batch
from ingest.orders.money import BadBill, Bill, bill
from ingest.orders.rows import HEAD_FIELDS, LineRow, OrderRow, address_of
from ingest.table import Row

_AHEAD = timedelta(days=1)
"""Clocks may differ by so much; an order further in the future cannot be."""


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line of an order that may be loaded."""

    line: int
    row: LineRow


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order that may be loaded, if its products are known."""

    line: int
    head: OrderRow
    lines: list[LineDraft]
    bill: Bill
    ship_to: dict[str, Any]
    billed_to: dict[str, Any]


def parse(batch: Batch) -> list[OrderDraft]:
    """Every order of the file whose rows are right and whose amounts add up."""
    drafts = []
    ids: dict[str, int] = {}
    groups = _groups(batch)
    for rows in groups.values():
        draft = _order(batch, rows)
        key = draft.head.external_id if draft else ""
        if draft and key and ids.setdefault(key, draft.line) != draft.line:
            batch.checker.refuse(draft.line, "external_id", f"{key!r} is the order of line {ids[key]} already")
            draft = None
        if draft:
            drafts.append(draft)
        else:
            batch.report.refused += 1
    return drafts


def _groups(batch: Batch) -> dict[str, list[Row]]:
    """Rows by order. A row without a name goes on with the order above it."""
    groups: dict[str, list[Row]] = {}
    name = ""
    for row in batch.table.rows:
        name = row.cells.get("name", "") or name
        if row.fault == "is the header once more":
            batch.checker.refuse(row.line, "", row.fault)
        elif not name:
            batch.checker.refuse(row.line, "name", "is missing")
            batch.report.refused += 1
        else:
            groups.setdefault(name, []).append(row)
    return groups


def _order(batch: Batch, rows: list[Row]) -> OrderDraft | None:
    head, kept = rows[0], [rows[0]]
    right = True
    for row in rows[1:]:
        if not row.fault and any(row.cells.get(name) for name in HEAD_FIELDS):
            if row.cells == head.cells and row.others == head.others:
                batch.checker.note(row.line, "", f"is the same as line {head.line}: counted once")
                continue
            other = next((n for n in HEAD_FIELDS if row.cells.get(n, "") not in ("", head.cells.get(n, ""))), "")
            if other:
                batch.checker.refuse(row.line, other, f"is not what line {head.line} says of the same order")
                right = False
        kept.append(row)
    for row in rows:
        if row.fault:
            batch.checker.refuse(row.line, "", row.fault)
            right = False
    checked = batch.checker.read(OrderRow, head)
    lines = [(row.line, batch.checker.read(LineRow, row)) for row in kept if not row.fault]
    found = [LineDraft(line, each) for line, each in lines if each]
    if not right or checked is None or len(found) < len(kept):
        return None
    return _checked(batch, head, checked, found)


def _checked(batch: Batch, row: Row, head: OrderRow, lines: list[LineDraft]) -> OrderDraft | None:
    if head.currency and head.currency != batch.currency:
        why = f"is {head.currency}, and the shop's currency is {batch.currency} (STOREWRIGHT_CURRENCY)"
        batch.checker.refuse(row.line, "currency", why)
        return None
    for name in ("created_at", "cancelled_at", "fulfilled_at"):
        at = getattr(head, name)
        if at and at > batch.now + _AHEAD:
            batch.checker.refuse(row.line, name, "is in the future")
            return None
        if at and at < head.created_at - _AHEAD:
            batch.checker.refuse(row.line, name, "is before the order was created")
            return None
    try:
        amounts = bill(head, [line.row for line in lines])
    except BadBill as error:
        batch.checker.refuse(row.line, error.field, str(error))
        return None
    addresses = []
    for whose in ("shipping", "billing"):
        cells = address_of(row.cells, whose)
        found = cells.address() if cells else {}
        if not found and any(row.cells.get(f"{whose}_{name}") for name in ("address1", "street", "city", "zip")):
            batch.checker.note(row.line, f"{whose}_address1", "street, city or zip is missing or too long: left out")
        addresses.append(found)
    return OrderDraft(row.line, head, lines, amounts, addresses[0] or addresses[1], addresses[1] or addresses[0])
