"""Facing: from which side of the leg a step asks to be played, and from which one what a device has there plays it."""

from collections.abc import Iterable, Iterator

from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Side, sides_meet
from legato.profiles.device import Channel, Mount
from legato.profiles.step_bases import Placed
from legato.profiles.stroke_reach import face_of, takes_part

_OPPOSITE = {
    Face.FRONT: Face.BACK,
    Face.BACK: Face.FRONT,
    Face.INNER: Face.OUTER,
    Face.OUTER: Face.INNER,
}

Turned = tuple[tuple[Channel, ...], Face, Face]
"""These channels are asked to play one face, and play another."""


def find_turned(step: Placed, found: Iterable[Channel], played: Iterable[Channel]) -> Iterator[Turned]:
    """The channels that play another face than the step names, those of which that is the same together.

    `found` is all that lies there: of what holds the leg from both sides one may be spared, and is reported as spared.
    """
    mounts = [c.actuator for c in found]
    others: dict[tuple[Face, Face], list[Channel]] = {}
    for c in played:
        asked, own = _named(step, c.actuator), c.actuator.face
        if asked in (None, own) or (asked is Face.AROUND and _holds_between(c.actuator, mounts, step)):
            continue
        others.setdefault((asked, own), []).append(c)
    yield from ((tuple(some), asked, own) for (asked, own), some in others.items())


def _named(step: Placed, mount: Mount) -> Face | None:
    """The face that a step names for an actuator: its `face`, or that of one of its zones, where that zone lies.

    A stroke from the calf to the back of the knee names none for the calf.
    """
    if step.face is not None:
        return step.face
    own = face_of(step)
    zones = [zone for zone in (step.from_, step.last) if FACE_OF.get(zone) is own]
    return own if any(takes_part(mount, STRETCH_CM[zone]) for zone in zones) else None


def _holds_between(mount: Mount, others: Iterable[Mount], step: Placed) -> bool:
    """Whether on each leg that is meant something presses the same place from the opposite side, or all around."""
    facing = [
        other.side
        for other in others
        if other.face in (_OPPOSITE[mount.face], Face.AROUND) and takes_part(other, (mount.from_cm, mount.to_cm))
    ]
    legs = (leg for leg in (Side.LEFT, Side.RIGHT) if sides_meet(leg, mount.side) and sides_meet(leg, step.side))
    return all(any(sides_meet(side, leg) for side in facing) for leg in legs)
