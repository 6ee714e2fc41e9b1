"""Letting go in time: where a stroke would press a chamber longer than it may, the chamber is released early."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from legato.profiles.compile_context import SHORTEST_RAMP_S, CompileContext
from legato.profiles.run_limits import RunRule, bursts
from legato.profiles.segments import TICKS_PER_S, Corners, Segment, half_units, to_ticks
from legato.profiles.steps import Stroke
from legato.profiles.stroke_ledger import Clip, Ledger
from legato.profiles.words import figure


def limit_holds(context: CompileContext, step: Stroke, segments: Sequence[Segment], ledger: Ledger) -> list[Segment]:
    """The segments of `step`, every chamber released before its hold limit; what is cut off goes into the ledger."""
    cut = {one: _let_go(context, step, one, ledger) for one in dict.fromkeys(segments)}
    for one in cut.values():
        for channel, corners in one.curves.items():
            ledger.reach(step, channel, max(value for _, value in corners))
    return [cut[one] for one in segments]


def vent_all(context: CompileContext, levels: Mapping[int, float]) -> Segment:
    """Whatever still holds air, by the mmHg that it stands at, lets go of all of it."""
    standing = {channel: mmhg for channel, mmhg in levels.items() if mmhg > 0.0}
    return Segment.of({i: [(0.0, mmhg), (context.vent_s(i, mmhg, 0.0), 0.0)] for i, mmhg in standing.items()})


def _let_go(context: CompileContext, step: Stroke, one: Segment, ledger: Ledger) -> Segment:
    curves = dict(one.curves)
    for channel in curves.keys() & context.pump.keys():
        rule = context.rules[channel]
        while (run := _overrun(corners := curves[channel], rule)) is not None:
            curves[channel] = _released(context, channel, corners, run[0] + rule.most_ticks)
            asked_s, plays_s = (_held_s(some, *run) for some in (corners, curves[channel]))
            asked, plays = (f"{figure(seconds)} s in one piece" for seconds in (asked_s, plays_s))
            clip = Clip(step, context.device.channels[channel], asked, plays, rule.limit.why)
            ledger.shorten(clip, asked_s, plays_s)
            _report_peak(clip, corners, curves[channel], run, ledger)
    if curves == one.curves:
        return one
    natural = one.ticks == Segment.through(one.curves).ticks
    return replace(one, curves=curves, ticks=Segment.through(curves).ticks if natural else one.ticks)


def _report_peak(clip: Clip, asked: Corners, plays: Corners, run: tuple[int, int], ledger: Ledger) -> None:
    """Where a slow rise has to be let go of before it is up; a cap is not reached then."""
    top, reached = (max(v for t, v in some if run[0] <= t <= run[1]) for some in (asked, plays))
    if reached < top:
        ledger.lower(replace(clip, asked=f"{figure(top)} mmHg", plays=f"{figure(reached)} mmHg"), top, reached)


def _overrun(corners: Corners, rule: RunRule) -> tuple[int, int] | None:
    """The first run that lasts too long, from when to when."""
    run, quiet_from = None, 0
    for burst in bursts(corners, rule):
        if burst.start - quiet_from >= rule.break_s * TICKS_PER_S:
            run = None
        run = burst.run_from if run is None else run
        quiet_from = burst.end
        if run is not None and quiet_from - run > rule.most_ticks:
            return run, quiet_from
    return None


def _released(context: CompileContext, channel: int, corners: Corners, due: int) -> Corners:
    """The curve until it must end, then straight down, and on with what comes after a full break."""
    floor = corners[-1][1]
    peak = max(value for _, value in corners)
    cut = max(corners[0][0] + 1, due - to_ticks(context.vent_s(channel, peak, floor)))
    kept = corners[: bisect_right(corners, cut, key=lambda corner: corner[0])]
    value = half_units(_at(corners, cut))
    is_jolt = kept[-1][1] != value and cut - kept[-1][0] < to_ticks(SHORTEST_RAMP_S)
    if is_jolt or _at(corners, cut) < kept[-1][1] == value:
        # So little of a slope would slow the whole stroke down, or hold what is on its way down for longer.
        cut, value = kept[-1]
    down = cut + to_ticks(context.vent_s(channel, value, floor))
    return *kept, (cut, value), (down, floor), *_after(corners, context.rules[channel], down)


def _after(corners: Corners, rule: RunRule, down: int) -> Corners:
    """The curve from where it first rests once a full break has passed since `down`."""
    rests = (i for i, (t, v) in enumerate(corners) if t >= down + rule.break_ticks and v <= rule.quiet)
    later = corners[next(rests, len(corners)) :]
    return later if any(v > rule.quiet for _, v in later) else ()


def _held_s(corners: Corners, start: int, end: int) -> float:
    """How long a curve stays at the highest pressure that it has between two times, in seconds."""
    run = [(t, v) for t, v in corners if start <= t <= end]
    peak = max((value for _, value in run), default=0.0)
    return sum(t1 - t0 for (t0, v0), (t1, v1) in pairwise(run) if v0 == v1 == peak) / TICKS_PER_S


def _at(corners: Corners, tick: int) -> float:
    i = bisect_right(corners, tick, key=lambda corner: corner[0])
    (t0, v0), (t1, v1) = corners[i - 1], corners[min(i, len(corners) - 1)]
    return v1 if t1 == t0 else v0 + (v1 - v0) * (tick - t0) / (t1 - t0)
