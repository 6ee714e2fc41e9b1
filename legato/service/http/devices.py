"""Devices over HTTP: what they do, and everything that can be asked of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from pydantic import Field

from legato.app.model import Input
from legato.service.devices.bridge import Bridge, Start
from legato.service.devices.state import DeviceState, Percent, Readings
from legato.service.http.operation import Call, Operation, on_device
from legato.service.http.problems import refuse

ONE = "/api/v1/devices/{device}"
TAG = "devices"


class NewIntensity(Input):
    """How strong, in % of the compiled schedule."""

    percent: Percent


class Answered(Input):
    """The number of the cue that is answered."""

    question: Annotated[int, Field(ge=0, le=2**31)]


def operations(bridge: Bridge) -> list[Operation]:
    """Everything about devices."""
    return [*_looked_at(bridge), *_asked(bridge), *_stopped(bridge)]


def _looked_at(bridge: Bridge) -> list[Operation]:
    async def states(call: Call) -> list[DeviceState]:
        return [_shown(state, call) for state in bridge.states()]

    async def state(call: Call) -> DeviceState:
        return _shown(bridge.state(call.path["device"]), call)

    async def readings(call: Call) -> Readings:
        found = bridge.readings(call.path["device"])
        if found is None:
            raise refuse(404, "no_readings", f"{call.path['device']} has not told any readings yet")
        return found

    return [
        _get("/api/v1/devices", "All devices", states, Sequence[DeviceState]),
        _get(ONE, "One device", state, DeviceState, 404),
        _get(f"{ONE}/readings", "The latest readings of a device", readings, Readings, 404),
    ]


def _shown(state: DeviceState, call: Call) -> DeviceState:
    """The state as whoever asks may know it."""
    return state.anonymous if call.is_guest else state


def _get(path: str, summary: str, handle: Callable[[Call], Awaitable[object]], gives: object, *no: int) -> Operation:
    return Operation(
        method="GET", path=path, summary=summary, handle=handle, tag=TAG, gives=gives, refuses=no, guest=True
    )


def _asked(bridge: Bridge) -> list[Operation]:
    async def intensity(call: Call) -> DeviceState:
        return await bridge.set_intensity(call.path["device"], call.body.percent)

    async def answer(call: Call) -> DeviceState:
        return await bridge.answer(call.path["device"], call.body.question)

    return [
        _post(
            "start", "Begin a routine; answers once the device begins to fill", on_device(bridge.start), Start, 403, 422
        ),
        _post("pause", "Hold, and let the pressure out", on_device(bridge.pause)),
        _post("resume", "Go on after a pause or a loss", on_device(bridge.resume)),
        _post("skip", "Go to the next step; a massage that stands still stays there", on_device(bridge.skip)),
        _post("intensity", "Play weaker or stronger, up to what was compiled", intensity, NewIntensity),
        _post("answer", "Answer a cue that waits", answer, Answered),
        _post("clear-fault", "Clear a fault or an emergency stop, once the air is out", on_device(bridge.clear_fault)),
    ]


def _post(
    verb: str,
    summary: str,
    handle: Callable[[Call], Awaitable[DeviceState]],
    takes: object = None,
    *refuses: int,
    is_stop: bool = False,
) -> Operation:
    return Operation(
        method="POST",
        path=f"{ONE}/{verb}",
        summary=summary,
        handle=handle,
        tag=TAG,
        takes=takes,
        gives=DeviceState,
        refuses=(404, 409, 502, *refuses),
        guest=is_stop,
        spared=is_stop,
    )


def _stopped(bridge: Bridge) -> list[Operation]:
    async def stop(call: Call) -> DeviceState:
        return _shown(await bridge.stop(call.path["device"]), call)

    async def stop_all(call: Call) -> Sequence[DeviceState]:
        return [_shown(state, call) for state in await bridge.stop_all()]

    async def obeyed(_: Call) -> Sequence[DeviceState]:
        # Nobody was asked who it is, so nobody is told whom the massage was for.
        return [state.anonymous for state in await bridge.obeyed()]

    async def obeyed_by_one(call: Call) -> DeviceState:
        (state,) = await bridge.obeyed(call.path["device"])
        return state.anonymous

    everything = "Soft release of every device"
    return [
        _post("stop", "Soft release; nothing to do is fine", stop, is_stop=True),
        Operation(
            method="POST", path="/api/v1/stop", summary=everything, handle=stop_all, tag=TAG,
            gives=Sequence[DeviceState], refuses=(409, 502), guest=True, spared=True,
        ),
        _emergency(
            f"{ONE}/emergency-stop", "Everything of one device off and open, at once", bridge, obeyed_by_one,
            DeviceState, 404,
        ),
        _emergency(
            "/api/v1/emergency-stop", "Everything off and open on every device, at once", bridge, obeyed,
            Sequence[DeviceState],
        ),
    ]  # fmt: skip


def _emergency(
    path: str, summary: str, bridge: Bridge, handle: Callable[[Call], Awaitable[object]], gives: object, *refuses: int
) -> Operation:
    return Operation(
        method="POST", path=path, summary=summary, handle=handle, tag=TAG,
        gives=gives, refuses=refuses, guest=True, urgent=bridge.cut_off,
    )  # fmt: skip
