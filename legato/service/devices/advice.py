"""What can be wrong with a device, in plain words, and what a person can do about it."""

from typing import Final, NamedTuple

from legato.controller import errors
from legato.controller.link import wire_names
from legato.firmware import wire


class Advice(NamedTuple):
    """A name for scripts, and a sentence or two for people."""

    code: str
    text: str


EMERGENCY_STOP: Final = Advice(
    "emergency_stop", "Make sure that all is well with the person, then clear the emergency stop."
)
SWITCH_OFF: Final = "Switch the device off if it is still under pressure."
UNCONFIRMED: Final = "the device has not confirmed the emergency stop yet"
STOP_OWED: Final = Advice("stop_owed", f"{SWITCH_OFF} It is stopped first thing when it is back.")
LINK_LOST: Final = Advice(
    "link_lost", "The device lets its pressure out by itself. Check cable and power; it is found again by itself."
)

_FAULTS: Final = {
    wire.FAULT_ESTOP: EMERGENCY_STOP,
    wire.FAULT_OVER_PRESSURE: Advice(
        "over_pressure",
        "Do not press on the garment. If it comes again a valve may be stuck: have it checked first.",
    ),
    wire.FAULT_OVER_CAP: Advice(
        "over_cap", "The highest pressure of this chamber was passed. Check hose and valve before the next massage."
    ),
    wire.FAULT_HOLD_TOO_LONG: Advice(
        "hold_too_long", "Pressure stood on the leg for longer than is good. Rest for a minute; then clear it."
    ),
    wire.FAULT_FILL_TIMEOUT: Advice(
        "fill_timeout", "Check that the hose is plugged in and the garment closed, and look for a leak; then clear it."
    ),
    wire.FAULT_VENT_TIMEOUT: Advice(
        "vent_timeout", "Take the garment off. Look for a kinked hose or a blocked valve before it is used again."
    ),
    wire.FAULT_SENSOR: Advice(
        "sensor", "The pressure cannot be measured. Check the sensor's hose and plug; without it nothing plays."
    ),
    wire.FAULT_OVER_TEMPERATURE: Advice(
        "over_temperature", "Take the garment off and let it cool down. If it comes again, have the heater checked."
    ),
    wire.FAULT_UNDERRUN: Advice(
        "underrun",
        "This computer could not keep up, or the line is bad. Look at its load and at the cable; then clear it.",
    ),
    wire.FAULT_ON_TOO_LONG: Advice(
        "on_too_long", "A motor or heater was on for longer than it may. Let it cool down; then clear it."
    ),
    wire.FAULT_SESSION_TOO_LONG: Advice(
        "session_too_long", "The device has played for as long as it may at a time. Rest; then clear it."
    ),
}
_BY_NAME: Final = {wire_names.fault(code): advice for code, advice in _FAULTS.items()}

_DISAGREEMENT: Final = Advice(
    "disagreement",
    "What the device measures is not what was asked, so it was stopped. Check hoses and garment; then clear it.",
)

_PORTS: Final[tuple[tuple[type[Exception], Advice], ...]] = (
    (errors.PortNotFound, Advice("port", "Plug the device in and switch it on; it is found by itself.")),
    (errors.PortBusy, Advice("port", "Close the other program, or leave the device to it; it is tried again.")),
    (
        errors.PortForbidden,
        Advice("port", "Give the user of this service the right to use the port; it is tried again."),
    ),
    (errors.WrongProtocol, Advice("port", "Update the older of the two.")),
    (errors.PortError, Advice("port", "Check that the device is switched on, and that this is its port.")),
    (errors.PortLost, LINK_LOST),
    (OSError, LINK_LOST),
)


def for_fault(name: str) -> Advice:
    """What to do about a fault of this name, the device's or the host's own."""
    return _BY_NAME.get(name, _DISAGREEMENT)


def for_absence(error: Exception) -> Advice:
    """What to do where `error` keeps a device away."""
    for kind, advice in _PORTS:
        if isinstance(error, kind):
            return advice
    return Advice("internal", "This is a mistake of ours; the log of the service has it. It is tried again.")
