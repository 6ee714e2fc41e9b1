"""What every channel does over time, downsampled to what can be seen: from a schedule, or from the trace of a run."""

import csv
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path

from legato.profiles.anatomy import Side
from legato.profiles.device import Channel, Quantity
from legato.profiles.schedule import Mark, Schedule

COLUMNS = 8
"""The columns of a trace, see `sim.trace`."""

SAMPLES = 1600
"""How many moments of a run are kept: about one for each pixel across a picture."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One channel: what was commanded, what its sensor measured and what the leg felt, in the channel's unit.

    All three are as long as `Curves.times_s`; without a run, `measured` and `felt` are NaN throughout.
    """

    channel: Channel
    commanded: "array[float]"
    measured: "array[float]"
    felt: "array[float]"

    @property
    def shown(self) -> "array[float]":
        """What the leg felt or, without a run, what would be commanded."""
        return self.commanded if all(map(isnan, self.felt)) else self.felt

    @property
    def label(self) -> str:
        """The actuator's name without its side: `left_calf` is `calf`."""
        words = self.channel.actuator.id.replace("-", "_").split("_")
        return " ".join(w for w in words if w not in {"left", "right", "l", "r"})


@dataclass(frozen=True, slots=True)
class Curves:
    """All channels of one run (or plan), its peaks in mmHg, and where its steps begin, in seconds since it began."""

    title: str
    times_s: "array[float]"
    curves: tuple[Curve, ...]
    peaks: Mapping[str, float]
    steps: tuple[tuple[float, str], ...]
    ran: bool

    @property
    def duration_s(self) -> float:
        return self.times_s[-1]

    @property
    def pressures(self) -> tuple[Curve, ...]:
        """The chambers, from the foot up."""
        found = [c for c in self.curves if _is_pressure(c.channel)]
        return tuple(sorted(found, key=lambda c: (c.channel.actuator.from_cm, c.channel.actuator.to_cm)))

    @property
    def legs(self) -> tuple[tuple[str, tuple[Curve, ...]], ...]:
        """The chambers that both legs share, those of the left and those of the right leg, each from the foot up."""
        names = {Side.BOTH: "Both", Side.LEFT: "Left leg", Side.RIGHT: "Right leg"}
        found = ((name, tuple(c for c in self.pressures if c.channel.actuator.side is s)) for s, name in names.items())
        return tuple(leg for leg in found if leg[1])

    @property
    def one_leg(self) -> tuple[Curve, ...]:
        """The chambers of one leg (the left, if there is one) and those that both legs share, from the foot up."""
        return one_side(self.pressures)

    @property
    def others(self) -> tuple[Curve, ...]:
        """Motors, rollers and heat, if they are used."""
        found = [c for c in self.curves if c.channel.quantity in {Quantity.INTENSITY, Quantity.TEMPERATURE}]
        return tuple(c for c in found if max(c.commanded, default=0.0) > 0.0)

    @property
    def peak(self) -> tuple[float, str]:
        """The highest pressure in mmHg and the actuator that had it; 0 and an empty name without chambers."""
        where = max(self.peaks, key=lambda name: self.peaks[name], default="")
        return self.peaks.get(where, 0.0), where


def one_side(chambers: Sequence[Curve]) -> tuple[Curve, ...]:
    """The chambers without those of the right leg, unless there are no others: both legs usually get the same."""
    return tuple(c for c in chambers if c.channel.actuator.side is not Side.RIGHT) or tuple(chambers)


def of_schedule(schedule: Schedule) -> Curves:
    """The curves of a plan: what would be commanded."""
    times = array("d", (schedule.duration_ms * i / (SAMPLES - 1) / 1000.0 for i in range(SAMPLES)))
    nothing = array("d", [nan]) * SAMPLES
    channels = schedule.device.channels
    curves = tuple(
        Curve(channel, array("d", (track.at(t * 1000.0) for t in times)), nothing, nothing)
        for channel, track in zip(channels, schedule.tracks, strict=True)
    )
    peaks = {c.name: max(track.values) for c, track in zip(channels, schedule.tracks, strict=True) if _is_pressure(c)}
    steps = tuple((mark.session_ms / 1000.0, mark.title) for mark in schedule.marks)
    return Curves(_title(schedule), times, curves, peaks, steps, ran=False)


