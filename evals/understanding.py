"""What messages ask for, row by row: `python -m evals.understanding --in FILE.csv --out FILE.csv [--json FILE]`.

The input is a CSV file in UTF-8 with a column `text`. The output has its columns and three more: `procedure`, what is
most likely asked for; `confidence`, the chance that this is right (0 to 1); `in_scope`, whether a shop is asked for
such a thing at all. Where a message asks for several things, the one that a conversation would begin with is named.
Only the procedures and the sentence model are loaded.
"""

import argparse
import csv
import io
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from core.errors import StorewrightError
from core.settings import load_settings
from knowledge.embedder import Embedder
from knowledge.playbook import Playbook
from language.intents import Reading
from language.understand import Heard, Understanding

TEXT = "text"
ADDED = ("procedure", "confidence", "in_scope")
LONGEST = 4000
"""Characters a chat message may have; of a longer text so many are read."""
_LARGEST_CELL = 10_000_000
_OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK\x03\x04": "an Excel workbook"}


class UnreadableInputError(Exception):
    """The input is not what is asked for; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the input."""

    number: int
    """Counted from 1, the header not included."""
    cells: list[str]
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about a row."""

    procedure: str
    confidence: float
    in_scope: bool


def read_rows(path: Path) -> tuple[list[str], list[Row]]:
    """The header and the rows of a file.

    Raises:
        UnreadableInputError: it is not a CSV file in UTF-8 with a column `text`; names the row.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableInputError(f"{path}: cannot be read ({error.strerror})") from None
    lines = _records(path, _decoded(path, content))
    header = next(lines, None)
    if header is None:
        raise UnreadableInputError(f"{path}: the file is empty; it needs a header with a column `{TEXT}`")
    _check_header(path, header)
    place = header.index(TEXT)
    rows: list[Row] = []
    for cells in lines:
        if not cells:
            continue
        if len(cells) != len(header):
            raise UnreadableInputError(
                f"{path}: row {len(rows) + 1}: {len(cells)} cells where the header has {len(header)}; "
                "a text with a comma, a quote or a line break must stand in quotes"
            )
        rows.append(Row(len(rows) + 1, cells, cells[place]))
    if not rows:
        raise UnreadableInputError(f"{path}: there is a header but no row")
    return header, rows


def _decoded(path: Path, content: bytes) -> str:
    other = next((name for start, name in _OTHER_ENCODINGS.items() if content.startswith(start)), "")
    if other:
        raise UnreadableInputError(f"{path}: this is {other}; save it as CSV in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The header's line is not counted; a quoted line break before it would count too, so the line is named as such.
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableInputError(
            f"{path}: row {max(line - 1, 0)} (line {line}): not UTF-8 (byte 0x{content[error.start]:02x}); "
            "save the file in UTF-8"
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise UnreadableInputError(f"{path}: row {max(line - 1, 0)} (line {line}): a zero byte; this is no text file")
    return text


def _records(path: Path, text: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableInputError(f"{path}: row {number} (ends at line {reader.line_num}): {error}") from None
        number += 1


def _check_header(path: Path, header: list[str]) -> None:
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise UnreadableInputError(f"{path}: the header names {', '.join(map(repr, twice))} more than once")
    if taken := [name for name in ADDED if name in header]:
        raise UnreadableInputError(f"{path}: {', '.join(map(repr, taken))} would be written over; rename it first")
    if TEXT not in header:
        other = next((mark for mark in (";", "\t", "|") if any(mark in name for name in header)), "")
        hint = f"; columns must be separated by commas, not by {other!r}" if other else ""
        raise UnreadableInputError(f"{path}: no column `{TEXT}`; the header has {', '.join(map(repr, header))}{hint}")


def main_request(heard: Heard, playbook: Playbook) -> Reading | None:
    """What a conversation would begin with: an errand before small talk and before saying who one is."""
    if not heard.requests:
        return max(heard.unclear, key=lambda reading: reading.chance, default=None)
    errands = [reading for reading in heard.requests if not playbook[reading.best].social]
    asked = [reading for reading in errands if reading.best != "verify_customer"]
    return (asked or errands or heard.requests)[0]


def tell(text: str, understanding: Understanding) -> Told:
    """What a text most likely asks for."""
    heard = understanding.read(text[:LONGEST])
    reading = main_request(heard, understanding.playbook)
    if reading is None:
        return Told("", 0.0, False)
    return Told(reading.best, round(reading.confidence, 4), bool(heard.requests))


def write_rows(path: Path, header: list[str], rows: Sequence[tuple[Row, Told]]) -> None:
    """Write the output whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*header, *ADDED])
        for row, told in rows:
            writer.writerow([*row.cells, told.procedure, f"{told.confidence:.4f}", str(told.in_scope).lower()])
    partial.replace(path)


def open_understanding() -> Understanding:
    """What the shop's settings name, without a catalogue: the procedures must fit any shop."""
    settings = load_settings()
    embedder = Embedder(settings.embedding_model, settings.torch_threads, settings.data / "vectors.db")
    return Understanding(Playbook.load(settings.procedures), embedder, settings.data / "cache")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, tell, write; the last line printed sums it up."""
    parser = argparse.ArgumentParser(prog="python -m evals.understanding", description=__doc__)
    parser.add_argument("--in", dest="source", type=Path, required=True, help="CSV file with a column `text`")
    parser.add_argument("--out", type=Path, required=True, help="CSV file to write")
    parser.add_argument("--json", type=Path, help="file for the numbers of the last line")
    asked = parser.parse_args(arguments)
    try:
        header, rows = read_rows(asked.source)
        for path in (asked.out, asked.json):
            if path and not path.parent.is_dir():
                raise UnreadableInputError(f"{path.parent}: no such folder")
        understanding = open_understanding()
    except (UnreadableInputError, StorewrightError) as error:
        print(error, file=sys.stderr)
        return 2
    understanding.read("warm")
    begun = time.perf_counter()
    told = [(row, tell(row.text, understanding)) for row in tqdm(rows, unit="row", disable=not sys.stderr.isatty())]
    spent = (time.perf_counter() - begun) * 1000 / len(rows)
    for row in rows:
        if len(row.text) > LONGEST:
            print(f"row {row.number}: of {len(row.text)} characters the first {LONGEST} were read", file=sys.stderr)
    write_rows(asked.out, header, told)
    numbers = {
        "rows": len(rows),
        "in_scope": round(sum(each.in_scope for _, each in told) / len(rows), 4),
        "ms_per_row": round(spent, 1),
    }
    if asked.json:
        asked.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")
    print(f"understanding: {len(rows)} rows, {numbers['in_scope']:.1%} in scope, {numbers['ms_per_row']} ms a row")
    return 0


if __name__ == "__main__":
    sys.exit(main())
