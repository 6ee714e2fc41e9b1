"""The reply to a stop request: whether the device itself has confirmed it, and the pressure it still holds."""

from collections.abc import Iterable
from typing import Final

from legato.service.devices import advice
from legato.service.devices.device_state import DeviceStateReducer
from legato.service.devices.errors import Unconfirmed
from legato.service.devices.state import DeviceState, Doing, Stopped

SILENT: Final = "does not answer"


def answered(standing: DeviceStateReducer, *, is_confirmed: bool, is_emergency: bool, silent: str = "") -> DeviceState:
    """The state of a device that was asked to stop, with the result; `silent` names a part of a pair that is silent."""
    done = "everything is off and all vents are open" if is_emergency else "stopped"
    stop = Stopped(
        confirmed=is_confirmed,
        pressure_mmhg=_pressure(standing),
        text=done if is_confirmed else f"not stopped: {_cause(standing.state, silent)}. {_advice(is_emergency)}",
        take_off=standing.take_off,
    )
    return standing.state.model_copy(update={"stop": stop})


def insist_on_confirmed(states: Iterable[DeviceState]) -> None:
    """Raises Unconfirmed if a device that was asked to stop has not confirmed; the text names no folders."""
    reports = [(state.id, state.anonymous.stop) for state in states]
    missing = [
        " ".join(filter(None, (f"{which}: {stop.text}", stop.take_off)))
        for which, stop in reports
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
    """The highest measured pressure; None if a sensor gives no reading, which does not mean no air."""
    about, now = standing.state.about, standing.readings
    if about is None or now is None:
        return None
    pairs = zip(about.channels, now.measured, strict=False)
    values = [value for channel, value in pairs if channel.unit == "mmHg"]
    known = [value for value in values if value is not None]
    return max(known, default=0.0) if len(known) == len(values) else None
