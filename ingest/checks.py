"""Rows against their models: what is wrong goes into the report with its line, column and reason."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ingest.report import ImportReport, Problem
from ingest.table import Row, Table

_MESSAGES = {
    "missing": "is missing",
    "int_type": "is missing",
    "datetime_type": "is missing",
    "greater_than_equal": "must be {ge} or more",
    "string_too_short": "is missing",
    "string_too_long": "is longer than {max_length} characters",
    "literal_error": "must be {expected}, or empty",
}

R = TypeVar("R", bound=BaseModel)


class Checker:
    """Validates rows of one table and notes what is refused."""

    def __init__(self, table: Table, currency: str, report: ImportReport) -> None:
        self._headers = table.headers
        self._context = {"currency": currency}
        self._report = report
        report.rows = len(table.rows)

    def refuse(self, line: int, name: str, why: str) -> None:
        """Note why a row is refused; `name` is the field, or empty for the whole row."""
        self._report.problems.append(Problem(line=line, column=self._column(name), why=why))

    def note(self, line: int, name: str, why: str) -> None:
        """Note what of a row is left out, though the row is loaded."""
        self._report.notes.append(Problem(line=line, column=self._column(name), why=why))

    def read(self, kind: type[R], row: Row) -> R | None:
        """What the row says; `None` where it is refused."""
        return self.read_values(kind, row.line, row.cells)

    def read_values(self, kind: type[R], line: int, values: dict[str, Any]) -> R | None:
        """The same, of some of a row's values."""
        try:
            return kind.model_validate(values, context=self._context)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                template = _MESSAGES.get(problem["type"], problem["msg"].removeprefix("Value error, "))
                why = template.format(**problem.get("ctx", {})) if problem["type"] in _MESSAGES else template
                self.refuse(line, str(problem["loc"][0]) if problem["loc"] else "", why)
            return None

    def _column(self, name: str) -> str:
        return self._headers.get(name, name.replace("_", " "))
