"""What an import did, row by row where a row was refused."""

from pydantic import BaseModel


class Problem(BaseModel):
    """Why a row was refused, or what of it was not taken over."""

    line: int
    """Line in the file on which the row begins; the header is line 1. In JSON: which entry of the list."""
    column: str
    """The column's name as the file has it; empty where the whole row is meant."""
    why: str


class ImportReport(BaseModel):
    """What the import of one file did."""

    what: str
    """`products`, `customers`, `stock` or `orders`: what the next four count."""
    source: str
    file: str = ""
    rows: int = 0
    """Rows read, without the header and empty lines."""
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    details: dict[str, int] = {}
    """Further counts by name, such as `{"variants": 21}`."""
    problems: list[Problem] = []
    """Why rows were refused."""
    notes: list[Problem] = []
    """What of rows that were loaded was left out."""

    @property
    def loaded(self) -> bool:
        """Whether anything in the file was right."""
        return self.new + self.changed + self.same > 0

    def count(self, name: str, by: int = 1) -> None:
        """Add to a further count."""
        self.details[name] = self.details.get(name, 0) + by

    def text(self) -> str:
        """The report as a person reads it."""
        counts = [f"{self.rows} row" if self.rows == 1 else f"{self.rows} rows"]
        counts += [f"{count} {name}" for name, count in self.details.items() if count]
        name = f"{self.file}, {self.what}: " if self.file else ""
        lines = [
            f"{name}{self.new} new, {self.changed} changed, {self.same} the same, {self.refused} refused "
            f"({', '.join(counts)})"
        ]
        lines += [f"  {_place(problem)}: {problem.why}" for problem in sorted(self.problems, key=_line)]
        lines += [f"  note, {_place(note)}: {note.why}" for note in sorted(self.notes, key=_line)]
        return "\n".join(lines)


class ShopReport(BaseModel):
    """What the import of a folder did."""

    files: list[ImportReport] = []
    left_out: dict[str, str] = {}
    """File name to why nothing of it was read."""

    @property
    def loaded(self) -> bool:
        """Whether anything in the folder was right."""
        return any(report.loaded for report in self.files)

    def text(self) -> str:
        """The reports one after the other."""
        return "\n".join(
            [
                *(report.text() for report in self.files),
                *(f"{name}: left out, {why}" for name, why in self.left_out.items()),
            ]
        )


def _line(problem: Problem) -> int:
    return problem.line


def _place(problem: Problem) -> str:
    return f"line {problem.line}, {problem.column}" if problem.column else f"line {problem.line}"
