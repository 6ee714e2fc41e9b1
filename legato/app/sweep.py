"""Sweeps: one routine on one or more devices, with many seeds and values, replayed in parallel processes."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from inspect import signature
from io import StringIO
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from legato.app.data_frames import rows_frame
from legato.app.facade import device_of, length, replay, whole
from legato.app.replay import Replay
from legato.app.routine import routine_of, said
from legato.app.summary import Summary
from legato.app.sweep_worker import ReplayJob
from legato.app.worker_processes import workers
from legato.controller.session.events import Outcome
from legato.errors import UsageError
from legato.profiles.device import Device
from legato.profiles.profile import Profile

if TYPE_CHECKING:
    import pandas

Given = Profile | str | Path | Callable[..., Profile]


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One replay of a sweep: its `values`, `device` and `seed`, and its result.

    If it failed, `summary` and `outcome` are None and `error` says why.
    """

    values: Mapping[str, Any]
    routine: Profile
    device: Device
    seed: int
    minutes: float | None
    summary: Summary | None
    outcome: Outcome | None
    error: str

    @property
    def peak_mmhg(self) -> float | None:
        """The highest pressure that was felt anywhere, in mmHg."""
        return max(self.summary.peak.values(), default=0.0) if self.summary else None

    def replay(self) -> Replay:
        """Replays it again, with its trace: the same seed gives the same result. Raises what `legato.replay` raises."""
        return replay(self.routine, self.device, seed=self.seed, minutes=self.minutes)

    def as_dict(self) -> dict[str, Any]:
        """Its values and the figures of its summary, as plain data: durations in s, lateness in ms, peaks in mmHg."""
        summary = self.summary
        return {
            **self.values,
            "device": self.device.name,
            "seed": self.seed,
            "outcome": self.outcome.kind if self.outcome else "failed",
            "duration_s": summary.duration_s if summary else None,
            "peak_mmhg": self.peak_mmhg,
            "max_error_ms": summary.max_error_ms if summary else None,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Sweep:
    """The `rows` of a sweep in the order of its values; shown as a table when printed or in a notebook."""

    rows: tuple[SweepRow, ...]

    def __iter__(self) -> Iterator[SweepRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        text = StringIO()
        Console(file=text, width=160).print(self.table())
        return "\n".join(line.rstrip() for line in text.getvalue().splitlines())

    @property
    def failed(self) -> tuple[SweepRow, ...]:
        """The rows that have an `error`."""
        return tuple(row for row in self.rows if row.error)

    def table(self) -> Table:
        """The sweep as a table for rich."""
        table = Table(box=None, pad_edge=False)
        for name in self._columns():
            table.add_column(name)
        for cells in self._cells():
            table.add_row(*cells)
        return table

    def to_pandas(self) -> "pandas.DataFrame":
        """One row for each replay, as in `SweepRow.as_dict`.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return rows_frame([row.as_dict() for row in self.rows])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self._columns())
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in self._cells())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _columns(self) -> list[str]:
        names = list(self.rows[0].as_dict()) if self.rows else []
        return names if self.failed else [name for name in names if name != "error"]

    def _cells(self) -> Iterator[list[str]]:
        names = self._columns()
        for row in self.rows:
            figures = row.as_dict()
            yield [_cell(figures[name]) for name in names]


def sweep(
    routine: Given,
    device: Device | str | Path | Sequence[Device | str | Path],
    seeds: Iterable[int],
    over: Mapping[str, Iterable[Any]],
    minutes: float | None,
    jobs: int | None,
    told: Callable[[int], None] = lambda _: None,
) -> Sweep:
    """Replays every combination; `told` is called with the total each time one is done.

    Raises what the facade's `sweep` raises.
    """
    if not isinstance(over, Mapping):
        raise UsageError(f"over must have the values of each parameter by its name, not {said(over)}")
    values = {name: _several(of_one, f"over: {name}") for name, of_one in over.items()}
    rows = list(_planned(routine, device, _several(seeds, "seeds"), values, minutes))
    count = min(whole(jobs, "jobs") if jobs is not None else os.cpu_count() or 1, len(rows))
    if count < 1:
        raise UsageError("nothing to replay; give at least one seed, one value of each, and one of jobs")
    cases = [ReplayJob(row.routine, row.device, row.seed, row.minutes) for row in rows]
    with workers(count) as running:
        for n, result in running.results(cases):
            rows[n] = replace(rows[n], summary=result.summary, outcome=result.outcome, error=result.error)
            told(len(rows))
    return Sweep(tuple(rows))


def _planned(
    routine: Given,
    device: Device | str | Path | Sequence[Device | str | Path],
    seeds: Sequence[int],
    over: Mapping[str, Sequence[Any]],
    minutes: float | None,
) -> Iterator[SweepRow]:
    given = list(device) if isinstance(device, Sequence) and not isinstance(device, str) else [device]
    devices = [device_of(each) for each in given]
    for chosen in product(*over.values()):
        values = dict(zip(over, chosen, strict=True))
        made = _made(routine, values)
        for each, seed in product(devices, seeds):
            yield SweepRow(values, made, each, whole(seed, "seed"), length(minutes), None, None, "")


def _several(given: object, what: str) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise UsageError(f"{what} must be several values, such as [1, 2], not {said(given)}")
    return list(given)


def _made(routine: Given, values: Mapping[str, Any]) -> Profile:
    if isinstance(routine, Profile | str | Path) or not callable(routine):
        if values:
            what = f"over has {', '.join(values)}, but the routine is not a function of them"
            raise UsageError(
                f"{what}; give a function that returns a Routine, such as def evening({', '.join(values)}): ..."
            )
        return routine_of(routine)
    try:
        signature(routine).bind(**values)
    except TypeError as error:
        raise UsageError(f"over must have values for the parameters of the function, and no others: {error}") from None
    made = routine(**values)
    if not isinstance(made, Profile):
        raise UsageError(f"the function must return a Routine, not {said(made)}")
    return made


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.1f}"
        case _:
            return str(value)
