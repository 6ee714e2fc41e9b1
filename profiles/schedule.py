"""The compiled routine: every set-point in order, with marks, cues and the compile report.

The schedule is the one artefact that play, replay, preview, duration, safety check and golden trace share.
Times are session milliseconds, always whole control ticks; targets are in the channel's unit, always whole half-units,
so that both survive the wire unchanged.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import ceil

from legato.profiles.device import Device, Quantity
from legato.profiles.profile import Profile

TICK_MS = 10
"""The control tick of every device: set-points fall on whole ticks."""


@dataclass(frozen=True, slots=True, order=True)
class SetPoint:
    """From `when_ms` on, move `channel` from where it is to `target` in `ramp_ms`, along a straight line."""

    when_ms: int
    channel: int
    target: float
    ramp_ms: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to skip to: every zone is at its baseline or below. `step` counts expanded steps from 0.

    Waiting for first fills has a mark of its own, `Filling (51 s)`, with the number of the step that waits.
    """

    session_ms: int
    step: int
    title: str


@dataclass(frozen=True, slots=True)
class Span:
    """When one turn of a step plays: the step as written (`2.1`), from when to when; first fills lie before it.

    The parts of a `together` have spans of their own (`3.1`, `3.2`), which come before that of the whole.
    """

    step: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Cue:
    """Something said to the person; with `wait`, session time stands still until it is answered or timed out.

    What a person is asked to lay on is in `lays` (`a cold pack, on both shins`), and in `takes_off` once it is asked
    whether that is off again: from the one to the answer to the other it may lie there.
    """

    session_ms: int
    say: str
    wait: bool = False
    timeout_s: float = 0.0
    lays: str = ""
    takes_off: str = ""

    def later(self, ticks: int) -> "Cue":
        """The same so many control ticks later."""
        return replace(self, session_ms=self.session_ms + ticks * TICK_MS)


@dataclass(frozen=True, slots=True)
class CompileNote:
    """One line of the compile report: which step, which actuator (or zone), what was asked, what plays, and why."""

    step: str
    where: str
    asked: str
    plays: str
    why: str


@dataclass(frozen=True, slots=True)
class CompileReport:
    """What the device could not do as written."""

    clipped: tuple[CompileNote, ...] = ()
    dropped: tuple[CompileNote, ...] = ()
    slowed: tuple[CompileNote, ...] = ()
    prefill_ms: int = 0

    @property
    def by_kind(self) -> Mapping[str, tuple[CompileNote, ...]]:
        """All notes by what they are about, in this order."""
        return {"clipped": self.clipped, "dropped": self.dropped, "slowed": self.slowed}

    @property
    def notes(self) -> tuple[CompileNote, ...]:
        """All of them, likewise."""
        return self.clipped + self.dropped + self.slowed

    @property
    def is_clean(self) -> bool:
        return not self.notes


