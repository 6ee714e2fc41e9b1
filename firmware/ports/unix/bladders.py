"""Bladders without slack that fill and vent at an even rate: enough of a board to run the firmware on a desk."""

from ...board import Io
from ...config import COLD, HEAT, Air, Config
from ...ticks import ticks_diff

FULL_CENTS = 11000
"""110 mmHg: what a vent lets off in its nominal time. Pressures are kept in hundredths, so that no air is lost."""

ROOM_TENTHS = 240
"""What a temperature sensor reads here, whatever is heated: 24 degC."""


class SimpleBladder:
    """One chamber; `bit` is its place in the masks of valves."""

    def __init__(self, channel: int, bit: int, air: Air) -> None:
        self.channel = channel
        self.bit = bit
        self.air = air
        self.cents = 0

    def gain(self, gone_ms: int, sharing: int) -> None:
        """The pump fills it, with `sharing` bladders in all."""
        self.cents += self.air.rise_mmhg_s * gone_ms // (10 * sharing)

    def lose(self, gone_ms: int) -> None:
        """A valve stands open to the outside."""
        self.cents = max(0, self.cents - FULL_CENTS * gone_ms // self.air.vent_ms)


class BladderBoard(Io):
    """Whoever runs the firmware sets `now_ms`; air moves by the time that has gone since it was last looked at."""

    def __init__(self, config: Config, now_ms: int) -> None:
        self.now_ms = now_ms
        self.bladders: list[SimpleBladder] = []
        self._then_ms = now_ms
        self._driven = [0] * len(config.channels)
        self._is_warm = [False] * len(config.channels)
        self._fill = 0
        self._vent = 0
        self._dump = 0
        self._pumps = 0
        self._enabled = 0
        self._noise = 0
        for channel, settings in enumerate(config.channels):
            self._is_warm[channel] = settings.kind == HEAT or settings.kind == COLD
            if settings.air is not None:
                self.bladders.append(SimpleBladder(channel, 1 << len(self.bladders), settings.air))

    def measure(self, out: list[int]) -> None:
        """Motors as driven; all else with a tenth of noise, for a reading that never moves is a broken sensor's."""
        self._flow(ticks_diff(self.now_ms, self._then_ms))
        self._then_ms = self.now_ms
        self._noise ^= 1
        for channel in range(len(out)):
            out[channel] = ROOM_TENTHS + self._noise if self._is_warm[channel] else self._driven[channel] * 5
        for bladder in self.bladders:
            out[bladder.channel] = bladder.cents // 10 + self._noise

    def valves(self, fill: int, vent: int, dump: int) -> None:
        """Fill opens where its bit is 1; vent and dump close."""
        self._fill = fill
        self._vent = vent
        self._dump = dump

    def pump(self, number: int, on: int) -> None:
        """A pump that turns at once."""
        self._pumps = self._pumps & ~(1 << number) | on << number

    def drive(self, channel: int, value: int) -> None:
        """Remembered, to be read back."""
        self._driven[channel] = value

    def master(self, on: int) -> None:
        """Without it no pump turns."""
        self._enabled = on

    def _flow(self, gone_ms: int) -> None:
        sharing = 0
        for bladder in self.bladders:
            sharing += self._fill & bladder.bit != 0
        for bladder in self.bladders:
            pump = bladder.air.pump
            is_filling = self._fill & bladder.bit
            if is_filling and self._enabled and self._pumps >> pump & 1:
                bladder.gain(gone_ms, sharing)
            if not self._vent & bladder.bit or (is_filling and not self._dump >> pump & 1):
                bladder.lose(gone_ms)
