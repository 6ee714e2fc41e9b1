"""The wire: frames, their check, and the layout of every message; the codec of both ends.

A frame is COBS(kind u8, seq u8, session u16, payload, crc32 u32) and a zero byte; all integers are little endian. The
body stays below 254 bytes, so that COBS is a single pass and costs exactly one byte. Nothing here keeps state but
`Decoder`. What the messages mean is in docs/reference/protocol.md.
"""

import binascii
import struct

PROTOCOL = 1
FIRMWARE = (0, 1, 0)
"""The version of the firmware in this folder, which WELCOME carries: hosts that ship another one say so."""

MAX_PAYLOAD = 136
_HEAD = 4
_CRC = 4
MAX_FRAME = _HEAD + MAX_PAYLOAD + _CRC + 2

# Host to device.
HELLO = 0x01
GET_DESCRIPTION = 0x02
ARM = 0x03
SETPOINTS = 0x04
RUN = 0x05
PAUSE = 0x06
SEEK = 0x07
GAIN = 0x08
STOP = 0x09
ESTOP = 0x0A
CLEAR = 0x0B
HEARTBEAT = 0x0C
FAULT_SEEN = 0x0D
TRIM = 0x0E

# Device to host.
WELCOME = 0x81
DESCRIPTION = 0x82
REPLY = 0x83
STATUS = 0x84
FAULT = 0x85

# Payload layouts. Names in the comments are the fields in order.
HELLO_FORMAT = "<BB"  # oldest protocol, newest protocol
WELCOME_FORMAT = "<BBHIHHBBBBB8s8s"
# protocol, tick_ms, queue_slots, boot_id, nonce, description_len, channels, state, version major, minor, patch,
# desc_hash, device_id
GET_DESCRIPTION_FORMAT = "<H"  # offset
DESCRIPTION_HEAD = "<H"  # offset; the bytes follow
ARM_FORMAT = "<IH"  # boot_id, nonce
SETPOINTS_HEAD = (
    "<HH"  # base (session time in ticks, low 16 bits), watermark (ticks after base) | FLAG_END; rows follow
)
RUN_FORMAT = "<BII"  # epoch, session_ms, at device_ms or NOW
PAUSE_FORMAT = "<BI"  # epoch, at session_ms or NOW
SEEK_FORMAT = "<BI"  # epoch, session_ms
GAIN_FORMAT = "<BB"  # epoch, percent 0..100
STOP_FORMAT = "<B"  # epoch
CLEAR_FORMAT = "<B"  # number of the fault
FAULT_SEEN_FORMAT = "<B"  # number of the fault
TRIM_FORMAT = "<IIh"  # session_ms, at device_ms, rate (1/4096 more or less than the device clock)
REPLY_FORMAT = "<BBBBHI"  # kind and seq answered, code, next set-point seq expected, free slots, device_ms
FAULT_FORMAT = "<BBBiiII"  # number, code, channel or NO_CHANNEL, evidence a, evidence b, device_ms, session_ms
STATUS_HEAD = "<IIBBBBBBHBHhHH"
# device_ms, session_ms, state, ended, epoch, gain, fault number, fault code, nonce, next set-point seq expected,
# free slots, slack (ticks), bad frames, worst execution lateness (ms); then of every channel u16 measured (tenths), and
# of every channel u8 commanded (half-units)

NOW = 0xFFFFFFFF
NO_CHANNEL = 0xFF
INVALID = 0xFFFF
MAX_RAMP_TICKS = 0xFFFF
"""The longest ramp of a set-point, 655 s; a device keeps it in 16 bits."""

FLAG_END = 0x8000
"""Beside the watermark of set-points: it is the end of the schedule."""

LIKE = 0x80
"""Beside the channel of a set-point: target and ramp are those of the row before, and are left out."""

# States of the device.
IDLE = 0
ARMED = 1
REFILL = 2
RUNNING = 3
PAUSED = 4
STOPPING = 5
FAULTED = 6

# Why the last session ended.
ENDED_NOT = 0
ENDED_COMPLETED = 1
ENDED_STOPPED = 2
ENDED_PAUSE_TOO_LONG = 3
ENDED_HOST_SILENT = 4
ENDED_FAULT = 5

# Answers in a reply.
OK = 0
NOT_NOW = 1
WRONG_SESSION = 2
WRONG_BOOT = 3
WRONG_NONCE = 4
OUT_OF_ORDER = 5
QUEUE_FULL = 6
TOO_FAR_AHEAD = 7
OVER_LIMIT = 8
MALFORMED = 9
UNKNOWN = 10
TOO_LATE = 11

# Faults.
FAULT_ESTOP = 1
FAULT_OVER_PRESSURE = 2
FAULT_OVER_CAP = 3
FAULT_HOLD_TOO_LONG = 4
FAULT_FILL_TIMEOUT = 5
FAULT_VENT_TIMEOUT = 6
FAULT_SENSOR = 7
FAULT_OVER_TEMPERATURE = 8
FAULT_UNDERRUN = 9
FAULT_ON_TOO_LONG = 10
FAULT_SESSION_TOO_LONG = 11


