"""What a device makes of a routine, and what a start would play for somebody, without playing it."""

from collections.abc import Mapping
from functools import lru_cache

from legato.app import people, routine_library, routines
from legato.app.admission import length, narrowed, refusal
from legato.app.compile_for import compiled, forms
from legato.app.forewarning import Narrowing, narrowings
from legato.app.model import Frozen
from legato.app.target import Target, device_of
from legato.draw import curves
from legato.draw.curves import Curves
from legato.draw.heatmap_svg import heat_svg
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.profiles.schedule import CompileNote, Schedule


class StepAt(Frozen):
    """When a step begins."""

    at_s: float
    title: str


class CueAt(Frozen):
    """When something is said to the person."""

    at_s: float
    say: str
    wait: bool


class Made(Frozen):
    """What a device makes of a routine: how long, how strong, and what differs from what is written."""

    routine: str
    device: str
    duration_s: float
    setpoints: int
    peak_mmhg: Mapping[str, float]
    steps: tuple[StepAt, ...]
    cues: tuple[CueAt, ...]
    clipped: tuple[CompileNote, ...]
    dropped: tuple[CompileNote, ...]
    slowed: tuple[CompileNote, ...]


class Before(Made):
    """What a start would play, for whom (None: nobody in particular), and the limits that apply.

    A length from `shortest_s` to `full_s` may be requested; the default is `full_s` if a `course` asks for it.

    `refusal` says why it may not play for this person at all; a missing screening is no reason, since it can be done.
    """

    shortest_s: float
    full_s: float
    course: str | None
    person: str | None
    limits: tuple[Narrowing, ...]
    refusal: str | None


def report(name: str, target: Target, minutes: float | None = None) -> Made:
    """What a device makes of a routine, at the length closest to `minutes`, or as written if None.

    Raises:
        UnknownName, InvalidFile: see `routine_library.find` and `device_of`.
        CompileError: it cannot be played safely on the device, or cannot have that length.
    """
    schedule = compiled(routine_library.find(name), device_of(target), minutes=minutes)
    return made(schedule, curves.of_schedule(schedule))


def made(schedule: Schedule, plan: Curves) -> Made:
    """What a device makes of a routine; `plan` holds the curves of the schedule."""
    return Made(
        routine=schedule.profile,
        device=schedule.device.name,
        duration_s=schedule.duration_ms / 1000,
        setpoints=len(schedule.setpoints),
        peak_mmhg=plan.peaks,
        steps=tuple(StepAt(at_s=at_s, title=title) for at_s, title in plan.steps),
        cues=tuple(CueAt(at_s=cue.session_ms / 1000, say=cue.say, wait=cue.wait) for cue in schedule.cues),
        **schedule.report.by_kind,
    )


def before(
    name: str, target: Target, person: str | None, caps_mmhg: Mapping[Zone, float], minutes: float | None = None
) -> Before:
    """What a start would play for somebody, or for the current person, under the caps set for the device.

    Raises:
        UnknownName, InvalidFile: see `routine_library.find`, `people.chosen` and `device_of`.
        CompileError: it cannot be played safely on the device, or cannot have that length.
        DiaryError: the diary cannot be read.
    """
    profile, device, who = routine_library.find(name), device_of(target), people.chosen(person)
    limits, lasts = narrowed(who, caps_mmhg), length(profile, who, minutes)
    there = forms(profile, device, limits)
    schedule = compiled(profile, device, restrictions=limits, minutes=lasts.minutes)
    return Before(
        **dict(made(schedule, curves.of_schedule(schedule))),
        shortest_s=there.shortest_s,
        full_s=there.full_s,
        course=lasts.course,
        person=who.name if who else None,
        limits=tuple(narrowings(limits)),
        refusal=refusal(profile, who),
    )


def picture(name: str, target: Target, minutes: float | None = None) -> str:
    """A small heat map of a routine on a device, as SVG; raises what `report` raises."""
    routine_library.find(name)
    return _drawn(routine_library.text(name), device_of(target).model_dump_json(), minutes)


@lru_cache(maxsize=256)
def _drawn(text: str, described: str, minutes: float | None) -> str:
    device = Device.model_validate_json(described)
    return heat_svg(curves.of_schedule(compiled(routines.sent(text.encode()), device, minutes=minutes)))
