"""Which actuators play a step, and a written reason for everything that cannot be played."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.anatomy import STRETCH_CM, Side, Zone, sides_meet
from legato.profiles.compile_context import CompileContext
from legato.profiles.device import Chamber, Channel, Cooler, Device, Heater, Motor, Mount, Roller
from legato.profiles.envelope import personal_cap
from legato.profiles.restrictions import COVERS, Limit, Means
from legato.profiles.steps import (
    BONY,
    Circle,
    Cool,
    Friction,
    Glide,
    Heat,
    Knead,
    Percuss,
    Press,
    Stroke,
    Vibrate,
    Wave,
)
from legato.profiles.stroke_reach import (
    face_of,
    is_behind_knee,
    reached,
    takes_part,
    uncovered,
    uncovered_on,
    zones_covered,
)
from legato.profiles.strokes.facing import find_turned
from legato.profiles.strokes.pressing import breadths, means_of
from legato.profiles.strokes.ring import lacks
from legato.profiles.words import face_word, named, whereabouts, zone_word

BY_HAND = "a cue and a timer"
"""What plays where a person does it."""

STROKED_ONLY = "the back of the knee is only ever stroked"
NOT_ON_BONE = "no percussion over bone"
SPARED = frozenset({STROKED_ONLY, NOT_ON_BONE})
"""Why a place is passed over on purpose, on whatever device: nothing is wanting there."""

NOT_BESIDE = "nothing is laid on by hand in a together: give it a step of its own"


Spot = tuple[Zone, Side]
"""A zone on one leg or on both."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is not played as asked, in words: where, what was asked, what plays, why."""

    where: str
    asked: str
    plays: str
    why: str


@dataclass(frozen=True, slots=True)
class ActuatorSelection:
    """The channels that play a stroke, what is lost, and the places where a person does it while the time is kept."""

    channels: tuple[Channel, ...]
    losses: tuple[Loss, ...] = ()
    by_hand: tuple[Spot, ...] = ()

    @property
    def plays(self) -> bool:
        """Whether anything or anybody plays it."""
        return bool(self.channels or self.by_hand)


def select_actuators(step: Stroke, context: CompileContext, *, is_alone: bool = True) -> ActuatorSelection:
    """Who plays this stroke, which has its time to itself unless it is in a `together`."""
    if isinstance(step, Press) and (more_local := _more_local(step, context)) is not None:
        return more_local
    if (why := _forbidden(step, context)) is not None:
        zones = list(dict.fromkeys((step.from_, step.last)))
        return ActuatorSelection((), (Loss(_words(zones), step.do, "nothing", why),))
    found = [c for c in reached(step, context.device, _kinds(step)) if _suits(step, c, context.device)]
    missing = uncovered(step, found)
    spared = {c: why for c in found if (why := _spared(step, c, context)) is not None}
    told = [
        Loss(named((c.actuator for c, one in spared.items() if one == why), why), step.do, "nothing", why)
        for why in dict.fromkeys(spared.values())
    ]
    played = tuple(c for c in found if c not in spared)
    told += _on_another_face(step, found, played, context)
    if isinstance(step, Heat | Cool) and step.by_hand:
        bare = [*((zone, step.side) for zone in missing), *_bare_on_one_leg(step, found, context)]
        return _by_hand(step, ActuatorSelection(played, tuple(told)), bare, context, is_alone=is_alone)
    losses = [*_uncovered(step, missing, context), *_on_one_leg(step, found, context), *told]
    return ActuatorSelection(played, (*losses, *_not_round(step, played), *_no_one_spot(step, played, context)))


def _more_local(step: Press, context: CompileContext) -> ActuatorSelection | None:
    """What is more local than air, where the device has it and this person may get it."""
    for other in step.others:
        cast = select_actuators(other, context)
        if cast.channels:
            losses = (replace(loss, asked=step.do) if loss.asked == other.do else loss for loss in cast.losses)
            return ActuatorSelection(cast.channels, (*losses, *_no_one_spot(step, cast.channels, context)))
    return None


