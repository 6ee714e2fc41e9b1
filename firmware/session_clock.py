"""The session clock: which session this is, where its time stands, and the gain.

Session time either stands at a value or runs from one, tied to a device time; a host that keeps several devices
together may have it run a little faster or slower than the device's clock.
"""

from .ticks import ticks_diff

FULL_GAIN = 10000
"""Gain is kept in hundredths of a percent, so that its slew is a whole number a tick."""

GAIN_STEP = 20
"""20 %/s at 100 ticks/s."""

RATE_BITS = 12
"""A rate is in 1/4096, so that with RATE_MOST the product stays below 2^30 for three hours of session."""

RATE_MOST = 100
"""2.4 %: two clocks that are each 1 % off, and a little more."""

TRIM_MS = 200
"""A trim moves session time by no more than this."""

TRIM_REACH_MS = 2000
"""A trim names a moment no further from now than this."""


class SessionClock:
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
        self._rate = 0
        self.stand_at(0)

    def is_newer(self, epoch: int) -> bool:
        """False for the present epoch and for those before it: such a request is a repetition."""
        return 0 < (epoch - self.epoch) & 0xFF < 0x80

    def renew(self, epoch: int) -> bool:
        """Take over `epoch` if it is a newer one, and say whether it is."""
        if not self.is_newer(epoch):
            return False
        self.epoch = epoch
        return True

    def stand_at(self, session_ms: int) -> None:
        self._session_ms = self._least_ms = session_ms
        self._device_ms = 0
        self._running = False

    def run_from(self, session_ms: int, device_ms: int) -> None:
        """Let session time run: it is `session_ms` until `device_ms`, and goes on from there."""
        self._session_ms = self._least_ms = session_ms
        self._device_ms = device_ms
        self._running = True

    def session_ms(self, now_ms: int) -> int:
        """Session time at device time `now_ms`."""
        if not self._running:
            return self._session_ms
        gone_ms = ticks_diff(now_ms, self._device_ms)
        return max(self._session_ms + gone_ms + (gone_ms * self._rate >> RATE_BITS), self._least_ms)

    def trim(self, session_ms: int, device_ms: int, rate: int, now_ms: int) -> bool:
        """Run through `session_ms` at `device_ms`, from now on `rate` / 4096 faster than the clock.

        False, and nothing changes, where that is more than a small correction.
        """
        gone_ms = ticks_diff(now_ms, device_ms)
        if abs(gone_ms) > TRIM_REACH_MS or abs(rate) > RATE_MOST:
            return False
        if abs(session_ms + gone_ms - self.session_ms(now_ms)) > TRIM_MS:
            return False
        self.run_from(session_ms, device_ms)
        self._least_ms = 0
        self._rate = rate
        return True

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
