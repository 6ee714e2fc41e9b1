"""What must hold of one chamber: its cap, the length of a hold, and the way out of its air after a fault.

All is judged on the true pressure; a sensor that is wrong excuses as much as it is wrong by.
"""

from legato.firmware import wire
from legato.profiles.device import Chamber
from legato.sim.checks.invariants import Violation

OVER_CAP_US = 500_000
EXCUSED_MMHG = 60.0
"""However wrong a sensor is, a zone gets no further than this above its cap."""

HELD_MMHG = 10.0
RESTED_MMHG = 8.0
REST_US = 10_000_000
VENTED_US = 4_000_000
HOLD_GRACE_US = 6_500_000
"""A hold may exceed its limit by the 2 s that devices allow, and by the time the air takes to leave."""
CLOCKS_DIFFER = 1.01

STUCK_MMHG = 11.0
STUCK_US = 1_000_000
UNFELT_MMHG = 1.0
"""A device looks every 0.3 s whether a vent lets go of 1 mmHg: three looks, since noise may hide what one would see."""

RISE_MMHG = 2.0
NOISE_SIGMAS = 4.0


class ZoneCheck:
    """Watches one chamber. `is_quiet`: nothing is being counted, and below `RESTED_MMHG` there is nothing to see."""

    def __init__(self, chamber: Chamber) -> None:
        sensor = chamber.sensor
        self.is_quiet = True
        self._chamber = chamber
        self._error = abs(sensor.offset_mmhg) + NOISE_SIGMAS * sensor.noise_mmhg + sensor.step_mmhg
        self._longest_us = round(CLOCKS_DIFFER * chamber.hold_s * 1e6) + HOLD_GRACE_US
        self._over_since: int | None = None
        self._misled_us = -VENTED_US
        """When a wrong reading last hid that it was above its cap."""
        self._run_since: int | None = None
        self._rest_since: int | None = None
        self._seen_us = 0
        self.forget_fault()

    def forget_fault(self) -> None:
        """No fault is latched (any more)."""
        self._lowest = 1e9
        self._looked_us: int | None = None
        self._looked_mmhg = 0.0

    def look(self, now_us: int, felt: float, reading: int, *, is_known: bool) -> Violation | None:
        """Judge the true pressure `felt` beside what the firmware read, in tenths.

        `is_known`: the firmware has been there from the first filling on, so that it knows what is in the bladder.
        """
        error = self._error if reading == wire.INVALID else max(self._error, felt - reading * 0.1)
        excused = min(error, EXCUSED_MMHG) if is_known else error
        if reading * 0.1 <= self._chamber.cap_mmhg < felt - self._error:
            self._misled_us = now_us
        elif now_us - self._misled_us < VENTED_US:
            # What a sensor hid cannot leave before it shows.
            excused = felt
        broken = self._look_at_cap(now_us, felt - excused) or self._look_at_run(now_us, felt - error)
        self.is_quiet = self._run_since is None and self._over_since is None
        self._seen_us = now_us
        return broken

    def look_at_exhaust(self, now_us: int, felt: float, reading: int, *, is_relieved: bool) -> Violation | None:
        """Judge `felt` while a fault is latched: it falls, or the second way out is open.

        A sensor that gives a wrong number hides a failed vent from any device; one that gives none excuses nothing.
        """
        self._lowest = min(self._lowest, felt)
        if felt > self._lowest + RISE_MMHG:
            return self._broken("no rise", now_us, f"rose from {self._lowest:.1f} to {felt:.1f} mmHg after a fault")
        is_misled = reading != wire.INVALID and abs(felt - reading * 0.1) > self._error
        if is_relieved or is_misled or felt - self._error <= STUCK_MMHG:
            self._looked_us = None
            return None
        if self._looked_us is None or self._looked_mmhg - felt >= UNFELT_MMHG:
            self._looked_us, self._looked_mmhg = now_us, felt
        if now_us - self._looked_us <= STUCK_US:
            return None
        return self._broken("relief", now_us, f"stays at {felt:.1f} mmHg, and its fill valve is not opened")

    def displace(self) -> None:
        """Something from outside has pressed on the chamber: what it was before does not count."""
        self._lowest = 1e9

    def _look_at_cap(self, now_us: int, mmhg: float) -> Violation | None:
        if mmhg <= self._chamber.cap_mmhg:
            self._over_since = None
        elif self._over_since is None:
            self._over_since = now_us
        elif now_us - self._over_since > OVER_CAP_US:
            return self._broken("cap", now_us, f"at {mmhg:.1f} mmHg over its cap of {self._chamber.cap_mmhg:g}")
        return None

    def _look_at_run(self, now_us: int, mmhg: float) -> Violation | None:
        if self._run_since is None:
            self._run_since = now_us if mmhg > HELD_MMHG else None
            self._rest_since = None
        elif mmhg <= RESTED_MMHG:
            if self._rest_since is None:
                # Without power nobody looks, but the vents are open.
                self._rest_since = min(now_us, self._seen_us + VENTED_US)
            if now_us - self._rest_since >= REST_US:
                self._run_since = None
        else:
            self._rest_since = None
            if now_us - self._run_since > self._longest_us:
                return self._broken("hold", now_us, f"held for more than {self._chamber.hold_s:g} s")
        return None

    def _broken(self, invariant: str, now_us: int, what: str) -> Violation:
        return Violation(invariant, now_us * 1e-6, f"{self._chamber.id} {what}")