def _forbidden(step: Stroke, context: CompileContext) -> str | None:
    """Why this person may not get a step by any actuator."""
    means = _MEANS.get(step.do)
    return None if means is None else context.limits.restrictions.forbidden.get(means)


def _spared(step: Stroke, channel: Channel, context: CompileContext) -> str | None:
    """Why an actuator that could play must not: its cap, or that of its place, is too low to be felt.

    What lies behind the knee is stroked, or touched once in a while as circles come round, and never worked on.
    """
    mount = channel.actuator
    is_air = channel.index in context.pump
    if is_air and not isinstance(step, Glide | Wave | Circle | Cool) and is_behind_knee(mount, context.device):
        return STROKED_ONLY
    cap = context.cap(channel.index) if is_air else personal_cap(mount, context.device, context.limits.restrictions)
    return cap.why if cap is not None and cap.value < BASELINE_MMHG else None


def _kinds(step: Stroke) -> tuple[type[Mount], ...]:
    match step:
        case Glide() | Wave() | Knead() | Circle():
            return (Chamber, Roller)
        case Friction():
            return (Roller,)
        case Percuss() | Vibrate():
            return (Motor,)
        case Heat():
            return (Heater,)
        case Cool():
            return (Cooler,)
        case _:
            return (Chamber,)


def _suits(step: Stroke, channel: Channel, device: Device) -> bool:
    if not isinstance(channel.actuator, Motor):
        return True
    return channel.actuator.action == _ACTION[step.do] and not (
        isinstance(step, Percuss) and _bones(channel.actuator, device)
    )


def _bones(mount: Mount, device: Device) -> list[Zone]:
    """The zones with bone under the skin that an actuator lies on."""
    return [zone for zone in zones_covered(mount, device) if zone in BONY]


def _uncovered(step: Stroke, missing: list[Zone], context: CompileContext) -> Iterator[Loss]:
    """What no actuator plays: bone is passed over on purpose, elsewhere the device has nothing."""
    bare = [zone for zone in missing if isinstance(step, Percuss) and zone in BONY]
    if bare:
        yield Loss(_words(bare), step.do, "nothing", NOT_ON_BONE)
    heads = _on_bone(step, missing, context)
    for head in heads:
        why = f"{COVERS} {_words(_bones(head, context.device))}, and there is no percussion over bone"
        yield Loss(named([head], why), step.do, "nothing", why)
    bare += [zone for zone in missing if any(takes_part(head, STRETCH_CM[zone]) for head in heads)]
    if others := [zone for zone in missing if zone not in bare]:
        yield Loss(_words(others), step.do, "nothing", f"{context.device.name} has no {_lacking_all(step)} there")


def _not_round(step: Stroke, played: Sequence[Channel]) -> Iterator[Loss]:
    """What plays instead of circles, leg by leg; both legs in one where they get the same."""
    if not isinstance(step, Circle):
        return
    legs = {c.actuator.side for c in played} - {Side.BOTH} or {Side.BOTH}
    found: dict[tuple[str, str], list[Mount]] = {}
    for leg in sorted(legs):
        for channels, plays, why in lacks(c for c in played if sides_meet(c.actuator.side, leg)):
            found.setdefault((plays, why), []).extend(c.actuator for c in channels)
    for (plays, why), mounts in found.items():
        yield Loss(whereabouts(mounts), "circles", plays, why)


def _no_one_spot(step: Stroke, played: Sequence[Channel], context: CompileContext) -> Iterator[Loss]:
    """How broad it is what presses instead of a thumb."""
    for channels, why in breadths(played, context.device) if isinstance(step, Press) else ():
        yield Loss(whereabouts(c.actuator for c in channels), "one spot", means_of(channels), why)


def _on_another_face(
    step: Stroke, found: Sequence[Channel], played: Sequence[Channel], context: CompileContext
) -> Iterator[Loss]:
    """What plays, and not from the side of the leg that the step names."""
    for channels, asked, plays in find_turned(step, found, played):
        why = f"what {context.device.name} has there lies {face_word(plays)}"
        yield Loss(whereabouts(c.actuator for c in channels), face_word(asked), face_word(plays), why)


