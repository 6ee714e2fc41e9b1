"""Letting go in time: where a stroke would press a chamber longer than it may, the chamber is released early."""

from bisect import bisect_right

from profiles.rig import Rig
from profiles.runs import RunRule, bursts
from profiles.strokes.passes import TICKS_PER_S, Corners, Pass, half_units, to_ticks
from profiles.strokes.stage import Clip


def let_go(rig: Rig, one: Pass, clips: dict[tuple[int, str], Clip]) -> Pass:
    """The pass with every chamber released before its hold limit; what is cut off is added to `clips`."""
    curves = dict(one.curves)
    for channel in curves.keys() & rig.pump.keys():
        rule = rig.rules[channel]
        if (run := _overrun(curves[channel], rule)) is not None:
            start, end = run
            curves[channel] = _released(rig, channel, curves[channel], start + rule.most_ticks)
            plays, why = f"{rule.limit.value:g} s", rule.limit.why
            asked = f"{(end - start) / TICKS_PER_S:.0f} s in one piece"
            clips.setdefault((channel, why), Clip(rig.device.channels[channel], asked, plays, why))
    if curves == one.curves:
        return one
    natural = one.ticks == Pass.through(one.curves).ticks
    return Pass(curves, Pass.through(curves).ticks if natural else one.ticks, one.cues)


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


def _released(rig: Rig, channel: int, corners: Corners, due: int) -> Corners:
    """The curve until it must end, then straight down to where it would have ended."""
    floor = corners[-1][1]
    peak = max(value for _, value in corners)
    cut = max(corners[0][0] + 1, due - to_ticks(rig.vent_s(channel, peak, floor)))
    kept = corners[: bisect_right(corners, cut, key=lambda corner: corner[0])]
    value = half_units(_at(corners, cut))
    return *kept, (cut, value), (cut + to_ticks(rig.vent_s(channel, value, floor)), floor)


def _at(corners: Corners, tick: int) -> float:
    i = bisect_right(corners, tick, key=lambda corner: corner[0])
    (t0, v0), (t1, v1) = corners[i - 1], corners[min(i, len(corners) - 1)]
    return v1 if t1 == t0 else v0 + (v1 - v0) * (tick - t0) / (t1 - t0)
