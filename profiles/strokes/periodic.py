"""Strokes that go round and round: knead and circle. They pause where a chamber needs a break from pressure."""

from dataclasses import replace
from itertools import pairwise

from legato.profiles.compile_context import chambers
from legato.profiles.device import Channel
from legato.profiles.run_limits import RunMeter
from legato.profiles.segments import TICKS_PER_S, Points, Segment, to_ticks
from legato.profiles.steps import Circle, Knead
from legato.profiles.stroke_ledger import FAINT_MMHG, UNNOTICED_MMHG, Clip
from legato.profiles.stroke_reach import Place, circle_of, places, stretch_of, takes_part
from legato.profiles.strokes.behind_knee import pass_by, passing_chambers, report_passed, turns_joined
from legato.profiles.strokes.ring import ring
from legato.profiles.strokes.rolling import intensity_of, keeps_up, on_ticks, to_and_fro
from legato.profiles.strokes.stroke_context import NOTICED, StrokeContext
from legato.profiles.strokes.swing import FLAT_MMHG, UNTOLD_S, Bands, Swing, beat_s, highest, peaks, rises_at
from legato.profiles.words import figure, figures

MAX_TICKS = 7200 * TICKS_PER_S
"""Longer than any session."""

UNTOLD = 0.05
"""A roller that rolls for a time that differs by less of it has no line."""

Laid = list[tuple[int, Segment]]
"""Segments with the time at which each begins, in ticks."""


def knead(step: Knead, stroke: StrokeContext) -> list[Segment]:
    """Neighbours alternate: while the even ones rise, the odd ones fall. Breaks for hold limits are part of `seconds`.

    What is slower than asked makes fewer turns in the same time, yet one of them in any case.
    """
    bands: Bands = {}
    for c in chambers(stroke.cast):
        high = stroke.press(c, step.pressure_mmhg)
        bands[c.index] = min(stroke.touch(c, step.low_mmhg, stroke.floor_mmhg), high), high
    if not bands:
        return [Segment.of(_rolling(step, stroke, 1.0 / step.rate_hz, step.seconds))]
    period_s = stroke.stretch / step.rate_hz
    line = places(chambers(stroke.cast))
    swing = Swing(stroke, bands, period_s, period_s / 2.0 if len(line) > 1 else 0.0)
    end = to_ticks(max(step.seconds, swing.shortest_s))
    laid = _filled(step, swing, line, end)
    felt_s = _felt_s(laid, bands)
    if abs(felt_s - step.seconds) > step.seconds * (NOTICED - 1.0):
        stroke.change(f"{figure(step.seconds)} s", f"{figure(felt_s)} s", _cut_why(stroke, laid))
    for beat in sorted(_beats_s(stroke, laid, bands, period_s)):
        if beat * step.rate_hz > NOTICED:
            asked, plays = (f"{rate} Hz" for rate in figures(step.rate_hz, 1.0 / beat))
            stroke.change(asked, plays, _why(stroke, laid, period_s, beat))
    _report_rollers(step, stroke, laid)
    _report_breaths(stroke, laid, bands)
    _report_peaks(stroke, laid, bands)
    played = laid[-1][0] + laid[-1][1].ticks
    return [one for _, one in laid] + ([Segment(ticks=end - played)] if played < end else [])


def circle(step: Circle, stroke: StrokeContext) -> list[Segment]:
    """Pressure goes round the chambers within the radius, each in its turn; a single one ripples.

    What may be touched in passing only takes part whenever it has had its break, so that nobody waits for it.
    """
    bands: Bands = {}
    for c in chambers(stroke.cast):
        high = stroke.press(c, step.pressure_mmhg + step.ripple_mmhg)
        bands[c.index] = max(stroke.floor_mmhg, high - 2.0 * step.ripple_mmhg), high
    if not bands:
        return [Segment.of(_rolling(step, stroke, step.period_s, step.times * step.period_s))]
    swing = Swing(stroke, bands, stroke.stretch * step.period_s)
    segments: list[Segment] = []
    levels = dict(stroke.levels)
    for lap in _laps(step, swing):
        one = Segment.of(_circling(step, replace(swing, stroke=replace(stroke, levels=levels)), lap))
        segments.append(_whole(one, len(lap) * swing.period_s) if lap.stop < step.times else one)
        levels = {channel: dict(segments[-1].ends).get(channel, level) for channel, level in levels.items()}
    laid = _spaced(stroke, segments)
    _report_lows(step, stroke, laid)
    seldom = {channel for channel in _passed(stroke) if _joins_seldom(step, swing, channel)}
    regular = {channel: band for channel, band in bands.items() if channel not in seldom}
    for beat in sorted(_beats_s(stroke, laid, regular, swing.period_s)):
        if beat > step.period_s * NOTICED:
            asked, plays = (f"every {figure(seconds)} s" for seconds in (step.period_s, beat))
            stroke.change(asked, plays, _why(stroke, laid, swing.period_s, beat))
    _report_breaths(stroke, laid, bands)
    _report_peaks(stroke, laid, bands)
    return segments


