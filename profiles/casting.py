"""Casting: which actuators play a step, and a written reason for everything that cannot be played."""

from collections.abc import Iterator
from dataclasses import dataclass

from profiles.air import BASELINE_MMHG
from profiles.anatomy import Zone
from profiles.device import Chamber, Channel, Cooler, Heater, Motor, Mount, Roller
from profiles.restrictions import Means
from profiles.rig import Rig
from profiles.steps import BONY, Circle, Cool, Friction, Glide, Heat, Knead, Percuss, Stroke, Vibrate, Wave
from profiles.strokes.field import reached, uncovered
from profiles.words import whereabouts, zone_word


@dataclass(frozen=True, slots=True)
class Loss:
    """What is not played as asked, in words: where, what was asked, what plays, why."""

    where: str
    asked: str
    plays: str
    why: str


@dataclass(frozen=True, slots=True)
class Cast:
    """The channels that play a stroke, and what is lost; with `is_timer` a person does it, and the time is kept."""

    channels: tuple[Channel, ...]
    losses: tuple[Loss, ...] = ()
    is_timer: bool = False


def cast_of(step: Stroke, rig: Rig) -> Cast:
    """Who plays this stroke."""
    if (why := _forbidden(step, rig)) is not None:
        zones = list(dict.fromkeys((step.from_, step.last)))
        return Cast((), (Loss(_words(zones), step.do, "nothing", why),))
    found = [c for c in reached(step, rig.device, _kinds(step)) if _suits(step, c)]
    missing = uncovered(step, found)
    if isinstance(step, Cool) and missing:
        return _by_hand(step, found, missing, rig)
    left_out = {c: why for c in found if (why := _spared(c, rig)) is not None}
    losses = list(_uncovered(step, missing, rig))
    losses += [Loss(whereabouts([c.actuator]), step.do, "nothing", why) for c, why in left_out.items()]
    return Cast(tuple(c for c in found if c not in left_out), tuple(losses))


def _forbidden(step: Stroke, rig: Rig) -> str | None:
    """Why this person may not get a step by any actuator."""
    means = _MEANS.get(step.do)
    return None if means is None else rig.limits.restrictions.forbidden.get(means)


def _spared(channel: Channel, rig: Rig) -> str | None:
    """Why an actuator that could play must not: its cap, or that of its place, is too low to be felt."""
    mount = channel.actuator
    is_air = channel.index in rig.pump
    cap = rig.cap(channel.index) if is_air else rig.limits.restrictions.cap_at(mount.zone, mount.face)
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


def _suits(step: Stroke, channel: Channel) -> bool:
    if not isinstance(channel.actuator, Motor):
        return True
    is_on_bone = isinstance(step, Percuss) and channel.actuator.zone in BONY
    return channel.actuator.action == _ACTION[step.do] and not is_on_bone


def _uncovered(step: Stroke, missing: list[Zone], rig: Rig) -> Iterator[Loss]:
    """What no actuator plays: bone is passed over on purpose, elsewhere the device has nothing."""
    bare = [zone for zone in missing if isinstance(step, Percuss) and zone in BONY]
    if bare:
        yield Loss(_words(bare), step.do, "nothing", "no percussion over bone")
    if others := [zone for zone in missing if zone not in bare]:
        lacking = " or ".join(_lacking(step, kind) for kind in _kinds(step))
        yield Loss(_words(others), step.do, "nothing", f"{rig.device.name} has no {lacking} there")


def _by_hand(step: Cool, found: list[Channel], missing: list[Zone], rig: Rig) -> Cast:
    """Where there is no cooler a cold pack is laid on, and the chambers there let go."""
    loss = Loss(_words(missing), "cool", "a cue and a timer", f"{rig.device.name} has no cooler there")
    return Cast((*found, *reached(step, rig.device, (Chamber,))), (loss,), is_timer=True)


def _words(zones: list[Zone]) -> str:
    return ", ".join(zone_word(zone) for zone in zones)


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

_ACTION = {"percuss": "percussion", "vibrate": "vibration"}
