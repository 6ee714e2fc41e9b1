"""Plain words: what a step is called, where actuators are, and how long something takes."""

from collections.abc import Iterable

from legato.profiles.anatomy import Face, Side, Zone
from legato.profiles.device import Mount
from legato.profiles.restrictions import COVERS
from legato.profiles.step_bases import Placed
from legato.profiles.steps import AnyStep, Say

_PLURAL = {Zone.FOOT: "feet", Zone.CALF: "calves"}
_NO_PLURAL = {Zone.SEAT, Zone.LOWER_BACK, Zone.TORSO}
_FACES = {
    Face.AROUND: "all around",
    Face.FRONT: "in front",
    Face.BACK: "behind",
    Face.INNER: "at the inner side",
    Face.OUTER: "at the outer side",
}


def clock(seconds: float) -> str:
    """Minutes and seconds, as a person reads a clock: `8:05`."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def zone_word(zone: Zone) -> str:
    """`lower back`, `back of the knee`."""
    return "back of the knee" if zone is Zone.POPLITEAL else zone.replace("_", " ")


def face_word(face: Face) -> str:
    """Where on the leg: `behind`, `all around`."""
    return _FACES[face]


def whereabouts(mounts: Iterable[Mount]) -> str:
    """Where actuators are, both legs in one: `both thighs`, `left calf`."""
    sides: dict[Zone, set[Side]] = {}
    for mount in mounts:
        sides.setdefault(mount.zone, set()).add(mount.side)
    return ", ".join(place_word(zone, found) for zone, found in sides.items())


def place_word(zone: Zone, sides: set[Side]) -> str:
    """A zone on one leg or on both: `left calf`, `both calves`, `back of the left knee`."""
    leg = next(iter(sides)) if sides in ({Side.LEFT}, {Side.RIGHT}) else None
    if zone is Zone.POPLITEAL:
        return f"back of the {leg} knee" if leg else "backs of both knees"
    word = zone_word(zone)
    if leg:
        return f"{leg} {word}"
    return word if zone in _NO_PLURAL else f"both {_PLURAL.get(zone, word + 's')}"


def named(mounts: Iterable[Mount], why: str) -> str:
    """`whereabouts`, or the actuators' own names where the reason is one that their label does not suggest."""
    return ", ".join(dict.fromkeys(m.id for m in mounts)) if why.startswith(COVERS) else whereabouts(mounts)


def figure(value: float) -> str:
    """A figure as people read it: at most one decimal; below 1 two digits, for rates."""
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 1.0 else f"{value:.2g}"


def figures(asked: float, plays: float) -> tuple[str, str]:
    """Two figures beside each other, with a third digit where they would read the same though they are 5 % apart."""
    words = figure(asked), figure(plays)
    if words[0] != words[1] or abs(asked - plays) <= 0.05 * abs(asked):
        return words
    return f"{asked:.3g}", f"{plays:.3g}"


def step_words(step: AnyStep) -> str:
    """What a step does and where: `glide ankle to thigh`."""
    if isinstance(step, Placed):
        to = f" to {zone_word(step.to)}" if step.to is not None and step.to != step.from_ else ""
        return f"{step.do} {zone_word(step.from_)}{to}"
    return step.do


def title_of(step: AnyStep) -> str:
    """What a person reads while a step plays: its own title, or `Glide ankle to thigh, 35 mmHg`."""
    if step.title:
        return step.title
    if isinstance(step, Say):
        return step.say
    words = step_words(step)
    return words[0].upper() + words[1:] + _figure(step)


def by_hand_words(step: AnyStep) -> str:
    """The title of what a person lays on: `Cool shin, by hand`."""
    words = step_words(step)
    return f"{words[0].upper()}{words[1:]}, by hand"


def _figure(step: AnyStep) -> str:
    for name, unit in (("pressure_mmhg", "mmHg"), ("intensity_pct", "%"), ("temp_c", "degC"), ("seconds", "s")):
        value = getattr(step, name, None)
        if value is not None:
            return f", {value:g} {unit}"
    return ""
