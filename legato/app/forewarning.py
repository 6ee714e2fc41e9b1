"""What to know before a massage starts: what plays differently from the routine, and whose limits apply."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from legato.app import report_text
from legato.app.model import Frozen
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import CompileNote, CompileReport, Schedule
from legato.profiles.words import clock, zone_word


class Narrowing(Frozen):
    """One limit of a person (`at most 40 mmHg at the calf`), and why."""

    what: str
    why: str


def narrowings(limits: Restrictions) -> Iterator[Narrowing]:
    """All limits that apply to a person; pressure first."""
    if limits.cap_mmhg is not None:
        yield Narrowing(what=f"at most {limits.cap_mmhg.value:g} mmHg", why=limits.cap_mmhg.why)
    for zone, cap in limits.zone_caps_mmhg.items():
        yield Narrowing(what=f"at most {cap.value:g} mmHg at the {zone_word(zone)}", why=cap.why)
    if limits.hold_s is not None:
        yield Narrowing(what=f"pressed for at most {limits.hold_s.value:g} s without a break", why=limits.hold_s.why)
    yield from (Narrowing(what=f"no {means}", why=why) for means, why in sorted(limits.forbidden.items()))
    yield from (
        Narrowing(what=f"nothing at the {zone_word(zone)}", why=why) for zone, why in sorted(limits.left_out.items())
    )


def lines(schedule: Schedule, person: str | None, limits: Restrictions) -> Iterator[str]:
    """For the person about to be massaged: a summary line, then one for each difference and one for each limit."""
    duration_s, device = schedule.duration_ms / 1000, schedule.device.name
    yield from _lines(schedule.profile, device, duration_s, schedule.report, person, narrowings(limits))


def answer_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """The same from a service's answer (`GET /routines/{routine}/before`)."""
    clipped, dropped, slowed = (tuple(CompileNote(**note) for note in answer[kind]) for kind in CompileReport().by_kind)
    limits = [Narrowing(**limit) for limit in answer["limits"]]
    yield from _lines(
        answer["routine"],
        answer["device"],
        answer["duration_s"],
        CompileReport(clipped, dropped, slowed),
        answer["person"],
        limits,
    )


def as_dict(schedule: Schedule, person: str | None, limits: Restrictions) -> dict[str, Any]:
    """The same for programs."""
    return {
        "profile": schedule.profile,
        "device": schedule.device.name,
        "duration_s": schedule.duration_ms / 1000,
        **report_text.report_json(schedule.report),
        "person": person,
        "limits": [limit.model_dump() for limit in narrowings(limits)],
    }


def _lines(
    routine: str, device: str, duration_s: float, report: CompileReport, person: str | None, limits: Iterable[Narrowing]
) -> Iterator[str]:
    notes = list(report_text.report(report))
    how = f"{len(notes)} difference{'s' * (len(notes) > 1)} from the routine as written" if notes else "as written"
    yield f"{routine} plays on {device} in {clock(duration_s)}, {how}"
    yield from (f"  {note}" for note in notes)
    whose = f"for {person}: " if person else ""
    yield from (f"  {whose}{limit.what}, because {limit.why}" for limit in limits)
