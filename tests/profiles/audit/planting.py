"""How a fault is planted in the planner, or bent into what it hands over, and on which routine it shows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from legato.profiles import movement
from legato.profiles.schedule import CompileNote, CompileReport, Schedule, SetPoint

Steps = list[dict[str, Any]]
Plant = Callable[[pytest.MonkeyPatch], None]
Bend = Callable[[Schedule], Schedule]


@dataclass(frozen=True)
class Fault:
    """What goes wrong, on which routine and device it shows, and how it is planted."""

    name: str
    steps: Steps
    plant: Plant | None = None
    bend: Bend | None = None
    device: str = "boots-6"


def step(do: str, start: str, to: str | None = None, **fields: Any) -> dict[str, Any]:
    """A step as it stands in a file."""
    return {"do": do, "from": start, **({"to": to} if to else {}), **fields}


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> Plant:
    """Puts `around(original, *args, **kwargs)` in the place of something in the planner."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        original = getattr(owner, name)
        patch.setattr(owner, name, lambda *args, **kwargs: around(original, *args, **kwargs))

    return plant


def built(kind: str, **other: Any) -> Plant:
    """A kind of stroke is built as if other figures were asked for."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        build = movement._BUILDERS[kind]
        patch.setitem(movement._BUILDERS, kind, lambda asked, stage: build(asked.model_copy(update=other), stage))

    return plant


def scaled(owner: Any, name: str, by: float, at: int) -> Plant:
    """Argument number `at` of a function of the planner is multiplied."""
    return wrap(owner, name, lambda f, *a: f(*a[:at], a[at] * by, *a[at + 1 :]))


def rows(change: Callable[[SetPoint, Schedule], SetPoint | None]) -> Bend:
    """Changes set-point by set-point; None leaves one out."""

    def bend(s: Schedule) -> Schedule:
        found = [one for row in s.setpoints if (one := change(row, s)) is not None]
        return replace(s, setpoints=tuple(sorted(found)))

    return bend


def lines(change: Callable[[CompileNote], CompileNote | None]) -> Bend:
    """Changes the report line by line; None leaves one out."""

    def bend(s: Schedule) -> Schedule:
        kinds = {
            kind: tuple(one for note in getattr(s.report, kind) if (one := change(note)) is not None)
            for kind in ("clipped", "dropped", "slowed")
        }
        return replace(s, report=CompileReport(**kinds, prefill_ms=s.report.prefill_ms))

    return bend


def extra(note: CompileNote) -> Bend:
    """A line of something that did not happen."""
    return lambda s: replace(s, report=replace(s.report, slowed=(*s.report.slowed, note)))


def by_name(part: str, change: Callable[[SetPoint], SetPoint | None]) -> Bend:
    """Changes the set-points of channels whose name holds `part`, above contact only."""
    return rows(lambda row, s: change(row) if part in s.device.channels[row.channel].name and row.target > 6 else row)
