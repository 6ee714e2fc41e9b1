"""`legato preview`: a routine as it would play, without simulating it."""

from pathlib import Path
from typing import Any

from legato.app import people, report_text
from legato.app.compile_for import compiled
from legato.app.preview import made
from legato.draw import curves
from legato.draw.heatmap import heatmap
from legato.extras import insist_on
from legato.profiles import load
from legato.profiles.schedule import Schedule
from legato.profiles.words import clock
from legato.terminal import output, remarks


def preview(
    name: str, device: str, person: str | None, minutes: float | None, picture: Path | None, strict: bool, json: bool
) -> None:
    """Prints duration, heat map, steps, questions and compile report; also draws them if `picture` names a file."""
    if picture is not None:
        insist_on("matplotlib")
    profile, who = remarks.routine(name), people.named(person)
    restrictions, minutes = remarks.restrictions(profile, who), remarks.minutes(profile, who, minutes)
    schedule = compiled(profile, load.device(device), strict, restrictions, minutes)
    plan = curves.of_schedule(schedule)
    if picture is not None:
        from legato.draw.picture import draw

        draw(plan, picture)
        output.say(f"drawn into {picture}")
    if json:
        output.as_json(_as_dict(schedule, plan))
    else:
        _print(schedule, plan)


def _as_dict(schedule: Schedule, plan: curves.Curves) -> dict[str, Any]:
    """As the service returns it, except for two older names that scripts rely on."""
    named = {"routine": "profile", "peak_mmhg": "peak"}
    return {named.get(field, field): value for field, value in made(schedule, plan).model_dump(mode="json").items()}


def _print(schedule: Schedule, plan: curves.Curves) -> None:
    peak, where = plan.peak
    highest = f", peak {peak:g} mmHg at {where}" if where else ""
    output.data(f"{plan.title}: {clock(plan.duration_s)}, {len(schedule.setpoints)} set-points{highest}")
    heatmap(plan, output.console())
    timeline = [*plan.steps, *((cue.session_ms / 1000, report_text.said(cue)) for cue in schedule.cues)]
    for at_s, text in sorted(timeline, key=lambda one: one[0]):
        output.data(f"{clock(at_s):>6}  {text}")
    for line in report_text.report(schedule.report):
        output.data(line)
