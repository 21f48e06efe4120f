"""The person behind a request."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a colleague may do. Customers have none."""

    agent = "agent"
    lead = "lead"
    merchandiser = "merchandiser"
    associate = "associate"
    admin = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts, read from the session's row at the moment of the call."""

    session_id: str
    """The session the call came through."""
    customer_id: str | None = None
    """The customer, once recognised."""
    verified_by: str = ""
    """How the customer was recognised; empty when not."""
    roles: frozenset[Role] = frozenset()
    """A colleague's roles."""
    staff_name: str = ""
    """A colleague's name."""

    @property
    def is_staff(self) -> bool:
        """Whether this is a colleague."""
        return bool(self.roles)

    def has(self, role: Role) -> bool:
        """Whether the person holds a role; an admin holds every one, a lead also an agent's."""
        if Role.admin in self.roles or role in self.roles:
            return True
        return role == Role.agent and Role.lead in self.roles

    def may_see(self, customer_id: str) -> bool:
        """Whether what belongs to a customer may be shown to this person."""
        return self.customer_id == customer_id or self.has(Role.agent)
