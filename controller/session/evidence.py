"""What speaks for an ending, in words: what the two figures of a device's fault are, with units."""

from legato.controller.link.device_messages import FaultMessage
from legato.controller.link.endpoint import Endpoint
from legato.controller.session.events import Evidence
from legato.firmware import wire
from legato.profiles.device import Device, Quantity

FOUND = "found"
"""The key under which evidence has its words, beside the raw figures, which programs read."""

_IN_WORDS = frozenset({FOUND, "a", "b", "commanded", "measured"})


def of_fault(fault: FaultMessage, device: Device) -> Evidence:
    """`a` and `b` as the wire has them, and in words."""
    raw: Evidence = {"a": fault.a, "b": fault.b}
    words = _words(fault, device)
    return {FOUND: words, **raw} if words else raw


def of_disagreement(commanded_mmhg: float, measured_mmhg: float) -> Evidence:
    """What the host has seen for itself."""
    words = f"{measured_mmhg:.1f} mmHg measured, {commanded_mmhg:.1f} mmHg commanded"
    return {FOUND: words, "commanded": commanded_mmhg, "measured": measured_mmhg}


def of_run(endpoint: Endpoint, session_ms: int, slack_ms: int) -> Evidence:
    """How far a run has come, how far ahead the device was supplied, and how well the connection did."""
    return {
        "session_ms": session_ms,
        "slack_ms": slack_ms,
        "rtt_ms": round(endpoint.retry.round_trip_s * 1000.0, 1),
        "resent": endpoint.traffic.resent,
        "lost": endpoint.lost,
    }


def of_loss(endpoint: Endpoint) -> Evidence:
    """How well a connection did that is lost."""
    return {"bad_frames": endpoint.bad_frames, "resent": endpoint.traffic.resent, "lost": endpoint.lost}


def in_words(evidence: Evidence) -> str:
    """Evidence for people, on a line; figures that its words give already are not given again."""
    words = evidence.get(FOUND)
    figures = [f"{name} {value}" for name, value in evidence.items() if not (words and name in _IN_WORDS)]
    return ", ".join([str(words), *figures] if words else figures)


def _words(fault: FaultMessage, device: Device) -> str:
    """What `a` and `b` are: docs/reference/protocol.md, section 9."""
    is_known = fault.channel is not None and fault.channel < len(device.channels)
    if is_known and device.channels[fault.channel or 0].quantity is Quantity.TEMPERATURE:
        return f"{_measured(fault.a, 'degC')}, {fault.b / 2:.1f} degC commanded"
    return _of_pressure(fault.code, fault.a, fault.b) or _of_time(fault.code, fault.a, fault.b)


def _of_pressure(code: int, a: int, b: int) -> str:
    measured = _measured(a, "mmHg")
    match code:
        case wire.FAULT_OVER_PRESSURE | wire.FAULT_VENT_TIMEOUT:
            return f"{measured}, {b / 10:.1f} mmHg commanded"
        case wire.FAULT_OVER_CAP:
            return f"{measured}, the limit is {b / 10:.1f} mmHg"
        case wire.FAULT_HOLD_TOO_LONG:
            return f"{measured}, under pressure for {b / 1000:.1f} s"
        case wire.FAULT_FILL_TIMEOUT:
            return f"{measured} after {b / 1000:.1f} s of filling"
        case wire.FAULT_SENSOR if a == wire.INVALID:
            return f"{measured}, {b / 10:.1f} mmHg before"
        case wire.FAULT_SENSOR:
            # The wire does not say which of the two it was.
            return f"{measured}, {b / 10:.1f} mmHg before, or not moved by {b / 1000:.2f} s of filling"
    return ""


def _of_time(code: int, a: int, b: int) -> str:
    match code:
        case wire.FAULT_UNDERRUN:
            return f"the last set-points came {b / 1000:.1f} s before, with {a / 1000:.1f} s of plan left"
        case wire.FAULT_ON_TOO_LONG:
            return f"on for {a / 1000:.1f} s, at {b / 2:.1f} %"
        case wire.FAULT_SESSION_TOO_LONG:
            return f"{a / 1000:.0f} s played, the limit is {b / 1000:.0f} s"
    return ""


def _measured(tenths: int, unit: str) -> str:
    return "nothing measured" if tenths == wire.INVALID else f"{tenths / 10:.1f} {unit} measured"
