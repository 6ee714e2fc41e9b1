"""What of the body a turn reaches: zones that nothing plays, actuators that stay still, and what moves beside them."""

from collections.abc import Collection, Iterator

from legato.profiles.anatomy import FACE_OF, Face, faces_meet
from legato.profiles.audit.asking import FAINT_MMHG, crests, most
from legato.profiles.audit.curve import cut, highest
from legato.profiles.audit.felt import FeltTurn
from legato.profiles.audit.figures import Check, FeltPlace, FeltQuantity
from legato.profiles.audit.reach import covered, legs_of, meant, place_of, zones_of
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Chamber, Channel, Device, Quantity
from legato.profiles.schedule import Schedule
from legato.profiles.step_bases import Placed
from legato.profiles.steps import AnyStep, Glide, Wave

HALF = 0.5


def check_coverage(felt: FeltTurn) -> Iterator[Check]:
    """Whether half of each zone is played, on each leg; and every actuator that is meant and stays still."""
    own = [c for c in felt.cast if c not in felt.left_alone]
    moving = [c for c in own if felt.moved(c) or is_faint_at(felt.step, c)]
    turn = felt.played.turn
    for zone in zones_of(felt.step):
        mounts = [c.actuator for c in moving if faces_meet(c.actuator.face, FACE_OF.get(zone, Face.AROUND))]
        for leg in legs_of(felt.step, felt.schedule.device):
            part = covered(zone, leg, mounts)
            yield Check(turn, FeltPlace((zone,), (leg,)), FeltQuantity.COVERAGE, 1.0, 1.0 if part >= HALF else 0.0)
    yield from (
        Check(turn, place_of(c.actuator), FeltQuantity.COVERAGE, 1.0, 0.0) for c in felt.cast if c not in moving
    )


def is_faint(step: AnyStep, device: Device) -> bool:
    """Whether a step asks for so little everywhere that nobody could tell its times and rates."""
    if isinstance(step, Glide | Wave) and (cast := meant(step, device)):
        return all(is_faint_at(step, c) for c in cast)
    ends = [getattr(step, name, None) or 0.0 for name in ("pressure_mmhg", "end_pressure_mmhg")]
    mmhg = crests(step) if isinstance(step, Wave) else ends
    return hasattr(step, "pressure_mmhg") and max(mmhg) + getattr(step, "ripple_mmhg", 0.0) <= FAINT_MMHG + 1.0


def is_faint_at(step: Placed, channel: Channel) -> bool:
    """Whether so little is asked of an actuator that nobody could tell whether it plays."""
    if isinstance(channel.actuator, Chamber):
        return most(step, channel.actuator) <= FAINT_MMHG + 1.0
    return bool(getattr(step, "pressure_mmhg", getattr(step, "intensity_pct", 1.0)) <= 0.5)


def check_outside(played: PlayedTurn, schedule: Schedule, meant: Collection[int]) -> Iterator[Check]:
    """Whatever moves in the time of a turn and is not meant: `meant` holds the channels that are."""
    if played.until <= played.start:
        return
    for c, track in zip(schedule.device.channels, schedule.tracks, strict=True):
        if c.index in meant or c.quantity in (Quantity.RATE, Quantity.POSITION):
            continue
        level = FAINT_MMHG if c.quantity is Quantity.PRESSURE else 0.0
        if highest(cut(track, played.start, played.until)) > level:
            yield Check(played.turn, place_of(c.actuator), FeltQuantity.OUTSIDE, 0.0, 1.0)
