"""An HTTP operation: its path, its input and its output. The OpenAPI document is generated from these."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from legato.app.model import Input
from legato.care.courses import COURSE_NAME
from legato.care.person import PERSON_NAME
from legato.profiles.profile import ROUTINE_NAME
from legato.service.http import body
from legato.service.http.access import GUESTS_MAY
from legato.service.http.problems import explained, refuse
from legato.service.settings import ID

PATTERNS = {
    "device": ID,
    "routine": ROUTINE_NAME,
    "person": PERSON_NAME,
    "course": COURSE_NAME,
}
"""The patterns of path parameters, by name."""


class NoQuery(Input):
    """No query parameters."""


@dataclass(frozen=True, slots=True)
class Call:
    """A validated request: path parameters, query, body, and whether the client is a guest."""

    path: Mapping[str, str]
    query: Any
    body: Any
    is_guest: bool = False


Handle = Callable[[Call], Awaitable[Any]]


def on_device(ask: Callable[..., Awaitable[Any]]) -> Handle:
    """Asks `ask` for the device that the address names, with the body where there is one."""

    async def handle(call: Call) -> Any:
        return await (ask(call.path["device"]) if call.body is None else ask(call.path["device"], call.body))

    return handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`path` has its parameters in braces, with names from `PATTERNS`.

    `takes` is the request body: the type of a JSON value, `yaml`, or None if there is none. `gives` is the type of the
    response, None for an empty one; a response of another `media` is text. `refuses` lists the statuses of its own
    problems, besides those that every operation may return. `guest`: the guest token suffices. `spared`: not refused
    because of load. `urgent`: done before all limits and checks, with the device that the address names, if any;
    `handle` then returns how it stands.
    """

    method: Literal["GET", "POST", "PUT"]
    path: str
    summary: str
    handle: Handle
    tag: str
    takes: Any = None
    query: type[Input] = NoQuery
    gives: Any = None
    media: str = "application/json"
    status: int = 200
    refuses: Sequence[int] = ()
    guest: bool = False
    spared: bool = False
    urgent: Callable[[str | None], None] | None = None
    _kinds: dict[str, TypeAdapter[Any]] = field(default_factory=dict, init=False, repr=False)

    @property
    def parts(self) -> list[str]:
        """The names of the path parameters."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def addresses(self) -> re.Pattern[str]:
        """A pattern that its paths match."""
        text = re.escape(self.path).replace(r"\{", "{").replace(r"\}", "}")
        for part in self.parts:
            text = text.replace(f"{{{part}}}", f"(?P<{part}>{PATTERNS[part].strip('^$')})")
        return re.compile(text)

    def adapter(self, which: Literal["takes", "gives"]) -> TypeAdapter[Any]:
        """Validates the request body or serialises the response; created once."""
        if which not in self._kinds:
            self._kinds[which] = TypeAdapter(getattr(self, which))
        return self._kinds[which]

    async def answer(self, request: Request, *, is_under_way: bool = False) -> Response:
        """Handles a request; what is urgent may have been done already."""
        path = {part: str(request.path_params[part]) for part in self.parts}
        for part, value in path.items():
            if not re.fullmatch(PATTERNS[part], value):
                raise refuse(404, f"unknown_{part}", f"this is not a possible name of a {part}")
        if self.urgent is not None and not is_under_way:
            self.urgent(path.get("device"))
        asked = None if self.urgent else body.query(request, self.query)
        is_guest = request.scope.get("role") == "guest"
        done = await self.handle(Call(path, asked, await self._body(request), is_guest))
        return self._response(done)

    async def _body(self, request: Request) -> Any:
        if self.urgent or self.method == "GET":
            return None
        if self.takes == "yaml":
            body.check_kind(request, body.YAML)
            return await body.read(request, body.MAX_YAML)
        if self.takes is None:
            return body.check_empty(await body.read(request, body.MAX_JSON))
        body.check_kind(request, body.JSON)
        return body.parsed(await body.read(request, body.MAX_JSON), self.adapter("takes"))

    def _response(self, done: Any) -> Response:
        if isinstance(done, Response):
            return done
        if self.gives is None:
            return Response(status_code=204)
        if self.media != "application/json":
            return Response(done, self.status, media_type=self.media)
        return Response(self.adapter("gives").dump_json(done), self.status, media_type=self.media)


class Resource:
    """All operations at one path; other methods are refused."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._by_method = {operation.method: operation for operation in operations}
        self._allow = ", ".join(sorted([*self._by_method, *(["HEAD"] if "GET" in self._by_method else [])]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await self._chosen(request).answer(request)
        except Exception as error:
            problem, headers = explained(error)
            response = problem.response(headers)
        await response(scope, receive, send)

    def _chosen(self, request: Request) -> Operation:
        method: Any = "GET" if request.method == "HEAD" else request.method
        if method not in self._by_method:
            raise refuse(405, "wrong_method", f"{request.method} is not supported here", {"Allow": self._allow})
        operation = self._by_method[method]
        request.scope["template"] = operation.path
        if not operation.guest and request.scope.get("role") == "guest":
            raise refuse(403, "guest", GUESTS_MAY)
        return operation
