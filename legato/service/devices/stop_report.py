"""What is told to whoever has asked for a stop: whether the device itself has confirmed it, and what it still holds."""

from collections.abc import Iterable
from typing import Final

from legato.service.devices import advice
from legato.service.devices.device_state import DeviceStateReducer
from legato.service.devices.errors import Unconfirmed
from legato.service.devices.state import DeviceState, Doing, Stopped

SILENT: Final = "does not answer"


def answered(standing: DeviceStateReducer, *, is_confirmed: bool, is_emergency: bool, silent: str = "") -> DeviceState:
    """The state of a device that was asked to stop, with how that stands; of a pair, `silent` has not answered."""
    told = "everything is off and open" if is_emergency else "stopped"
    stop = Stopped(
        confirmed=is_confirmed,
        pressure_mmhg=_pressure(standing),
        text=told if is_confirmed else f"not stopped: {_cause(standing.state, silent)}. {_advice(is_emergency)}",
        take_off=standing.take_off,
    )
    return standing.state.model_copy(update={"stop": stop})


def insist_on_confirmed(states: Iterable[DeviceState]) -> None:
    """Raises Unconfirmed where one of the devices that were asked to stop has not said that it has; names no folder."""
    told = [(state.id, state.anonymous.stop) for state in states]
    missing = [
        " ".join(filter(None, (f"{which}: {stop.text}", stop.take_off)))
        for which, stop in told
        if stop is not None and not stop.confirmed
    ]
    if missing:
        raise Unconfirmed(" ".join(missing))


def _cause(state: DeviceState, silent: str) -> str:
    if state.doing is not Doing.OFFLINE:
        return f"{silent or 'it'} {SILENT}"
    return state.problem.cause if state.problem is not None else "it has not been found yet"


def _advice(is_emergency: bool) -> str:
    return advice.STOP_OWED.text if is_emergency else advice.SWITCH_OFF


def _pressure(standing: DeviceStateReducer) -> float | None:
    """The highest of what its gauges say; None where one of them tells nothing, which is not the same as no air."""
    about, now = standing.state.about, standing.readings
    if about is None or now is None:
        return None
    pairs = zip(about.channels, now.measured, strict=False)
    values = [value for channel, value in pairs if channel.unit == "mmHg"]
    known = [value for value in values if value is not None]
    return max(known, default=0.0) if len(known) == len(values) else None
