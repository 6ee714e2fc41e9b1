"""A replay in few enough numbers for a client: how it ended, its summary and its curves; nothing is written."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

from legato.app import people, routine_library, routines
from legato.app.admission import admit, length
from legato.app.compile_for import compiled
from legato.app.model import Frozen
from legato.app.replay import played
from legato.app.target import Target, device_of
from legato.draw.curves import Curve

SAMPLES = 240
"""How many points the curves have, about."""


class CurveTold(Frozen):
    """One channel of a replay: commanded and measured values at the replay's times, in `unit`."""

    channel: str
    unit: str
    commanded: tuple[float, ...]
    measured: tuple[float | None, ...]


class Replayed(Frozen):
    """The result of a replay: how it ended, its summary (as in `legato replay --json`), and its curves."""

    outcome: str
    summary: Mapping[str, Any]
    times_s: tuple[float, ...]
    curves: tuple[CurveTold, ...]


def digest(
    routine: str | None, text: str | None, target: Target, person: str | None, minutes: float | None = None
) -> Replayed:
    """Replays a routine, or the text of one, on the simulator of a device, as it would play for a person.

    Raises:
        UnknownName, InvalidFile: see `routine_library.find`, `people.named` and `device_of`.
        NotAllowed: it is not for this person.
        CompileError: it cannot be played safely on the device, or cannot have that length.
        DiaryError: the diary cannot be read.
    """
    profile = routine_library.find(routine) if routine is not None else routines.sent((text or "").encode())
    who = people.named(person)
    restrictions, lasts = admit(profile, who).restrictions, length(profile, who, minutes)
    schedule = compiled(profile, device_of(target), restrictions=restrictions, minutes=lasts.minutes)
    done = played(schedule)
    summary = done.summary.as_dict()
    del summary["files"]
    times, step = done.curves.times_s, max(1, len(done.curves.times_s) // SAMPLES)
    thinned = tuple(_thinned(curve, step) for curve in done.curves.curves)
    return Replayed(outcome=done.summary.outcome, summary=summary, times_s=_thin(times, step), curves=thinned)


def _thinned(curve: Curve, step: int) -> CurveTold:
    measured = tuple(None if isnan(value) else value for value in _thin(curve.measured, step))
    channel = curve.channel
    return CurveTold(channel=channel.name, unit=channel.unit, commanded=_thin(curve.commanded, step), measured=measured)


def _thin(values: Sequence[float], step: int) -> tuple[float, ...]:
    return tuple(round(value, 1) for value in values[::step])
