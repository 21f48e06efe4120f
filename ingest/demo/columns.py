"""Rows as columns: numpy arrays that become Python values only when a chunk of them is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import SQLModel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DAY = 86_400
CHUNK = 5_000
_EPOCH = date(1970, 1, 1)


def row_id(prefix: str, number: int) -> str:
    """The demo shop's ids, such as `ord_demo0004711`: the same at every filling."""
    return f"{prefix}_demo{number:07d}"


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids from numbers; a negative number is none."""

    prefix: str
    numbers: Ints

    def part(self, start: int, stop: int) -> list[Any]:
        """The ids of some rows."""
        return [row_id(self.prefix, n) if n >= 0 else None for n in self.numbers[start:stop].tolist()]


@dataclass(frozen=True, slots=True)
class Moments:
    """Times from seconds since 1970; a negative number is none."""

    seconds: Ints

    def part(self, start: int, stop: int) -> list[Any]:
        """The times of some rows."""
        values = self.seconds[start:stop].tolist()
        return [datetime.fromtimestamp(s, UTC) if s >= 0 else None for s in values]


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates from days since 1970; a negative number is none."""

    days: Ints

    def part(self, start: int, stop: int) -> list[Any]:
        """The dates of some rows."""
        values = self.days[start:stop].tolist()
        return [_EPOCH + timedelta(days=d) if d >= 0 else None for d in values]


@dataclass(frozen=True, slots=True)
class Choice:
    """Values picked from a list by position."""

    values: Sequence[Any]
    picks: Ints

    def part(self, start: int, stop: int) -> list[Any]:
        """The values of some rows."""
        values = self.values
        return [values[n] for n in self.picks[start:stop].tolist()]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table, column by column; what is neither an array nor a list is one value for every row."""

    model: type[SQLModel]
    size: int
    columns: dict[str, Any]

    def chunks(self) -> Iterator[list[dict[str, Any]]]:
        """The rows, some thousand at a time."""
        names = list(self.columns)
        for start in range(0, self.size, CHUNK):
            stop = min(start + CHUNK, self.size)
            parts = [_part(column, start, stop) for column in self.columns.values()]
            yield [dict(zip(names, values, strict=True)) for values in zip(*parts, strict=True)]


def _part(column: Any, start: int, stop: int) -> list[Any]:
    if isinstance(column, Ids | Moments | Dates | Choice):
        return column.part(start, stop)
    if isinstance(column, np.ndarray):
        values: list[Any] = column[start:stop].tolist()
        return values
    if isinstance(column, list):
        return column[start:stop]
    return [column] * (stop - start)


def from_rows(model: type[SQLModel], rows: list[dict[str, Any]]) -> Table:
    """A table from rows that all have the same keys."""
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return Table(model, len(rows), columns)


def pick_weighted(generator: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Positions drawn in proportion to weights, with replacement."""
    bounds = np.cumsum(weights)
    drawn = np.searchsorted(bounds, generator.random(size) * bounds[-1], side="right")
    return np.asarray(np.minimum(drawn, len(weights) - 1), dtype=np.int64)


def epoch_day(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())
