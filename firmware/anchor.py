"""The one anchor: which session this is, where its time stands, and the gain.

Session time either stands at a value or runs from one, tied to a device time.
"""

from firmware.ticks import ticks_diff

FULL_GAIN = 10000
"""Gain is kept in hundredths of a percent, so that its slew is a whole number a tick."""

GAIN_STEP = 20
"""20 %/s at 100 ticks/s."""


class Anchor:
    """Session ms <-> device ms, epoch and gain of the present session."""

    def __init__(self) -> None:
        self.session = 0
        self.begin(0)

    def begin(self, session: int) -> None:
        """A new session, standing at 0, at full gain; the epoch of arming is 0."""
        self.session = session
        self.epoch = 0
        self.gain = FULL_GAIN
        self._goal = FULL_GAIN
        self.stand_at(0)

    def is_newer(self, epoch: int) -> bool:
        """False for the present epoch and for those before it: such a request is a repetition."""
        return 0 < (epoch - self.epoch) & 0xFF < 0x80

    def renews(self, epoch: int) -> bool:
        """Take over `epoch` if it is a newer one, and say whether it is."""
        if not self.is_newer(epoch):
            return False
        self.epoch = epoch
        return True

    def stand_at(self, session_ms: int) -> None:
        self._session_ms = session_ms
        self._device_ms = 0
        self._running = False

    def run_from(self, session_ms: int, device_ms: int) -> None:
        """Let session time run: it was `session_ms` at `device_ms`."""
        self._session_ms = session_ms
        self._device_ms = device_ms
        self._running = True

    def session_ms(self, now_ms: int) -> int:
        """Session time at device time `now_ms`."""
        return self._session_ms + ticks_diff(now_ms, self._device_ms) if self._running else self._session_ms

    @property
    def percent(self) -> int:
        """The gain as it is now, in whole percent."""
        return self.gain * 100 // FULL_GAIN

    def set_gain(self, percent: int) -> None:
        """Head for `percent` (0..100)."""
        self._goal = percent * (FULL_GAIN // 100)

    def jump_gain(self) -> None:
        """Be there at once."""
        self.gain = self._goal

    def slew_gain(self, ticks: int) -> None:
        """The step of `ticks` towards the gain that was asked for."""
        if self.gain < self._goal:
            self.gain = min(self._goal, self.gain + ticks * GAIN_STEP)
        elif self.gain > self._goal:
            self.gain = max(self._goal, self.gain - ticks * GAIN_STEP)
