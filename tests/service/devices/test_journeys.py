"""How many of our files a request passes until the device's frame is on the port: `pytest -s` prints them.

The journey begins where the request reaches our application, or a message the WebSocket's conversation, and goes on in
the task of that and in those that it begins. Whoever listens, or watches over the service, has tasks of its own. The
way has been gone before: what is made once, by the first request, is not counted.

Of a start the compiler is left out: `profiles/`, and the worker with its process. Who asks it, and what is made of its
answer, is counted.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.types import Message

from legato.controller.loop_health import LoopHealth
from legato.firmware import wire
from legato.profiles.device import Device
from legato.profiles.schedule import Schedule
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import Doing
from legato.service.http.app import make_app
from legato.service.http.events import SOCKET, Conversation
from legato.service.http.gateway import GatewayMiddleware
from legato.service.run.care_run_policy import CareRunPolicy
from legato.service.worker import Worker
from tests.journeys import Journey, printed, profiled
from tests.service.http.fakes import FakeJobRunner
from tests.service.http.worlds import OPEN

Live = Callable[..., Any]
Ask = Callable[[str], Awaitable[Any]]
BOOTS = "/api/v1/devices/boots"


def is_request(frame: FrameType) -> bool:
    return frame.f_code is GatewayMiddleware.__call__.__code__


def is_message(frame: FrameType) -> bool:
    return frame.f_code is Conversation._heard.__code__


class Compiled:
    """In the place of the compiler and its process: the routine is ready at once."""

    def __init__(self, make: Callable[[Device], Schedule]) -> None:
        self._make = make

    async def run(self, _: Any, *args: Any, **__: Any) -> Any:
        wish, device = args
        return Prepared(self._make(device), wish.routine.title())


def asking(live: Live, act: Callable[[Any, Starlette, Ask], Awaitable[None]]) -> None:
    """Has `act` ask the application of a house whose boots play as in the service, which times all its tasks."""

    async def at_home(house: Any) -> None:
        house.fleet._units["boots"]._desk = CareRunPolicy(Compiled(house.desk.make), Worker())  # type: ignore[arg-type]
        with LoopHealth() as health:
            app = make_app(house.fleet, FakeJobRunner(), OPEN, health)
            transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8437") as client,
            ):

                async def post(what: str) -> Any:
                    body = {"routine": "squeezes"} if what == "start" else None
                    answer = await client.post(f"{BOOTS}/{what}", json=body)
                    assert answer.status_code == 200, answer.text
                    return answer.json()

                await house.until_doing(Doing.IDLE)
                await act(house, app, post)

    live(at_home)


async def plays(house: Any, post: Ask) -> None:
    await post("start")
    await house.played_to(1_000)


def test_an_emergency_stop_over_http_passes_at_most_8_files_from_the_request_to_the_port(live: Live) -> None:
    journey = Journey(wire.ESTOP, is_request)

    async def act(house: Any, _: Starlette, post: Ask) -> None:
        await plays(house, post)
        with profiled(journey.profile):
            assert (await post("emergency-stop"))["stop"]["confirmed"]

    asking(live, act)
    printed("an emergency stop over HTTP", list(journey.files))
    assert journey.has_arrived
    assert len(journey.files) <= 8


def test_an_emergency_stop_over_a_websocket_passes_at_most_8_files_from_the_message_to_the_port(live: Live) -> None:
    journey = Journey(wire.ESTOP, is_message)

    async def act(house: Any, app: Starlette, post: Ask) -> None:
        await plays(house, post)
        says: asyncio.Queue[Message] = asyncio.Queue()
        says.put_nowait({"type": "websocket.connect"})
        told: list[str] = []

        async def send(message: Message) -> None:
            told.append(message.get("text", ""))

        with profiled(journey.profile):
            talking = asyncio.create_task(app(socket_scope(), says.get, send))
            command = {"do": "emergency_stop", "ref": 7}
            says.put_nowait({"type": "websocket.receive", "text": json.dumps(command)})
            await house.until(lambda: '{"type":"done","ref":7}' in told)
        says.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await talking

    asking(live, act)
    printed("an emergency stop over a WebSocket", list(journey.files))
    assert journey.has_arrived
    assert len(journey.files) <= 8


def socket_scope() -> dict[str, Any]:
    headers = [(b"host", b"127.0.0.1:8437")]
    client = ("127.0.0.1", 50_000)
    return {"type": "websocket", "path": SOCKET, "headers": headers, "client": client, "subprotocols": []}


def test_a_start_over_http_passes_at_most_25_files_from_the_request_to_the_port(live: Live) -> None:
    journey = Journey(wire.ARM, is_request)

    async def act(house: Any, _: Starlette, post: Ask) -> None:
        await plays(house, post)
        await post("stop")
        await house.until_doing(Doing.IDLE)
        with profiled(journey.profile):
            assert (await post("start"))["doing"] in (Doing.STARTING, Doing.RUNNING)

    asking(live, act)
    printed("a start over HTTP", list(journey.files))
    assert journey.has_arrived
    assert len(journey.files) <= 25
