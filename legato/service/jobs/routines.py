"""Jobs about routines: list, explain, check, keep, draw, replay."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from legato.app import people, report_text, routine_library
from legato.app.compile_for import compiled, forms
from legato.app.forewarning import narrowings
from legato.app.replay import played
from legato.care.errors import UnknownName
from legato.care.gate import Refusal, Verdict, gate
from legato.cli.commands.preview import as_dict
from legato.draw import curves
from legato.draw.curves import Curve
from legato.draw.heatmap_svg import heat_svg
from legato.files import written
from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.profiles.errors import InvalidFile, Problem, printable
from legato.profiles.profile import Profile
from legato.profiles.refusal import CompileError
from legato.profiles.schedule import Schedule
from legato.service.http.application_service import Target
from legato.service.http.not_done import NotDone
from legato.service.http.schemas.routines import (
    Before,
    Card,
    Checked,
    CurveTold,
    Fix,
    LeftOut,
    Made,
    Narrowing,
    Replayed,
    Routine,
)
from legato.service.run.admission import narrowed

SENT = "routine.yaml"
"""What messages call a text that was sent."""

SAMPLES = 240
"""Moments of a replay's curves that go to a client."""


def cards() -> list[Card]:
    """All routines."""
    return [_card(profile) for profile in routine_library.everything()]


def left_out() -> list[LeftOut]:
    """What lies among the routines and people, and is none."""
    return [
        *(_left_out("routine", problem) for problem in routine_library.shelf().misfits),
        *(_left_out("person", problem) for problem in people.store().misfits()),
    ]


def explained(name: str) -> Routine:
    """One routine."""
    profile = routine_library.find(name)
    return Routine(**dict(_card(profile)), words=tuple(report_text.routine(profile)), text=routine_library.text(name))


def report(name: str, target: Target, minutes: float | None = None) -> Made:
    """What a device makes of a routine."""
    return _made(compiled(routine_library.find(name), device_of(target), minutes=minutes))


def before(
    name: str, target: Target, person: str | None, caps_mmhg: Mapping[Zone, float], minutes: float | None = None
) -> Before:
    """What a start would play, what narrows it for whom, and what keeps it from playing: as `prepare` does it."""
    profile, device = routine_library.find(name), device_of(target)
    who, today = people.named(person) or people.store().current(), people.today()
    limits, length = narrowed(who, today, caps_mmhg), people.length(profile, who, minutes)
    there = forms(profile, device, limits)
    return Before(
        **dict(_made(compiled(profile, device, restrictions=limits, minutes=length.minutes))),
        shortest_s=there.shortest_s,
        full_s=there.full_s,
        course=length.course,
        person=who.name if who else None,
        limits=tuple(Narrowing(what=one.what, why=one.why) for one in narrowings(limits)),
        refusal=_refusal(gate(profile, who.screened(today) if who else None)),
    )


def _refusal(verdict: Verdict) -> str | None:
    return verdict.reason if isinstance(verdict, Refusal) and not verdict.needs_screening else None


def picture(name: str, target: Target, minutes: float | None = None) -> str:
    """The heat map of a routine on a device."""
    routine_library.find(name)
    return _drawn(routine_library.text(name), device_of(target).model_dump_json(), minutes)


@lru_cache(maxsize=256)
def _drawn(text: str, described: str, minutes: float | None) -> str:
    schedule = compiled(_profile(text.encode()), Device.model_validate_json(described), minutes=minutes)
    return heat_svg(curves.of_schedule(schedule))


def check(text: bytes, target: Target | None) -> Checked:
    """Whether a text is a valid routine, and what a device makes of it."""
    device = device_of(target) if target is not None else None
    try:
        profile = _profile(text)
    except InvalidFile as error:
        fixes = tuple(Fix(line=p.line, column=p.column, what=p.what, hint=p.hint) for p in error.problems[:50])
        return Checked(is_valid=False, problems=fixes)
    if device is None:
        return Checked(is_valid=True, name=profile.name)
    try:
        return Checked(is_valid=True, name=profile.name, report=_made(compiled(profile, device)))
    except CompileError as error:
        return Checked(is_valid=True, name=profile.name, refusal=str(error))


def save(name: str, text: bytes) -> Card:
    """Keeps a routine of the user's own, whole or not at all."""
    if routine_library.is_builtin(name):
        raise NotDone("exists", f"{name} is built in and stays as it is; choose another name")
    profile = _profile(text)
    if profile.name != name:
        what = f"the name in this file is {profile.name}"
        raise InvalidFile(Problem(SENT, 1, 1, what, f"write name: {name}, or send it to the address of {profile.name}"))
    with written(routine_library.path(name)) as file:
        file.write(text.decode())
    return _card(profile)


def replay(
    routine: str | None, text: str | None, target: Target, person: str | None, minutes: float | None = None
) -> Replayed:
    """Plays a routine, or the text of one, on the simulator of a device."""
    profile = routine_library.find(routine) if routine is not None else _profile((text or "").encode())
    who = people.named(person)
    restrictions, length = people.admit(profile, who), people.length(profile, who, minutes)
    schedule = compiled(profile, device_of(target), restrictions=restrictions, minutes=length.minutes)
    with TemporaryDirectory(prefix="legato-") as folder:
        done = played(schedule, {"trace": Path(folder) / "trace.csv"})
    summary = done.summary.as_dict()
    del summary["files"]
    times, step = done.curves.times_s, max(1, len(done.curves.times_s) // SAMPLES)
    told = tuple(_told(curve, step) for curve in done.curves.curves)
    return Replayed(outcome=done.summary.outcome, summary=summary, times_s=_thin(times, step), curves=told)


def _told(curve: Curve, step: int) -> CurveTold:
    measured = tuple(None if isnan(value) else value for value in _thin(curve.measured, step))
    channel = curve.channel
    return CurveTold(channel=channel.name, unit=channel.unit, commanded=_thin(curve.commanded, step), measured=measured)


def _thin(values: Sequence[float], step: int) -> tuple[float, ...]:
    return tuple(round(value, 1) for value in values[::step])


def _made(schedule: Schedule) -> Made:
    told = as_dict(schedule, curves.of_schedule(schedule))
    named = {"routine": told.pop("profile"), "peak_mmhg": told.pop("peak")}
    return Made.model_validate({**named, **told})


def _left_out(kind: Literal["routine", "person"], problem: Problem) -> LeftOut:
    """By the name of its file alone, as everything that goes to clients."""
    return LeftOut(kind=kind, file=printable(Path(problem.file).name), what=problem.what, hint=problem.hint)


def _card(profile: Profile) -> Card:
    return Card(
        name=profile.name,
        title=profile.title,
        use=profile.use.value,
        purpose=profile.purpose.strip(),
        why=profile.why.strip(),
        cautions=profile.cautions,
        clinician_directed=profile.clinician_directed,
        is_builtin=routine_library.is_builtin(profile.name),
    )


def _profile(text: bytes) -> Profile:
    return load.parse_profile(text, SENT)


def device_of(target: Target) -> Device:
    """The device that is meant; never a path: a client has no business with the files of this computer."""
    if isinstance(target, Device):
        return target
    if target not in load.builtin_devices():
        raise UnknownName("device", target, load.builtin_devices())
    return load.device(target)
