"""Motors and rollers: intensity, rate and position follow their planned lines."""

from . import wire
from .board import Io
from .config import INTENSITY, ChannelConfig
from .ramp import Ramp
from .session_clock import FULL_GAIN
from .ticks import TICK_MS

GRACE_MS = 2000
"""Allowed on top of the longest time something may be on."""


class OnTime:
    """How long something has been on without a break."""

    def __init__(self, max_on_ms: int) -> None:
        self._most_ms = max_on_ms + GRACE_MS if max_on_ms else 0
        self.on_ms = 0

    def check(self, on: bool, ticks: int) -> bool:
        """Count `ticks`; True once it has been on for too long."""
        self.on_ms = self.on_ms + ticks * TICK_MS if on else 0
        return 0 < self._most_ms < self.on_ms


class Drive:
    """One intensity, rate or position channel; `command` is what is driven, in half-units."""

    def __init__(self, channel: int, settings: ChannelConfig, ramp: Ramp, io: Io) -> None:
        self.channel = channel
        self.command = 0
        self.a = 0
        self.b = 0
        self._is_intensity = settings.kind == INTENSITY
        self._ramp = ramp
        self._io = io
        self._on_time = OnTime(settings.max_on_ms)

    def control(self, session_ms: int, level: int, ticks: int) -> int:
        """Go on by `ticks` at `level` of FULL_GAIN (0 while nothing moves). Returns a fault code or 0.

        The level scales intensities; rates and positions stay where they are while it is 0.
        """
        if self._ramp.at_rest:
            return 0
        if self._is_intensity:
            self._set((self._ramp.at(session_ms) * level // FULL_GAIN + 2) // 5)
        elif level:
            self._set((self._ramp.at(session_ms) + 2) // 5)
        if self._on_time.check(self.command > 0 and self._is_intensity, ticks):
            self.a = self._on_time.on_ms
            self.b = self.command
            return wire.FAULT_ON_TOO_LONG
        self._ramp.at_rest = session_ms >= self._ramp.end_ms and self._is_settled(level)
        return 0

    def shut(self) -> None:
        """Safe state: off."""
        self._ramp.at_rest = False
        self._set(0)

    def _is_settled(self, level: int) -> bool:
        """At the end of its line: an intensity that is off, a rate or position that was let through."""
        return self._ramp.target == 0 if self._is_intensity else level > 0

    def _set(self, value: int) -> None:
        if value != self.command:
            self.command = value
            self._io.drive(self.channel, value)
