"""Routines as clients see them: cards, compile reports, replays."""

from collections.abc import Mapping
from typing import Any, Literal

from legato.service.devices.state import Told


class Card(Told):
    """One routine in a list; `why` tells why these pressures and times, with source."""

    name: str
    title: str
    use: str
    purpose: str
    why: str
    cautions: tuple[str, ...]
    clinician_directed: bool
    is_builtin: bool


class LeftOut(Told):
    """A file among the routines or the people that is none, or not valid: by its name, and why."""

    kind: Literal["routine", "person"]
    file: str
    what: str
    hint: str


class Routine(Card):
    """A routine whole: as fields, in words (a line each), and as the text of its file."""

    words: tuple[str, ...]
    text: str


class ReportLine(Told):
    """One line of a compile report: where, what was asked, what plays, and why."""

    step: str
    where: str
    asked: str
    plays: str
    why: str


class StepAt(Told):
    """Where a step begins."""

    at_s: float
    title: str


class CueAt(Told):
    """Where something is said."""

    at_s: float
    say: str
    wait: bool


class Made(Told):
    """What a device makes of a routine: how long, how strong, and what differs from what is written."""

    routine: str
    device: str
    duration_s: float
    setpoints: int
    peak_mmhg: Mapping[str, float]
    steps: tuple[StepAt, ...]
    cues: tuple[CueAt, ...]
    clipped: tuple[ReportLine, ...]
    dropped: tuple[ReportLine, ...]
    slowed: tuple[ReportLine, ...]


class Narrowing(Told):
    """One thing that somebody may not get (`at most 40 mmHg at the calf`), and why."""

    what: str
    why: str


class Before(Made):
    """What a start would play, for whom (None: nobody in particular), and what narrows it for them.

    It may be asked to last from `shortest_s` to `full_s`: the latter unasked where a `course` of theirs wants it.

    `refusal` is why it may not play for this person at all; a screening that is missing can be made up for.
    """

    shortest_s: float
    full_s: float
    course: str | None
    person: str | None
    limits: tuple[Narrowing, ...]
    refusal: str | None


class Fix(Told):
    """What is wrong at a line and column (both from 1), and what would be right."""

    line: int
    column: int
    what: str
    hint: str


class Checked(Told):
    """Whether a text is a valid routine; where a device is named and can play it, what it makes of it.

    `refusal` is why the device cannot.
    """

    is_valid: bool
    problems: tuple[Fix, ...] = ()
    name: str | None = None
    refusal: str | None = None
    report: Made | None = None


class CurveTold(Told):
    """One channel of a replay: commanded and measured values at the replay's times, in `unit`."""

    channel: str
    unit: str
    commanded: tuple[float, ...]
    measured: tuple[float | None, ...]


class Replayed(Told):
    """What came of a replay: how it ended, its summary (as `legato replay --json`), and its curves."""

    outcome: str
    summary: Mapping[str, Any]
    times_s: tuple[float, ...]
    curves: tuple[CurveTold, ...]
