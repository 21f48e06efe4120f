"""Errors as a person outside is shown them: an honest sentence, a code, never a stack."""

import errno
from dataclasses import dataclass

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from core.errors import Forbidden, StorewrightError
from core.telemetry import get_logger, trace_id

_log = get_logger(__name__)
_DISK_FULL_SQLSTATE = "53100"
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class SignInRequired(Forbidden):
    """The session belongs to nobody yet."""

    code = "sign_in_required"

    def __init__(self) -> None:
        super().__init__("Please sign in to see this.")


@dataclass(frozen=True, slots=True)
class Shown:
    """An error as it is shown."""

    status: int
    """The HTTP status."""
    code: str
    """For programs."""
    message: str
    """For people."""

    def response(self) -> JSONResponse:
        """The error as an HTTP answer."""
        body = {"error": {"code": self.code, "message": self.message}}
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse(body, status_code=self.status, headers=headers)


def shown(error: Exception) -> Shown:
    """How an error is shown. What nobody foresaw is logged with its stack and named by its trace id."""
    if isinstance(error, StorewrightError) and error.status_code < 500:
        return Shown(error.status_code, error.code, error.message)
    if _is_disk_full(error):
        _log.error("the disk is full")
        return Shown(
            507,
            "disk_full",
            "The shop's disk is full, so nothing can be saved right now. Your request was not taken. "
            "Please try again later.",
        )
    _log.error("unexpected error", exc_info=error)
    return Shown(
        500,
        "internal",
        f"Something went wrong on our side. Please try again; if it stays, quote {trace_id()}.",
    )


def _is_disk_full(error: Exception) -> bool:
    cause: object = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, OSError):
        return cause.errno == errno.ENOSPC
    return "disk is full" in str(cause) or getattr(cause, "sqlstate", None) == _DISK_FULL_SQLSTATE


async def refuse_malformed(_request: Request, error: Exception) -> JSONResponse:
    """A request that does not have the right form."""
    assert isinstance(error, RequestValidationError)
    problems = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
    return Shown(422, "invalid", "; ".join(problems)).response()


async def refuse_http(_request: Request, error: Exception) -> JSONResponse:
    """What the framework itself refuses: an unknown address, a wrong method, a body too large."""
    assert isinstance(error, HTTPException)
    return Shown(error.status_code, _HTTP_CODES.get(error.status_code, "invalid"), str(error.detail)).response()