def radius_of(step: Circle, turn: int) -> float:
    """The radius of circle number `turn` in cm, going evenly from the first to the last."""
    if step.end_radius_cm is None or step.times == 1:
        return step.radius_cm
    return step.radius_cm + (step.end_radius_cm - step.radius_cm) * turn / (step.times - 1)


def _filled(step: Knead, swing: Swing, line: list[Place], end: int) -> Laid:
    """Laps of kneading until `end`, each as long as a chamber may be pressed, with the breaks that come between."""
    meter, laid = RunMeter(swing.stroke.context.rules), [(0, _lap(step, swing, line, end))]
    settled = replace(swing, stroke=swing.stroke.settled())
    whole = _lap(step, settled, line, MAX_TICKS)
    meter.add(laid[0][1], 0)
    now = laid[0][1].ticks
    while (left := end - now - (wait := meter.wait(whole, now)[0])) >= to_ticks(settled.shortest_s):
        one = whole if whole.ticks <= left else _lap(step, settled, line, left)
        if (early := wait - meter.wait(one, now)[0]) > 0:
            # A lap that is cut short could come at once, but only where nothing was pressed before the kneading.
            begin, last = laid[-1]
            laid[-1] = begin, replace(last, ticks=last.ticks + early)
        now += wait
        meter.add(one, now)
        laid.append((now, one))
        now += one.ticks
    return laid


def _lap(step: Knead, swing: Swing, line: list[Place], most: int) -> Segment:
    """A lap of kneading: as many turns as may follow each other, or as much of them as goes into `most` ticks."""
    by_s = most / TICKS_PER_S
    turns = range(min(swing.turns_in_a_run, int(by_s / swing.period_s) + 1))
    curves: dict[int, Points] = {}
    for i, place in enumerate(line):
        for c in place:
            delay_s = i % 2 * swing.delay_s
            curves[c.index] = swing.cut(c.index, swing.curve(c.index, delay_s, turns), by_s)
    turns_s = min(by_s, len(turns) * swing.period_s)
    return _whole(Segment.of(curves | _rolling(step, swing.stroke, swing.period_s, turns_s)), turns_s)


def _whole(one: Segment, turns_s: float) -> Segment:
    """A lap that takes the time of its turns, even where all is let go of sooner: the next comes no faster for it."""
    return replace(one, ticks=max(one.ticks, to_ticks(turns_s)))


def _laps(step: Circle, swing: Swing) -> list[range]:
    """The circles lap by lap: as many as may follow each other before one of the chambers they reach needs a break."""
    laps = [range(1)]
    for turn in range(1, step.times):
        longer = range(laps[-1].start, turn + 1)
        others = (c for c in chambers(swing.stroke.cast) if c.index not in _passed(swing.stroke))
        inside = {c: _inside(step, c, longer) for c in others}
        if all(len(some) <= swing.turns_of(c.index) for c, some in inside.items()):
            laps[-1] = longer
        else:
            laps.append(range(turn, turn + 1))
    return laps


def _circling(step: Circle, swing: Swing, turns: range) -> dict[int, Points]:
    """The chambers that these circles reach; the first of them begins at once."""
    line, found = ring(swing.stroke.cast), dict[int, tuple[float, range]]()
    for i, place in enumerate(line):
        for c in place:
            if inside := _inside(step, c, turns):
                found[c.index] = i * swing.period_s / len(line), inside
    idle_s = min((delay_s + inside[0] * swing.period_s for delay_s, inside in found.values()), default=0.0)
    few = _passed(swing.stroke)
    curves = {
        channel: pass_by(swing, channel, delay_s - idle_s, turns_joined(swing, channel, inside))
        if channel in few
        else swing.curve(channel, delay_s - idle_s, inside)
        for channel, (delay_s, inside) in found.items()
    }
    return curves | _rolling(step, swing.stroke, swing.period_s, len(turns) * swing.period_s)


def _inside(step: Circle, channel: Channel, turns: range) -> range:
    """From the first to the last of these circles, counted from 0, that reaches a chamber."""
    reached = [n for n in turns if takes_part(channel.actuator, circle_of(step, radius_of(step, n)))]
    return range(reached[0] - turns.start, reached[-1] - turns.start + 1) if reached else range(0)


def _passed(stroke: StrokeContext) -> frozenset[int]:
    return passing_chambers(stroke.cast, stroke.context.device)


def _joins_seldom(step: Circle, swing: Swing, channel: int) -> bool:
    """Whether a chamber that is only passed is not pressed in every circle that reaches it, which has a line."""
    laps = [_inside(step, swing.stroke.context.device.channels[channel], lap) for lap in _laps(step, swing)]
    asked, plays = sum(map(len, laps)), sum(len(turns_joined(swing, channel, inside)) for inside in laps)
    if plays < asked:
        report_passed(swing.stroke, channel, asked, plays)
    return plays < asked


def _report_lows(step: Circle, stroke: StrokeContext, laid: Laid) -> None:
    """Where a ripple about what a chamber does reach would let go of the skin."""
    for c in chambers(stroke.cast):
        top = next(top for _, one in laid if (top := highest(one, c.index)))
        stroke.touch(c, max(0.0, top - 2.0 * step.ripple_mmhg), stroke.floor_mmhg)


