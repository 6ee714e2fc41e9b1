"""Lists: the built-in routines and devices, and the schemas of their files."""

from pathlib import Path
from typing import Any

from legato.app.overview import on_every_device, plans
from legato.profiles import load
from legato.profiles.profile import count
from legato.profiles.reference import reference_text
from legato.profiles.schedule import CompileReport, Schedule
from legato.profiles.schema import Kind, schema_text
from legato.profiles.words import clock
from legato.terminal import output


def profiles(json: bool) -> None:
    """The built-in routines: name, title and number of steps."""
    found = load.builtin_profiles()
    rows = [{"name": p.name, "title": p.title, "use": p.use.value, "steps": count(p.steps)} for p in found.values()]
    if json:
        output.as_json(rows)
    else:
        output.columns([(str(r["name"]), str(r["title"])) for r in rows])


def profiles_by_device(json: bool) -> None:
    """The built-in routines on each built-in device: how long each lasts, and what is clipped, dropped and slowed."""
    table = on_every_device()
    if json:
        output.as_json([_on(schedule) for schedules in table.values() for schedule in schedules])
        return
    output.columns(
        [("", *load.builtin_devices()), *((name, *map(_cell, schedules)) for name, schedules in table.items())]
    )
    output.data("c, d, s: how many parts are clipped, dropped or slowed; `legato check` says what and why")


def _on(schedule: Schedule) -> dict[str, Any]:
    head = {"name": schedule.profile, "device": schedule.device.name, "duration_s": schedule.duration_ms / 1000}
    return {**head, **_counts(schedule.report)}


def _cell(schedule: Schedule) -> str:
    """`5:31 d3 s2`"""
    notes = [f"{kind[0]}{number}" for kind, number in _counts(schedule.report).items() if number]
    return " ".join([clock(schedule.duration_ms / 1000), *notes])


def _counts(report: CompileReport) -> dict[str, int]:
    return {kind: len(notes) for kind, notes in report.by_kind.items()}


def contact_sheet(device: str, path: Path) -> None:
    """One picture of all built-in routines that the device can play at least in part.

    Raises:
        NothingPlays: there is none.
        UsageError: the device has no air chambers.
    """
    from legato.draw.contact_sheet import draw_sheet

    target = load.device(device)
    found = plans(target)
    draw_sheet(found.curves, f"{len(found.curves)} routines on {target.name}, one leg", path)
    output.say(f"drawn into {path}" + (f", without {found.without} that it cannot play" if found.without else ""))


def devices(json: bool) -> None:
    """The built-in devices: name, title and what they act with."""
    found = load.builtin_devices().values()
    if json:
        output.as_json([{"name": d.name, "title": d.title, "actuators": len(d.actuators)} for d in found])
    else:
        output.columns([(d.name, d.title) for d in found])


def schema(kind: Kind) -> None:
    """The JSON Schema of one kind of file."""
    output.data(schema_text(kind).rstrip())


def reference(kind: Kind) -> None:
    """All fields of one kind of file, as a page to read."""
    output.data(reference_text(kind).rstrip())
