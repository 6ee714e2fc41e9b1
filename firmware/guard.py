"""The limits of one chamber that no message can raise: pressure, hold time, filling, venting, and a credible sensor.

A guard is called once a tick; where it trips it leaves a fault code and its evidence in `code`, `a` and `b`.
"""

from firmware import wire
from firmware.chamber import CLOSE, Chamber
from firmware.ticks import TICK_MS

OVER_CAP = 100
"""10 mmHg above the cap trips at once."""

OVER_SET = 100
OVER_SET_TICKS = 50
"""Above max(1.2 x command, command + 10 mmHg) for more than 0.5 s trips, while filling or holding."""

RISEN = 100
RISEN_TICKS = 220
"""10 mmHg above its lowest for longer than a person's movement lasts (2 s): a pressure rises that should fall."""

HELD = 100
RESTED = 80
REST_TICKS = 1000
"""A run of pressure starts above 10 mmHg and ends after 10 s at or below 8 mmHg."""

SMOOTH = 16
"""For this the pressure is smoothed over 16 ticks: noise at baseline neither ends a rest nor starts a run."""

HOLD_GRACE_MS = 2000

JUMP = 400
"""40 mmHg within a tick is no pressure: the sample is not believed ([E] estimate)."""

DOUBT = 8
MOST_DOUBT = 40
"""A bad sample adds DOUBT, a good one takes 1 away: five bad ones in a row trip, a single one never does."""

EMPTY = 30
"""Below this (tenths of mmHg) there is no contact yet."""

SPIN_UP_MS = 500
"""Allowed on top of every nominal fill time."""

STUCK_MS = 400
"""A pressure that reads exactly the same for this long, and 20 mmHg's worth, of filling is stuck."""

QUIET = 50
"""Up to 5 mmHg there is nothing to watch in a chamber that wants none."""


class Guard:
    """Watches one chamber, in device time. `is_idle`: no run of pressure and no doubt is being counted."""

    def __init__(self, chamber: Chamber, cap: int) -> None:
        air = chamber.air
        self.chamber = chamber
        self.code = 0
        self.a = 0
        self.b = 0
        self._most = cap * 5 + OVER_CAP
        self._most_run = (air.hold_ms + HOLD_GRACE_MS) // TICK_MS
        self._vent_ticks = 2 * air.vent_ms // TICK_MS
        self._stuck_ms = max(STUCK_MS, 20_000 // air.rise_mmhg_s)
        self.clear()

    def clear(self) -> None:
        """Start all counts anew, and believe the next reading."""
        self.is_idle = False
        self._is_new = True
        self._doubt = 0
        self._over = 0
        self._lowest = 0
        self._risen = 0
        self._smooth = 0
        self._run = 0
        self._rest = 0
        self._filled = 0
        self._same = 0

    def check(self, reading: int) -> bool:
        """Judge a reading (tenths, or wire.INVALID); the chamber gets the pressure that is believed. True on a trip."""
        chamber = self.chamber
        before = chamber.pressure
        if not self._is_credible(reading, before):
            return self._doubt >= MOST_DOUBT and self._trip(wire.FAULT_SENSOR, reading, before)
        chamber.pressure = reading
        if reading > self._most:
            return self._trip(wire.FAULT_OVER_CAP, reading, self._most)
        if self._checks_over(reading, chamber.command) or self._checks_run(reading):
            return True
        return chamber.sharing > 0 and self._checks_fill(reading, reading == before)

    def _is_credible(self, reading: int, before: int) -> bool:
        if reading == wire.INVALID or (abs(reading - before) > JUMP and not self._is_new):
            self._doubt += DOUBT
            self.is_idle = False
            return False
        self._is_new = False
        if self._doubt:
            self._doubt -= 1
        self.is_idle = not self._doubt and not self._run
        return True

    def _trip(self, code: int, a: int, b: int) -> bool:
        self.code = code
        self.a = a
        self.b = b
        return True

    def _checks_over(self, pressure: int, command: int) -> bool:
        """Far above the command: while releasing that takes its time, otherwise it is bled or trips."""
        if self.chamber.releasing:
            return self._checks_release(pressure, command + OVER_SET)
        self._lowest = pressure
        if pressure <= command + OVER_SET or pressure * 10 <= command * 12:
            self._over = 0
            return False
        self._over += 1
        return self._over > OVER_SET_TICKS and self._trip(wire.FAULT_OVER_PRESSURE, pressure, command)

    def _checks_release(self, pressure: int, bound: int) -> bool:
        self._over = self._over + 1 if pressure > bound else 0
        self._lowest = min(self._lowest, pressure)
        self._risen = self._risen + 1 if pressure > self._lowest + RISEN else 0
        if self._over > self._vent_ticks or self._risen > RISEN_TICKS:
            return self._trip(wire.FAULT_VENT_TIMEOUT, pressure, bound - OVER_SET)
        return False

    def _checks_run(self, pressure: int) -> bool:
        """Hold time: a run of pressure, and the rest that ends it."""
        self._smooth += pressure - self._smooth // SMOOTH
        smooth = self._smooth // SMOOTH
        if not self._run:
            self._run = int(smooth > HELD)
            return False
        self._run += 1
        self._rest = self._rest + 1 if smooth <= RESTED else 0
        if self._rest >= REST_TICKS:
            self._run = self._rest = 0
        is_too_long = self._run > self._most_run and not self._rest
        return is_too_long and self._trip(wire.FAULT_HOLD_TOO_LONG, pressure, self._run * TICK_MS)

    def _checks_fill(self, pressure: int, is_same: bool) -> bool:
        """The pump works for this chamber: the pressure has to come, and to move. Shared air counts by its share."""
        chamber = self.chamber
        if pressure >= max(EMPTY, chamber.command - CLOSE):
            self._filled = 0
        share = TICK_MS * 100 // chamber.sharing
        self._filled += share
        self._same = self._same + share if is_same and pressure > EMPTY else 0
        if self._same > self._stuck_ms * 100:
            return self._trip(wire.FAULT_SENSOR, pressure, self._same // 100)
        is_late = self._filled > self._longest_fill_ms(pressure) * 100
        return is_late and self._trip(wire.FAULT_FILL_TIMEOUT, pressure, self._filled // 100)

    def _longest_fill_ms(self, pressure: int) -> int:
        """Twice the nominal time from empty to the command; contact has to come within 1.5 times that of the slack."""
        air = self.chamber.air
        if pressure < EMPTY:
            return air.contact_ms * 3 // 2 + SPIN_UP_MS
        return 2 * (air.contact_ms + self.chamber.command * 100 // air.rise_mmhg_s) + SPIN_UP_MS
