"""`legato preview`: a routine as it would play, without simulating it."""

from pathlib import Path
from typing import Any

from legato.app import people, report_text, routine_lookup
from legato.app.compile_for import compiled
from legato.draw import curves
from legato.draw.heatmap import heatmap
from legato.extras import insist_on
from legato.profiles import load
from legato.profiles.schedule import Schedule
from legato.profiles.words import clock
from legato.terminal import output


def preview(
    name: str, device: str, person: str | None, minutes: float | None, picture: Path | None, strict: bool, json: bool
) -> None:
    """Prints duration, heat map, steps, questions and compile report; draws them too where `picture` names a file."""
    if picture is not None:
        insist_on("matplotlib")
    profile = routine_lookup.profile(name)
    who = people.named(person)
    restrictions, minutes = people.admit(profile, who), people.told_length(profile, who, minutes)
    schedule = compiled(profile, load.device(device), strict, restrictions, minutes)
    plan = curves.of_schedule(schedule)
    if picture is not None:
        from legato.draw.picture import draw

        draw(plan, picture)
        output.say(f"drawn into {picture}")
    if json:
        output.as_json(as_dict(schedule, plan))
    else:
        _print(schedule, plan)


def as_dict(schedule: Schedule, plan: curves.Curves) -> dict[str, Any]:
    """What a device makes of a routine, for programs."""
    return {
        "profile": schedule.profile,
        "device": schedule.device.name,
        "duration_s": schedule.duration_ms / 1000,
        "setpoints": len(schedule.setpoints),
        "peak": plan.peaks,
        "steps": [{"at_s": at_s, "title": title} for at_s, title in plan.steps],
        "cues": [{"at_s": cue.session_ms / 1000, "say": cue.say, "wait": cue.wait} for cue in schedule.cues],
        **report_text.report_json(schedule.report),
    }


def _print(schedule: Schedule, plan: curves.Curves) -> None:
    peak, where = plan.peak
    highest = f", peak {peak:g} mmHg at {where}" if where else ""
    output.data(f"{plan.title}: {clock(plan.duration_s)}, {len(schedule.setpoints)} set-points{highest}")
    heatmap(plan, output.console())
    told = [*plan.steps, *((cue.session_ms / 1000, report_text.said(cue)) for cue in schedule.cues)]
    for at_s, text in sorted(told, key=lambda one: one[0]):
        output.data(f"{clock(at_s):>6}  {text}")
    for line in report_text.report(schedule.report):
        output.data(line)
