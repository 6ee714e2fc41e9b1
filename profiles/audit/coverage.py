"""What a turn reaches of the body: zones without play, actuators that stay still, and others that move."""

from collections.abc import Collection, Iterator

from legato.profiles.anatomy import FACE_OF, Face, faces_meet
from legato.profiles.audit.checks import Check, FeltPlace, FeltQuantity
from legato.profiles.audit.curve import curve_between, highest
from legato.profiles.audit.expected_pressure import FAINT_MMHG, crest_pressures, highest_asked
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.audit.reach import addressed_channels, coverage, legs_of, place_of, zones_of
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Chamber, Channel, Device, Quantity
from legato.profiles.schedule import Schedule
from legato.profiles.step_bases import Placed
from legato.profiles.steps import AnyStep, Glide, Wave

HALF = 0.5


def check_coverage(felt: FeltTurn) -> Iterator[Check]:
    """Whether at least half of each zone plays, on each leg; and every addressed actuator that stays still."""
    own = [c for c in felt.addressed if c not in felt.excluded]
    moving = [c for c in own if felt.is_felt(c) or is_faint_at(felt.step, c)]
    turn = felt.played.turn
    for zone in zones_of(felt.step):
        mounts = [c.actuator for c in moving if faces_meet(c.actuator.face, FACE_OF.get(zone, Face.AROUND))]
        for leg in legs_of(felt.step, felt.schedule.device):
            part = coverage(zone, leg, mounts)
            yield Check(turn, FeltPlace((zone,), (leg,)), FeltQuantity.COVERAGE, 1.0, 1.0 if part >= HALF else 0.0)
    yield from (
        Check(turn, place_of(c.actuator), FeltQuantity.COVERAGE, 1.0, 0.0) for c in felt.addressed if c not in moving
    )


def is_faint(step: AnyStep, device: Device) -> bool:
    """Whether a step asks for so little everywhere that nobody could feel its times and rates."""
    if isinstance(step, Glide | Wave) and (channels := addressed_channels(step, device)):
        return all(is_faint_at(step, c) for c in channels)
    ends = [getattr(step, name, None) or 0.0 for name in ("pressure_mmhg", "end_pressure_mmhg")]
    mmhg = crest_pressures(step) if isinstance(step, Wave) else ends
    return hasattr(step, "pressure_mmhg") and max(mmhg) + getattr(step, "ripple_mmhg", 0.0) <= FAINT_MMHG + 1.0


def is_faint_at(step: Placed, channel: Channel) -> bool:
    """Whether so little is asked of an actuator that nobody could feel whether it plays."""
    if isinstance(channel.actuator, Chamber):
        return highest_asked(step, channel.actuator) <= FAINT_MMHG + 1.0
    return bool(getattr(step, "pressure_mmhg", getattr(step, "intensity_pct", 1.0)) <= 0.5)


def check_outside(played: PlayedTurn, schedule: Schedule, addressed: Collection[int]) -> Iterator[Check]:
    """Channels that move during a turn without being addressed; `addressed` holds the indices of those that are."""
    if played.until <= played.start:
        return
    for c, track in zip(schedule.device.channels, schedule.tracks, strict=True):
        if c.index in addressed or c.quantity in (Quantity.RATE, Quantity.POSITION):
            continue
        level = FAINT_MMHG if c.quantity is Quantity.PRESSURE else 0.0
        if highest(curve_between(track, played.start, played.until)) > level:
            yield Check(played.turn, place_of(c.actuator), FeltQuantity.OUTSIDE, 0.0, 1.0)
