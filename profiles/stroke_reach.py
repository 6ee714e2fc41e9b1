"""Which actuators a stroke reaches, and what of it no actuator covers."""

from collections.abc import Iterable

from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Side, Zone, faces_meet, sides_meet
from legato.profiles.device import Channel, Device, Mount, Quantity
from legato.profiles.step_bases import Placed
from legato.profiles.steps import Circle

Stretch = tuple[float, float]
"""From and to, in cm above the sole."""

ROUNDING_CM = 1e-9
"""Half of a stretch is half of it, whatever the last binary digit says."""

_SPINE = (Zone.FOOT, Zone.ANKLE, Zone.CALF, Zone.KNEE, Zone.THIGH, Zone.HIP, Zone.TORSO)
"""The zones one passes on the way up, each place once."""

Place = tuple[Channel, ...]
"""The channels that lie at the same stretch of leg: left and right (by half of it, at least), front and back."""


def stretch_of(step: Placed) -> Stretch:
    """The stretch that a stroke covers; for circles that of the widest one."""
    if isinstance(step, Circle):
        widest = step.radius_cm if step.times == 1 else max(step.radius_cm, step.end_radius_cm or 0.0)
        return circle_of(step, widest)
    a, b = STRETCH_CM[step.from_], STRETCH_CM[step.last]
    return min(a[0], b[0]), max(a[1], b[1])


def circle_of(step: Circle, radius_cm: float) -> Stretch:
    """The stretch that a circle of this radius around the middle of `from` covers."""
    low, high = STRETCH_CM[step.from_]
    centre = (low + high) / 2.0
    return centre - radius_cm, centre + radius_cm


def face_of(step: Placed) -> Face:
    """The face a stroke means: the one it names, or the one that a zone of it has by itself.

    From the calf over the back of the knee it runs behind the leg, also where the calf goes all around. Zones of two
    faces leave none: that is all around.
    """
    if step.face is not None:
        return step.face
    faces = {FACE_OF[zone] for zone in (step.from_, step.last) if zone in FACE_OF}
    return faces.pop() if len(faces) == 1 else Face.AROUND


def runs_down(step: Placed) -> bool:
    """Whether the stroke runs towards the sole."""
    return STRETCH_CM[step.last] < STRETCH_CM[step.from_]


