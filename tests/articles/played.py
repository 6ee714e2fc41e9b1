"""A routine on a device as it is measured: the curve of every channel, as commanded or as felt on the simulated leg."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO

from legato.app import report_text
from legato.app.simulate import simulate
from legato.profiles import load
from legato.profiles.anatomy import Side, Zone
from legato.profiles.compiler import compile as compile_profile
from legato.profiles.device import Channel, Mount, Quantity
from legato.profiles.envelope import envelope
from legato.profiles.profile import Profile
from legato.profiles.schedule import CompileReport, Schedule, Track
from legato.profiles.steps import AnyStep, Repeat, Together
from legato.profiles.words import zone_word

PRESSED_MMHG = 10.0
"""What stays below is light contact, which lies between strokes."""

SWING_MMHG = 4.0
"""Nobody feels a chamber swing that does so by less."""

GAP_MS = 300.0
"""Presses that are nearer are one: the felt pressure wobbles about where it crosses."""

SEED = 7


@dataclass(frozen=True, slots=True)
class Press:
    """A place that is pressed: from when to when in s, and how firmly at the most."""

    mount: Mount
    begins: float
    ends: float
    top: float


@dataclass(frozen=True, slots=True)
class Source:
    """What is measured: a routine, or of it the steps with the titles in `keep`, no more than `laps` times each.

    With `felt` on the trace of a simulated run, in which questions are answered after `answers`; else on the schedule.
    """

    routine: str
    keep: tuple[str, ...] = ()
    laps: int | None = None
    felt: bool = False
    answers: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """A routine on a device: its schedule, and what every channel does."""

    profile: Profile
    schedule: Schedule
    tracks: tuple[Track, ...]

    def windows(self, title: str) -> list[tuple[float, float]]:
        """From when to when the step of this title plays, in s, once for each of its turns."""
        number = self._number(title)
        return [(s.start_ms / 1000, s.end_ms / 1000) for s in self.schedule.spans if s.step == number]

    def presses(self, title: str | None = None, side: Side = Side.LEFT, above: float = PRESSED_MMHG) -> list[Press]:
        """The presses of one leg in the order in which they begin, those during a step or all."""
        found = [p for c in self.chambers(side) for p in self.of(c, above)]
        windows = self.windows(title) if title is not None else [(0.0, float("inf"))]
        inside = [p for p in found if any(_is_in(p, a, b) for a, b in windows)]
        return sorted(inside, key=lambda p: (p.begins, p.mount.from_cm))

    def chambers(self, side: Side = Side.LEFT) -> list[Channel]:
        """What presses one leg."""
        channels = [c for c in self.schedule.device.channels if c.quantity is Quantity.PRESSURE]
        return [c for c in channels if c.actuator.side in (side, Side.BOTH)]

    def of(self, channel: Channel, above: float) -> Iterator[Press]:
        """The presses of one channel that are above so many mmHg."""
        track, mount = self.tracks[channel.index], channel.actuator
        for start, end in track.spans(above, GAP_MS):
            top = max((v for t, v in zip(track.times, track.values, strict=True) if start <= t <= end), default=0.0)
            yield Press(mount, start / 1000, end / 1000, top)

    def crests(self, title: str, channel: Channel) -> list[float]:
        """When a channel swings up during a step: the middle of each time in the upper half of its swing, in s."""
        track, out = self.tracks[channel.index], list[float]()
        for start, end in self.windows(title):
            inside = [v for t, v in zip(track.times, track.values, strict=True) if start <= t / 1000 <= end]
            high, low = max(inside, default=0.0), min(inside, default=0.0)
            if high - low >= SWING_MMHG:
                spans = track.spans((high + low) / 2)
                out += [m for m in ((a + b) / 2000 for a, b in spans) if start <= m <= end]
        return out

    def said(self, *kinds: str, title: str | None = None) -> list[str]:
        """The lines of the report, those of some kinds (all) and of one step (of all steps)."""
        path = f"step {self._number(title)} (" if title is not None else "step "
        report = self.schedule.report
        notes = {"clipped": report.clipped, "dropped": report.dropped, "slowed": report.slowed}
        own = {kind: tuple(n for n in notes[kind] if n.step.startswith(path)) for kind in kinds or notes}
        return list(
            report_text.report(CompileReport(own.get("clipped", ()), own.get("dropped", ()), own.get("slowed", ())))
        )

    def lost(self, zones: Sequence[str], *titles: str) -> list[str]:
        """For each of the zones the first line, of these steps or all, by which a stroke plays nothing there.

        Nothing where one of the zones has no such line.
        """
        lines = [line for title in titles or (None,) for line in self.said("dropped", title=title)]
        strokes = [line for line in lines if "plays nothing" in line and "asked heat" not in line]
        found = [next((line for line in strokes if zone_word(Zone(zone)) in line), "") for zone in zones]
        return list(dict.fromkeys(found)) if all(found) else []

    def _number(self, title: str) -> str:
        numbers = [number for number, step in _numbered(self.profile.steps) if step.title == title]
        if len(numbers) != 1:
            raise LookupError(
                f"{len(numbers)} steps of {self.profile.name} are called {title!r}, where one is measured"
            )
        return numbers[0]


def _is_in(press: Press, start: float, end: float) -> bool:
    """Whether a press belongs to a window: it has its middle there, or goes on through half of it."""
    through = min(press.ends, end) - max(press.begins, start)
    return start <= (press.begins + press.ends) / 2 <= end or through > (end - start) / 2


def _numbered(steps: Sequence[AnyStep], above: str = "") -> Iterator[tuple[str, AnyStep]]:
    """Every step as it is written, those inside others too."""
    for i, step in enumerate(steps, 1):
        yield f"{above}{i}", step
        if isinstance(step, Repeat | Together):
            yield from _numbered(step.steps, f"{above}{i}.")


@cache
def play(source: Source, device: str) -> Played:
    """What `source` measures, once for each process."""
    profile = _excerpt(load.profile(source.routine), source)
    target = load.device(device)
    schedule = compile_profile(profile, target, envelope(target, profile.use))
    tracks = _felt(schedule, source.answers) if source.felt and schedule.setpoints else schedule.tracks
    return Played(profile, schedule, tracks)


def _excerpt(profile: Profile, source: Source) -> Profile:
    kept = (step for step in profile.steps if not source.keep or _is_kept(step, source.keep))
    return profile.model_copy(update={"steps": tuple(_shortened(step, source.laps) for step in kept)})


def _shortened(step: AnyStep, laps: int | None) -> AnyStep:
    times = getattr(step, "times", 1)
    return step if laps is None or times <= laps else step.model_copy(update={"times": laps})


def _is_kept(step: AnyStep, titles: Sequence[str]) -> bool:
    return any(one.title in titles for _, one in _numbered([step]))


def _felt(schedule: Schedule, answers: Sequence[float | None]) -> tuple[Track, ...]:
    """The curves of a simulated run to the end of the routine, or to a question that nobody answers."""
    trace = StringIO()
    outcome = simulate(schedule, SEED, trace, answers).outcome
    if outcome.kind != ("stopped" if None in answers else "completed"):
        raise AssertionError(f"{schedule.profile} on {schedule.device.name}: {outcome}")
    trace.seek(0)
    times: dict[str, list[float]] = defaultdict(list)
    values: dict[str, list[float]] = defaultdict(list)
    for row in csv.DictReader(trace):
        times[row["actuator"]].append(float(row["session_ms"]))
        values[row["actuator"]].append(float(row["felt"]))
    return tuple(Track(tuple(times[c.name]), tuple(values[c.name])) for c in schedule.device.channels)
