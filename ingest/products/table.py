"""From the bytes of a Shopify export to rows with known columns, whichever template wrote them."""

import csv
import io
import re
from dataclasses import dataclass, field

from ingest.products.errors import UnreadableFile

_ALIASES = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "body": ("body (html)", "description"),
    "vendor": ("vendor",),
    "category": ("product category",),
    "type": ("type", "custom product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "option1_name": ("option1 name",),
    "option1_value": ("option1 value",),
    "option2_name": ("option2 name",),
    "option2_value": ("option2 value",),
    "option3_name": ("option3 name",),
    "option3_value": ("option3 value",),
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "price": ("variant price", "price"),
    "compare_at": ("variant compare at price", "compare-at price"),
    "cost": ("cost per item",),
    "quantity": ("variant inventory qty", "inventory quantity"),
    "grams": ("variant grams", "weight value (grams)"),
    "image": ("image src", "product image url"),
    "image_position": ("image position",),
}
"""Field to the names of its column in the old and in the present template, lower case."""

_FIELDS = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
_REQUIRED = ("title", "price")
_FACTS = {"google shopping / gender": "gender", "google shopping / age group": "age group"}
_METAFIELD = re.compile(r"^(?P<name>.+?) \(product\.metafields\.[^)]+\)$", re.IGNORECASE)
_LARGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file."""

    line: int
    cells: dict[str, str]
    """Field to trimmed text, for the columns the file has."""
    facts: dict[str, str] = field(default_factory=dict)
    """What the metafield columns say."""
    surplus: int = 0
    """How many cells it has beyond the header's."""


@dataclass(frozen=True, slots=True)
class Table:
    """The file's rows."""

    rows: list[Row]
    headers: dict[str, str]
    """Field to the column's name as the file has it."""
    has_facts: bool


def read_table(content: bytes) -> Table:
    """Read a product export.

    Raises:
        UnreadableFile: it is not one; the message says what is wrong and what to do.
    """
    text = _decode(content)
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append((line, record))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(f"The row that begins on line {line} is not valid CSV: {error}.") from None
    if not records:
        raise UnreadableFile("The file is empty.")
    header = [name.strip() for name in records[0][1]]
    fields, facts = _columns(header)
    rows = [_row(line, record, fields, facts, len(header)) for line, record in records[1:]]
    if not rows:
        raise UnreadableFile("The file has a header and no rows.")
    return Table(rows, {name: header[place] for name, place in fields.items()}, bool(facts))


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile("The file is UTF-16. Save it as CSV in UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"Line {line} is not UTF-8; the file may be in Windows-1252. Save it as CSV in UTF-8."
        ) from None
    if "\0" in text:
        raise UnreadableFile("The file holds NUL bytes: it is not a text file, or it is UTF-16.")
    return text


def _columns(header: list[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Where each field and each fact stands."""
    fields: dict[str, int] = {}
    facts: dict[str, int] = {}
    for place, name in enumerate(header):
        known = _FIELDS.get(name.casefold())
        metafield = _METAFIELD.match(name)
        fact = metafield["name"].casefold() if metafield else _FACTS.get(name.casefold())
        if known in fields:
            raise UnreadableFile(
                f"Two columns say the same: {header[fields[known]]!r} (column {fields[known] + 1}) "
                f"and {name!r} (column {place + 1}). Remove one."
            )
        if known:
            fields[known] = place
        elif fact:
            facts.setdefault(fact, place)
    missing = [name for name in _REQUIRED if name not in fields]
    if missing:
        raise UnreadableFile(_not_an_export(header, missing))
    return fields, facts


def _not_an_export(header: list[str], missing: list[str]) -> str:
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) <= 2 and header[0].count(sign) >= 2:
            return f"The columns are separated by {name}. Save the file as CSV with commas."
    wanted = " and ".join(" or ".join(repr(alias.title()) for alias in _ALIASES[name]) for name in missing)
    return f"This is not a Shopify product export: it has no column {wanted}."


def _row(line: int, record: list[str], fields: dict[str, int], facts: dict[str, int], width: int) -> Row:
    cells = [*(cell.strip() for cell in record), *[""] * (width - len(record))]
    return Row(
        line,
        {name: cells[place] for name, place in fields.items()},
        {name: cells[place] for name, place in facts.items() if cells[place]},
        surplus=max(len(record) - width, 0),
    )
