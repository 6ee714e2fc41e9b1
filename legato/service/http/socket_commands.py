"""The commands that a client may send over a WebSocket: the same as over HTTP; replies carry the client's `ref`."""

from collections.abc import Awaitable
from typing import Annotated, Literal

from pydantic import Field

from legato.app.model import Frozen, Input
from legato.service.devices.bridge import Bridge, Start
from legato.service.devices.state import Percent
from legato.service.devices.stop_report import insist_on_confirmed
from legato.service.http.problems import Problem
from legato.service.settings import ID

Ref = Annotated[int, Field(ge=0, le=2**53)]
DeviceId = Annotated[str, Field(pattern=ID)]

STOPS = frozenset({"stop", "emergency_stop"})
"""The commands that a guest may send, too."""


class EmergencyStop(Input):
    """Everything off and all vents open, on one device or all."""

    do: Literal["emergency_stop"]
    device: DeviceId | None = None
    ref: Ref = 0


class SoftStop(Input):
    """Soft release, of one device or all."""

    do: Literal["stop"]
    device: DeviceId | None = None
    ref: Ref = 0


class _OnDevice(Input):
    device: DeviceId
    ref: Ref = 0


class Plain(_OnDevice):
    """A command that needs only a device."""

    do: Literal["pause", "resume", "skip", "clear_fault"]


class Begin(_OnDevice):
    """Start a routine."""

    do: Literal["start"]
    wish: Start


class SetIntensity(_OnDevice):
    """Set the intensity, in % of what was compiled."""

    do: Literal["intensity"]
    percent: Percent


class AnswerCue(_OnDevice):
    """Answer a cue."""

    do: Literal["answer"]
    question: Annotated[int, Field(ge=0, le=2**31)]


Command = Annotated[EmergencyStop | SoftStop | Plain | Begin | SetIntensity | AnswerCue, Field(discriminator="do")]


class CommandDone(Frozen):
    """The command was carried out, and the device has confirmed."""

    type: Literal["done"] = "done"
    ref: int


class CommandFailed(Frozen):
    """The command was not carried out."""

    type: Literal["error"] = "error"
    ref: int
    problem: Problem


async def done(bridge: Bridge, command: Command) -> None:
    """Executes a command; an emergency stop has gone out already, and only its answer is waited for.

    Raises what the bridge raises, and Unconfirmed for a stop that a device has not confirmed.
    """
    match command:
        case EmergencyStop():
            insist_on_confirmed(await bridge.obeyed(command.device))
        case SoftStop():
            insist_on_confirmed(
                await bridge.stop_all() if command.device is None else [await bridge.stop(command.device)]
            )
        case _:
            await _asked(bridge, command)


def _asked(bridge: Bridge, command: Begin | SetIntensity | AnswerCue | Plain) -> Awaitable[object]:
    match command:
        case Begin():
            return bridge.start(command.device, command.wish)
        case SetIntensity():
            return bridge.set_intensity(command.device, command.percent)
        case AnswerCue():
            return bridge.answer(command.device, command.question)
        case Plain(do="pause"):
            return bridge.pause(command.device)
        case Plain(do="resume"):
            return bridge.resume(command.device)
        case Plain(do="skip"):
            return bridge.skip(command.device)
        case Plain():
            return bridge.clear_fault(command.device)
