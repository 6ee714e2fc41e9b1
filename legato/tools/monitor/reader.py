"""Decodes frames; remembers what is needed to name channels and to complete session times."""

import struct
from dataclasses import dataclass
from typing import Any

from legato.firmware import wire
from legato.profiles import canonical
from legato.profiles.canonical import BadDescription, description_hash
from legato.profiles.device import Device
from legato.profiles.schedule import TICK_MS
from legato.tools.monitor import layouts
from legato.tools.monitor.frames import Bad, Frame
from legato.tools.monitor.layouts import Fields

TENTHS = 10
HALF_UNITS = 2


@dataclass(frozen=True, slots=True)
class Meant:
    """A frame with its meaning: the name of its message, and its fields."""

    frame: Frame
    name: str
    fields: Fields

    @property
    def sender(self) -> str:
        return "host" if self.frame.is_ours else "device"


class Reader:
    """Takes frames in order of time. Channels have names once the device is known, by hash or from its description."""

    def __init__(self, known: dict[bytes, Device]) -> None:
        self._known = known
        self._device: Device | None = None
        self._parts: dict[int, bytes] = {}
        self._watermark = 0

    def read(self, frame: Frame) -> Meant | Bad:
        """The meaning of `frame`; bad if its kind or length is not in this protocol."""
        if frame.is_ours == (frame.kind >= wire.WELCOME):
            sender = "a device" if frame.is_ours else "a host"
            return self._bad(frame, f"only {sender} may send {layouts.name(frame.kind)}")
        try:
            fields = self._fields(frame.kind, frame.payload)
        except struct.error:
            return self._bad(frame, f"{layouts.name(frame.kind)} cannot have {len(frame.payload)} bytes of payload")
        return Meant(frame, layouts.name(frame.kind), fields)

    def _bad(self, frame: Frame, why: str) -> Bad:
        data = wire.encode(frame.kind, frame.seq, frame.session, frame.payload)
        return Bad(frame.at_s, frame.is_ours, data[:-1], why)

    def _fields(self, kind: int, payload: bytes) -> Fields:
        match kind:
            case wire.SETPOINTS:
                return self._setpoints(payload)
            case wire.STATUS:
                return self._status(payload)
            case wire.DESCRIPTION:
                return self._description(payload)
        fields = layouts.fixed(kind, payload)
        if fields is None:
            return {"payload": payload.hex(" ")}
        self._learn(kind, fields)
        return fields

    def _learn(self, kind: int, fields: Fields) -> None:
        """Remembers the watermark, for full session times, and the device, for channel names."""
        match kind:
            case wire.ARM:
                self._watermark = 0
            case wire.SEEK:
                self._watermark = fields["session_ms"] // TICK_MS
            case wire.WELCOME:
                self._device = self._known.get(bytes.fromhex(fields["hash"]))
                self._parts.clear()
                fields["device"] = self._device.name if self._device else "not known yet"
            case wire.FAULT:
                channel = fields["channel"]
                fields["channel"] = "none" if channel == wire.NO_CHANNEL else self._channel(channel)

    def _setpoints(self, payload: bytes) -> Fields:
        low, span = struct.unpack_from(wire.SETPOINTS_HEAD, payload)
        base = wire.base_near(low, self._watermark)
        rows = wire.take_rows(payload, struct.calcsize(wire.SETPOINTS_HEAD), base)
        if rows is None:
            raise struct.error("incomplete rows")
        watermark = base + (span & ~wire.FLAG_END)
        self._watermark = max(self._watermark, watermark)
        head: Fields = {"base_ms": base * TICK_MS, "complete_ms": watermark * TICK_MS}
        if span & wire.FLAG_END:
            head["end"] = True
        return {**head, "rows": [self._row(*row) for row in rows]}

    def _row(self, when: int, channel: int, target: int, ramp: int) -> dict[str, Any]:
        value = f"{target / HALF_UNITS:g} {self._unit(channel)}".rstrip()
        return {"at_ms": when * TICK_MS, "channel": self._channel(channel), "target": value, "ramp_ms": ramp * TICK_MS}

    def _status(self, payload: bytes) -> Fields:
        fields = layouts.status_head(payload)
        count, rest = divmod(len(payload) - struct.calcsize(wire.STATUS_HEAD), 3)
        if rest:
            raise struct.error("not a whole number of channels")
        values = struct.unpack_from(f"<{count}H{count}B", payload, struct.calcsize(wire.STATUS_HEAD))
        fields["channels"] = {self._channel(n): self._reading(n, values[n], values[count + n]) for n in range(count)}
        return fields

    def _reading(self, channel: int, measured: int, commanded: int) -> str:
        shown = "invalid" if measured == wire.INVALID else f"{measured / TENTHS:g}"
        return f"{shown} of {commanded / HALF_UNITS:g} {self._unit(channel)}".rstrip()

    def _description(self, payload: bytes) -> Fields:
        (offset,) = struct.unpack_from(wire.DESCRIPTION_HEAD, payload)
        self._parts[offset] = payload[struct.calcsize(wire.DESCRIPTION_HEAD) :]
        fields: Fields = {"offset": offset, "bytes": len(self._parts[offset])}
        if self._device is None:
            self._device = self._described()
            if self._device is not None:
                fields["device"] = self._device.name
        return fields

    def _described(self) -> Device | None:
        """The device, once all parts of its description have arrived."""
        try:
            device = canonical.from_wire(b"".join(part for _, part in sorted(self._parts.items())))
        except BadDescription:
            return None
        self._known[description_hash(device)] = device
        return device

    def _channel(self, index: int) -> str:
        channels = self._device.channels if self._device else ()
        return channels[index].name if index < len(channels) else f"channel {index}"

    def _unit(self, index: int) -> str:
        channels = self._device.channels if self._device else ()
        return channels[index].unit if index < len(channels) else ""
