"""How a run ended, in the words of an outcome: from what the device says of its session, or of its fault."""

from typing import Final

from legato.controller.link import wire_names
from legato.controller.link.device_messages import FaultMessage
from legato.controller.session.events import Evidence, Outcome, OutcomeKind
from legato.firmware import wire
from legato.profiles.device import Device

_ENDINGS: Final[dict[int, tuple[OutcomeKind, str]]] = {
    wire.ENDED_COMPLETED: ("completed", ""),
    wire.ENDED_STOPPED: ("stopped", "stopped at the device"),
    wire.ENDED_PAUSE_TOO_LONG: ("stopped", "paused for more than ten minutes"),
}


def of_ending(ended: int) -> Outcome | None:
    """The outcome of a session that the device has ended in good order; None for all other ways."""
    return Outcome(*_ENDINGS[ended]) if ended in _ENDINGS else None


def of_fault(fault: FaultMessage, device: Device, evidence: Evidence) -> Outcome:
    """The outcome of a session that the device has ended with a fault."""
    if fault.code == wire.FAULT_ESTOP:
        return Outcome("emergency_stopped", "emergency stop at the device", evidence)
    where = channel_name(fault, device)
    what = wire_names.fault(fault.code)
    return Outcome("device_fault", what if where is None else f"{where}: {what}", evidence)


def channel_name(fault: FaultMessage, device: Device) -> str | None:
    """The channel that a fault is about, if it is about one that the device has."""
    if fault.channel is None or fault.channel >= len(device.channels):
        return None
    return device.channels[fault.channel].name
