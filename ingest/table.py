"""From the bytes of an export to rows with known columns, whichever template wrote them."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.errors import UnreadableFile

_LARGEST_CELL = 1_000_000
_BINARY = {b"%PDF": "a PDF", b"PK\x03\x04": "an Excel workbook or a zip file", b"\x89PNG": "a picture"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of export."""

    what: str
    """`product`, `customer` …"""
    columns: Mapping[str, tuple[str, ...]]
    """Field to the names of its column in older and present templates, lower case."""
    required: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """Name of a column, lower case, to its field."""
        return {alias: name for name, aliases in self.columns.items() for alias in aliases}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file."""

    line: int
    cells: dict[str, str]
    """Field to trimmed text, for the columns the file has."""
    others: dict[str, str] = field(default_factory=dict)
    """Column to trimmed text, for the columns the layout does not know."""
    fault: str = ""
    """Why the row as a whole cannot be right; empty where it can."""


@dataclass(frozen=True, slots=True)
class Table:
    """The file's rows."""

    rows: list[Row]
    headers: dict[str, str]
    """Field to the column's name as the file has it."""
    others: tuple[str, ...] = ()
    """The columns the layout does not know."""


def read_table(content: bytes, layout: Layout) -> Table:
    """Read an export.

    Raises:
        UnreadableFile: it is not one; the message says what is wrong and what to do.
    """
    text = _decode(content)
    records = _records(text)
    if not records:
        raise UnreadableFile("The file is empty.")
    header = [name.strip() for name in records[0][1]]
    known, others = _columns(header, layout)
    cut_off = not text.endswith(("\n", "\r"))
    last = len(records) - 1
    rows = [
        _row(line, record, header, known, others, cut_off=cut_off and number == last)
        for number, (line, record) in enumerate(records)
        if number
    ]
    if not rows:
        raise UnreadableFile("The file has a header and no rows.")
    return Table(rows, {name: header[place] for name, place in known.items()}, tuple(others))


def header_of(content: bytes) -> list[str]:
    """The names of the columns, lower case; none where the file is empty.

    Raises:
        UnreadableFile: it is not a text file.
    """
    records = _records(_decode(content).partition("\n")[0])
    return [name.strip().casefold() for name in records[0][1]] if records else []


def _records(text: str) -> list[tuple[int, list[str]]]:
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
        hint = " Is the file cut off?" if "end of data" in str(error) else ""
        raise UnreadableFile(f"The row that begins on line {line} is not valid CSV: {error}.{hint}") from None
    return records


def _decode(content: bytes) -> str:
    for sign, name in _BINARY.items():
        if content.startswith(sign):
            raise UnreadableFile(f"The file is {name}, not a CSV file. Export it again as CSV.")
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


def _columns(header: list[str], layout: Layout) -> tuple[dict[str, int], dict[str, int]]:
    """Where each field stands, and each column that is none."""
    fields = layout.fields
    known: dict[str, int] = {}
    others: dict[str, int] = {}
    for place, name in enumerate(header):
        said = fields.get(name.casefold())
        if said in known:
            raise UnreadableFile(
                f"Two columns say the same: {header[known[said]]!r} (column {known[said] + 1}) "
                f"and {name!r} (column {place + 1}). Remove one."
            )
        if said:
            known[said] = place
        elif name:
            others.setdefault(name, place)
    missing = [name for name in layout.required if name not in known]
    if missing:
        raise UnreadableFile(_not_an_export(header, missing, layout))
    return known, others


def wrong_separator(header: list[str]) -> str:
    """What is wrong with a header that is not separated by commas; empty where it is."""
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if 0 < len(header) <= 2 and header[0].count(sign) >= 2:
            return f"The columns are separated by {name}. Save the file as CSV with commas."
    return ""


def _not_an_export(header: list[str], missing: list[str], layout: Layout) -> str:
    if wrong := wrong_separator(header):
        return wrong
    wanted = " and ".join(" or ".join(repr(alias.title()) for alias in layout.columns[name]) for name in missing)
    return f"This is not a Shopify {layout.what} export: it has no column {wanted}."


def _row(
    line: int, record: list[str], header: list[str], known: dict[str, int], others: dict[str, int], *, cut_off: bool
) -> Row:
    given, width = len(record), len(header)
    cells = [*(cell.strip() for cell in record), *[""] * (width - given)]
    fault = ""
    if given > width:
        fault = f"has {given - width} cells more than the header; is a comma not in quotes?"
    elif cells == header:
        fault = "is the header once more"
    elif cut_off and given < width:
        fault = f"has only {given} of {width} cells; is the file cut off?"
    return Row(
        line,
        {name: cells[place] for name, place in known.items()},
        {name: cells[place] for name, place in others.items() if cells[place]},
        fault,
    )
