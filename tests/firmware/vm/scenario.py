"""A long random scenario, for any Python: a host that errs, a line with noise, sensors and hoses that fail.

Prints a digest of every byte the firmware sent and of everything it did to its board, and what it has been through.
"""

import binascii
import struct

from firmware import wire
from firmware.config import COLD, HEAT, INTENSITY, POSITION, PRESSURE, RATE, Air, ChannelConfig, Config
from firmware.core import Core
from firmware.ports.unix.bladders import BladderBoard
from firmware.ticks import MASK

TICKS = 60_000
BOOT_ID = 0xC0FFEE11
FIRST_MS = MASK - 60_000
"""The clock wraps within the first minute."""


class Dice:
    """The same numbers on every interpreter (the constants of Numerical Recipes)."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def roll(self, sides: int) -> int:
        """A number from 0 to `sides` - 1."""
        self._state = (self._state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self._state >> 8) % sides


class World(BladderBoard):
    """Bladders whose sensors sometimes lie, and whose air does; keeps a digest of what is done to them."""

    def __init__(self, config: Config, dice: Dice) -> None:
        super().__init__(config, FIRST_MS)
        self.digest = 0
        self._dice = dice
        self._lie = 0
        self._liar = 0
        self._lies_for = 0
        self._drift = 0
        self._drifter = 0
        self._drifts_for = 0

    def note(self, data: bytes) -> None:
        """Takes bytes into the digest."""
        self.digest = binascii.crc32(data, self.digest)

    def measure(self, out: list[int]) -> None:
        self._leak()
        super().measure(out)
        if self._lies_for:
            self._lies_for -= 1
            out[self._liar] = self._lie
        elif not self._dice.roll(4000):
            self._lies_for = self._dice.roll(20)
            self._liar = self._dice.roll(len(out))
            self._lie = (wire.INVALID, 900, 1300, 431)[self._dice.roll(4)]

    def _leak(self) -> None:
        """A hose that comes off, or a valve that leaks, for a while."""
        if self._drifts_for:
            self._drifts_for -= 1
            bladder = self.bladders[self._drifter]
            bladder.cents = max(0, bladder.cents + self._drift)
        elif not self._dice.roll(4000):
            self._drifts_for = self._dice.roll(1000)
            self._drifter = self._dice.roll(3)
            self._drift = (-500, 5, 12, 60)[self._dice.roll(4)]

    def valves(self, fill: int, vent: int, dump: int) -> None:
        super().valves(fill, vent, dump)
        self.note(struct.pack("<BIII", 1, fill, vent, dump))

    def pump(self, number: int, on: int) -> None:
        super().pump(number, on)
        self.note(bytes((2, number, on)))

    def drive(self, channel: int, value: int) -> None:
        super().drive(channel, value)
        self.note(bytes((3, channel, value)))

    def master(self, on: int) -> None:
        super().master(on)
        self.note(bytes((4, on)))


class Host:
    """Knows the protocol, mostly. Times are those of the device's latest status."""

    def __init__(self, dice: Dice) -> None:
        self.states: set[int] = set()
        self.faults: set[int] = set()
        self.state = wire.IDLE
        self._dice = dice
        self._decoder = wire.Decoder()
        self._session = 0
        self._session_ms = 0
        self._epoch = 0
        self._nonce = 0
        self._expected = 0
        self._slack = 0
        self._fault = 0
        self._asleep = 0
        self._lazy = 0

    def hear(self, data: bytes) -> None:
        """Takes what the device said."""
        for kind, _seq, session, payload in self._decoder.feed(data):
            if kind == wire.STATUS:
                fields = struct.unpack_from(wire.STATUS_HEAD, payload, 0)
                self._session = session
                self._session_ms, self.state, _ended, self._epoch = fields[1:5]
                self._nonce, self._expected, _free, self._slack = fields[8:12]
                self.states.add(self.state)
            elif kind == wire.FAULT:
                self._fault = payload[0]
                self.faults.add(payload[1])
            elif kind == wire.REPLY:
                self._expected = payload[3]

    def say(self) -> bytes:
        """What goes over the line in this tick: often nothing, at times nonsense."""
        dice = self._dice
        if self._asleep:
            self._asleep -= 1
            return b""
        if not dice.roll(4000):
            self._asleep = 300
        if not dice.roll(3000):
            self._lazy = 1500
        if not dice.roll(20):
            return self._frame(wire.HEARTBEAT, b"")
        if self._lazy:
            self._lazy -= 1
            return b""
        if dice.roll(8):
            return b""
        return self._spoilt(self._request())

    def _spoilt(self, frame: bytes) -> bytes:
        """Most frames arrive as they are."""
        chance = self._dice.roll(24)
        if chance == 0:
            at = self._dice.roll(len(frame))
            return frame[:at] + bytes((self._dice.roll(256),)) + frame[at + 1 :]
        if chance == 1:
            return frame[: self._dice.roll(len(frame))]
        if chance == 2:
            return bytes([self._dice.roll(256) for _ in range(self._dice.roll(200))])
        return frame + frame if chance == 3 else frame

    def _request(self) -> bytes:
        dice = self._dice
        if not dice.roll(20):
            return self._any()
        if self.state == wire.FAULTED:
            return self._frame((wire.FAULT_SEEN, wire.CLEAR)[dice.roll(2)], bytes((self._fault,)))
        if self.state == wire.IDLE:
            return self._arm()
        if (self.state == wire.ARMED or self.state == wire.PAUSED) and self._slack > 0 and not dice.roll(4):
            at_ms = wire.NOW if dice.roll(3) else FIRST_MS
            return self._frame(wire.RUN, struct.pack(wire.RUN_FORMAT, self._epoch + 1 & 0xFF, self._session_ms, at_ms))
        return self._setpoints()

    def _any(self) -> bytes:
        """Any other request, whether it makes sense or not."""
        epoch = self._epoch + self._dice.roll(2) & 0xFF
        wishes = (
            (wire.HELLO, b"\1\1"),
            (wire.GET_DESCRIPTION, struct.pack("<H", self._dice.roll(400))),
            (wire.PAUSE, struct.pack(wire.PAUSE_FORMAT, epoch, wire.NOW)),
            (wire.PAUSE, struct.pack(wire.PAUSE_FORMAT, epoch, self._session_ms + self._dice.roll(3000))),
            (wire.SEEK, struct.pack(wire.SEEK_FORMAT, epoch, self._dice.roll(60_000))),
            (wire.GAIN, bytes((epoch, self._dice.roll(120)))),
            (wire.STOP, bytes((epoch,))),
            (wire.ESTOP, b""),
            (0x60, b"what?"),
        )
        return self._frame(*wishes[self._dice.roll(len(wishes))])

    def _arm(self) -> bytes:
        nonce = self._nonce if self._dice.roll(4) else self._dice.roll(65536)
        self._session = 1 + self._dice.roll(9)
        return self._frame(wire.ARM, struct.pack(wire.ARM_FORMAT, BOOT_ID, nonce))

    def _setpoints(self) -> bytes:
        """A few rows from about the watermark on, at times over a limit; now and then the end."""
        dice = self._dice
        rows = b""
        for _ in range(dice.roll(6)):
            target = dice.roll(140) if dice.roll(30) else dice.roll(256)
            rows += wire.pack_row(dice.roll(20), dice.roll(8), target, dice.roll(150))
            if not dice.roll(4):
                rows += wire.pack_like(dice.roll(20), dice.roll(8))
        base = self._session_ms // 10 + max(0, self._slack) + dice.roll(2)
        end = 0 if dice.roll(60) else wire.FLAG_END
        head = struct.pack(wire.SETPOINTS_HEAD, base & 0xFFFF, 100 + dice.roll(60) | end)
        return wire.encode(wire.SETPOINTS, self._expected, self._session, head + rows)

    def _frame(self, kind: int, payload: bytes) -> bytes:
        return wire.encode(kind, self._dice.roll(256), self._session, payload)


