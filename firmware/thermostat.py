"""Heaters and coolers: a proportional-integral thermostat on the NTC, its duty renewed once a second."""

from . import wire
from .board import Io
from .config import COLD, ChannelConfig
from .drive import OnTime
from .ramp import Ramp

TOO_HOT = 430
"""43 degC trips; contact for ten minutes at that temperature is the limit of IEC 60601-1, table 24."""

TOO_COLD = 50
"""Nothing at a leg is below 5 degC: the sensor is shorted, or not there."""

TEMPERATURE_JUMP = 50
"""5 degC within a tick is no temperature: the sample is not believed ([E] estimate)."""

BAD_SAMPLES = 5
"""This many bad readings in a row trip; a single one never does."""

STUCK_TICKS = 6000
"""A pad that works, and reads exactly the same for 60 s, has a sensor that is stuck ([E] estimate)."""

WARMED = 6
LOOSE_TICKS = 18000
"""A heater far below its command, so at full power, warms by 0.6 degC in 3 min, or its sensor is off ([E] estimate)."""

PERIOD_TICKS = 100
PROPORTIONAL = 5
"""Percent of duty for a tenth of a degree: full power from 2 degC away."""

WINDUP = 20
"""The integral works only within 2 degC (tenths), one percent of duty for each 2 s and degree."""

INTEGRAL = 20


class Thermostat:
    """One heater or cooler; `command` is the planned temperature in half-degrees, 0 is off."""

    def __init__(self, channel: int, settings: ChannelConfig, ramp: Ramp, io: Io) -> None:
        self.channel = channel
        self.command = 0
        self.a = 0
        self.b = 0
        self._sign = -1 if settings.kind == COLD else 1
        self._coldest = settings.cap if settings.kind == COLD else 0
        self._ramp = ramp
        self._io = io
        self._on_time = OnTime(settings.max_on_ms)
        self._duty = 0
        self._sum = 0
        self._wait = 0
        self._hot = 0
        self._lost = 0
        self._same = 0
        self._mark = 0
        self._loose = 0
        self._believed = 0
        """The last credible reading, or 0."""

    def control(self, session_ms: int, reading: int, on: bool, ticks: int) -> int:
        """Go on by `ticks` with the NTC's `reading` in tenths of a degree. Returns a fault code or 0."""
        self._aim(self._ramp.at(session_ms) // 5 if on else 0)
        self._believe(reading, ticks)
        if self.command and self._wait <= 0:
            self._wait = PERIOD_TICKS
            self._regulate()
        self._wait -= ticks
        self.a = reading
        self.b = self.command
        return self._check(ticks)

    def shut(self) -> None:
        """Safe state: off; the next reading is believed."""
        self._aim(0)
        self._believed = 0

    def _aim(self, command: int) -> None:
        self.command = max(command, self._coldest) if command else 0
        if not self.command:
            self._wait = 0
            self._sum = 0
            self._set(0)

    def _believe(self, reading: int, ticks: int) -> None:
        """Adopt the reading if it is credible; only count a bad one."""
        before = self._believed
        if (
            reading == wire.INVALID
            or reading < TOO_COLD
            or (before and not -TEMPERATURE_JUMP <= reading - before <= TEMPERATURE_JUMP)
        ):
            self._lost += 1
            return
        self._lost = 0
        self._hot = self._hot + 1 if reading > TOO_HOT else 0
        self._same = self._same + ticks if self._duty and reading == before else 0
        self._believed = reading

    def _regulate(self) -> None:
        if not self._believed:
            self._set(0)
            return
        short = (self.command * 5 - self._believed) * self._sign
        if abs(short) <= WINDUP:
            self._sum = max(0, min(self._sum + short, 100 * INTEGRAL))
        self._set(max(0, min(100, short * PROPORTIONAL + self._sum // INTEGRAL)))

    def _set(self, duty: int) -> None:
        if duty != self._duty:
            self._duty = duty
            self._io.drive(self.channel, duty)

    def _check(self, ticks: int) -> int:
        if self._hot >= BAD_SAMPLES:
            return wire.FAULT_OVER_TEMPERATURE
        if self._lost >= BAD_SAMPLES or self._same >= STUCK_TICKS or self._is_loose(ticks):
            return wire.FAULT_SENSOR
        return wire.FAULT_ON_TOO_LONG if self._on_time.check(self.command > 0, ticks) else 0

    def _is_loose(self, ticks: int) -> bool:
        """Whether a heater has been at full power for long without warming its sensor; a cooler may be too weak."""
        is_far = self._sign > 0 and self.command * 5 - self._believed > WINDUP
        if not is_far or self._believed >= self._mark + WARMED:
            self._mark = self._believed
            self._loose = 0
        self._loose += ticks
        return is_far and self._loose >= LOOSE_TICKS
