"""Routines with whose schedule the report agrees, and what both say, for tests case by case."""

from typing import Any

from legato.profiles.audit.auditor import audit
from legato.profiles.schedule import Schedule
from tests.profiles.planned import plays, routine


def agreed(*steps: dict[str, Any], on: str, use: str = "comfort") -> Schedule:
    """The schedule of these steps, with which its report agrees."""
    schedule = plays(*steps, on=on, use=use)
    found = audit(routine(*steps, use=use), schedule)
    assert [str(one) for one in found.unreported] == []
    assert found.false_lines == ()
    return schedule


def lines(schedule: Schedule, asked: str) -> list[tuple[str, str]]:
    """Where something else plays than this, and what."""
    report = schedule.report
    return [(note.where, note.plays) for note in (*report.clipped, *report.slowed) if note.asked == asked]


def highest(schedule: Schedule, name: str) -> float:
    """The most that a channel is ever asked for."""
    return max(
        values
        for c, track in zip(schedule.device.channels, schedule.tracks, strict=True)
        if c.name == name
        for values in track.values
    )


def presses(schedule: Schedule, name: str) -> int:
    """How often a chamber rises above light contact."""
    return next(
        len(track.spans(6.0))
        for c, track in zip(schedule.device.channels, schedule.tracks, strict=True)
        if c.name == name
    )