def overlap_cm(a: Stretch, b: Stretch) -> float:
    """How many cm two stretches share."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def same_place(a: Placed, b: Placed) -> bool:
    """Whether two steps meet somewhere on the body."""
    meet = sides_meet(a.side, b.side) and faces_meet(face_of(a), face_of(b))
    return meet and overlap_cm(stretch_of(a), stretch_of(b)) > 0.0


def takes_part(mount: Mount, stretch: Stretch) -> bool:
    """An actuator takes part when half of it, or half of the stroke, lies in what both cover."""
    own = (mount.from_cm, mount.to_cm)
    return 2.0 * overlap_cm(own, stretch) >= min(own[1] - own[0], stretch[1] - stretch[0]) - ROUNDING_CM


def zones_under(mount: Mount) -> tuple[Zone, ...]:
    """The zones that an actuator takes part in, wherever its label puts it; its label first where it is one of them."""
    found = [
        zone
        for zone, stretch in STRETCH_CM.items()
        if takes_part(mount, stretch) and faces_meet(mount.face, FACE_OF.get(zone, Face.AROUND))
    ]
    return tuple(sorted(found, key=lambda zone: zone is not mount.zone))


def zones_covered(mount: Mount, device: Device) -> tuple[Zone, ...]:
    """The zones that an actuator takes part in, and those of its twin: left and right of one place have one set."""
    twins = [a for a in device.actuators if type(a) is type(mount) and a.face is mount.face and is_one_place(a, mount)]
    return tuple(dict.fromkeys(zone for one in (mount, *twins) for zone in zones_under(one)))


def is_behind_knee(mount: Mount, device: Device) -> bool:
    """Whether an actuator presses the back of the knee and nothing but the back: it is only ever stroked there."""
    return mount.face is Face.BACK and Zone.POPLITEAL in zones_covered(mount, device)


def zones_of_place(place: Place) -> set[Zone]:
    """The zones that the channels of one place take part in."""
    return {zone for channel in place for zone in zones_under(channel.actuator)}


def reached(step: Placed, device: Device, kinds: tuple[type[Mount], ...]) -> tuple[Channel, ...]:
    """The first channel of every actuator of these kinds that the stroke reaches."""
    stretch, face = stretch_of(step), face_of(step)
    return tuple(
        c
        for c in device.channels
        if c.quantity in (Quantity.PRESSURE, Quantity.INTENSITY, Quantity.TEMPERATURE)
        and isinstance(c.actuator, kinds)
        and sides_meet(c.actuator.side, step.side)
        and faces_meet(c.actuator.face, face)
        and takes_part(c.actuator, stretch)
    )


def uncovered(step: Placed, cast: Iterable[Channel]) -> list[Zone]:
    """The zones of the stroke of which no actuator in `cast` covers half."""
    mounts = [c.actuator for c in cast]
    return [zone for zone in zones_of(step) if not any(_plays(mount, zone) for mount in mounts)]


def _plays(mount: Mount, zone: Zone) -> bool:
    return takes_part(mount, STRETCH_CM[zone]) and faces_meet(mount.face, FACE_OF.get(zone, Face.AROUND))


def uncovered_on(side: Side, step: Placed, cast: Iterable[Channel]) -> list[Zone]:
    """The zones of the stroke that are played on the other leg only."""
    own = [c for c in cast if sides_meet(c.actuator.side, side)]
    elsewhere = uncovered(step, cast)
    return [zone for zone in uncovered(step, own) if zone not in elsewhere]


def zones_of(step: Placed) -> list[Zone]:
    """The zones a stroke names and those it passes on the way, upward."""
    named = {step.from_, step.last}
    low, high = stretch_of(step) if not isinstance(step, Circle) else STRETCH_CM[step.from_]
    passed = {
        zone
        for zone in _SPINE
        if low <= STRETCH_CM[zone][0] and STRETCH_CM[zone][1] <= high and not any(_shares(zone, n) for n in named)
    }
    return sorted(named | passed, key=lambda zone: STRETCH_CM[zone])


def places(cast: Iterable[Channel], *, down: bool = False) -> list[Place]:
    """The channels grouped by where they lie, from the sole up (or down), left before right."""
    groups: list[list[Channel]] = []
    for channel in cast:
        nearest = max(groups, key=lambda group: _shared_cm(group, channel), default=[])
        if nearest and all(is_one_place(other.actuator, channel.actuator) for other in nearest):
            nearest.append(channel)
        else:
            groups.append([channel])
    return [tuple(group) for group in sorted(groups, key=_where, reverse=down)]


def is_one_place(a: Mount, b: Mount) -> bool:
    """Whether two actuators lie at one place: at the same stretch, or on either leg with half of the longer shared.

    Left and right are measured one by one, and seldom agree to the millimetre.
    """
    ours, theirs = (a.from_cm, a.to_cm), (b.from_cm, b.to_cm)
    longer = max(ours[1] - ours[0], theirs[1] - theirs[0])
    return ours == theirs or ({a.side, b.side} == _LEGS and 2.0 * overlap_cm(ours, theirs) >= longer)


_LEGS = {Side.LEFT, Side.RIGHT}


def _shared_cm(group: list[Channel], channel: Channel) -> float:
    return overlap_cm(_where(group), _where([channel]))


def _where(group: list[Channel]) -> Stretch:
    return group[0].actuator.from_cm, group[0].actuator.to_cm


def _shares(a: Zone, b: Zone) -> bool:
    return overlap_cm(STRETCH_CM[a], STRETCH_CM[b]) > 0.0
