"""What answers HTTP."""

from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from controller.errors import ControllerError
from controller.service.bridge import Bridge, Start
from controller.service.errors import NotAdmitted, ServiceError, UnknownDevice, UnknownRoutine
from controller.service.state import DeviceState
from legato.serve.worker import Worker
from profiles.refusal import CompileError


def application(bridge: Bridge, _worker: Worker) -> Starlette:
    """The devices, and what may be asked of them."""

    async def states(_: Request) -> Response:
        return JSONResponse([state.model_dump(mode="json") for state in bridge.states()])

    async def state(request: Request) -> Response:
        return _told(bridge.state(request.path_params["id"]))

    async def readings(request: Request) -> Response:
        found = bridge.readings(request.path_params["id"])
        return JSONResponse(found.model_dump(mode="json") if found else None)

    async def stop_all(_: Request) -> Response:
        await bridge.emergency_stop()
        return Response(status_code=204)

    async def emergency_stop(request: Request) -> Response:
        await bridge.emergency_stop(request.path_params["id"])
        return _told(bridge.state(request.path_params["id"]))

    async def start(request: Request) -> Response:
        return _told(await bridge.start(request.path_params["id"], Start.model_validate_json(await request.body())))

    def does(act: Callable[[str], Awaitable[DeviceState]]) -> Callable[[Request], Awaitable[Response]]:
        async def done(request: Request) -> Response:
            return _told(await act(request.path_params["id"]))

        return done

    acts = {"pause": bridge.pause, "resume": bridge.resume, "skip": bridge.skip, "stop": bridge.stop}
    acts["clear-fault"] = bridge.clear_fault
    one = "/api/v1/devices/{id}"
    return Starlette(
        routes=[
            Route("/api/v1/devices", states),
            Route("/api/v1/emergency-stop", stop_all, methods=["POST"]),
            Route(one, state),
            Route(f"{one}/readings", readings),
            Route(f"{one}/start", start, methods=["POST"]),
            Route(f"{one}/emergency-stop", emergency_stop, methods=["POST"]),
            *(Route(f"{one}/{name}", does(act), methods=["POST"]) for name, act in acts.items()),
        ],
        exception_handlers=dict.fromkeys(_STATUS, _refused),
    )


_STATUS: dict[type[Exception], int] = {
    UnknownDevice: 404,
    UnknownRoutine: 404,
    NotAdmitted: 403,
    CompileError: 422,
    ValidationError: 422,
    ServiceError: 409,
    ControllerError: 409,
}


def _told(state: DeviceState) -> Response:
    return JSONResponse(state.model_dump(mode="json"))


async def _refused(_: Request, error: Exception) -> Response:
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    problem = {"title": type(error).__name__, "status": status, "detail": str(error)}
    return JSONResponse(problem, status, media_type="application/problem+json")
