"""The service's web application: devices, routines, people, events, metrics, and the panel's files."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from itertools import groupby
from typing import Any, Final, Literal

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from legato.app.model import Frozen
from legato.controller.loop_health import LoopHealth
from legato.service.devices.bridge import Bridge
from legato.service.http import devices, events, people, routines
from legato.service.http.access_settings import Rules
from legato.service.http.broadcast import Listeners
from legato.service.http.gateway import GatewayMiddleware
from legato.service.http.metrics import Metrics
from legato.service.http.openapi import document
from legato.service.http.operation import Call, Operation, Resource
from legato.service.http.problems import explained, refuse
from legato.service.job_runner import JobRunner

QUICK: Final = 4
"""The gzip level: low enough not to block the loop, high enough that a phone need not wait for large responses."""


class ServiceHealth(Frozen):
    """The service is healthy."""

    status: Literal["ok"] = "ok"


def make_app(bridge: Bridge, jobs: JobRunner, rules: Rules, health: LoopHealth) -> Starlette:
    """The application; its lifespan publishes the bridge's updates, and the loop's figures from `health`.

    `state.listeners` are the clients that listen; the server closes them first, since their streams never end.
    """
    listeners = Listeners(bridge, rules.bounds.listeners)
    metrics = Metrics(bridge, listeners)
    operations = [
        *devices.operations(bridge),
        *routines.operations(bridge, jobs),
        *people.operations(bridge, jobs),
        events.stream(listeners),
        _health(bridge),
        _metrics(metrics),
    ]
    operations.append(_document(operations))
    routes: list[BaseRoute] = [
        *_routes(operations),
        WebSocketRoute(events.SOCKET, events.conversation(bridge, listeners)),
        Route(events.SOCKET, events.plainly),
        *([Mount("/", StaticFiles(directory=rules.panel, html=True))] if rules.panel else []),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(GatewayMiddleware, operations=operations, rules=rules, metrics=metrics),
            Middleware(GZipMiddleware, compresslevel=QUICK),
        ],
        exception_handlers={HTTPException: _explain},
        lifespan=_lifespan(listeners, metrics, health),
    )
    app.router.redirect_slashes = False
    app.state.listeners = listeners
    return app


def _routes(operations: list[Operation]) -> list[BaseRoute]:
    """One route per path; fixed paths first, so that `check` is never taken for a routine."""
    ordered = sorted(operations, key=lambda operation: ("{" in operation.path, operation.path))
    return [Route(path, Resource(list(own))) for path, own in groupby(ordered, lambda operation: operation.path)]


def _health(bridge: Bridge) -> Operation:
    async def health(_: Call) -> ServiceHealth:
        if stuck := bridge.stuck():
            raise refuse(503, "stuck", f"no progress with {', '.join(stuck)}")
        return ServiceHealth()

    # A supervisor that restarts the service on a bad answer must not be misled by load.
    return Operation(
        method="GET", path="/healthz", summary="Whether the service is making progress with all devices", handle=health,
        tag="service", gives=ServiceHealth, refuses=(503,), guest=True, spared=True,
    )  # fmt: skip


def _metrics(metrics: Metrics) -> Operation:
    async def text(_: Call) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Operation(
        method="GET", path="/metrics", summary="Metrics for Prometheus", handle=text, tag="service", gives=str,
        media="text/plain", guest=True,
    )  # fmt: skip


def _document(operations: list[Operation]) -> Operation:
    """The OpenAPI document of all `operations` and itself; built now, since that would block the loop for too long."""

    async def whole(_: Call) -> Response:
        return Response(written, media_type="application/json")

    own = Operation(
        method="GET", path="/openapi.json", summary="This document", handle=whole, tag="service",
        gives=dict[str, Any], guest=True,
    )  # fmt: skip
    written = json.dumps(document([*operations, own], version("legato")))
    return own


def _lifespan(listeners: Listeners, metrics: Metrics, health: LoopHealth) -> Any:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # The first call imports modules, and later there may be no file descriptor left for that.
        await to_thread.run_sync(int)
        tasks = [
            asyncio.create_task(listeners.run()),
            asyncio.create_task(health.publish_every_second(metrics.kept_time)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return lifespan


async def _explain(_: Request, error: Exception) -> Response:
    problem, headers = explained(error)
    return problem.response(headers)
