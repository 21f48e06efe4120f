"""Refusals about who somebody is.

Forbidden
├── SessionEnded    the session ran out, or there never was one
└── BadToken        an identity token that proves nothing
"""

from core.errors import Forbidden


class SessionEnded(Forbidden):
    """The session ran out, or there never was one."""

    status_code = 401
    code = "session_ended"

    def __init__(self) -> None:
        super().__init__("The session has ended. Please sign in again.")


class BadToken(Forbidden):
    """An identity token that proves nothing."""

    status_code = 401
    code = "bad_token"

    def __init__(self, why: str) -> None:
        super().__init__(f"The identity token cannot be accepted: {why}.")
