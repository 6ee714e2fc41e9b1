"""A guest may watch, and stop, but never learns who is being massaged; neither does whoever listens to a broker."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from legato.controller.errors import PortNotFound
from legato.service.devices.device_state import DeviceStateReducer
from legato.service.devices.discreet import without_folders
from legato.service.devices.endpoint import DeviceEndpoint, PortEnd
from legato.service.devices.state import DeviceProblem, DeviceState, Doing, Ending, Happened, Run, StateTold
from legato.service.http.access_settings import Rules
from legato.service.mqtt.outbox import Outbox
from legato.service.mqtt.publisher import Publisher
from legato.service.mqtt.topics import Topics
from tests.service.http.fakes import NOW
from tests.service.http.worlds import Served, World, served, tried

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


FOLDER = "/home/zenobia/my massagers"
CAUSE = "%s: [Errno 2] could not open port %s: No such file or directory: '%s'"


@pytest.mark.parametrize(
    ("port", "shown"),
    [
        (f"sim://{FOLDER}/boots.yaml", "sim://boots.yaml"),
        ("sim://zenobia/boots.yaml", "sim://boots.yaml"),
        ("/dev/serial/by-id/usb-zenobia_1-if00", "usb-zenobia_1-if00"),
        ("sim://boots-6", "sim://boots-6"),
        ("rfc2217://10.0.0.5:4000", "rfc2217://10.0.0.5:4000"),
    ],
)
def test_nor_does_anybody_but_the_owner_learn_in_which_folder_a_port_lies(port: str, shown: str) -> None:
    at = NOW
    wrong = DeviceProblem(code="port", cause=CAUSE % (port, port, port), advice="Plug it in.", since=at)
    last = Ending(kind="link_lost", cause=f"not found again within 120 s: {port} is gone", at=at)
    state = DeviceState(
        id="boots", port=port, is_simulated=False, number=1, doing=Doing.OFFLINE, problem=wrong, last=last
    )
    told: list[Any] = []
    place = DeviceEndpoint("boots", (PortEnd(port, _nothing),))
    DeviceStateReducer(place, lambda: at, told.append).away(PortNotFound(port), CAUSE % (port, port, port))
    texts = [state.anonymous.model_dump_json(), *(one.text for one in told if isinstance(one, Happened))]
    assert len(texts) == 2
    for text in texts:
        assert shown in text
        assert FOLDER not in text
        assert "zenobia/" not in text
        assert "/dev" not in text


async def _nothing() -> Any:
    raise AssertionError


def test_a_sentence_keeps_everything_but_the_folders() -> None:
    told = without_folders("/etc/legato/x.yaml:1:2: 5 mmHg/s and/or 1/2, see http://host/page or '/a/b c/d'")
    assert told == "x.yaml:1:2: 5 mmHg/s and/or 1/2, see http://host/page or 'b c/d'"


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
