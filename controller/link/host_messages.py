"""What the host says: messages as frozen dataclasses that know how to `pack()` their payload.

Times are session or device milliseconds, targets are in the channel's unit; the wire's own units (ticks, half-units)
stay in this file.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from legato.firmware import wire
from legato.profiles.schedule import TICK_MS, SetPoint

HALF_UNITS: Final = 2


@dataclass(frozen=True, slots=True)
class Hello:
    """Who is there? Names the protocol versions the host speaks."""

    kind: ClassVar[int] = wire.HELLO

    def pack(self) -> bytes:
        return struct.pack(wire.HELLO_FORMAT, wire.PROTOCOL, wire.PROTOCOL)


@dataclass(frozen=True, slots=True)
class GetDescription:
    """Asks for the part of the description that starts at `offset` bytes."""

    offset: int
    kind: ClassVar[int] = wire.GET_DESCRIPTION

    def pack(self) -> bytes:
        return struct.pack(wire.GET_DESCRIPTION_FORMAT, self.offset)


@dataclass(frozen=True, slots=True)
class Arm:
    """Opens the session named in the frame's head; the nonce comes from the device's latest status."""

    boot_id: int
    nonce: int
    kind: ClassVar[int] = wire.ARM

    def pack(self) -> bytes:
        return struct.pack(wire.ARM_FORMAT, self.boot_id, self.nonce)


@dataclass(frozen=True, slots=True)
class SetPoints:
    """Set-points in order of time, and the promise that the schedule is complete before `complete_ms`.

    `end`: nothing follows it.
    """

    base_ms: int
    complete_ms: int
    rows: tuple[SetPoint, ...]
    end: bool = False
    kind: ClassVar[int] = wire.SETPOINTS

    def pack(self) -> bytes:
        base = self.base_ms // TICK_MS
        span = self.complete_ms // TICK_MS - base
        head = struct.pack(wire.SETPOINTS_HEAD, base & 0xFFFF, span | (wire.FLAG_END if self.end else 0))
        return head + b"".join(pack_rows(self.base_ms, self.rows))


@dataclass(frozen=True, slots=True)
class Run:
    """Session time runs on from `session_ms`, at `at_device_ms` or at once."""

    epoch: int
    session_ms: int
    at_device_ms: int = wire.NOW
    kind: ClassVar[int] = wire.RUN

    def pack(self) -> bytes:
        return struct.pack(wire.RUN_FORMAT, self.epoch, self.session_ms, self.at_device_ms)


@dataclass(frozen=True, slots=True)
class Trim:
    """Session time is to be `session_ms` at `at_device_ms`, and run `rate` / 4096 faster than the device's clock.

    It needs no epoch, since repeating it changes nothing; the next one is sent only once this one is answered.
    """

    session_ms: int
    at_device_ms: int
    rate: int
    kind: ClassVar[int] = wire.TRIM

    def pack(self) -> bytes:
        return struct.pack(wire.TRIM_FORMAT, self.session_ms, self.at_device_ms, self.rate)


@dataclass(frozen=True, slots=True)
class Pause:
    """Session time stands still at `at_session_ms`, or at once, and the pressure is let out."""

    epoch: int
    at_session_ms: int = wire.NOW
    kind: ClassVar[int] = wire.PAUSE

    def pack(self) -> bytes:
        return struct.pack(wire.PAUSE_FORMAT, self.epoch, self.at_session_ms)


@dataclass(frozen=True, slots=True)
class Seek:
    """Empties the device's queue and puts session time at `session_ms`."""

    epoch: int
    session_ms: int
    kind: ClassVar[int] = wire.SEEK

    def pack(self) -> bytes:
        return struct.pack(wire.SEEK_FORMAT, self.epoch, self.session_ms)


@dataclass(frozen=True, slots=True)
class Gain:
    """Intensity in percent of the compiled schedule, 0 to 100."""

    epoch: int
    percent: int
    kind: ClassVar[int] = wire.GAIN

    def pack(self) -> bytes:
        return struct.pack(wire.GAIN_FORMAT, self.epoch, self.percent)


@dataclass(frozen=True, slots=True)
class Stop:
    """Soft release, then the session ends."""

    epoch: int
    kind: ClassVar[int] = wire.STOP

    def pack(self) -> bytes:
        return struct.pack(wire.STOP_FORMAT, self.epoch)


@dataclass(frozen=True, slots=True)
class EStop:
    """Everything off and open, now, and latched."""

    kind: ClassVar[int] = wire.ESTOP

    def pack(self) -> bytes:
        return b""


@dataclass(frozen=True, slots=True)
class Clear:
    """Clears the latched fault of this number."""

    number: int
    kind: ClassVar[int] = wire.CLEAR

    def pack(self) -> bytes:
        return struct.pack(wire.CLEAR_FORMAT, self.number)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The host lives, and its feed and receive loops do too."""

    kind: ClassVar[int] = wire.HEARTBEAT

    def pack(self) -> bytes:
        return b""


@dataclass(frozen=True, slots=True)
class FaultSeen:
    """The host knows of the fault of this number; the device may stop repeating it."""

    number: int
    kind: ClassVar[int] = wire.FAULT_SEEN

    def pack(self) -> bytes:
        return struct.pack(wire.FAULT_SEEN_FORMAT, self.number)


Request = Hello | GetDescription | Arm | Run | Trim | Pause | Seek | Gain | Stop | EStop | Clear
"""What is sent again until the device has answered it."""


def pack_rows(base_ms: int, rows: Sequence[SetPoint]) -> list[bytes]:
    """The bytes of each row, stamped relative to the row before it (the first one: to `base_ms`)."""
    out, last = [], SetPoint(base_ms, -1, -1.0, -1)
    for row in rows:
        delta = (row.when_ms - last.when_ms) // TICK_MS
        if (row.target, row.ramp_ms) == (last.target, last.ramp_ms):
            out.append(wire.pack_like(delta, row.channel))
        else:
            out.append(wire.pack_row(delta, row.channel, round(row.target * HALF_UNITS), row.ramp_ms // TICK_MS))
        last = row
    return out
