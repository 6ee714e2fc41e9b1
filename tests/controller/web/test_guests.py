"""A guest may watch, and stop, but never learns who is being massaged; neither does whoever listens to a broker."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from controller.mqtt.outbox import Outbox
from controller.mqtt.publisher import Publisher
from controller.mqtt.topics import Topics
from controller.service.state import DeviceState, Doing, Run, StateTold
from controller.web.rules import Rules
from tests.controller.web.fakes import NOW
from tests.controller.web.worlds import Served, World, served, tried

TOKEN, GUEST, NAME = "t" * 32, "g" * 32, "Zenobia"
LOCKED = Rules(token=TOKEN, guest_token=GUEST, rate_per_s=1e6, burst=10**6)
RUN = Run(routine="goddard", title="Goddard", person=NAME, started_at=NOW, duration_ms=60_000)


def massaged(world: World | Served) -> None:
    """Somebody is being massaged on the first device."""
    state: DeviceState = world.bridge.state("boots")
    world.bridge._states["boots"] = state.model_copy(update={"run": RUN})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/devices"),
        ("GET", "/api/v1/devices/boots"),
        ("POST", "/api/v1/devices/boots/stop"),
        ("POST", "/api/v1/stop"),
        ("GET", "/api/v1/routines"),
        ("GET", "/metrics"),
        ("GET", "/healthz"),
        ("GET", "/openapi.json"),
    ],
)
def test_over_http_a_guest_is_told_everything_but_the_name(method: str, path: str) -> None:
    async def asking(world: World) -> None:
        massaged(world)
        theirs = await world.client.request(method, path, headers=bearer(GUEST))
        assert theirs.status_code == 200
        assert NAME not in theirs.text
        ours = await world.client.request(method, path, headers=bearer(TOKEN))
        assert (NAME in ours.text) == ("devices" in path or path.endswith("/stop"))

    tried(asking, LOCKED)


@pytest.mark.parametrize(("token", "person"), [(GUEST, None), (TOKEN, NAME)])
def test_a_websocket_tells_only_the_owner_for_whom_it_is(token: str, person: str | None) -> None:
    async def live() -> None:
        async with served(LOCKED) as world:
            massaged(world)
            url = f"ws://127.0.0.1:{world.port}/api/v1/events"
            async with connect(url, subprotocols=[Subprotocol("legato"), Subprotocol(f"bearer.{token}")]) as socket:
                first = json.loads(await socket.recv())
                await socket.recv()
                world.bridge.hub.publish(StateTold(state=world.bridge.state("boots")))
                then = json.loads(await socket.recv())
        assert [told["state"]["run"]["person"] for told in (first, then)] == [person, person]

    asyncio.run(live())


@pytest.mark.parametrize(("token", "person"), [(GUEST, None), (TOKEN, NAME)])
def test_a_stream_of_events_tells_only_the_owner_for_whom_it_is(token: str, person: str | None) -> None:
    async def live() -> None:
        async with served(LOCKED) as world, httpx.AsyncClient() as client:
            massaged(world)
            url = f"http://127.0.0.1:{world.port}/api/v1/events/stream"
            async with client.stream("GET", url, headers=bearer(token)) as response:
                lines = response.aiter_lines()
                told = [await _next(lines) for _ in range(2)]
                world.bridge.hub.publish(StateTold(state=world.bridge.state("boots")))
                told.append(await _next(lines))
        assert [one["state"]["run"] and one["state"]["run"]["person"] for one in told] == [person, None, person]

    asyncio.run(live())


async def _next(lines: Any) -> Any:
    async for line in lines:
        if line.startswith("data:"):
            return json.loads(line.removeprefix("data:"))
    raise AssertionError("the stream has ended")


def test_a_broker_is_told_nothing_of_people() -> None:
    outbox = Outbox()
    state = DeviceState(id="boots", port="sim://boots-6", is_simulated=True, number=1, doing=Doing.RUNNING, run=RUN)
    Publisher(Topics(), outbox).tell(StateTold(state=state), 0.0)

    async def published() -> list[str]:
        return [str((await outbox.take()).payload) for _ in range(len(outbox))]

    assert not [text for text in asyncio.run(published()) if NAME in text]