def _spaced(stroke: StrokeContext, segments: list[Segment]) -> Laid:
    """When segments begin that wait only for what hold limits ask for."""
    meter, now, laid = RunMeter(stroke.context.rules), 0, Laid()
    for one in segments:
        now += meter.wait(one, now)[0]
        meter.add(one, now)
        laid.append((now, one))
        now += one.ticks
    return laid


def _felt_s(laid: Laid, bands: Bands) -> float:
    """From when the first chamber is pressed to when the last is let go of; all of it where none is felt for sure."""
    (begin, first), (end, last) = laid[0], laid[-1]
    pressed = [channel for channel, (_, high) in bands.items() if high > FAINT_MMHG + 1.0]
    gone = max((tick + ramp for tick, channel, _, ramp in last.moves if channel in pressed), default=last.ticks)
    return (end + gone - begin - rises_at(first, pressed)) / TICKS_PER_S


def _beats_s(stroke: StrokeContext, laid: Laid, bands: Bands, period_s: float) -> set[float]:
    """How long a turn takes that anybody feels: of chambers that swing again and again, and of rollers.

    A roller turns in its own time also where single turns of the chambers are apart; one that is too slow has a line.
    """
    swinging = (channel for channel, (low, high) in bands.items() if high - low >= FLAT_MMHG)
    beats = [beat for channel in swinging if (beat := beat_s(laid, channel)) is not None]
    return {*sorted(beats)[:1], *(period_s for c in _rollers(stroke) if keeps_up(stroke.step, c, period_s))}


def _rollers(stroke: StrokeContext) -> list[Channel]:
    return [c for c in stroke.cast if c.index not in stroke.levels]


def _report_rollers(step: Knead, stroke: StrokeContext, laid: Laid) -> None:
    """Where a roller goes on for another time than asked, which need not be that of the chambers."""
    (begin, first), (end, last) = laid[0], laid[-1]
    for c in _rollers(stroke):
        ons, offs = on_ticks(first, c.index), on_ticks(last, c.index)
        seconds = (end + offs[1] - begin - ons[0]) / TICKS_PER_S
        if offs[1] and abs(seconds - step.seconds) > max(UNTOLD_S, UNTOLD * step.seconds):
            stroke.clip(c, step.seconds, seconds, "s", _cut_why(stroke, laid))


def _report_peaks(stroke: StrokeContext, laid: Laid, bands: Bands) -> None:
    """Where a slow turn has to be let go of before it is up."""
    for channel, (_, high) in bands.items():
        for top in sorted({highest(one, channel) for _, one in laid if channel in one.curves}):
            if top < high:
                words = f"{figure(high)} mmHg", f"{figure(top)} mmHg"
                clip = Clip(
                    stroke.step,
                    stroke.context.device.channels[channel],
                    *words,
                    stroke.context.rules[channel].limit.why,
                )
                stroke.ledger.lower(clip, high, top)


def _report_breaths(stroke: StrokeContext, laid: Laid, bands: Bands) -> None:
    """Where laps follow each other at once, with light contact between them and no lower pressure."""
    beats = [beat for channel in bands if (beat := beat_s(laid, channel)) is not None]
    for (at, one), (then, following) in pairwise(laid):
        for channel, (low, _) in bands.items():
            before, after = peaks(one, channel), peaks(following, channel)
            if low <= stroke.floor_mmhg + UNNOTICED_MMHG or not before or not after:
                continue
            rises = next(tick for tick, moved, _, _ in following.moves if moved == channel)
            is_breath = then + rises - at - one.curves[channel][-1][0] <= TICKS_PER_S
            if is_breath and (then + after[0] - at - before[-1]) / TICKS_PER_S <= min(beats) + UNTOLD_S:
                why = stroke.context.rules[channel].limit.why
                stroke.clip(stroke.context.device.channels[channel], low, stroke.floor_mmhg, "mmHg", why)


def _why(stroke: StrokeContext, laid: Laid, period_s: float, beat: float) -> str:
    """Slow air, or where single turns are apart the hold limit that asks for a break between them."""
    return "" if beat <= period_s * NOTICED else _tightest_hold(stroke, laid)


def _cut_why(stroke: StrokeContext, laid: Laid) -> str:
    """A single turn that takes longer is slow air; time that is left over after several is too short for one more."""
    return stroke.ledger.slow_why if len(laid) == 1 else _tightest_hold(stroke, laid)


def _tightest_hold(stroke: StrokeContext, laid: Laid) -> str:
    rules = (stroke.context.rules[channel] for channel in laid[0][1].curves.keys() & stroke.levels.keys())
    return min((rule.limit for rule in rules), key=lambda limit: limit.value).why


def _rolling(step: Knead | Circle, stroke: StrokeContext, period_s: float, seconds: float) -> dict[int, Points]:
    """Rollers go to and fro while the chambers swing."""
    curves: dict[int, Points] = {}
    for c in _rollers(stroke):
        curves |= to_and_fro(stroke, c, intensity_of(step.pressure_mmhg), stretch_of(step), period_s, seconds)
    return curves
