"""The envelope: the tightest of all limits for each actuator, and in words which limit that is.

All figures are estimates ([E]) made from published device limits and case reports: the peroneal nerve (upper calf) and
the vessels behind the knee are why those zones get less, and for a shorter time. They are defaults, not claims.

Limits go by the stretch of the body that an actuator covers, never by its label: it has the tightest limit of every
zone that it takes part in, by the rule that decides which strokes reach it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import floor

from legato.profiles.anatomy import STRETCH_CM, Face, Zone
from legato.profiles.device import HARD_CAP_MMHG, Chamber, Device, Mount, Quantity, Roller
from legato.profiles.profile import Use
from legato.profiles.restrictions import COVERS, Limit, Restrictions
from legato.profiles.stroke_reach import overlap_cm, zones_covered
from legato.profiles.words import zone_word

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
            channel.index: ChamberLimits(
                _cap(channel.actuator, device, use, narrow), _hold(channel.actuator, device, use, narrow)
            )
            for channel in device.channels
            if isinstance(channel.actuator, Chamber)
        },
        rollers={
            channel.index: _most_pct(channel.actuator, device, narrow)
            for channel in device.channels
            if isinstance(channel.actuator, Roller) and channel.quantity is Quantity.INTENSITY
        },
        session_s=min(device.session_s, SESSION_MAX_S),
        restrictions=narrow,
    )


def in_force(device: Device) -> Device:
    """The device with no chamber allowed more, or for longer, than the body allows where it lies.

    This is the description that a device is built with, so that its firmware has these limits too.
    """
    mounts = tuple(_in_force(a, device) if isinstance(a, Chamber) else a for a in device.actuators)
    plain = {name: getattr(device, name) for name in Device.model_fields}
    return Device(**plain | {"actuators": mounts})


def _in_force(chamber: Chamber, device: Device) -> Chamber:
    limits = {"cap_mmhg": _device_cap(chamber, device).value, "hold_s": _device_hold(chamber, device).value}
    return chamber.model_copy(update=limits)


def personal_cap(mount: Mount, device: Device, narrow: Restrictions) -> Limit | None:
    """The most that an actuator may press this person, in mmHg, 0 where it covers what is left out; None: no limit."""
    caps = [narrow.cap_mmhg, *(_personal(mount, zone, narrow) for zone in zones_covered(mount, device))]
    return _tightest(caps) if any(caps) else None


def _personal(mount: Mount, zone: Zone, narrow: Restrictions) -> Limit | None:
    cap = narrow.cap_at(zone, mount.face)
    if cap is None or _is_labelled(mount, zone):
        return cap
    left_out = "left out: " if cap.value == 0.0 else ""
    return Limit(cap.value, f"{COVERS} {zone_word(zone)} ({left_out}{cap.why})")


def _device_cap(chamber: Chamber, device: Device) -> Limit:
    caps = [Limit(HARD_CAP_MMHG, f"hard cap {HARD_CAP_MMHG:g} mmHg")]
    caps += [_of_zone(chamber, zone, ZONE_CAP_MMHG[zone], f"{zone} cap", "mmHg") for zone in _tender(chamber, device)]
    return _tightest([*caps, Limit(chamber.cap_mmhg, f"device cap of {chamber.id} {chamber.cap_mmhg:g} mmHg")])


def _device_hold(chamber: Chamber, device: Device) -> Limit:
    holds = [
        _of_zone(chamber, zone, ZONE_HOLD_S[zone], f"longest {zone} hold", "s") for zone in _tender(chamber, device)
    ]
    return _tightest([*holds, Limit(chamber.hold_s, f"longest hold of {chamber.id} {chamber.hold_s:g} s")])


def _tender(chamber: Chamber, device: Device) -> list[Zone]:
    """The zones with limits of their own that it takes part in; the back of the knee where nothing else is pressed."""
    zones = [zone for zone in zones_covered(chamber, device) if zone in ZONE_CAP_MMHG]
    return [zone for zone in zones if zone is not Zone.POPLITEAL or chamber.face is Face.BACK]


def _of_zone(chamber: Chamber, zone: Zone, value: float, name: str, unit: str) -> Limit:
    why = f"{name} {value:g} {unit}"
    return Limit(value, why if _is_labelled(chamber, zone) else f"{COVERS} {zone_word(zone)} ({why})")


def _is_labelled(mount: Mount, zone: Zone) -> bool:
    """Whether the label says that it lies at `zone`, or at one that shares its stretch."""
    return overlap_cm(STRETCH_CM[mount.zone], STRETCH_CM[zone]) > 0.0


def _cap(chamber: Chamber, device: Device, use: Use, narrow: Restrictions) -> Limit:
    """In whole half-units: a target that the wire rounded up would lie above the cap."""
    most = Limit(USE_CAP_MMHG[use], f"default cap for {use} routines {USE_CAP_MMHG[use]:g} mmHg")
    cap = _tightest([most, _device_cap(chamber, device), personal_cap(chamber, device, narrow)])
    return Limit(floor(2.0 * cap.value) / 2.0, cap.why)


def _hold(chamber: Chamber, device: Device, use: Use, narrow: Restrictions) -> Limit:
    longest = Limit(USE_HOLD_S[use], f"longest hold in {use} routines {USE_HOLD_S[use]:g} s")
    return _tightest([longest, _device_hold(chamber, device), narrow.hold_s])


def _most_pct(roller: Roller, device: Device, narrow: Restrictions) -> Limit:
    """How hard a roller may press: a cap in mmHg holds for it as well."""
    cap = personal_cap(roller, device, narrow)
    if cap is None or cap.value >= ROLLER_FULL_MMHG:
        return Limit(100.0, "a roller has no more")
    return Limit(floor(200.0 * cap.value / ROLLER_FULL_MMHG) / 2.0, cap.why)


def _tightest(limits: Iterable[Limit | None]) -> Limit:
    """The tightest of `limits`; of two that are as tight the first, whose reason is the more general one."""
    return min((limit for limit in limits if limit is not None), key=lambda limit: limit.value)
