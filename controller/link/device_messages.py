"""What the device says: messages as frozen dataclasses, made from a frame's payload by `parse`.

Times are session or device milliseconds, readings and targets are in the channel's unit; the wire's own units (ticks,
half-units, tenths) stay in this file.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from legato.controller.errors import WrongProtocol
from legato.controller.link.host_messages import HALF_UNITS
from legato.firmware import wire
from legato.profiles.schedule import TICK_MS

TENTHS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Welcome:
    """The device introduces itself."""

    protocol: int
    tick_ms: int
    queue_slots: int
    boot_id: int
    nonce: int
    description_len: int
    channels: int
    state: int
    major: int
    minor: int
    patch: int
    description_hash: bytes
    device_id: bytes

    @classmethod
    def parse(cls, payload: bytes) -> "Welcome":
        """Raises WrongProtocol for another version: only the first byte means the same in all of them."""
        if payload and payload[0] != wire.PROTOCOL:
            raise WrongProtocol(
                f"the device speaks protocol {payload[0]}, this host {wire.PROTOCOL}: update the older of the two"
            )
        return cls(*struct.unpack(wire.WELCOME_FORMAT, payload))

    @property
    def version(self) -> str:
        """The firmware's version."""
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class DescriptionPart:
    """A piece of the device description, from `offset` bytes on."""

    offset: int
    data: bytes

    @classmethod
    def parse(cls, payload: bytes) -> "DescriptionPart":
        (offset,) = struct.unpack_from(wire.DESCRIPTION_HEAD, payload)
        return cls(offset, payload[struct.calcsize(wire.DESCRIPTION_HEAD) :])


@dataclass(frozen=True, slots=True)
class Reply:
    """The device's answer to the frame of this kind and number.

    Always carries the state of the set-point stream and its clock.
    """

    kind: int
    seq: int
    code: int
    expected: int
    free: int
    device_ms: int

    @classmethod
    def parse(cls, payload: bytes) -> "Reply":
        return cls(*struct.unpack(wire.REPLY_FORMAT, payload))


@dataclass(frozen=True, slots=True)
class FaultMessage:
    """A latched fault with its evidence; `channel` is None where it concerns the whole device."""

    number: int
    code: int
    channel: int | None
    a: int
    b: int
    device_ms: int
    session_ms: int

    @classmethod
    def parse(cls, payload: bytes) -> "FaultMessage":
        number, code, channel, a, b, device_ms, session_ms = struct.unpack(wire.FAULT_FORMAT, payload)
        return cls(number, code, None if channel == wire.NO_CHANNEL else channel, a, b, device_ms, session_ms)


@dataclass(frozen=True, slots=True)
class Status:
    """What the device reports ten times a second; `measured` is None where a sensor has no valid reading."""

    measured: tuple[float | None, ...]
    commanded: tuple[float, ...]
    device_ms: int
    session_ms: int
    state: int
    ended: int
    epoch: int
    gain: int
    fault_number: int
    fault_code: int
    nonce: int
    expected: int
    free: int
    slack_ticks: int
    bad_frames: int
    late_max_ms: int

    @classmethod
    def parse(cls, payload: bytes) -> "Status":
        fields, channels = _status_layout(len(payload))
        values = fields.unpack(payload)
        cut = len(values) - 2 * channels
        measured = tuple([None if r == wire.INVALID else r / TENTHS for r in values[cut : cut + channels]])
        commanded = tuple([t / HALF_UNITS for t in values[cut + channels :]])
        return cls(measured, commanded, *values[:cut])

    @property
    def slack_ms(self) -> int:
        """How far ahead of session time the device's schedule is complete."""
        return self.slack_ticks * TICK_MS


DeviceMessage = Welcome | DescriptionPart | Reply | FaultMessage | Status

_PARSERS: dict[int, Callable[[bytes], DeviceMessage]] = {
    wire.WELCOME: Welcome.parse,
    wire.DESCRIPTION: DescriptionPart.parse,
    wire.REPLY: Reply.parse,
    wire.FAULT: FaultMessage.parse,
    wire.STATUS: Status.parse,
}


def parse(kind: int, payload: bytes) -> DeviceMessage:
    """The message in a frame of the device; raises ValueError where kind or length are not of this protocol."""
    try:
        return _PARSERS[kind](payload)
    except (KeyError, struct.error) as bad:
        raise ValueError(f"no message has kind 0x{kind:02x} and {len(payload)} bytes") from bad


@lru_cache(maxsize=64)
def _status_layout(length: int) -> tuple[struct.Struct, int]:
    """How a status of `length` bytes is laid out, and how many channels it covers (3 bytes each)."""
    channels, rest = divmod(length - struct.calcsize(wire.STATUS_HEAD), 3)
    if rest or channels < 0:
        raise struct.error("no whole number of channels")
    return struct.Struct(f"{wire.STATUS_HEAD}{channels}H{channels}B"), channels
