"""Routines, devices and compile reports in words."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from legato.profiles.anatomy import STRETCH_CM, Zone
from legato.profiles.device import Chamber, Device, Heater, Motor
from legato.profiles.profile import Profile, placed
from legato.profiles.schedule import CompileNote, CompileReport, Cue
from legato.profiles.step_bases import Placed
from legato.profiles.steps import AnyStep, Repeat, Together
from legato.profiles.stroke_reach import zones_of
from legato.profiles.words import face_word, zone_word

_UNITS = {"_mmhg": "mmHg", "_cm_s": "cm/s", "_s": "s", "_cm": "cm", "_hz": "Hz", "_c": "°C", "_pct": "%"}
_OFTEN = {"times": "", "least": "at least ", "most": "at most "}
_PLACE = {"do", "title", "from_", "to", "side", "face", "steps", "say"}


def routine(profile: Profile) -> Iterator[str]:
    """What a routine is for and what it does, line by line."""
    yield f"{profile.title} ({profile.name}, {profile.use.value})"
    if profile.purpose:
        yield profile.purpose.strip()
    if profile.why:
        yield f"Why: {profile.why.strip()}"
    if profile.origin:
        yield f"From: {profile.origin.strip()}"
    yield f"Zones: {', '.join(zone_word(zone) for zone in _zones(profile))}"
    if profile.clinician_directed:
        yield "Directed by a clinician: ask one first; it plays only after a screening."
    yield from (f"Caution: {caution}" for caution in profile.cautions)
    yield "Steps:"
    yield from steps(profile)


def said(cue: Cue) -> str:
    """What is said to the person, or asked; a question waits for the answer."""
    return f'{"asks" if cue.wait else "says"}: "{cue.say}"'


def _zones(profile: Profile) -> list[Zone]:
    """The zones that the steps name or pass, from the sole up."""
    found = {zone for step in placed(profile.steps) for zone in zones_of(step)}
    return sorted(found, key=lambda zone: (STRETCH_CM[zone], zone))


def steps(profile: Profile) -> Iterator[str]:
    """The steps of a routine, one line each; nested steps are indented."""
    return _steps(profile.steps, "  ")


def _steps(steps: Sequence[AnyStep], indent: str) -> Iterator[str]:
    for step in steps:
        yield indent + "- " + _step(step)
        if isinstance(step, Repeat | Together):
            yield from _steps(step.steps, indent + "  ")


def _step(step: AnyStep) -> str:
    words: list[str] = [step.do]
    if isinstance(step, Placed):
        words.append(_place(step))
    if text := getattr(step, "say", ""):
        words.append(f'"{text}"')
    given = [name for name in type(step).model_fields if name in step.model_fields_set - _PLACE]
    line = " ".join(words) + "".join(f", {_quantity(name, getattr(step, name))}" for name in given)
    return f"{step.title}: {line}" if step.title else line


def _place(step: Placed) -> str:
    where = step.from_.value if step.to is None else f"{step.from_.value} to {step.to.value}"
    side = "" if step.side.value == "both" else f"{step.side.value} "
    face = f" ({step.face.value})" if step.face else ""
    return (side + where + face).replace("_", " ")


def _quantity(name: str, value: object) -> str:
    """`pressure_mmhg: 35` reads `pressure 35 mmHg`; `times: 5` reads `5 times`; text is quoted."""
    if isinstance(value, str):
        return f'{name.replace("_", " ")} "{value}"'
    shown = f"{value:g}" if isinstance(value, float) else str(value).lower()
    if name in _OFTEN:
        return f"{_OFTEN[name]}{shown} time{'s' * (value != 1)}"
    if name == "seconds":
        return f"{shown} s"
    for suffix, unit in _UNITS.items():
        if name.endswith(suffix):
            return f"{name.removesuffix(suffix).replace('_', ' ')} {shown} {unit}"
    return f"{name.replace('_', ' ')} {shown}"


def device(found: Device) -> Iterator[str]:
    """What a device has, line by line: pumps, then actuators with place, side of the leg and limit."""
    yield f"{found.title} ({found.name})"
    if found.description:
        yield found.description.strip()
    for pump in found.pumps:
        yield f"Pump {pump.name}: {pump.flow_l_min:g} L/min, up to {pump.dead_head_mmhg:g} mmHg"
    width = max(len(a.id) for a in found.actuators)
    for a in found.actuators:
        stretch = f"{a.from_cm:g} to {a.to_cm:g} cm"
        place = f"{a.side.value:<5}  {stretch:<15}  {face_word(a.face):<10}"
        yield f"  {a.id:<{width}}  {a.kind:<7}  {place}  {_limit(a)}".rstrip()


def _limit(actuator: object) -> str:
    match actuator:
        case Chamber():
            return f"at most {actuator.cap_mmhg:g} mmHg, {actuator.hold_s:g} s at a time"
        case Motor():
            return f"{actuator.action}, {actuator.min_hz:g} to {actuator.max_hz:g} Hz, {actuator.max_s:g} s at a time"
        case Heater():
            return f"at most {actuator.max_c:g} °C, {actuator.max_s / 60:g} min"
        case _:
            return ""


_GONE = ("nothing", "no rest")
"""What plays instead of a part that is dropped; anything else is a replacement."""


def report(found: CompileReport) -> Iterator[str]:
    """The compile report, one line per note; empty if everything plays as written."""
    for kind, notes in found.by_kind.items():
        for note in notes:
            word = "replaced" if kind == "dropped" and note.plays not in _GONE else kind
            yield f"{word}: {sentence(note)}"


def sentence(note: CompileNote) -> str:
    """One note: `step 1 (glide ankle to thigh), both knees: asked 70 mmHg, plays 40 mmHg, because knee cap 40 mmHg`."""
    where = "" if note.where in {"", "all"} else f", {note.where}"
    plays = f", plays {note.plays}" if note.plays else ""
    return f"{note.step}{where}: asked {note.asked}{plays}, because {note.why}"


def report_json(found: CompileReport) -> dict[str, list[dict[str, Any]]]:
    """The three lists of the compile report, for programs."""
    return {kind: [asdict(note) for note in notes] for kind, notes in found.by_kind.items()}