def make_config() -> Config:
    """Three bladders on two pumps, a motor, a roller, a heater and a cooler."""
    return Config(
        description=bytes(300),
        desc_hash=b"scenario",
        device_id=b"scenario",
        version=(1, 2, 3),
        queue_slots=64,
        session_ms=30_000,
        channels=[
            ChannelConfig(PRESSURE, 220, air=Air(0, 20_000, 10, 400, 60, 1700)),
            ChannelConfig(PRESSURE, 160, air=Air(0, 20_000, 10, 600, 40, 1700)),
            ChannelConfig(PRESSURE, 120, air=Air(1, 20_000, 10, 800, 30, 2500)),
            ChannelConfig(INTENSITY, 200, max_on_ms=9000),
            ChannelConfig(RATE, 100),
            ChannelConfig(POSITION, 150),
            ChannelConfig(HEAT, 84, max_on_ms=40_000),
            ChannelConfig(COLD, 20, max_on_ms=40_000),
        ],
    )


class Stage:
    """The firmware, its host and `board`, tick by tick."""

    def __init__(self, config: Config, board: BladderBoard, dice: Dice) -> None:
        self.host = Host(dice)
        self.core = Core(config, board, BOOT_ID)
        self._board = board
        self._tick = 0

    def receive(self) -> int:
        """The first half of a tick: the device hears its host. Returns device ms."""
        now_ms = FIRST_MS + self._tick * 10 & MASK
        self._tick += 1
        self.core.receive(self.host.say(), now_ms)
        self._board.now_ms = now_ms
        return now_ms

    def answer(self) -> bytes:
        """The last half: the host hears its device. Returns what it heard."""
        output = self.core.take_output()
        self.host.hear(output)
        return output


def main() -> None:
    """Plays it."""
    dice = Dice(1)
    config = make_config()
    world = World(config, dice)
    stage = Stage(config, world, dice)
    for _ in range(TICKS):
        now_ms = stage.receive()
        stage.core.tick(now_ms)
        world.note(stage.answer())
    print(f"{world.digest:08x} states {sorted(stage.host.states)} faults {sorted(stage.host.faults)}")


if __name__ == "__main__":
    main()
