"""What the firmware's tests share: three bladders, a motor and a pad on a scripted board, and a host for them."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from legato.firmware import wire
from legato.firmware.board import Io
from legato.firmware.config import HEAT, INTENSITY, PRESSURE, RATE, Air, ChannelConfig, Config
from legato.firmware.core import Core

BOOT_ID = 0x5EED1234
SESSION = 4660
FOOT, CALF, KNEE, MOTOR, RATE_OF_MOTOR, PAD = range(6)


@dataclass
class Board(Io):
    """Bladders that rise 60 mmHg/s while filled alone and fall 60 mmHg/s through a vent; the rest only remembers."""

    tenths: list[int] = field(default_factory=lambda: [0, 0, 0])
    fill: int = 0
    vent: int = 0
    dump: int = 0
    pumps: int = 0
    enabled: int = 0
    driven: dict[int, int] = field(default_factory=dict)
    pad_tenths: int = 240
    broken_vents: int = 0
    lost_hoses: int = 0
    said: dict[int, int] = field(default_factory=dict)
    """Readings that a test puts into the sensors' mouths, by channel."""
    jolt_tenths: int = 0
    """What a person's movement adds to every reading."""
    calls: list[tuple[int, ...]] = field(default_factory=list)
    _samples: int = 0

    def measure(self, out: list[int]) -> None:
        self._samples += 1
        self.flow()
        for number in range(3):
            out[number] = self.tenths[number] + self.jolt_tenths + self._samples % 2
        out[MOTOR] = self.driven.get(MOTOR, 0) * 5
        out[RATE_OF_MOTOR] = self.driven.get(RATE_OF_MOTOR, 0) * 5
        out[PAD] = self.pad_tenths
        for channel, reading in self.said.items():
            out[channel] = reading

    def flow(self) -> None:
        """The air of one tick."""
        for number in range(3):
            self._move(number)

    def _move(self, number: int) -> None:
        bit = 1 << number
        air = self.tenths[number]
        if self.fill & bit and self.pumps and self.enabled:
            air += 0 if self.lost_hoses & bit else 6 // self.fill.bit_count()
        elif self.fill & bit and not self.dump:
            air -= 6
        if not self.vent & bit and not self.broken_vents & bit:
            air -= 6
        self.tenths[number] = max(0, air)

    def valves(self, fill: int, vent: int, dump: int) -> None:
        self.fill, self.vent, self.dump = fill, vent, dump
        self.calls.append((fill, vent, dump))

    def pump(self, number: int, on: int) -> None:
        assert number == 0
        self.pumps = on

    def drive(self, channel: int, value: int) -> None:
        self.driven[channel] = value

    def master(self, on: int) -> None:
        self.enabled = on

    @property
    def is_safe(self) -> bool:
        """Nothing is energised, nothing is driven."""
        return not (self.fill or self.vent or self.dump or self.pumps or self.enabled or any(self.driven.values()))


def make_config(pad_ms: int = 40_000, session_ms: int = 60_000, **air: int) -> Config:
    settings = {"pump": 0, "hold_ms": 20_000, "coil_ms": 0, "contact_ms": 400, "rise_mmhg_s": 60, "vent_ms": 1700} | air
    return Config(
        description=b'{"name":"bench"}' * 20,
        desc_hash=bytes(range(8)),
        device_id=b"bench-01",
        version=(1, 2, 3),
        queue_slots=16,
        session_ms=session_ms,
        channels=[
            ChannelConfig(PRESSURE, 220, air=Air(**settings)),
            ChannelConfig(PRESSURE, 160, air=Air(**settings)),
            ChannelConfig(PRESSURE, 80, air=Air(**settings)),
            ChannelConfig(INTENSITY, 200, max_on_ms=5000),
            ChannelConfig(RATE, 100),
            ChannelConfig(HEAT, 84, max_on_ms=pad_ms),
        ],
    )


Row = tuple[float, int, float, float]
"""(when in s, channel, target in the channel's unit, ramp in s)."""


