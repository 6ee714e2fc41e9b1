"""From which side of the leg a step plays, where it or one of its zones names a side."""

from collections.abc import Iterator

from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Side, sides_meet
from legato.profiles.audit.covering import is_faint_at
from legato.profiles.audit.felt import FeltTurn
from legato.profiles.audit.figures import Check, FeltQuantity
from legato.profiles.audit.reach import face_of, takes_part
from legato.profiles.device import Mount
from legato.profiles.step_bases import Placed

_VALUE = {Face.AROUND: 0.0, Face.FRONT: 1.0, Face.BACK: 2.0, Face.INNER: 3.0, Face.OUTER: 4.0}
_PAIRS = ({Face.FRONT, Face.BACK}, {Face.INNER, Face.OUTER})


def check_face(felt: FeltTurn) -> Iterator[Check]:
    """The side from which every actuator plays that moves; of what holds the leg between, all around."""
    for c in felt.cast:
        asked = _asked(felt.step, c.actuator)
        if asked is None or not (felt.moved(c) or is_faint_at(felt.step, c)):
            continue
        is_held = asked is Face.AROUND and _is_held(felt, c.actuator)
        yield felt.check(FeltQuantity.FACE, _VALUE[asked], _VALUE[Face.AROUND if is_held else c.actuator.face], c)


def _asked(step: Placed, mount: Mount) -> Face | None:
    """The face that a step names, or that a zone of it means by itself to an actuator that lies there."""
    own = face_of(step)
    there = {FACE_OF.get(zone) for zone in (step.from_, step.last) if takes_part(mount, STRETCH_CM[zone])}
    return own if step.face is not None or own in there else None


def _is_held(felt: FeltTurn, mount: Mount) -> bool:
    """Whether each leg is held there from two sides; a side that stays still is found by what is reached."""
    near = [c.actuator for c in felt.cast if takes_part(c.actuator, (mount.from_cm, mount.to_cm))]
    meant = [leg for leg in (Side.LEFT, Side.RIGHT) if sides_meet(leg, felt.step.side) and sides_meet(leg, mount.side)]
    faces = [{one.face for one in near if sides_meet(one.side, leg)} for leg in meant]
    return all(Face.AROUND in own or any(mount.face in pair <= own for pair in _PAIRS) for own in faces)
