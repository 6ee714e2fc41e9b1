"""What a person may not get: tighter caps, shorter holds, means and zones left out, each with its plain reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Zone, faces_meet


class Means(StrEnum):
    """What beside pressure a routine may use, and a person may not get."""

    HEAT = "heat"
    COLD = "cold"
    PERCUSSION = "percussion"
    VIBRATION = "vibration"


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """A number that must not be exceeded, and why; the smaller one is the tighter one."""

    value: float
    why: str


COVERS = "it covers the"
"""How a reason begins that is one actuator's own: its label does not say what its stretch does."""


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What narrows every routine for one person; the default restricts nothing.

    `cap_mmhg` holds for every zone, `zone_caps_mmhg` for one, `hold_s` for pressure in one piece. `forbidden` and
    `left_out` give the reason for each means that must not be used and each zone that must not be touched.
    """

    cap_mmhg: Limit | None = None
    zone_caps_mmhg: Mapping[Zone, Limit] = field(default_factory=dict)
    hold_s: Limit | None = None
    forbidden: Mapping[Means, str] = field(default_factory=dict)
    left_out: Mapping[Zone, str] = field(default_factory=dict)

    def __and__(self, other: "Restrictions") -> "Restrictions":
        """Both at once: the tighter of two limits, and everything that either forbids."""
        return Restrictions(
            cap_mmhg=_tighter(self.cap_mmhg, other.cap_mmhg),
            zone_caps_mmhg=_tightest(self.zone_caps_mmhg, other.zone_caps_mmhg),
            hold_s=_tighter(self.hold_s, other.hold_s),
            forbidden={**other.forbidden, **self.forbidden},
            left_out={**other.left_out, **self.left_out},
        )

    def cap_at(self, zone: Zone, face: Face) -> Limit | None:
        """The tightest cap in mmHg of what presses `face` of `zone`, 0 where that is left out; None: no restriction.

        Zones that share their stretch of the leg share their limits, where the faces meet: a cuff around the knee
        presses the back of the knee, too.
        """
        caps = [cap for near, cap in self.zone_caps_mmhg.items() if _meet(zone, face, near)]
        caps += [Limit(0.0, why) for near, why in self.left_out.items() if _meet(zone, face, near)]
        return min(caps + ([self.cap_mmhg] if self.cap_mmhg else []), default=None)


def _meet(zone: Zone, face: Face, near: Zone) -> bool:
    (start, end), (near_start, near_end) = STRETCH_CM[zone], STRETCH_CM[near]
    return max(start, near_start) < min(end, near_end) and faces_meet(face, FACE_OF.get(near, Face.AROUND))


def _tighter(a: Limit | None, b: Limit | None) -> Limit | None:
    return min((limit for limit in (a, b) if limit is not None), default=None)


def _tightest(a: Mapping[Zone, Limit], b: Mapping[Zone, Limit]) -> dict[Zone, Limit]:
    return {zone: min(m[zone] for m in (a, b) if zone in m) for zone in (*a, *b)}