@dataclass(frozen=True)
class Schedule:
    """A routine for one device. Set-points are sorted by time; all channels are at 0 at time 0 and at the end.

    `routine` is what it was compiled from, in the length that was asked for; None: it was not made by the compiler.
    """

    profile: str
    device: Device
    setpoints: tuple[SetPoint, ...]
    duration_ms: int
    marks: tuple[Mark, ...] = ()
    cues: tuple[Cue, ...] = ()
    spans: tuple[Span, ...] = ()
    report: CompileReport = field(default_factory=CompileReport)
    routine: Profile | None = field(default=None, compare=False, repr=False)

    @property
    def peak_mmhg(self) -> float:
        """The highest pressure that it asks for; 0 where it asks for none."""
        channels = self.device.channels
        pressures = (s.target for s in self.setpoints if channels[s.channel].quantity is Quantity.PRESSURE)
        return max(pressures, default=0.0)

    @cached_property
    def tracks(self) -> tuple["Track", ...]:
        """For each channel, the straight lines that its set-points make."""
        own: list[list[SetPoint]] = [[] for _ in self.device.channels]
        for s in self.setpoints:
            own[s.channel].append(s)
        return tuple(Track.of(setpoints, self.duration_ms) for setpoints in own)

    def targets_at(self, session_ms: float) -> tuple[float, ...]:
        """The target of every channel at `session_ms`, in channel order and units."""
        return tuple(track.at(session_ms) for track in self.tracks)

    def after(self, session_ms: int) -> tuple[SetPoint, ...]:
        """The set-points that are still to come at `session_ms`."""
        return self.setpoints[bisect_right(self.setpoints, session_ms, key=lambda s: s.when_ms) :]

    def snapshot_at(self, session_ms: int) -> tuple[SetPoint, ...]:
        """What puts a device that starts from nothing where the schedule is at `session_ms`, and on its way.

        For each channel that is not at 0: its target now, at once, and the rest of a ramp that is under way (whole
        ticks). Everything later follows from `after(session_ms)`.
        """
        out: list[SetPoint] = []
        for channel, track in enumerate(self.tracks):
            now, (end_ms, end) = track.at(session_ms), track.heading(session_ms)
            if now:
                out.append(SetPoint(session_ms, channel, round(now * 2.0) / 2.0, 0))
            if end != now:
                out.append(SetPoint(session_ms, channel, end, ceil((end_ms - session_ms) / TICK_MS) * TICK_MS))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Track:
    """A piecewise-linear curve: `times` in session ms (ascending, first is 0) and `values` at those times."""

    times: tuple[float, ...]
    values: tuple[float, ...]

    @classmethod
    def of(cls, setpoints: list[SetPoint], end_ms: int) -> "Track":
        """The curve that one channel's set-points describe, from 0 at time 0 to `end_ms`."""
        times, values = [0.0], [0.0]
        for s in setpoints:
            value = _cut(times, values, s.when_ms)
            times += (s.when_ms, s.when_ms + s.ramp_ms)
            values += (value, s.target)
        times.append(max(end_ms, times[-1]))
        values.append(values[-1])
        return cls(tuple(times), tuple(values))

    def at(self, t: float) -> float:
        """The value at session time `t`; the last value from the end on."""
        i = bisect_right(self.times, t)
        if i == len(self.times):
            return self.values[-1]
        t0, t1, v0, v1 = self.times[i - 1], self.times[i], self.values[i - 1], self.values[i]
        return v1 if t1 == t0 else v0 + (v1 - v0) * (t - t0) / (t1 - t0)

    def heading(self, t: float) -> tuple[float, float]:
        """When the line that is under way at `t` ends, and the value there."""
        i = min(bisect_right(self.times, t), len(self.times) - 1)
        return self.times[i], self.values[i]

    def spans(self, level: float, gap_ms: float = 1e-6) -> list[tuple[float, float]]:
        """When the curve is above `level`, from when to when; with less than `gap_ms` between, two are one."""
        out: list[tuple[float, float]] = []
        for (t0, v0), (t1, v1) in pairwise(zip(self.times, self.values, strict=True)):
            if max(v0, v1) <= level:
                continue
            cross = t0 if v0 == v1 else t0 + (t1 - t0) * (level - v0) / (v1 - v0)
            start, end = t0 if v0 > level else cross, t1 if v1 > level else cross
            if out and start - out[-1][1] < gap_ms:
                start = out.pop()[0]
            out.append((start, end))
        return out


def _cut(times: list[float], values: list[float], t: float) -> float:
    """Drop what lies after `t`, and return the value there: a new set-point ends a ramp that is still under way."""
    last_t, last_v = times[-1], values[-1]
    while times[-1] > t:
        last_t, last_v = times.pop(), values.pop()
    t0, v0 = times[-1], values[-1]
    return v0 if last_t == t0 else v0 + (last_v - v0) * (t - t0) / (last_t - t0)
