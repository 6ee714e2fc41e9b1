"""What happens, told as it happens, through a real server: many clients, slow clients, commands, and floods."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from legato.service.http import events
from legato.service.http.access_settings import Bounds, Rules
from legato.service.http.broadcast import AT_ONCE, KEPT, ClientQueue, Listeners, TooSlow
from tests.service.http.fakes import FakeBridge
from tests.service.http.worlds import OPEN, Served, dialled, served

TOKEN, GUEST = "t" * 32, "g" * 32
LOCKED = Rules(token=TOKEN, guest_token=GUEST)


def tried(asking: Callable[[Served], Awaitable[None]], rules: Rules = OPEN) -> None:
    async def whole() -> None:
        async with served(rules) as world:
            await asking(world)

    asyncio.run(whole())


def talk(world: Served, **more: Any) -> connect:
    return connect(f"ws://127.0.0.1:{world.port}/api/v1/events", **more)


async def told(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type."""
    while True:
        message = json.loads(await socket.recv())
        if message["type"] == kind:
            return dict(message)


def test_a_client_hears_of_every_state_first_and_then_of_changes() -> None:
    async def asking(world: Served) -> None:
        async with talk(world) as socket:
            first = [json.loads(await socket.recv()) for _ in range(2)]
            assert [m["state"]["id"] for m in first] == ["boots", "wrap"]
            world.bridge.tell("hello")
            assert (await told(socket, "happened"))["text"] == "hello"
            world.bridge.tell_readings(1234)
            assert (await told(socket, "readings"))["readings"]["session_ms"] == 1234

    tried(asking)


def test_commands_are_answered_under_the_number_they_came_with() -> None:
    async def asking(world: Served) -> None:
        async with talk(world) as socket:

            async def ask(**command: object) -> dict[str, Any]:
                await socket.send(json.dumps(command))
                while (message := json.loads(await socket.recv()))["type"] not in ("done", "error"):
                    pass
                return dict(message)

            wish = {"routine": "goddard"}
            assert await ask(do="start", device="boots", ref=1, wish=wish) == {"type": "done", "ref": 1}
            assert await ask(do="intensity", device="boots", ref=2, percent=60) == {"type": "done", "ref": 2}
            refused = await ask(do="resume", device="boots", ref=3)
            assert (refused["ref"], refused["problem"]["type"]) == (3, "not_now")
            assert (await ask(do="dance", device="boots"))["problem"]["status"] == 422
            assert (await ask(do="intensity", device="boots", percent=1e9))["problem"]["status"] == 422
            await socket.send(b"\xff\x00")
            assert (await told(socket, "error"))["problem"]["status"] == 400

    tried(asking)


def test_an_emergency_stop_overtakes_commands_that_wait_and_floods_of_them() -> None:
    async def asking(world: Served) -> None:
        world.bridge.hold.clear()
        async with talk(world) as socket:
            for ref in range(8):
                await socket.send(
                    json.dumps({"do": "start", "device": "boots", "ref": ref, "wish": {"routine": "goddard"}})
                )
            await socket.send(json.dumps({"do": "pause", "device": "boots", "ref": 9}))
            assert (await told(socket, "error"))["problem"]["type"] == "too_many"
            await socket.send(json.dumps({"do": "emergency_stop", "ref": 10}))
            assert await told(socket, "done") == {"type": "done", "ref": 10}
        assert ("emergency_stop", "boots") in world.bridge.asked

    tried(asking)


def test_a_stop_that_a_device_has_not_confirmed_is_an_error_that_names_it() -> None:
    async def asking(world: Served) -> None:
        world.bridge.deaf = {"wrap"}
        async with talk(world) as socket:
            await socket.send(json.dumps({"do": "emergency_stop", "ref": 1}))
            problem = (await told(socket, "error"))["problem"]
            assert (problem["type"], problem["detail"]) == (
                "unconfirmed",
                "wrap: not stopped: no answer. Switch it off.",
            )
            await socket.send(json.dumps({"do": "emergency_stop", "device": "boots", "ref": 2}))
            assert await told(socket, "done") == {"type": "done", "ref": 2}

    tried(asking)


def test_a_flood_of_commands_is_refused_but_every_emergency_stop_gets_through() -> None:
    async def asking(world: Served) -> None:
        async with talk(world) as socket:
            for ref in range(200):
                await socket.send(json.dumps({"do": "emergency_stop", "device": "wrap", "ref": ref}))
            for _ in range(200):
                await told(socket, "done")
            with pytest.raises(ConnectionClosed):
                await _talks_junk(socket)
        assert world.bridge.asked == [("emergency_stop", "wrap")] * 200

    tried(asking)


async def _talks_junk(socket: ClientConnection) -> None:
    while True:
        await socket.send("junk")
        await asyncio.sleep(0)


def test_a_message_that_is_too_large_ends_the_conversation() -> None:
    async def asking(world: Served) -> None:
        async with talk(world) as socket:
            await socket.send("x" * 100_000)
            with pytest.raises(ConnectionClosed) as closed:
                await told(socket, "nothing")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009

    tried(asking)


def test_who_is_not_let_in_is_told_why() -> None:
    async def asking(world: Served) -> None:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        for status, more in (
            (401, {}),
            (401, {"additional_headers": {"Authorization": "Bearer wrong"}}),
            (403, {"additional_headers": bearer, "origin": "https://evil.example"}),
        ):
            with pytest.raises(InvalidStatus) as refused:
                async with talk(world, **more):
                    pass
            assert refused.value.response.status_code == status
            assert json.loads(refused.value.response.body)["status"] == status
        async with talk(world, additional_headers=bearer, origin=f"http://127.0.0.1:{world.port}") as socket:
            await told(socket, "state")

    tried(asking, LOCKED)


