"""What every importer works on, and what is the same for all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from ingest.checks import Checker
from ingest.report import ImportReport
from ingest.table import Table

Progress = Callable[[int, int], None]
"""Called with what is done and how much there is."""

_AT_ONCE = 500
"""Values in one `IN`; both databases have a limit of parameters."""

T = TypeVar("T")


def _silent(done: int, total: int) -> None:
    pass


@dataclass(slots=True)
class Batch:
    """The rows of one file on their way into the shop."""

    table: Table
    source: str
    """Where they come from; rows of another source are never touched."""
    currency: str
    now: datetime
    report: ImportReport
    progress: Progress = _silent
    checker: Checker = field(init=False)

    def __post_init__(self) -> None:
        self.checker = Checker(self.table, self.currency, self.report)


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values, as many at a time as fit one query."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


async def add_in_order(session: AsyncSession, rows: Sequence[SQLModel], kinds: Sequence[type[SQLModel]]) -> None:
    """Write new rows, referred to before referring: the models have no relationships that would tell."""
    for kind in kinds:
        session.add_all(row for row in rows if isinstance(row, kind))
        await session.flush()


def write(row: SQLModel, values: Mapping[str, Any]) -> bool:
    """Set what differs; tells whether anything did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
