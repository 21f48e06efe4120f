"""What an import did, row by row where a row was refused."""

from pydantic import BaseModel


class Problem(BaseModel):
    """Why a row was refused."""

    line: int
    """Line in the file on which the row begins; the header is line 1."""
    column: str
    """The column's name as the file has it; empty where the whole row is meant."""
    why: str


class ImportReport(BaseModel):
    """What an import did."""

    source: str
    rows: int = 0
    """Rows read, without the header and empty lines."""
    image_rows: int = 0
    """Rows that only add a picture; the shop shows one picture a product."""
    new: int = 0
    """Products, like the next three."""
    changed: int = 0
    same: int = 0
    refused: int = 0
    variants: int = 0
    """Variants of the products that were not refused."""
    problems: list[Problem] = []

    @property
    def loaded(self) -> bool:
        """Whether anything in the file was right."""
        return self.new + self.changed + self.same > 0

    def text(self) -> str:
        """The report as a person reads it."""
        lines = [
            f"{self.new} new, {self.changed} changed, {self.same} the same, {self.refused} refused "
            f"({self.rows} rows, {self.variants} variants"
            + (f", {self.image_rows} rows with only a picture)" if self.image_rows else ")")
        ]
        for problem in sorted(self.problems, key=lambda problem: problem.line):
            place = f"line {problem.line}, {problem.column}" if problem.column else f"line {problem.line}"
            lines.append(f"  {place}: {problem.why}")
        return "\n".join(lines)