class Rig:
    """A device and its host, in step. `now_ms` is device time; nothing here waits."""

    def __init__(self, config: Config, board: Board | None = None) -> None:
        self.board = board or Board()
        self.core = Core(config, self.board, BOOT_ID)
        self.now_ms = 0
        self.session = 0
        self.heard: list[tuple[int, int, int, bytes]] = []
        self.is_beating = True
        self._decoder = wire.Decoder()
        self._seq = 0
        self._rows_seq = 0
        self._epoch = 0

    def send(
        self, kind: int, payload: bytes = b"", *, session: int | None = None, seq: int | None = None
    ) -> int | None:
        """Send one frame; the code of the reply to it, or None where there is none."""
        if seq is None:
            self._seq = seq = (self._seq + 1) & 0xFF
        return self.send_raw(wire.encode(kind, seq, self.session if session is None else session, payload))

    def send_raw(self, data: bytes) -> int | None:
        self.core.receive(data, self.now_ms)
        replies = [frame[3][2] for frame in self._listen() if frame[0] == wire.REPLY]
        return replies[-1] if replies else None

    def _listen(self) -> list[tuple[int, int, int, bytes]]:
        frames = self._decoder.feed(self.core.take_output())
        self.heard += frames
        return frames

    def step(self, seconds: float, watch: Callable[[], None] = lambda: None) -> None:
        """Let time pass, tick by tick, with a heartbeat every 250 ms; `watch` is called after each tick."""
        for _ in range(round(seconds * 100)):
            self.now_ms += 10
            if self.is_beating and self.now_ms % 250 == 0:
                self.send(wire.HEARTBEAT)
            self.core.tick(self.now_ms)
            self._listen()
            watch()

    def arm(self, session: int = SESSION) -> int | None:
        self.send(wire.HELLO, b"\x01\x01")
        code = self.send(wire.ARM, struct.pack(wire.ARM_FORMAT, BOOT_ID, self.nonce), session=session)
        self.session, self._rows_seq, self._epoch = session, 0, 0
        return code

    @property
    def nonce(self) -> int:
        welcome = next(frame[3] for frame in reversed(self.heard) if frame[0] == wire.WELCOME)
        return int(struct.unpack(wire.WELCOME_FORMAT, welcome)[4])

    def feed(
        self, *rows: Row, until_s: float, end: bool = False, base_s: float = 0.0, seq: int | None = None
    ) -> int | None:
        """Send a set-point frame; in order, unless `seq` says otherwise."""
        base, at, packed = round(base_s * 100), round(base_s * 100), b""
        for when_s, channel, target, ramp_s in rows:
            packed += wire.pack_row(round(when_s * 100) - at, channel, round(target * 2), round(ramp_s * 100))
            at = round(when_s * 100)
        span = round(until_s * 100) - base
        head = struct.pack(wire.SETPOINTS_HEAD, base & 0xFFFF, span | (wire.FLAG_END if end else 0))
        code = self.send(wire.SETPOINTS, head + packed, seq=self._rows_seq if seq is None else seq)
        if seq is None and code == wire.OK:
            self._rows_seq = (self._rows_seq + 1) & 0xFF
        return code

    def next_epoch(self) -> int:
        self._epoch += 1
        return self._epoch

    def run(self, session_ms: int = 0, at_ms: int = wire.NOW, epoch: int | None = None) -> int | None:
        return self.send(wire.RUN, struct.pack(wire.RUN_FORMAT, epoch or self.next_epoch(), session_ms, at_ms))

    def trim(self, session_ms: int, at_ms: int, rate: int = 0) -> int | None:
        return self.send(wire.TRIM, struct.pack(wire.TRIM_FORMAT, session_ms, at_ms, rate))

    def pause(self, at_ms: int = wire.NOW) -> int | None:
        return self.send(wire.PAUSE, struct.pack(wire.PAUSE_FORMAT, self.next_epoch(), at_ms))

    def seek(self, session_ms: int) -> int | None:
        return self.send(wire.SEEK, struct.pack(wire.SEEK_FORMAT, self.next_epoch(), session_ms))

    def gain(self, percent: int) -> int | None:
        return self.send(wire.GAIN, struct.pack(wire.GAIN_FORMAT, self.next_epoch(), percent))

    def stop(self) -> int | None:
        return self.send(wire.STOP, struct.pack(wire.STOP_FORMAT, self.next_epoch()))

    def clear(self, number: int) -> int | None:
        return self.send(wire.CLEAR, bytes((number,)))

    def play(self, *rows: Row, until_s: float = 9.0, end: bool = False) -> None:
        """Arm, feed and run; session time has begun when this returns, or refills."""
        assert self.arm() == wire.OK
        assert self.feed(*rows, until_s=until_s, end=end) == wire.OK
        assert self.run() == wire.OK
        self.step(0.01)

    def oversleep(self, ms: int) -> None:
        """The loop comes so late; the air does not wait for it."""
        for _ in range(ms // 10 - 1):
            self.board.flow()
        self.now_ms += ms
        self.core.tick(self.now_ms)
        self._listen()

    def hold(self, channel: int, mmhg: float) -> None:
        """Play until `channel` has been at `mmhg` for a while, with seconds of plan left."""
        self.play((0, channel, mmhg, 1))
        self.step(2)
        assert self.core.state == wire.RUNNING

    @property
    def status(self) -> tuple[int, ...]:
        """The head of the latest status, in the order of wire.STATUS_HEAD."""
        payload = next(frame[3] for frame in reversed(self.heard) if frame[0] == wire.STATUS)
        return struct.unpack_from(wire.STATUS_HEAD, payload, 0)

    @property
    def ended(self) -> int:
        return self.status[3]

    @property
    def faults(self) -> list[tuple[int, ...]]:
        """All fault frames heard: number, code, channel, a, b, device_ms, session_ms."""
        return [struct.unpack(wire.FAULT_FORMAT, frame[3]) for frame in self.heard if frame[0] == wire.FAULT]

    def the_fault(self) -> tuple[int, int]:
        """(code, channel) of the only fault; the device has to be in its safe state."""
        assert self.core.state == wire.FAULTED
        assert self.ended == wire.ENDED_FAULT
        assert not any((self.board.vent, self.board.pumps, self.board.enabled, self.board.dump))
        assert len({fault[0] for fault in self.faults}) == 1
        _, code, channel, *_ = self.faults[0]
        return code, channel

    def mmhg(self, channel: int) -> float:
        return self.board.tenths[channel] / 10

    def commanded(self, channel: int) -> float:
        return self.core.commanded()[channel] / 2


@pytest.fixture
def rig() -> Rig:
    return Rig(make_config())


@pytest.fixture
def make_rig() -> Callable[[], Rig]:
    """For those that need more than one."""
    return lambda: Rig(make_config())


@pytest.fixture
def patient_rig() -> Rig:
    """One that may go on for ten minutes."""
    return Rig(make_config(pad_ms=600_000, session_ms=600_000, hold_ms=600_000))


@pytest.fixture
def roomy_rig() -> Rig:
    """One whose bladders take four seconds of air before anything is felt."""
    return Rig(make_config(contact_ms=4000))
