"""Errors as application/problem+json (RFC 9457): what went wrong, and what would permit the request."""

import logging
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from legato.errors import (
    AlreadyExists,
    CareError,
    CompileError,
    ControllerError,
    DeviceFaulted,
    Failed,
    InvalidFile,
    LegatoError,
    Misuse,
    NotAdmitted,
    NotAllowed,
    Refused,
    UnknownName,
    UnusableFile,
    UsageError,
)
from legato.profiles.errors import FileProblem
from legato.service.devices.errors import (
    Busy,
    NotNow,
    NotPlayable,
    Offline,
    ServiceError,
    TooLong,
    Unconfirmed,
    UnknownDevice,
    UnknownRoutine,
)

MEDIA_TYPE = "application/problem+json"

_LOG = logging.getLogger(__name__)

_PROBLEMS: Final[tuple[tuple[type[LegatoError], int, str], ...]] = (
    (UnknownDevice, 404, "unknown_device"),
    (UnknownRoutine, 404, "unknown_routine"),
    (Offline, 409, "offline"),
    (Unconfirmed, 502, "unconfirmed"),
    (NotNow, 409, "not_now"),
    (NotPlayable, 422, "not_playable"),
    (Busy, 503, "busy"),
    (TooLong, 422, "too_long"),
    (ServiceError, 409, "not_done"),
    (Misuse, 409, "not_now"),
    (Refused, 409, "refused"),
    (DeviceFaulted, 409, "faulted"),
    (ControllerError, 502, "link_lost"),
    (NotAdmitted, 403, "not_admitted"),
    (NotAllowed, 403, "refused"),
    (AlreadyExists, 409, "exists"),
    (UnknownName, 404, "unknown"),
    (InvalidFile, 422, "invalid"),
    (CompileError, 422, "invalid"),
    (UsageError, 422, "invalid"),
    (UnusableFile, 422, "invalid"),
    (CareError, 503, "failed"),
    (Failed, 503, "failed"),
)
"""The status and type of each kind of error; the first match counts. Any other error is unexpected here."""

_HEADERS: Final = {"busy": {"Retry-After": "5"}}


class Place(BaseModel):
    """One error: in which field, or at which line and column of a file, and what would be right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    where: str = ""
    line: int | None = None
    column: int | None = None
    what: str
    hint: str = ""


class Problem(BaseModel):
    """Why the request failed. `type` is a short name for programs; `needs` says what would permit a start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Place, ...] = ()
    needs: Literal["acknowledge", "screening", "rest", "nothing"] | None = None
    cautions: tuple[str, ...] = ()

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The problem as an HTTP response."""
        return Response(self.as_json(), self.status, headers, MEDIA_TYPE)

    def as_json(self) -> str:
        """The problem as JSON, without fields that have their defaults."""
        return self.model_dump_json(exclude_defaults=True)


class Refusal(Exception):
    """A request that is refused before it is handled."""

    def __init__(self, problem: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers


def problem(status: int, kind: str, detail: str, **more: Any) -> Problem:
    """A problem whose title is the reason phrase of the status."""
    return Problem(type=kind, title=HTTPStatus(status).phrase, status=status, detail=detail, **more)


def refuse(status: int, kind: str, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Refusal:
    """An exception that becomes a problem response."""
    return Refusal(problem(status, kind, detail, **more), headers)


def invalid(error: ValidationError, what: str) -> Refusal:
    """The refusal for pydantic's errors in a body or query."""
    places = tuple(
        Place(where=".".join(map(str, one["loc"])), what=one["msg"])
        for one in error.errors(include_url=False, include_context=False, include_input=False)[:20]
    )
    first = f"{places[0].where or what}: {places[0].what}"
    return refuse(422, "invalid", first, errors=places)


def explained(error: Exception) -> tuple[Problem, dict[str, str] | None]:
    """The problem for an exception, and headers for the response; unexpected exceptions are logged in full."""
    match error:
        case Refusal():
            return error.problem, error.headers
        case HTTPException():
            kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
            return problem(error.status_code, kind, error.detail), dict(error.headers or {})
        case LegatoError() if (row := _row(error)) is not None:
            return _problem_of(error, *row), _HEADERS.get(row[1])
        case _:
            _LOG.error("a request failed", exc_info=error)
            return problem(500, "internal", "internal error in Legato; see the service's log"), None


def _row(error: LegatoError) -> tuple[int, str] | None:
    return next(((status, kind) for known, status, kind in _PROBLEMS if isinstance(error, known)), None)


def _problem_of(error: LegatoError, status: int, kind: str) -> Problem:
    match error:
        case NotAdmitted():
            return problem(status, kind, str(error), needs=error.needs, cautions=error.cautions)
        case InvalidFile():
            return problem(status, kind, str(error.problems[0]), errors=tuple(map(_place, error.problems[:20])))
        case _:
            return problem(status, kind, str(error))


def _place(found: FileProblem) -> Place:
    return Place(where=found.file, line=found.line, column=found.column, what=found.what, hint=found.hint)
