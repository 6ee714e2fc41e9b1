"""Every message on the wire, with its name and fields; units are in the names, as in docs/reference/protocol.md."""

import struct
from typing import Any, Final

from legato.controller.link.protocol_names import CODES, ENDS, STATES
from legato.firmware import wire

Fields = dict[str, Any]

FAULTS: Final = (
    "none",
    "ESTOP",
    "OVER_PRESSURE",
    "OVER_CAP",
    "HOLD_TOO_LONG",
    "FILL_TIMEOUT",
    "VENT_TIMEOUT",
    "SENSOR",
    "OVER_TEMPERATURE",
    "UNDERRUN",
    "ON_TOO_LONG",
    "SESSION_TOO_LONG",
)

NAMES: Final = {
    wire.HELLO: "HELLO",
    wire.GET_DESCRIPTION: "GET_DESCRIPTION",
    wire.ARM: "ARM",
    wire.SETPOINTS: "SETPOINTS",
    wire.RUN: "RUN",
    wire.PAUSE: "PAUSE",
    wire.SEEK: "SEEK",
    wire.GAIN: "GAIN",
    wire.STOP: "STOP",
    wire.ESTOP: "ESTOP",
    wire.CLEAR: "CLEAR",
    wire.HEARTBEAT: "HEARTBEAT",
    wire.FAULT_SEEN: "FAULT_SEEN",
    wire.TRIM: "TRIM",
    wire.WELCOME: "WELCOME",
    wire.DESCRIPTION: "DESCRIPTION",
    wire.REPLY: "REPLY",
    wire.STATUS: "STATUS",
    wire.FAULT: "FAULT",
}

_PLAIN: Final[dict[int, tuple[str, str]]] = {
    wire.HELLO: (wire.HELLO_FORMAT, "oldest newest"),
    wire.GET_DESCRIPTION: (wire.GET_DESCRIPTION_FORMAT, "offset"),
    wire.ARM: (wire.ARM_FORMAT, "boot_id nonce"),
    wire.RUN: (wire.RUN_FORMAT, "epoch session_ms at_device_ms"),
    wire.PAUSE: (wire.PAUSE_FORMAT, "epoch at_session_ms"),
    wire.SEEK: (wire.SEEK_FORMAT, "epoch session_ms"),
    wire.GAIN: (wire.GAIN_FORMAT, "epoch percent"),
    wire.STOP: (wire.STOP_FORMAT, "epoch"),
    wire.CLEAR: (wire.CLEAR_FORMAT, "number"),
    wire.FAULT_SEEN: (wire.FAULT_SEEN_FORMAT, "number"),
    wire.TRIM: (wire.TRIM_FORMAT, "session_ms at_device_ms rate_4096ths"),
    wire.REPLY: (wire.REPLY_FORMAT, "to to_seq code expected_seq free_slots device_ms"),
    wire.FAULT: (wire.FAULT_FORMAT, "number fault channel a b device_ms session_ms"),
    wire.WELCOME: (
        wire.WELCOME_FORMAT,
        "protocol tick_ms slots boot_id nonce description_bytes channels state major minor patch hash device_id",
    ),
}
"""Messages with a fixed layout: the format, and the fields in order."""

_STATUS: Final = (
    "device_ms session_ms state ended epoch gain_percent fault_number fault nonce expected_seq free_slots slack_ms "
    "bad_frames late_ms"
)

_NO_PAYLOAD: Final = frozenset({wire.ESTOP, wire.HEARTBEAT})


def name(kind: int) -> str:
    """`SETPOINTS`, or the number of a kind that does not exist."""
    return NAMES.get(kind, f"0x{kind:02x}")


def fixed(kind: int, payload: bytes) -> Fields | None:
    """The fields of a message with a fixed layout; None for any other. Raises struct.error for a wrong length."""
    if kind in _NO_PAYLOAD:
        return {"junk_bytes": len(payload)} if payload else {}
    if kind not in _PLAIN:
        return None
    layout, names = _PLAIN[kind]
    values = struct.unpack(layout, payload)
    return {field: _worded(field, value) for field, value in zip(names.split(), values, strict=True)}


def status_head(payload: bytes) -> Fields:
    """The fields of a STATUS before its channels; raises struct.error."""
    fields = dict(zip(_STATUS.split(), struct.unpack_from(wire.STATUS_HEAD, payload), strict=True))
    fields["slack_ms"] *= 10
    return {field: _worded(field, value) for field, value in fields.items()}


def _worded(field: str, value: Any) -> Any:
    """A value in words: codes by name, NOW for times that mean now, bytes in hex."""
    match field:
        case "state":
            return _of(STATES, value)
        case "ended":
            return _of(ENDS, value)
        case "code":
            return _of(CODES, value)
        case "fault":
            return _of(FAULTS, value)
        case "to":
            return name(value)
        case "boot_id" | "nonce":
            return f"0x{value:x}"
        case "at_device_ms" | "at_session_ms" if value == wire.NOW:
            return "NOW"
    return value.hex() if isinstance(value, bytes) else value


def _of(names: tuple[str, ...], number: int) -> str | int:
    return names[number] if number < len(names) else number
