"""A device file looked over: figures that the wire cannot hold, and what is probably unintended; each at its place."""

from collections.abc import Iterator
from itertools import combinations
from math import ceil, floor

from legato.profiles.anatomy import STRETCH_CM, Face, Side, Zone, faces_meet
from legato.profiles.device import Chamber, Cooler, Device, Heater, Motor, Mount, Roller
from legato.profiles.envelope import ZONE_CAP_MMHG
from legato.profiles.errors import FileProblem
from legato.profiles.steps import BONY
from legato.profiles.stroke_reach import Stretch, is_one_place, overlap_cm, zones_covered
from legato.profiles.tree import Node
from legato.profiles.words import zone_word

MOST_ON_WIRE = 127.5
"""Targets travel in half-units, in one byte."""

Finding = tuple[tuple[int | str, ...], str, str]
"""The way to a value in the file, what is wrong with it, and what would be right."""


def misfits(device: Device, root: Node, file: str) -> list[FileProblem]:
    """The targets that could never be sent to this device; it is refused for them."""
    return _problems(_misfits(device), root, file)


def remarks(device: Device, root: Node, file: str) -> list[FileProblem]:
    """Labels and stretches that disagree, overlaps, and legs that differ by a little: nothing is refused for them."""
    return _problems((*_labels(device), *_pairs(device)), root, file)


def _problems(found: Iterator[Finding] | tuple[Finding, ...], root: Node, file: str) -> list[FileProblem]:
    return sorted(FileProblem(file, *root.find(*way).place, what, hint) for way, what, hint in found)


def _misfits(device: Device) -> Iterator[Finding]:
    for n, actuator in enumerate(device.actuators):
        for name in _targets(actuator):
            value = getattr(actuator, name)
            if value > MOST_ON_WIRE:
                what = f"{name} is {value:g}, and the wire holds no more than {MOST_ON_WIRE:g}"
                yield ("actuators", n, name), what, f"{MOST_ON_WIRE:g} is the nearest"
            elif value * 2.0 % 1.0:
                what = f"{name} is {value:g}, and the wire holds whole and half numbers only"
                yield ("actuators", n, name), what, _nearest(name, value)


def _targets(actuator: Mount) -> tuple[str, ...]:
    """The fields that bound what set-points of this actuator say; the cap of a chamber is rounded down instead."""
    match actuator:
        case Motor():
            return "min_hz", "max_hz"
        case Roller():
            return "from_cm", "to_cm"
        case Heater():
            return ("max_c",)
        case Cooler():
            return ("min_c",)
        case _:
            return ()


def _nearest(name: str, value: float) -> str:
    """The nearest figure that does not widen what the device may do."""
    is_lower_bound = name.startswith(("min_", "from_"))
    near = ceil(value * 2.0) / 2.0 if is_lower_bound else floor(value * 2.0) / 2.0
    return f"{near:g} is the nearest {'above' if is_lower_bound else 'below'}"


def _labels(device: Device) -> Iterator[Finding]:
    for n, actuator in enumerate(device.actuators):
        covered, way = zones_covered(actuator, device), ("actuators", n, "zone")
        at = f"{actuator.from_cm:g} to {actuator.to_cm:g} cm"
        if actuator.zone is Zone.POPLITEAL and actuator.face is not Face.BACK:
            yield way, f"{actuator.id} is called popliteal and does not press the back alone", "set face: back"
        if covered and not any(overlap_cm(STRETCH_CM[zone], STRETCH_CM[actuator.zone]) for zone in covered):
            what = f"{actuator.id} is called {zone_word(actuator.zone)} and lies at the {zone_word(covered[0])} ({at})"
            yield way, what, _RULE
        for zone in covered:
            cm = overlap_cm(STRETCH_CM[zone], _stretch(actuator))
            if _is_tender(actuator, zone) and not overlap_cm(STRETCH_CM[zone], STRETCH_CM[actuator.zone]):
                what = f"{actuator.id} is called {zone_word(actuator.zone)} and covers {cm:g} cm of {zone_word(zone)}"
                yield way, what, _RULE


_RULE = "limits go by the stretch"


def _is_tender(actuator: Mount, zone: Zone) -> bool:
    """Whether limits of its own come with a zone; those of shin and back of knee are said with calf and knee."""
    if isinstance(actuator, Motor) and actuator.action == "percussion":
        return zone in BONY
    return isinstance(actuator, Chamber) and zone in ZONE_CAP_MMHG and zone not in (Zone.SHIN, Zone.POPLITEAL)


def _pairs(device: Device) -> Iterator[Finding]:
    for (_, a), (n, b) in combinations(enumerate(device.actuators), 2):
        cm = overlap_cm(_stretch(a), _stretch(b))
        if type(a) is not type(b) or not cm or not faces_meet(a.face, b.face):
            continue
        if {a.side, b.side} == {Side.LEFT, Side.RIGHT}:
            if is_one_place(a, b) and (differ := _differ_cm(a, b)):
                what = f"{a.id} and {b.id} differ by {differ:g} cm and are treated as one place"
                yield ("actuators", n, "from_cm" if a.from_cm != b.from_cm else "to_cm"), what, ""
        elif isinstance(a, Chamber) and a.side is b.side:
            yield ("actuators", n, "from_cm"), f"{a.id} and {b.id} overlap by {cm:g} cm", "both press there"


def _differ_cm(a: Mount, b: Mount) -> float:
    return round(max(abs(a.from_cm - b.from_cm), abs(a.to_cm - b.to_cm)), 3)


def _stretch(actuator: Mount) -> Stretch:
    return actuator.from_cm, actuator.to_cm
