"""Refusals of the mechanism.

NotFound
└── ProposalNotFound     there is none, or it is somebody else's
Forbidden
└── ApprovalForbidden    the colleague does not hold the role
Conflict
└── ProposalClosed       it was answered, replaced or has expired
Refused
└── ProposalRefused      no part of it can be done
"""

from collections.abc import Sequence

from core.errors import Conflict, Forbidden, NotFound, Refused


class ProposalNotFound(NotFound):
    """There is no such proposal, or it is somebody else's."""

    code = "proposal_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such proposal.")


class ApprovalForbidden(Forbidden):
    """The colleague does not hold the role that must agree."""

    code = "approval_forbidden"

    def __init__(self) -> None:
        super().__init__("This needs the word of a colleague who may approve it.")


_CLOSED = {
    "committed": "This has been done already.",
    "withdrawn": "This was withdrawn, and nothing has changed.",
    "superseded": "This has been replaced by a newer proposal.",
    "expired": "This has waited too long and expired; nothing has changed. Just ask again.",
    "declined": "A colleague has declined this; nothing has changed.",
    "open": "This still waits for the customer's word.",
    "awaiting_approval": "This waits for a colleague's word.",
}


class ProposalClosed(Conflict):
    """It was answered, replaced or has expired."""

    code = "proposal_closed"

    def __init__(self, status: str) -> None:
        super().__init__(_CLOSED[status])
        self.status = status
        """Where the proposal stands."""


class ProposalRefused(Refused):
    """No part of it can be done."""

    code = "proposal_refused"

    def __init__(self, reasons: Sequence[str], clauses: Sequence[str]) -> None:
        super().__init__(" ".join(reasons), clauses)
        self.reasons = tuple(reasons)
        """One sentence for each part."""
