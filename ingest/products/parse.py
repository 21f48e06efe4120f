"""From rows to products: rows are grouped by handle, and what is wrong is refused with its line and reason."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.checks import Checker
from ingest.names import variant_key
from ingest.products.rows import ImageRow, ProductRow, VariantRow
from ingest.products.table import fact_name, facts
from ingest.products.text import slug
from ingest.report import ImportReport
from ingest.table import Row, Table

_HANDLE = re.compile(r"[\w-]{1,255}")
_OPTIONS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant that may be loaded."""

    line: int
    external_id: str
    """Handle and option values: what stays when the SKU changes."""
    position: int
    options: dict[str, str]
    row: VariantRow

    @property
    def title(self) -> str:
        """`Blue / L`; empty for the only variant of a product without options."""
        return " / ".join(self.options.values())


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product that may be loaded, with at least one variant."""

    line: int
    handle: str
    values: dict[str, Any]
    """Column of `Product` to value, for what the file speaks of."""
    variants: list[VariantDraft] = field(default_factory=list)


class Parser:
    """Reads the products of a table; what it refuses goes into the report."""

    def __init__(self, table: Table, currency: str, report: ImportReport) -> None:
        self._table = table
        self._checker = Checker(table, currency, report)
        self._report = report
        self._has_facts = any(fact_name(column) for column in table.others)
        self._skus: dict[str, int] = {}

    def products(self) -> list[ProductDraft]:
        """Every product that has at least one variant without a mistake."""
        drafts = []
        for handle, rows in self._groups().items():
            draft = self._product(handle, rows)
            if draft is not None and draft.variants:
                drafts.append(draft)
            else:
                self._report.refused += 1
        return drafts

    def refuse(self, line: int, name: str, why: str) -> None:
        """Note why a row is refused; `name` is the field, or empty for the whole row."""
        self._checker.refuse(line, name, why)

    def _groups(self) -> dict[str, list[Row]]:
        groups: dict[str, list[Row]] = {}
        for row in self._table.rows:
            if row.fault:
                self.refuse(row.line, "", row.fault)
                continue
            handle = (row.cells.get("handle") or slug(row.cells["title"])).casefold()
            if not handle:
                self.refuse(row.line, "handle", "is missing")
            elif not _HANDLE.fullmatch(handle):
                self.refuse(row.line, "handle", f"{handle!r} may hold only letters, digits and dashes")
            else:
                groups.setdefault(handle, []).append(row)
        return groups

    def _product(self, handle: str, rows: list[Row]) -> ProductDraft | None:
        head = next((row for row in rows if row.cells["title"]), rows[0])
        product = self._checker.read(ProductRow, head)
        if product is None:
            for row in rows:
                if row is not head:
                    self.refuse(row.line, "", f"the first row of the product, line {head.line}, is refused")
            return None
        values = product.stated()
        if self._has_facts:
            values["attributes"] = {name: value for row in reversed(rows) for name, value in facts(row).items()}
        draft = ProductDraft(head.line, handle, values)
        pictures: list[tuple[int, str]] = []
        names = [getattr(product, f"option{number}_name") for number in _OPTIONS]
        position = 0
        for row in rows:
            if row is not head and _only_a_picture(row):
                self._report.details["rows with only a picture"] = 1 + self._report.details.get(
                    "rows with only a picture", 0
                )
                found: ImageRow | None = self._checker.read(ImageRow, row)
            else:
                position += 1
                found = self._variant(draft, row, names, position)
            if found is not None and found.image:
                pictures.append((found.image_position or len(rows), found.image))
        if pictures:
            values["image_url"] = min(pictures, key=lambda picture: picture[0])[1]
        return draft

    def _variant(self, draft: ProductDraft, row: Row, names: list[str], position: int) -> VariantRow | None:
        checked = self._checker.read(VariantRow, row)
        if checked is None:
            return None
        options = self._options(checked, row, names)
        if options is None:
            return None
        external_id = variant_key(draft.handle, options.values())
        twin = next((known for known in draft.variants if known.external_id == external_id), None)
        if twin is not None:
            self.refuse(row.line, "option1_value", f"the product has this variant already, on line {twin.line}")
            return None
        if checked.sku:
            first = self._skus.setdefault(checked.sku, row.line)
            if first != row.line:
                self.refuse(row.line, "sku", f"{checked.sku!r} is on line {first} too")
                return None
        draft.variants.append(VariantDraft(row.line, external_id, position, options, checked))
        return checked

    def _options(self, checked: VariantRow, row: Row, names: list[str]) -> dict[str, str] | None:
        values = [getattr(checked, f"option{number}_value") for number in _OPTIONS]
        if names[0].casefold() == "title" and values[0].casefold() == "default title":
            return {}
        options = {}
        for number, name, value in zip(_OPTIONS, names, values, strict=True):
            if bool(name) != bool(value):
                absent = "value" if name else "name"
                self.refuse(row.line, f"option{number}_{absent}", "is missing")
                return None
            if name in options:
                self.refuse(row.line, f"option{number}_name", f"{name!r} is an option of the product already")
                return None
            if name:
                options[name] = value
        return options


def _only_a_picture(row: Row) -> bool:
    said: Iterable[str] = (row.cells.get(name, "") for name in ("price", "sku", "option1_value", "option2_value"))
    return bool(row.cells.get("image")) and not any(said)