def _on_one_leg(step: Stroke, found: list[Channel], context: CompileContext) -> Iterator[Loss]:
    """What only one of two legs gets, because the device has something for that one alone."""
    for where in _named(step, list(_bare_on_one_leg(step, found, context))):
        yield Loss(where, step.do, "nothing", f"{context.device.name} has no {_lacking_all(step)} there")


def _bare_on_one_leg(step: Stroke, found: list[Channel], context: CompileContext) -> Iterator[Spot]:
    served = {a.side for a in context.device.actuators} - {Side.BOTH}
    for side in sorted(served) if step.side is Side.BOTH and len(served) == 2 else ():
        yield from ((zone, side) for zone in uncovered_on(side, step, found))


def _named(step: Stroke, places: list[Spot]) -> Iterator[str]:
    """The places in words, those of each leg together; a side that the step names itself goes without saying."""
    for side in dict.fromkeys(side for _, side in places):
        leg = "" if side is step.side else f"{side} "
        yield ", ".join(f"{leg}{zone_word(zone)}" for zone, own in places if own is side)


def _on_bone(step: Stroke, missing: list[Zone], context: CompileContext) -> list[Mount]:
    """The percussion heads that would tap somewhere but on bone, if they did not lie on bone as well."""
    soft = [STRETCH_CM[zone] for zone in missing if zone not in BONY]
    motors = [c.actuator for c in reached(step, context.device, (Motor,))] if isinstance(step, Percuss) else []
    heads = [m for m in motors if isinstance(m, Motor) and m.action == "percussion" and _bones(m, context.device)]
    return [head for head in heads if any(takes_part(head, stretch) for stretch in soft)]


def _by_hand(
    step: Heat | Cool, device_plays: ActuatorSelection, bare: list[Spot], context: CompileContext, *, is_alone: bool
) -> ActuatorSelection:
    """Where the device has nothing for it a person lays it on; not where nothing may touch."""
    spared = {zone: cap.why for zone, _ in bare if (cap := _too_low(zone, step, context)) is not None}
    losses = [Loss(zone_word(zone), step.do, "nothing", why) for zone, why in spared.items()]
    places = [(zone, side) for zone, side in bare if zone not in spared]
    plays, why = BY_HAND, f"{context.device.name} has no {_KIND_WORDS[_kinds(step)[0]]} there"
    if not is_alone:
        plays, why = "nothing", NOT_BESIDE
    losses += [Loss(where, step.do, plays, why) for where in _named(step, places)]
    return ActuatorSelection(device_plays.channels, (*device_plays.losses, *losses), tuple(places) if is_alone else ())


def _too_low(zone: Zone, step: Heat | Cool, context: CompileContext) -> Limit | None:
    """The cap that leaves a zone out for this person, as it would an actuator there."""
    cap = context.limits.restrictions.cap_at(zone, face_of(step))
    return cap if cap is not None and cap.value < BASELINE_MMHG else None


def _words(zones: list[Zone]) -> str:
    return ", ".join(zone_word(zone) for zone in zones)


def _lacking_all(step: Stroke) -> str:
    kinds = (Roller, Motor, Chamber) if isinstance(step, Press) else _kinds(step)
    *first, last = (_lacking(step, kind) for kind in kinds)
    return f"{', '.join(first)} or {last}" if first else last


def _lacking(step: Stroke, kind: type[Mount]) -> str:
    if kind is Motor:
        return f"{_ACTION[step.do]} motor"
    return _KIND_WORDS[kind]


_KIND_WORDS: dict[type[Mount], str] = {
    Chamber: "air chamber",
    Roller: "roller",
    Heater: "heater",
    Cooler: "cooler",
}

_MEANS = {"heat": Means.HEAT, "cool": Means.COLD, "percuss": Means.PERCUSSION, "vibrate": Means.VIBRATION}

_ACTION = {"percuss": "percussion", "press": "percussion", "vibrate": "vibration"}
