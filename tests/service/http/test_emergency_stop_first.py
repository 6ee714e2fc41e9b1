"""An emergency stop is carried out before its answer is begun, by whatever way it comes in."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx

from legato.service.devices.state import DeviceState
from legato.service.http.events import Conversation
from tests.service.http.fakes import FakeBridge
from tests.service.http.worlds import World, tried


def test_over_http_it_is_carried_out_once_also_where_nobody_can_tell_how_the_devices_stand() -> None:
    async def asking(w: World) -> None:
        async def fails(which: str | None = None) -> Sequence[DeviceState]:
            assert which is None
            assert w.bridge.asked == [("emergency_stop", "boots"), ("emergency_stop", "wrap")]
            raise RuntimeError("injected")

        w.bridge.obeyed = fails  # type: ignore[method-assign]
        assert (await w.client.post("/api/v1/emergency-stop")).status_code == 500

    tried(asking)


def test_what_does_not_come_in_by_the_lane_of_the_gateway_is_carried_out_all_the_same() -> None:
    async def asking(w: World) -> None:
        transport = httpx.ASGITransport(w.app, client=("127.0.0.1", 50_000), root_path="/legato")
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8437") as below:
            assert (await below.post("/legato/api/v1/devices/wrap/emergency-stop")).status_code == 200
        assert w.bridge.asked == [("emergency_stop", "wrap")]

    tried(asking)


def test_over_a_websocket_it_is_carried_out_before_the_conversation_waits_for_anything() -> None:
    async def talk() -> None:
        bridge, unused = FakeBridge(), Any
        conversation = Conversation(bridge, unused, unused)  # type: ignore[arg-type]
        await conversation._heard({"type": "websocket.receive", "text": json.dumps({"do": "emergency_stop"})})
        # It has been read, and nobody else has had a turn.
        assert bridge.asked == [("emergency_stop", "boots"), ("emergency_stop", "wrap")]
        for task in conversation._under_way:
            task.cancel()

    asyncio.run(talk())
