"""Which actuators a step addresses on a device, and how much of a zone they cover."""

from collections.abc import Iterable
from itertools import pairwise

from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Side, Zone, faces_meet, sides_meet
from legato.profiles.audit.checks import FeltPlace
from legato.profiles.device import Chamber, Channel, Cooler, Device, Heater, Motor, Mount, Quantity, Roller
from legato.profiles.step_bases import OverTheKnee, Placed
from legato.profiles.steps import BONY, Circle, Percuss, Stroke, Vibrate

Stretch = tuple[float, float]

SPINE = (Zone.FOOT, Zone.ANKLE, Zone.CALF, Zone.KNEE, Zone.THIGH, Zone.HIP, Zone.TORSO)
"""The zones of the leg in the order in which a gradient steps through them, each by its middle."""

_MIDDLES = [sum(STRETCH_CM[zone]) / 2.0 for zone in SPINE]

_KINDS: dict[str, tuple[type[Mount], ...]] = {
    "glide": (Chamber, Roller),
    "wave": (Chamber, Roller),
    "knead": (Chamber, Roller),
    "circle": (Chamber, Roller),
    "friction": (Roller,),
    "percuss": (Motor,),
    "vibrate": (Motor,),
    "heat": (Heater,),
    "cool": (Cooler,),
}


def stretch_of(step: Placed) -> Stretch:
    """The stretch of the leg that a step addresses, in cm above the sole; for circles, that of the widest one."""
    if isinstance(step, Circle):
        widest = step.radius_cm if step.times == 1 else max(step.radius_cm, step.end_radius_cm or 0.0)
        return circle_of(step, widest)
    both = (STRETCH_CM[step.from_], STRETCH_CM[step.last])
    return min(a for a, _ in both), max(b for _, b in both)


def circle_of(step: Circle, radius_cm: float) -> Stretch:
    """The stretch that a circle of this radius covers, in cm above the sole."""
    centre = sum(STRETCH_CM[step.from_]) / 2.0
    return centre - radius_cm, centre + radius_cm


def runs_down(step: Placed) -> bool:
    """Whether a step is written from an upper zone to a lower one."""
    return sum(STRETCH_CM[step.last]) < sum(STRETCH_CM[step.from_])


def shared_cm(a: Stretch, b: Stretch) -> float:
    """The overlap of two stretches in cm."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def is_one_place(a: Mount, b: Mount) -> bool:
    """Whether two actuators share a stretch, or are left and right and overlap by half: each leg is measured."""
    ours, theirs = (a.from_cm, a.to_cm), (b.from_cm, b.to_cm)
    longer = max(ours[1] - ours[0], theirs[1] - theirs[0])
    return ours == theirs or ({a.side, b.side} == {Side.LEFT, Side.RIGHT} and shared_cm(ours, theirs) >= longer / 2.0)


def lies_in(mount: Mount, stretch: Stretch) -> bool:
    """Whether at least half of an actuator, or half of the stretch, lies in their overlap."""
    own = (mount.from_cm, mount.to_cm)
    return 2.0 * shared_cm(own, stretch) >= min(own[1] - own[0], stretch[1] - stretch[0]) - 1e-9


def face_of(step: Placed) -> Face:
    """The face that a step names, or that its zones imply; zones with different faces imply all around."""
    own = {FACE_OF[zone] for zone in (step.from_, step.last) if zone in FACE_OF}
    return step.face or (own.pop() if len(own) == 1 else Face.AROUND)


def addressed_channels(step: Stroke, device: Device) -> list[Channel]:
    """The first channel of every actuator that a step addresses."""
    stretch = stretch_of(step)
    return [
        c
        for c in device.channels
        if c.quantity in (Quantity.PRESSURE, Quantity.INTENSITY, Quantity.TEMPERATURE)
        and isinstance(c.actuator, _KINDS.get(step.do, (Chamber,)))
        and can_play(step, c)
        and lies_in(c.actuator, stretch)
    ]


def can_play(step: Placed, channel: Channel) -> bool:
    """Whether an actuator is on the side and face of a step, and can do what it asks for."""
    mount = channel.actuator
    meets = sides_meet(mount.side, step.side) and faces_meet(mount.face, face_of(step))
    match step:
        case Percuss():
            return meets and isinstance(mount, Motor) and mount.action == "percussion" and not _on_bone(mount)
        case Vibrate():
            return meets and isinstance(mount, Motor) and mount.action == "vibration"
    return meets


def _on_bone(mount: Mount) -> bool:
    return mount.zone in BONY or any(lies_in(mount, STRETCH_CM[zone]) for zone in (Zone.ANKLE, Zone.KNEE))


def zones_of(step: Placed) -> list[Zone]:
    """The zones that a step names, and those of the leg in between."""
    named = [step.from_, step.last]
    low, high = STRETCH_CM[step.from_] if isinstance(step, Circle) else stretch_of(step)
    passed = [zone for zone in SPINE if low <= STRETCH_CM[zone][0] and STRETCH_CM[zone][1] <= high]
    free = [zone for zone in passed if not any(shared_cm(STRETCH_CM[zone], STRETCH_CM[n]) for n in named)]
    return list(dict.fromkeys([*named, *free]))


def legs_of(step: Placed, device: Device) -> list[Side]:
    """The legs that a step addresses; on a device for one leg, only that leg."""
    served = {a.side for a in device.actuators} - {Side.BOTH}
    if step.side is not Side.BOTH:
        return [step.side]
    return sorted(served) or [Side.BOTH]


def coverage(zone: Zone, leg: Side, mounts: Iterable[Mount]) -> float:
    """The share of a zone that lies under these actuators, from 0 to 1."""
    low, high = STRETCH_CM[zone]
    own = sorted((max(m.from_cm, low), min(m.to_cm, high)) for m in mounts if sides_meet(m.side, leg))
    length, top = 0.0, low
    for start, end in own:
        length += max(0.0, end - max(start, top))
        top = max(top, end)
    return length / (high - low)


def is_behind_knee(mount: Mount) -> bool:
    """Whether an actuator presses only the back of the knee."""
    return mount.face is Face.BACK and lies_in(mount, STRETCH_CM[Zone.POPLITEAL])


def presses_knee(mount: Mount) -> bool:
    """Whether an actuator presses the knee."""
    return lies_in(mount, STRETCH_CM[Zone.KNEE])


def limited_at_knee(step: OverTheKnee, mount: Mount, mmhg: float) -> float:
    """The pressure that a step asks of an actuator: limited over the knee, if the step says so."""
    if step.knee_mmhg is None or not presses_knee(mount):
        return mmhg
    return min(mmhg, step.knee_mmhg)


def zone_rank(cm: float) -> float:
    """The position of a height among the zones of the leg: 0 in the middle of the foot, then 1 more for each zone."""
    for i, (below, above) in enumerate(pairwise(_MIDDLES)):
        if cm <= above:
            return max(0.0, i + (cm - below) / (above - below))
    return float(len(_MIDDLES) - 1)


def middle_cm(mount: Mount) -> float:
    """The middle of an actuator in cm above the sole."""
    return (mount.from_cm + mount.to_cm) / 2.0


def place_of(mount: Mount) -> FeltPlace:
    """Where an actuator is felt: its own zone, and every other zone that it lies in."""
    lies = [z for z, stretch in STRETCH_CM.items() if lies_in(mount, stretch)]
    return FeltPlace(tuple(dict.fromkeys((mount.zone, *lies))), (mount.side,))
