"""Heaters and coolers: a proportional-integral thermostat on the NTC, its duty renewed once a second."""

from firmware import wire
from firmware.board import Io
from firmware.config import COLD, Channel
from firmware.curve import Curve
from firmware.drive import OnTime

TOO_HOT = 430
"""43 degC trips; contact for ten minutes at that temperature is the limit of IEC 60601-1, table 24."""

BAD_SAMPLES = 5
"""This many bad readings in a row trip; a single one never does."""

PERIOD_TICKS = 100
PROPORTIONAL = 5
"""Percent of duty for a tenth of a degree: full power from 2 degC away."""

WINDUP = 20
"""The integral works only within 2 degC (tenths), one percent of duty for each 2 s and degree."""

INTEGRAL = 20


class Thermostat:
    """One heater or cooler; `command` is the planned temperature in half-degrees, 0 is off."""

    def __init__(self, channel: int, settings: Channel, curve: Curve, io: Io) -> None:
        self.channel = channel
        self.command = 0
        self.a = 0
        self.b = 0
        self._sign = -1 if settings.kind == COLD else 1
        self._coldest = settings.cap if settings.kind == COLD else 0
        self._curve = curve
        self._io = io
        self._on_time = OnTime(settings.max_on_ms)
        self._duty = 0
        self._sum = 0
        self._wait = 0
        self._hot = 0
        self._lost = 0

    def control(self, session_ms: int, reading: int, on: bool) -> int:
        """One tick with the NTC's `reading` in tenths of a degree. Returns a fault code or 0."""
        self._aim(self._curve.at(session_ms) // 5 if on else 0)
        if self.command and self._wait <= 0:
            self._wait = PERIOD_TICKS
            self._regulate(reading)
        self._wait -= 1
        return self._check(reading)

    def shut(self) -> None:
        """Safe state: off."""
        self._aim(0)

    def _aim(self, command: int) -> None:
        self.command = max(command, self._coldest) if command else 0
        if not self.command:
            self._wait = 0
            self._sum = 0
            self._set(0)

    def _regulate(self, reading: int) -> None:
        if reading == wire.INVALID:
            self._set(0)
            return
        short = (self.command * 5 - reading) * self._sign
        if abs(short) <= WINDUP:
            self._sum = max(0, min(self._sum + short, 100 * INTEGRAL))
        self._set(max(0, min(100, short * PROPORTIONAL + self._sum // INTEGRAL)))

    def _set(self, duty: int) -> None:
        if duty != self._duty:
            self._duty = duty
            self._io.drive(self.channel, duty)

    def _check(self, reading: int) -> int:
        self.a = reading
        self.b = self.command
        is_lost = reading == wire.INVALID
        self._lost = self._lost + 1 if is_lost else 0
        self._hot = self._hot + 1 if reading > TOO_HOT and not is_lost else 0
        if self._hot >= BAD_SAMPLES:
            return wire.FAULT_OVER_TEMPERATURE
        if self._lost >= BAD_SAMPLES:
            return wire.FAULT_SENSOR
        return wire.FAULT_ON_TOO_LONG if self._on_time.check(self.command > 0) else 0
