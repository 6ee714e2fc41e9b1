"""From which face of the leg a step plays, if it or one of its zones names one."""

from collections.abc import Iterator

from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Side, sides_meet
from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.coverage import is_faint_at
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.audit.reach import face_of, lies_in
from legato.profiles.device import Mount
from legato.profiles.step_bases import Placed

_VALUE = {Face.AROUND: 0.0, Face.FRONT: 1.0, Face.BACK: 2.0, Face.INNER: 3.0, Face.OUTER: 4.0}
_PAIRS = ({Face.FRONT, Face.BACK}, {Face.INNER, Face.OUTER})


def check_face(felt: FeltTurn) -> Iterator[Check]:
    """The face from which each moving actuator plays; a leg held between two of them counts as all around."""
    for c in felt.addressed:
        asked = _asked_face(felt.step, c.actuator)
        if asked is None or not (felt.is_felt(c) or is_faint_at(felt.step, c)):
            continue
        is_held = asked is Face.AROUND and _is_held(felt, c.actuator)
        yield felt.check(FeltQuantity.FACE, _VALUE[asked], _VALUE[Face.AROUND if is_held else c.actuator.face], c)


def _asked_face(step: Placed, mount: Mount) -> Face | None:
    """The face that a step names, or that one of its zones implies for an actuator that lies there."""
    own = face_of(step)
    there = {FACE_OF.get(zone) for zone in (step.from_, step.last) if lies_in(mount, STRETCH_CM[zone])}
    return own if step.face is not None or own in there else None


def _is_held(felt: FeltTurn, mount: Mount) -> bool:
    """Whether each leg is held from two opposite faces; a face that stays still is found by the coverage check."""
    near = [c.actuator for c in felt.addressed if lies_in(c.actuator, (mount.from_cm, mount.to_cm))]
    meant = [leg for leg in (Side.LEFT, Side.RIGHT) if sides_meet(leg, felt.step.side) and sides_meet(leg, mount.side)]
    faces = [{one.face for one in near if sides_meet(one.side, leg)} for leg in meant]
    return all(Face.AROUND in own or any(mount.face in pair <= own for pair in _PAIRS) for own in faces)
