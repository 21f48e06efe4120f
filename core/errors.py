"""The one tree of errors.

    StorewrightError
    ├── SettingsError            a setting or a file of the shop is wrong; the start fails with its place
    ├── DataFolderLocked         another process works on the same data folder
    ├── NotFound                 absent, or not this person's: the two look the same from outside
    ├── Forbidden                known who, not allowed what
    ├── Invalid                  the request is malformed
    ├── Conflict                 somebody changed it first
    └── Refused                  a business rule says no; carries the policy clauses

Slices derive their own from these.
"""

from collections.abc import Sequence


class StorewrightError(Exception):
    """Root of every error raised on purpose."""

    status_code = 500
    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SettingsError(StorewrightError):
    """A setting, a policy or a procedure is wrong. The message names file, line and field."""

    code = "settings"


class DataFolderLocked(StorewrightError):
    """Another process holds the data folder."""

    code = "data_folder_locked"


class NotFound(StorewrightError):
    """Absent, or not this person's."""

    status_code = 404
    code = "not_found"


class Forbidden(StorewrightError):
    """The person is known and has no right to this."""

    status_code = 403
    code = "forbidden"


class Invalid(StorewrightError):
    """The request does not have the right form."""

    status_code = 422
    code = "invalid"


class Conflict(StorewrightError):
    """Somebody changed it first."""

    status_code = 409
    code = "conflict"


class Refused(StorewrightError):
    """A business rule says no."""

    status_code = 409
    code = "refused"

    def __init__(self, message: str, clauses: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.clauses = tuple(clauses)
        """Ids of the policy clauses the refusal rests on."""