def of_trace(path: Path, schedule: Schedule) -> Curves:
    """The curves of a run of `schedule`, from its `trace.csv`; reads it once and keeps about SAMPLES moments.

    A sensor without a reading gives NaN. A trace that was cut off ends with its last complete sample.
    """
    with path.open(newline="", encoding="utf-8") as file:
        return of_lines(file, schedule)


def of_lines(trace: Iterable[str], schedule: Schedule) -> Curves:
    """Like `of_trace`, from the lines of a trace."""
    thinned, rows = _Thinned(schedule), csv.reader(trace)
    next(rows, None)
    for sample in _samples(rows, len(schedule.device.channels)):
        for t_ms, session_ms, name, commanded, measured, felt, _unit, _state in sample:
            values = float(commanded), float(measured) if measured else nan, float(felt)
            thinned.add(int(t_ms), int(session_ms), name, values)
    return thinned.result()


def _samples(rows: Iterable[list[str]], channels: int) -> Iterator[list[list[str]]]:
    """The rows of one moment after the other, one for each channel; an incomplete moment is skipped."""
    sample: list[list[str]] = []
    for row in rows:
        sample.append(row)
        if len(sample) == channels:
            if len(row) == COLUMNS:
                yield sample
            sample = []


def _title(schedule: Schedule) -> str:
    return f"{schedule.profile} on {schedule.device.name}"


def _is_pressure(channel: Channel) -> bool:
    return channel.quantity is Quantity.PRESSURE


class _Thinned:
    """Downsamples a trace while it is read: for each channel, the first sample in each slice of time."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._every_ms = schedule.duration_ms / SAMPLES
        self._next_ms = 0.0
        self._times_s = array("d")
        self._session_ms: list[int] = []
        self._first = schedule.device.channels[0].name
        self._columns = {c.name: (array("d"), array("d"), array("d")) for c in schedule.device.channels}
        self._peaks = {c.name: 0.0 for c in schedule.device.channels if _is_pressure(c)}

    def add(self, t_ms: int, session_ms: int, name: str, values: tuple[float, float, float]) -> None:
        """Takes one row (commanded, measured, felt); the rows of a moment must be consecutive, in channel order."""
        if name in self._peaks:
            self._peaks[name] = max(self._peaks[name], values[2])
        if name == self._first and t_ms >= self._next_ms:
            self._times_s.append(t_ms / 1000.0)
            self._session_ms.append(session_ms)
            self._next_ms = t_ms + self._every_ms
        columns = self._columns[name]
        if len(columns[0]) < len(self._times_s):
            for column, value in zip(columns, values, strict=True):
                column.append(value)

    def result(self) -> Curves:
        """The curves; a run that ended before its first sample has a single moment of zeros."""
        if not self._times_s:
            for channel in self._schedule.device.channels:
                self.add(0, 0, channel.name, (0.0, nan, 0.0))
        curves = tuple(Curve(c, *self._columns[c.name]) for c in self._schedule.device.channels)
        steps = tuple(self._steps(self._schedule.marks))
        return Curves(_title(self._schedule), self._times_s, curves, self._peaks, steps, ran=True)

    def _steps(self, marks: Iterable[Mark]) -> Iterator[tuple[float, str]]:
        # Session time never runs backwards in a replay, so it can be searched by bisection.
        for mark in marks:
            i = bisect_left(self._session_ms, max(mark.session_ms, 1))
            if i < len(self._times_s):
                yield self._times_s[i], mark.title
