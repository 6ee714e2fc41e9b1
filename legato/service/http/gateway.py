"""What every request passes first. An emergency stop passes it before all others, whatever the load."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from legato.service.http import access
from legato.service.http.access_settings import Rules
from legato.service.http.events import STREAM
from legato.service.http.metrics import Metrics
from legato.service.http.operation import Operation
from legato.service.http.problems import Refusal, explained, refuse
from legato.service.http.wrong_token_delay import TokenThrottle
from legato.service.identity import CHALLENGE, PROOF, proof
from legato.service.rate_limit import Buckets

Stop = Callable[[str | None], None]

CSP = "default-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


BRAKE_S: Final = 0.25
"""Whoever asks too often waits for the refusal, too: a flood over few connections brakes itself."""

FILE_COST: Final = 0.125
"""A file of the panel, in requests: a first view takes fifty files, and behind a proxy all panels share an address."""


class GatewayMiddleware:
    """Headers of every answer, the emergency lane, the limits and the guard; then `app`."""

    def __init__(self, app: ASGIApp, operations: Sequence[Operation], rules: Rules, metrics: Metrics) -> None:
        self._app = app
        self._rules = rules
        self._metrics = metrics
        self._buckets = Buckets(rules.rate_per_s, rules.burst)
        self._urgent = [(one.addresses, one.urgent, one) for one in operations if one.urgent is not None]
        self._spared = [operation.addresses for operation in operations if operation.spared]
        self._beside_api = [operation.addresses for operation in operations if not _is_api(operation.path)]
        self._throttle = TokenThrottle()
        self._turn = asyncio.Lock()
        self._in_hand = 0
        self._braked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._request(scope, receive, self._dressed(scope, send))
            case "websocket":
                await self._socket(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST" and (urgent := self._found_urgent(scope)):
            response = await self._stopped_at_once(*urgent, Request(scope))
            await response(scope, receive, send)
            return
        is_bounded = scope["path"] != STREAM and not self._is_spared(scope)
        try:
            await self._let_in(scope)
            if is_bounded and self._in_hand >= self._rules.bounds.requests:
                raise refuse(503, "busy", "too much is asked at once; ask again", {"Retry-After": "1"})
        except Refusal as refusal:
            await refusal.problem.response(refusal.headers)(scope, receive, send)
            return
        self._in_hand += is_bounded
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_hand -= is_bounded

    def _found_urgent(self, scope: Scope) -> tuple[Stop, Operation] | None:
        for pattern, stop, operation in self._urgent:
            if found := pattern.fullmatch(scope["path"]):
                scope["path_params"] = found.groupdict()
                scope["template"] = operation.path
                return stop, operation
        return None

    async def _stopped_at_once(self, stop: Stop, operation: Operation, request: Request) -> Response:
        """The frames are on their lines before the answer is begun; who may stop is asked, and nothing else."""
        try:
            await self._braked_if_wrong(partial(access.role_in_an_emergency, self._rules, request.scope), request.scope)
            stop(request.path_params.get("device"))
            return await operation.answer(request, is_under_way=True)
        except Exception as error:
            told, headers = explained(error)
            return told.response(headers)

    async def _braked_if_wrong(self, role: Callable[[], access.Role], scope: Scope) -> access.Role:
        """Who is let in; only the refusal of a wrong token waits."""
        try:
            return role()
        except Refusal as refusal:
            if refusal.problem.type == access.WRONG:
                await self._throttle.brake(_address(scope))
            raise

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._let_in(scope)
        except Refusal as refusal:
            await WebSocket(scope, receive, send).send_denial_response(refusal.problem.response(refusal.headers))
            return
        await self._app(scope, receive, send)

    def _is_file(self, path: str) -> bool:
        return not _is_api(path) and not any(addresses.fullmatch(path) for addresses in self._beside_api)

    def _is_spared(self, scope: Scope) -> bool:
        return any(addresses.fullmatch(scope["path"]) for addresses in self._spared)

    async def _let_in(self, scope: Scope) -> None:
        if not self._is_spared(scope):
            await self._queue(scope)
        scope["role"] = await self._braked_if_wrong(partial(access.role, self._rules, scope), scope)

    async def _queue(self, scope: Scope) -> None:
        """One request a turn of the event loop: between two of them it sees whether somebody asks for a stop."""
        cost = FILE_COST if self._is_file(scope["path"]) else 1.0
        is_too_often = not self._buckets.take(_address(scope), asyncio.get_running_loop().time(), cost)
        if is_too_often:
            await self._brake()
        async with self._turn:
            await asyncio.sleep(0)
        if is_too_often:
            raise refuse(
                429, "too_often", f"more than {self._rules.rate_per_s:g} requests a second", {"Retry-After": "1"}
            )

    async def _brake(self) -> None:
        # Beyond that they would keep connections from others.
        if self._braked >= self._rules.bounds.requests:
            return
        self._braked += 1
        try:
            await asyncio.sleep(BRAKE_S)
        finally:
            self._braked -= 1

    def _dressed(self, scope: Scope, send: Send) -> Send:
        challenge = Headers(scope=scope).get(CHALLENGE)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if challenge is not None and self._rules.secret is not None:
                    headers[PROOF] = proof(self._rules.secret, challenge)
                if "cache-control" not in headers:
                    # The panel's files may be kept, but are asked for again: an update is seen at once.
                    headers["Cache-Control"] = "no-cache" if self._is_file(scope["path"]) else "no-store"
                self._metrics.answered(scope["method"], scope.get("template", "other"), message["status"])
            await send(message)

        return dressed


def _address(scope: Scope) -> str:
    client = scope.get("client") or ("",)
    return str(client[0])


def _is_api(path: str) -> bool:
    return path.startswith("/api/")