def test_a_guest_may_listen_and_stop_but_nothing_else() -> None:
    async def asking(world: Served) -> None:
        offered = [Subprotocol("legato"), Subprotocol(f"bearer.{GUEST}")]
        async with talk(world, subprotocols=offered) as socket:
            assert socket.subprotocol == "legato"
            await socket.send(json.dumps({"do": "pause", "device": "boots", "ref": 1}))
            assert (await told(socket, "error"))["problem"]["status"] == 403
            for verb in ("stop", "emergency_stop"):
                await socket.send(json.dumps({"do": verb, "device": "boots", "ref": 2}))
                await told(socket, "done")

    tried(asking, LOCKED)


@pytest.mark.parametrize(("device", "stopped"), [("wrap", ["wrap"]), (None, ["boots", "wrap"])])
@pytest.mark.parametrize("verb", ["stop", "emergency_stop"])
def test_a_stop_is_for_the_device_that_is_named_and_else_for_all(
    verb: str, device: str | None, stopped: list[str]
) -> None:
    async def asking(world: Served) -> None:
        async with talk(world) as socket:
            await socket.send(json.dumps({"do": verb, "ref": 2} | ({"device": device} if device else {})))
            await told(socket, "done")
        assert world.bridge.asked == [(verb, name) for name in stopped]

    tried(asking)


def test_a_client_that_stops_and_hangs_up_at_once_has_stopped() -> None:
    async def asking(world: Served) -> None:
        async with talk(world) as socket:
            await socket.send(json.dumps({"do": "emergency_stop"}))
            socket.transport.abort()
        async with asyncio.timeout(30):
            while ("emergency_stop", "wrap") not in world.bridge.asked:  # noqa: ASYNC110 - the fake sets no event
                await asyncio.sleep(0.01)

    tried(asking)


def test_news_that_cannot_be_written_are_left_out_and_the_next_ones_told() -> None:
    async def asking(world: Served) -> None:
        async with talk(world) as socket:
            await told(socket, "state")
            unreadable: Any = object()
            world.bridge.hub.publish(unreadable)
            world.bridge.tell("hello")
            assert (await told(socket, "happened"))["text"] == "hello"

    tried(asking)


def test_there_is_room_for_so_many_and_no_more() -> None:
    async def asking(world: Served) -> None:
        async with talk(world), talk(world):
            with pytest.raises(InvalidStatus) as refused:
                async with talk(world):
                    pass
            assert refused.value.response.status_code == 503
        async with talk(world) as socket:
            await told(socket, "state")

    tried(asking, Rules(bounds=Bounds(listeners=2)))


def test_a_stream_of_events_can_be_read_without_a_websocket() -> None:
    async def asking(world: Served) -> None:
        url = f"http://127.0.0.1:{world.port}/api/v1/events/stream"
        async with httpx.AsyncClient() as client, client.stream("GET", url) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            lines = (line async for line in answer.aiter_lines() if line.startswith("data: "))
            assert json.loads((await anext(lines))[6:])["state"]["id"] == "boots"
            await anext(lines)
            world.bridge.tell("hello")
            assert json.loads((await anext(lines))[6:])["text"] == "hello"

    tried(asking)


def test_a_slow_client_loses_readings_first_and_then_its_place() -> None:
    async def asking() -> None:
        listener = ClientQueue()
        for number in range(KEPT):
            listener.put(f"reading {number}", is_fleeting=True)
        listener.put("state", is_fleeting=False)
        assert (listener.dropped, await listener.next()) == (1, "reading 1")
        for number in range(KEPT + 1):
            listener.put(f"state {number}", is_fleeting=False)
        with pytest.raises(TooSlow):
            await listener.next()

    asyncio.run(asking())


def test_news_for_many_leaves_the_loop_to_others_in_between() -> None:
    heard: list[ClientQueue] = []

    async def hears(listener: ClientQueue) -> None:
        while "hello" not in (await listener.next() or ""):
            pass
        heard.append(listener)

    async def asking() -> None:
        bridge = FakeBridge()
        listeners = Listeners(bridge, most=50)
        with ExitStack() as stack:
            told = [stack.enter_context(listeners.listening(is_guest=False)) for _ in range(50)]
            tasks = [asyncio.create_task(job) for job in (listeners.run(), *map(hears, told))]
            await _turns(200)
            bridge.tell("hello")
            while len(heard) < len(told):
                before = len(heard)
                await _turns(1)
                assert len(heard) - before <= AT_ONCE
            tasks[0].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(asking())


async def _turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_a_stalled_client_is_cut_off_and_nobody_else_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SEND_S", 1.0)

    async def asking(world: Served) -> None:
        stream = b"GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        async with dialled(world, stream, limit=1), talk(world) as socket, httpx.AsyncClient() as client:
            while "legato_clients 2.0" not in await _metrics(client, world):
                pass
            text = "x" * 100_000
            while "legato_clients_cut_off_total 1.0" not in await _metrics(client, world):
                world.bridge.tell(text)
                while (await told(socket, "happened"))["text"] != text:
                    pass

    tried(asking)


async def _metrics(client: httpx.AsyncClient, world: Served) -> str:
    return (await client.get(f"http://127.0.0.1:{world.port}/metrics")).text
