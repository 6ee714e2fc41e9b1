"""The planned line of one channel: from where it was, along a straight ramp, to its target."""


class Ramp:
    """Values are tenths of the channel's unit, times are session ms. All integers."""

    __slots__ = ("at_rest", "end_ms", "origin", "ramp_ms", "start_ms", "target")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to 0, with nothing planned."""
        self.start_ms = 0
        self.ramp_ms = 0
        self.end_ms = 0
        self.origin = 0
        self.target = 0
        self.at_rest = False
        """Set by whoever follows the line, once it has nothing to do until the next set-point."""

    def aim(self, when_ms: int, target: int, ramp_ms: int) -> None:
        """From `when_ms` on, go to `target` in `ramp_ms`. A late call still gives the line that was planned."""
        self.origin = self.at(when_ms)
        self.start_ms = when_ms
        self.ramp_ms = ramp_ms
        self.end_ms = when_ms + ramp_ms
        self.target = target
        self.at_rest = False

    def at(self, session_ms: int) -> int:
        """The planned value at `session_ms`."""
        if session_ms >= self.end_ms:
            return self.target
        gone_ms = session_ms - self.start_ms
        if gone_ms <= 0:
            return self.origin
        return self.origin + (self.target - self.origin) * gone_ms // self.ramp_ms
