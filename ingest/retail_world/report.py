"""What an import did, record by record where one was refused."""

from pydantic import BaseModel


class Refusal(BaseModel):
    """Why a record, or a part of one, was not loaded."""

    file: str
    place: str
    """The way to it in the file, such as `#W104 / items / 2 / price`."""
    why: str


class Tally(BaseModel):
    """How many records of one kind met which fate."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    def text(self) -> str:
        """`3 new, 0 changed, 497 the same, 0 refused`."""
        return f"{self.new} new, {self.changed} changed, {self.same} the same, {self.refused} refused"


class WorldReport(BaseModel):
    """What an import did."""

    source: str
    products: Tally = Tally()
    customers: Tally = Tally()
    orders: Tally = Tally()
    refusals: list[Refusal] = []

    @property
    def loaded(self) -> bool:
        """Whether anything in the files was right."""
        return any(tally.new + tally.changed + tally.same for tally in (self.products, self.customers, self.orders))

    def refuse(self, file: str, place: str, why: str) -> None:
        """Note what is not loaded, and why."""
        self.refusals.append(Refusal(file=file, place=place, why=why))

    def text(self) -> str:
        """The report as a person reads it."""
        lines = [
            f"products: {self.products.text()}",
            f"customers: {self.customers.text()}",
            f"orders: {self.orders.text()}",
        ]
        lines += [f"  {refusal.file}, {refusal.place}: {refusal.why}" for refusal in self.refusals]
        return "\n".join(lines)
