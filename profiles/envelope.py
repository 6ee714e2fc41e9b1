"""The envelope: the tightest of all limits for each actuator, and in words which limit that is.

All figures are estimates ([E]) made from published device limits and case reports: the peroneal nerve (upper calf) and
the vessels behind the knee are why those zones get less, and for a shorter time. They are defaults, not claims.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor

from profiles.anatomy import Zone
from profiles.device import HARD_CAP_MMHG, Chamber, Device, Quantity, Roller
from profiles.profile import Use
from profiles.restrictions import Limit, Restrictions

SLEW_MMHG_S = 40.0
"""Pressure rises no faster than this; it may fall freely."""

ROLLER_FULL_MMHG = 70.0
"""The pressure that a roller at 100 % stands in for ([E] estimate)."""

HEAT_MAX_C = 42.0
COOL_MAX_S = 900.0
PERCUSSION_MAX_S = 120.0
HOLD_MAX_S = 120.0
SESSION_MAX_S = 3600

USE_CAP_MMHG = {Use.COMFORT: 70.0, Use.SPORT: 90.0, Use.LYMPH: 50.0}
USE_HOLD_S = {Use.COMFORT: HOLD_MAX_S, Use.SPORT: HOLD_MAX_S, Use.LYMPH: 90.0}

ZONE_CAP_MMHG = {Zone.CALF: 80.0, Zone.SHIN: 80.0, Zone.KNEE: 40.0, Zone.POPLITEAL: 20.0}
ZONE_HOLD_S = {Zone.CALF: 60.0, Zone.SHIN: 60.0, Zone.KNEE: 30.0, Zone.POPLITEAL: 3.0}
"""The back of the knee is only ever stroked: 3 s is as long as a passing hand stays there."""


@dataclass(frozen=True, slots=True)
class ChamberLimits:
    """How high (mmHg) and how long without a break (s) one chamber may press, and why: `knee cap 40 mmHg`."""

    cap: Limit
    hold: Limit

    @property
    def cap_mmhg(self) -> float:
        return self.cap.value

    @property
    def hold_s(self) -> float:
        return self.hold.value


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a schedule for one device may never leave; `chambers` and `rollers` (in %) are keyed by channel index."""

    chambers: Mapping[int, ChamberLimits]
    rollers: Mapping[int, Limit]
    session_s: int
    slew_mmhg_s: float = SLEW_MMHG_S
    heat_max_c: float = HEAT_MAX_C
    cool_max_s: float = COOL_MAX_S
    percussion_max_s: float = PERCUSSION_MAX_S
    restrictions: Restrictions = field(default_factory=Restrictions)


def envelope(device: Device, use: Use = Use.COMFORT, restrictions: Restrictions | None = None) -> Envelope:
    """The envelope of `device` for routines of this `use` and a person with these `restrictions`."""
    narrow = restrictions or Restrictions()
    return Envelope(
        chambers={
            channel.index: ChamberLimits(_cap(channel.actuator, use, narrow), _hold(channel.actuator, use, narrow))
            for channel in device.channels
            if isinstance(channel.actuator, Chamber)
        },
        rollers={
            channel.index: _most_pct(channel.actuator, narrow)
            for channel in device.channels
            if isinstance(channel.actuator, Roller) and channel.quantity is Quantity.INTENSITY
        },
        session_s=min(device.session_s, SESSION_MAX_S),
        restrictions=narrow,
    )


def _cap(chamber: Chamber, use: Use, narrow: Restrictions) -> Limit:
    caps = [
        (HARD_CAP_MMHG, "hard cap"),
        (USE_CAP_MMHG[use], f"default cap for {use} routines"),
        (ZONE_CAP_MMHG.get(chamber.zone, HARD_CAP_MMHG), f"{chamber.zone} cap"),
        (chamber.cap_mmhg, f"device cap of {chamber.id}"),
    ]
    return _tightest(caps, "mmHg", narrow.cap_at(chamber.zone, chamber.face))


def _hold(chamber: Chamber, use: Use, narrow: Restrictions) -> Limit:
    holds = [
        (USE_HOLD_S[use], f"longest hold in {use} routines"),
        (ZONE_HOLD_S.get(chamber.zone, HOLD_MAX_S), f"longest {chamber.zone} hold"),
        (chamber.hold_s, f"longest hold of {chamber.id}"),
    ]
    return _tightest(holds, "s", narrow.hold_s)


def _most_pct(roller: Roller, narrow: Restrictions) -> Limit:
    """How hard a roller may press: a cap in mmHg holds for it as well."""
    cap = narrow.cap_at(roller.zone, roller.face)
    if cap is None or cap.value >= ROLLER_FULL_MMHG:
        return Limit(100.0, "a roller has no more")
    return Limit(floor(200.0 * cap.value / ROLLER_FULL_MMHG) / 2.0, cap.why)


def _tightest(limits: list[tuple[float, str]], unit: str, personal: Limit | None) -> Limit:
    """The tightest of `limits`, unless the personal one is tighter still."""
    value, name = min(limits, key=lambda limit: limit[0])
    general = Limit(value, f"{name} {value:g} {unit}")
    return personal if personal is not None and personal.value < value else general
