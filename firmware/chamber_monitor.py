"""The limits of one chamber that no message can raise: pressure, hold time, filling, venting, and a credible sensor.

A monitor is called once a tick; where it trips it leaves a fault code and its evidence in `code`, `a` and `b`.
"""

from . import wire
from .chamber import BLIND, CLOSE, FAINT, FELT, SLACK, ChamberController
from .ticks import TICK_MS

OVER_CAP = 100
"""10 mmHg above the cap trips at once."""

OVER_SET = 100
OVER_SET_TICKS = 50
"""Above max(1.2 x command, command + 10 mmHg) for more than 0.5 s trips, while filling or holding."""

RISEN = 100
RISEN_TICKS = 220
"""10 mmHg above its lowest for longer than a person's movement lasts (2 s): a pressure rises that should fall."""

SMOOTH = 16
"""For hold times the pressure is smoothed over 16 ticks: noise at baseline neither ends a rest nor starts a run."""

HELD = 101 * SMOOTH - 1
RESTED = 81 * SMOOTH - 1
REST_TICKS = 1000
"""A run of pressure starts above 10 mmHg and ends after 10 s at or below 8 mmHg; both are sums over SMOOTH ticks."""

HOLD_GRACE_MS = 2000

JUMP = 200
"""20 mmHg within a tick is no pressure, and no movement of a person: the sample is not believed ([E] estimate)."""

FASTEST = 20
"""For every tick that a loop is late, the air may have moved by another 2 mmHg ([E] estimate)."""

DOUBT = 8
MOST_DOUBT = 40
"""A bad sample adds DOUBT, a good one takes 1 away: five bad ones in a row trip, a single one never does."""

EMPTY = 30
"""Below this (tenths of mmHg) there is no contact yet."""

TOUCHED = 60
"""From here on there is contact, however far off zero the sensor is."""

LEAKED = 10
"""Of the air that was given, as much is forgotten as may leak away: 1 % of the time (in hundredths of a ms a tick)."""

SPIN_UP_MS = 250
"""Allowed on top of every nominal fill time, for pump and coils."""

MOVED = 30
STUCK = 20_000
"""20 mmHg's worth of filling (in thousandths) has to move the reading by 3 mmHg, or it is stuck ([E] estimate)."""

SETTLE = 4
NOISE = 5 * SETTLE
TRUST = 4
"""A rise of 0.5 mmHg, smoothed over 4 ticks, is no noise. Four times the filling that it takes is forgotten for it: the
true rise may be less than the nominal one ([E] estimates)."""

QUIET = 50
"""Up to 5 mmHg there is nothing to watch in a chamber that wants none."""


