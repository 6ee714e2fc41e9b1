"""What can be wrong with a device, in plain words, and what a person can do about it."""

from typing import Final, NamedTuple

from legato.controller import errors
from legato.controller.link import wire_names
from legato.firmware import wire


class Advice(NamedTuple):
    """A code for scripts, and a sentence or two for people."""

    code: str
    text: str


EMERGENCY_STOP: Final = Advice(
    "emergency_stop", "Make sure that the person is all right, then clear the emergency stop."
)
SWITCH_OFF: Final = "Switch the device off if it is still under pressure."
NOT_STOPPED: Final = f"the device has not confirmed that it stopped. {SWITCH_OFF}"
UNCONFIRMED: Final = "the device has not confirmed the emergency stop yet"
STOP_OWED: Final = Advice("stop_owed", f"{SWITCH_OFF} It will be stopped as soon as it is back.")
LINK_LOST: Final = Advice(
    "link_lost", "The device vents by itself. Check cable and power; the service reconnects automatically."
)

_FAULTS: Final = {
    wire.FAULT_ESTOP: EMERGENCY_STOP,
    wire.FAULT_OVER_PRESSURE: Advice(
        "over_pressure",
        "Do not press on the garment. If this happens again, a valve may be stuck: have it checked first.",
    ),
    wire.FAULT_OVER_CAP: Advice(
        "over_cap", "The pressure cap of this chamber was exceeded. Check hose and valve before the next massage."
    ),
    wire.FAULT_HOLD_TOO_LONG: Advice(
        "hold_too_long", "Pressure was held on the leg for too long. Rest for a minute, then clear the fault."
    ),
    wire.FAULT_FILL_TIMEOUT: Advice(
        "fill_timeout",
        "Check that the hose is plugged in and the garment closed, and look for a leak; then clear the fault.",
    ),
    wire.FAULT_VENT_TIMEOUT: Advice(
        "vent_timeout", "Take the garment off. Look for a kinked hose or a blocked valve before you use it again."
    ),
    wire.FAULT_SENSOR: Advice(
        "sensor", "The pressure cannot be measured. Check the sensor's hose and plug; nothing plays without it."
    ),
    wire.FAULT_OVER_TEMPERATURE: Advice(
        "over_temperature", "Take the garment off and let it cool down. If this happens again, have the heater checked."
    ),
    wire.FAULT_UNDERRUN: Advice(
        "underrun",
        "This computer could not keep up, or the line is bad. Check its load and the cable; then clear the fault.",
    ),
    wire.FAULT_ON_TOO_LONG: Advice(
        "on_too_long", "A motor or heater was on for too long. Let it cool down, then clear the fault."
    ),
    wire.FAULT_SESSION_TOO_LONG: Advice(
        "session_too_long", "The device has played for the longest permitted time. Rest, then clear the fault."
    ),
}
_BY_NAME: Final = {wire_names.fault(code): advice for code, advice in _FAULTS.items()}

_DISAGREEMENT: Final = Advice(
    "disagreement",
    "What the device measures does not match what was commanded, so it was stopped. Check hoses and garment; "
    "then clear the fault.",
)

_PORTS: Final[tuple[tuple[type[Exception], Advice], ...]] = (
    (errors.PortNotFound, Advice("port", "Plug the device in and switch it on; it is then found automatically.")),
    (errors.PortBusy, Advice("port", "Close the other program, or leave the device to it; the service keeps trying.")),
    (
        errors.PortForbidden,
        Advice("port", "Give the user of this service permission to use the port; the service keeps trying."),
    ),
    (errors.WrongProtocol, Advice("port", "Update the older one, device or computer.")),
    (errors.PortError, Advice("port", "Check that the device is switched on and that this is its port.")),
    (errors.PortLost, LINK_LOST),
    (OSError, LINK_LOST),
)


def for_fault(name: str) -> Advice:
    """What to do about a fault of this name, from the device or the host."""
    return _BY_NAME.get(name, _DISAGREEMENT)


def for_absence(error: Exception) -> Advice:
    """What to do when a device is offline because of `error`."""
    for kind, advice in _PORTS:
        if isinstance(error, kind):
            return advice
    return Advice("internal", "This is a bug in Legato; the log of the service has details. The service keeps trying.")
