"""Whatever goes wrong, as application/problem+json (RFC 9457): what it is, and what would open the way."""

import logging
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from legato.controller.errors import ControllerError, DeviceFaulted, Misuse, Refused
from legato.profiles.refusal import CompileError
from legato.service.devices.errors import (
    NotAdmitted,
    NotNow,
    Offline,
    ServiceError,
    Unconfirmed,
    UnknownDevice,
    UnknownRoutine,
)
from legato.service.http.not_done import Kind, NotDone

MEDIA_TYPE = "application/problem+json"

_LOG = logging.getLogger(__name__)

_STATUS: dict[Kind, int] = {
    "unknown": 404, "exists": 409, "refused": 403, "invalid": 422, "too_long": 422, "busy": 503, "failed": 503,
}  # fmt: skip


class Place(BaseModel):
    """One thing wrong: in which field, or at which line and column of a file, and what would be right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    where: str = ""
    line: int | None = None
    column: int | None = None
    what: str
    hint: str = ""


class Problem(BaseModel):
    """Why it was not done. `type` is a short name for programs; `needs` says what would open the gate of a start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Place, ...] = ()
    needs: Literal["acknowledge", "screening", "rest", "nothing"] | None = None
    cautions: tuple[str, ...] = ()

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The problem as an answer."""
        return Response(self.as_json(), self.status, headers, MEDIA_TYPE)

    def as_json(self) -> str:
        """Without what does not apply."""
        return self.model_dump_json(exclude_defaults=True)


class Refusal(Exception):
    """A request that is turned down before anybody is asked."""

    def __init__(self, problem: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers


def problem(status: int, kind: str, detail: str, **more: Any) -> Problem:
    """A problem whose title is the status in words."""
    return Problem(type=kind, title=HTTPStatus(status).phrase, status=status, detail=detail, **more)


def refuse(status: int, kind: str, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Refusal:
    """An exception that answers with a problem."""
    return Refusal(problem(status, kind, detail, **more), headers)


def invalid(error: ValidationError, what: str) -> Refusal:
    """What pydantic does not like of a body or query."""
    places = tuple(
        Place(where=".".join(map(str, one["loc"])), what=one["msg"])
        for one in error.errors(include_url=False, include_context=False, include_input=False)[:20]
    )
    first = f"{places[0].where or what}: {places[0].what}"
    return refuse(422, "invalid", first, errors=places)


def explained(error: Exception) -> tuple[Problem, dict[str, str] | None]:
    """The problem for whatever was raised, and headers of its answer; what we did not expect is logged whole."""
    match error:
        case Refusal():
            return error.problem, error.headers
        case HTTPException():
            kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
            return problem(error.status_code, kind, error.detail), dict(error.headers or {})
        case NotDone():
            return _not_done(error), {"Retry-After": "5"} if error.kind == "busy" else None
        case ServiceError() | ControllerError() | CompileError():
            return _from_the_service(error), None
        case _:
            _LOG.error("a request failed", exc_info=error)
            return problem(500, "internal", "something went wrong inside Legato; its log says what"), None


def _not_done(error: NotDone) -> Problem:
    places = tuple(
        Place(where=p.file, line=p.line, column=p.column, what=p.what, hint=p.hint) for p in error.problems[:20]
    )
    return problem(_STATUS[error.kind], error.kind, error.detail, errors=places)


def _from_the_service(error: ServiceError | ControllerError | CompileError) -> Problem:
    if isinstance(error, NotAdmitted):
        return problem(403, "not_admitted", str(error), needs=error.needs, cautions=error.cautions)
    status, kind = next((told for kinds, told in _TOLD if isinstance(error, kinds)), (502, "link_lost"))
    return problem(status, kind, str(error))


_TOLD: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], tuple[int, str]], ...]] = (
    (UnknownDevice, (404, "unknown_device")),
    (UnknownRoutine, (404, "unknown_routine")),
    (Offline, (409, "offline")),
    (Unconfirmed, (502, "unconfirmed")),
    ((NotNow, Misuse), (409, "not_now")),
    (Refused, (409, "refused")),
    (DeviceFaulted, (409, "faulted")),
    (CompileError, (422, "not_playable")),
    (ServiceError, (409, "not_done")),
)
"""The first kind that fits; every other loss of the line is one."""