class ChamberMonitor:
    """Watches one chamber, in device time. `is_idle`: no run of pressure and no doubt is being counted."""

    def __init__(self, chamber: ChamberController, cap: int) -> None:
        air = chamber.air
        self.chamber = chamber
        self.code = 0
        self.a = 0
        self.b = 0
        self._most = cap * 5 + OVER_CAP
        self._most_run = (air.hold_ms + HOLD_GRACE_MS) // TICK_MS
        self._vent_ticks = 2 * air.vent_ms // TICK_MS
        self._stuck_ms = STUCK // air.rise_mmhg_s + SPIN_UP_MS
        to_trip_ms = self._most * 100 // air.rise_mmhg_s
        self._first_contact_ms = air.contact_ms + min(air.contact_ms // 2, to_trip_ms) + SPIN_UP_MS
        self._contact_again_ms = to_trip_ms + SPIN_UP_MS
        self._vented = to_trip_ms * 100 * TICK_MS // air.vent_ms
        self._smooth = 0
        self._run = 0
        self._rest = 0
        self._unfelt = 0
        self._low = 0
        self._may_empty = False
        self.clear()

    def clear(self) -> None:
        """Start anew, and believe the next reading. A hold ends with its rest, not with a fault; air with its vent."""
        self.is_idle = False
        self._is_new = True
        self._doubt = 0
        self._over = 0
        self._lowest = 0
        self._risen = 0
        self._filled = 0
        self._from = 0
        self._still = 0
        self._mark = 0
        self._settled = 0
        self._trough = 0
        self._touched = False
        self._is_loose = False

    def forget_contact(self) -> None:
        """The session is over: whoever wears the bladder may empty it before the next, of its slack, too."""
        self._touched = False
        self._may_empty = True

    def loosen(self) -> None:
        """A pause: whoever wears the bladder may take it off, and put it on again."""
        self._is_loose = True

    def sit_out(self, reading: int, ticks: int) -> None:
        """While faulted: nothing trips any more, but the hold goes on, or the rest that ends it."""
        self._let_out(reading, ticks)
        if reading != wire.INVALID:
            self._checks_run(reading, ticks)

    def check(self, reading: int, ticks: int) -> bool:
        """Judge a reading (tenths, or wire.INVALID), `ticks` after the last. True on a trip.

        The chamber gets the pressure that is believed.
        """
        chamber = self.chamber
        before = chamber.pressure
        jump = JUMP + FASTEST * (ticks - 1)
        is_steady = -jump <= reading - before <= jump
        if (self._doubt or not is_steady or self._is_new) and not self._is_credible(reading, is_steady):
            return self._doubt >= MOST_DOUBT and self._trip(wire.FAULT_SENSOR, reading, before)
        chamber.pressure = reading
        self._feel(reading, ticks)
        self._note_rise(reading)
        if reading > self._most:
            return self._trip(wire.FAULT_OVER_CAP, reading, self._most)
        if not chamber.releasing and reading <= chamber.command + OVER_SET:
            self._over = 0
            self._lowest = reading
        elif self._checks_over(reading, chamber.command, ticks):
            return True
        if self._checks_run(reading, ticks):
            return True
        return chamber.sharing > 0 and self._checks_fill(reading, before, ticks)

    def _is_credible(self, reading: int, is_steady: bool) -> bool:
        if reading == wire.INVALID or not (is_steady or self._is_new):
            self._doubt += DOUBT
            self.is_idle = False
            return False
        self._is_new = False
        if self._doubt:
            self._doubt -= 1
        return True

    def _feel(self, reading: int, ticks: int) -> None:
        """Keep in mind whether there was contact in this session, and how much air was given without any."""
        if self.chamber.venting:
            self._let_out(reading, ticks)
            self._filled = 0
        elif reading >= TOUCHED or (self._touched and self._smooth >= EMPTY * SMOOTH):
            self._touched = True
            self._is_loose = False
            self._unfelt = 0
        elif self._unfelt and not self.chamber.sharing:
            self._unfelt = max(0, self._unfelt - ticks * LEAKED)
        if not self.chamber.venting:
            self._low = reading
        self._note_felt(reading)

    def _let_out(self, reading: int, ticks: int) -> None:
        """Air that is not felt leaves in the vent's nominal time, however often it opens, or as it is seen to leave.

        From the trip evenly down to contact: that is slower than any vent, but for the last that it lets out.
        """
        fall = max(0, self._low - reading)
        self._low -= fall
        vented = max(ticks * self._vented, fall * 10_000 // self.chamber.air.rise_mmhg_s)
        slack = 0 if self._may_empty else self.chamber.air.contact_ms * 100
        self._unfelt = max(min(self._unfelt, slack), self._unfelt - vented)

    def _note_felt(self, reading: int) -> None:
        """Whether its air is felt, for those that fill together with it: an offset may pass for a little of it."""
        chamber = self.chamber
        was_given = self._unfelt >= chamber.air.contact_ms * 100
        is_full = self._touched or was_given
        if reading >= TOUCHED:
            chamber.felt = FELT
        elif is_full:
            chamber.felt = FAINT if reading >= EMPTY else BLIND
        else:
            chamber.felt = SLACK
        is_worn = self._touched and not self._is_loose
        chamber.may_be_slack = not is_worn and (reading < EMPTY or not was_given)

    def _note_rise(self, reading: int) -> None:
        """A reading that rises with the air is not stuck, however little it rises: top-ups do not add up."""
        self._settled += reading - self._settled // SETTLE
        rise = self._settled - self._trough
        if 0 <= rise < NOISE:
            return
        self._trough = self._settled
        if rise > 0:
            self._still = max(0, self._still - TRUST * rise // SETTLE * 10_000 // self.chamber.air.rise_mmhg_s)

    def _trip(self, code: int, a: int, b: int) -> bool:
        self.code = code
        self.a = a
        self.b = b
        return True

    def _checks_over(self, pressure: int, command: int, ticks: int) -> bool:
        """Far above the command: while releasing that takes its time, otherwise it is bled or trips."""
        if self.chamber.releasing:
            return self._checks_release(pressure, command + OVER_SET, ticks)
        self._lowest = pressure
        # A tick that came late may see what has only just become so.
        seen = ticks if self._over else 1
        self._over = self._over + seen if pressure * 10 > command * 12 else 0
        return self._over > OVER_SET_TICKS and self._trip(wire.FAULT_OVER_PRESSURE, pressure, command)

    def _checks_release(self, pressure: int, bound: int, ticks: int) -> bool:
        self._over = self._over + ticks if pressure > bound else 0
        self._lowest = min(self._lowest, pressure)
        self._risen = self._risen + ticks if pressure > self._lowest + RISEN else 0
        if self._over > self._vent_ticks or self._risen > RISEN_TICKS:
            return self._trip(wire.FAULT_VENT_TIMEOUT, pressure, bound - OVER_SET)
        return False

    def _checks_run(self, pressure: int, ticks: int) -> bool:
        """Hold time: a run of pressure, and the rest that ends it."""
        smooth = self._smooth = self._smooth + pressure - self._smooth // SMOOTH
        if not self._run:
            self._run = int(smooth > HELD)
            self.is_idle = not (self._run or self._doubt or self._unfelt)
            return False
        self._run += ticks
        if smooth <= RESTED:
            self._count_rest(ticks)
            return False
        self._rest = 0
        return self._run > self._most_run and self._trip(wire.FAULT_HOLD_TOO_LONG, pressure, self._run * TICK_MS)

    def _count_rest(self, ticks: int) -> None:
        self._rest += ticks
        if self._rest >= REST_TICKS:
            self._run = self._rest = 0

    def _checks_fill(self, pressure: int, before: int, ticks: int) -> bool:
        """The pump works for this chamber: the pressure has to come, and to move. Shared air counts by its share.

        What goes into the slack of others is no share: it counts for them alone.
        """
        takers = self.chamber.takers
        share = ticks * TICK_MS * 100 // takers if takers else 0
        self._count_filled(pressure, before, share)
        self._count_unfelt(share)
        self._count_still(pressure, share)
        if self._still > self._stuck_ms * 100:
            return self._trip(wire.FAULT_SENSOR, pressure, self._still // 100)
        is_late = self._filled > self._longest_fill_ms() * 100 or self._unfelt > self._longest_unfelt_ms() * 100
        return is_late and self._trip(wire.FAULT_FILL_TIMEOUT, pressure, self._filled // 100)

    def _count_unfelt(self, share: int) -> None:
        """Alone, the pump sets the limit. Among several none gets higher than those that are felt: its slack fills.

        Where all of them are full and none is felt, each counts its share, as if it were alone.
        """
        self._may_empty = False
        if self.chamber.shows:
            self._unfelt += share
        elif not self._touched:
            self._unfelt = max(self._unfelt, min(self._unfelt + share, self.chamber.air.contact_ms * 100))

    def _count_filled(self, pressure: int, before: int, share: int) -> None:
        """How long it filled, and from where; anew once the pressure has come, be it in a tick that was late."""
        self._from = min(self._from if self._filled else before, pressure)
        has_come = pressure >= EMPTY and self.chamber.command - pressure <= CLOSE
        self._filled = 0 if has_come else self._filled + share

    def _count_still(self, pressure: int, share: int) -> None:
        """How long it filled without moving the reading; among several only where the air shows."""
        if not -MOVED < pressure - self._mark < MOVED or not self._touched:
            self._still = 0
            self._mark = pressure
            self._settled = self._trough = pressure * SETTLE
            # A tick that came late is no evidence against a sensor that was right until then.
            share = min(share, TICK_MS * 100)
        if self.chamber.shows and pressure >= EMPTY:
            self._still += share

    def _longest_unfelt_ms(self) -> int:
        """First contact has to come within 1.5 times the nominal time of the slack.

        A vent lets the pressure out, but not the slack: what has been in contact in this session gets no more unfelt
        air than would bring it from there to its trip. In a pause somebody may have got up: those that fill together
        after it may all have their slack to fill once more.
        """
        is_worn = self._touched and not (self._is_loose and self.chamber.sharing > 1)
        return self._contact_again_ms if is_worn else self._first_contact_ms

    def _longest_fill_ms(self) -> int:
        """Twice the nominal time from the lowest since filling began to the command."""
        air = self.chamber.air
        slack_ms = air.contact_ms if self._from < EMPTY or not self._touched else 0
        missing = max(0, self.chamber.command - self._from)
        return 2 * (slack_ms + missing * 100 // air.rise_mmhg_s) + SPIN_UP_MS
