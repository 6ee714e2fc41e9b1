"""Devices over HTTP: what they are doing, and everything that can be requested of them."""

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
    """The intensity, in % of the compiled schedule."""

    percent: Percent


class Answered(Input):
    """The id of the cue that is answered."""

    question: Annotated[int, Field(ge=0, le=2**31)]


def operations(bridge: Bridge) -> list[Operation]:
    """All operations on devices."""
    return [*_looked_at(bridge), *_asked(bridge), *_stopped(bridge)]


def _looked_at(bridge: Bridge) -> list[Operation]:
    async def states(call: Call) -> list[DeviceState]:
        return [_shown(state, call) for state in bridge.states()]

    async def state(call: Call) -> DeviceState:
        return _shown(bridge.state(call.path["device"]), call)

    async def readings(call: Call) -> Readings:
        found = bridge.readings(call.path["device"])
        if found is None:
            raise refuse(404, "no_readings", f"{call.path['device']} has not reported any readings yet")
        return found

    return [
        _get("/api/v1/devices", "All devices", states, Sequence[DeviceState]),
        _get(ONE, "One device", state, DeviceState, 404),
        _get(f"{ONE}/readings", "The latest readings of a device", readings, Readings, 404),
    ]


def _shown(state: DeviceState, call: Call) -> DeviceState:
    """The state, anonymous for a guest."""
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
            "start",
            "Start a routine; responds once the device fills",
            on_device(bridge.start),
            Start,
            403,
            422,
        ),
        _post("pause", "Pause, and release the pressure", on_device(bridge.pause)),
        _post("resume", "Continue after a pause or a lost connection", on_device(bridge.resume)),
        _post("skip", "Skip to the next step; a paused massage stays paused", on_device(bridge.skip)),
        _post("intensity", "Set the intensity, up to what was compiled", intensity, NewIntensity),
        _post("answer", "Answer a cue that is waiting", answer, Answered),
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
        # The client was not authenticated, so it must not learn whom the massage was for.
        return [state.anonymous for state in await bridge.obeyed()]

    async def obeyed_by_one(call: Call) -> DeviceState:
        (state,) = await bridge.obeyed(call.path["device"])
        return state.anonymous

    everything = "Soft release of every device"
    return [
        _post("stop", "Soft release; succeeds if there is nothing to stop", stop, is_stop=True),
        Operation(
            method="POST", path="/api/v1/stop", summary=everything, handle=stop_all, tag=TAG,
            gives=Sequence[DeviceState], refuses=(409, 502), guest=True, spared=True,
        ),
        _emergency(
            f"{ONE}/emergency-stop", "Emergency stop of one device: all off, vents open", bridge, obeyed_by_one,
            DeviceState, 404,
        ),
        _emergency(
            "/api/v1/emergency-stop", "Emergency stop of every device: all off, vents open", bridge, obeyed,
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