def encode(kind: int, seq: int, session: int, payload: bytes = b"") -> bytes:
    """One frame, ready to send. `payload` is at most MAX_PAYLOAD bytes; raises ValueError beyond."""
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("payload too long")
    body = struct.pack("<BBH", kind, seq & 0xFF, session) + payload
    body += struct.pack("<I", binascii.crc32(body))
    return _stuff(body)


def _stuff(body: bytes) -> bytes:
    """COBS for a body below 254 bytes: each zero becomes the distance to the next, and a new one ends the frame."""
    out = bytearray()
    for run in body.split(b"\x00"):
        out.append(len(run) + 1)
        out += run
    out.append(0)
    return bytes(out)


def unstuff(data: bytes) -> bytes | None:
    """The body of a stuffed frame (without its zero byte), or None where the distances do not fit."""
    out = bytearray()
    at = 0
    end = len(data)
    while at < end:
        step = data[at]
        if step == 0 or at + step > end:
            return None
        out += data[at + 1 : at + step]
        at += step
        if at < end:
            out.append(0)
    return bytes(out)


def decode(data: bytes) -> tuple[int, int, int, bytes] | None:
    """(kind, seq, session, payload) of a stuffed frame without its zero byte, or None if it is not a sound frame."""
    body = unstuff(data)
    if body is None or len(body) < _HEAD + _CRC:
        return None
    cut = len(body) - _CRC
    if struct.unpack_from("<I", body, cut)[0] != binascii.crc32(body[:cut]):
        return None
    kind, seq, session = struct.unpack_from("<BBH", body, 0)
    return kind, seq, session, body[_HEAD:cut]


class Decoder:
    """Cuts a byte stream into frames. Never raises, never holds more than MAX_FRAME bytes; counts what it drops."""

    def __init__(self) -> None:
        self.bad = 0
        self._held = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[tuple[int, int, int, bytes]]:
        """The sound frames that `data` completes, as a list of (kind, seq, session, payload)."""
        frames = []
        parts = (self._held + bytes(data)).split(b"\x00")
        self._held = parts.pop()
        for part in parts:
            if self._skipping:
                self._skipping = False
            elif part:
                frame = decode(part) if len(part) < MAX_FRAME else None
                if frame is None:
                    self.bad += 1
                else:
                    frames.append(frame)
        if len(self._held) >= MAX_FRAME:
            self.bad += not self._skipping
            self._skipping = True
        if self._skipping:
            self._held = b""
        return frames


def pack_row(delta_ticks: int, channel: int, target: int, ramp_ticks: int) -> bytes:
    """One set-point: ticks after the row before (or after base), channel, target in half-units, ramp in ticks."""
    return _varint(delta_ticks) + bytes((channel, target)) + _varint(ramp_ticks)


def pack_like(delta_ticks: int, channel: int) -> bytes:
    """One set-point with the target and the ramp of the row before: the other leg, as a rule."""
    return _varint(delta_ticks) + bytes((channel | LIKE,))


def _varint(value: int) -> bytes:
    """7 bits a byte, low end first, high bit set on all but the last; up to 3 bytes (0..2097151)."""
    if value < 0x80:
        return bytes((value,))
    if value < 0x4000:
        return bytes((value & 0x7F | 0x80, value >> 7))
    return bytes((value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14))


def _take_varint(data: bytes, at: int) -> tuple[int, int]:
    """(value, next position); position is -1 where the bytes run out or the number is longer than 3 bytes."""
    value = 0
    for shift in (0, 7, 14):
        if at >= len(data):
            return 0, -1
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    return 0, -1


def base_near(low: int, watermark: int) -> int:
    """The tick nearest to `watermark` whose low 16 bits are `low`."""
    return watermark + ((low - watermark + 0x8000) & 0xFFFF) - 0x8000


def take_rows(payload: bytes, at: int, base: int) -> list[tuple[int, int, int, int]] | None:
    """The rows of a SETPOINTS payload from `at` on: (when_ticks, channel, target, ramp_ticks); None if malformed."""
    rows = []
    when = base
    target = ramp = -1
    while at < len(payload):
        delta, at = _take_varint(payload, at)
        if at < 0 or at >= len(payload):
            return None
        when += delta
        channel = payload[at]
        if channel & LIKE:
            at += 1
        else:
            target, ramp, at = _take_move(payload, at + 1)
        if at < 0 or target < 0:
            return None
        rows.append((when, channel & ~LIKE, target, ramp))
    return rows


def _take_move(data: bytes, at: int) -> tuple[int, int, int]:
    """(target, ramp, next position); position is -1 where the bytes run out."""
    if at >= len(data):
        return 0, 0, -1
    ramp, after = _take_varint(data, at + 1)
    return data[at], ramp, after
