"""What a colleague needs to know to take a case without asking anything twice."""

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Part):
    """Something that is known, and where from."""

    text: str
    source: str
    """What it rests on: a tool's name, a receipt's id, `customer`."""


class CaseSummary(_Part):
    """A case at a glance."""

    who: str
    """The customer, and how they were recognised."""
    wants: str
    facts: list[Fact] = []
    done: list[str] = []
    """What was changed, from the receipts."""
    tried: list[str] = []
    """What was tried and why it did not work."""
    open_question: str
    recommendation: str = ""
    clauses: list[str] = []
    """Ids of the policy clauses that matter."""
