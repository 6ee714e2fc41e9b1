"""Strokes that go round and round: knead and circle. They pause where a chamber needs a break from pressure."""

from profiles.rig import chambers
from profiles.steps import Circle, Knead
from profiles.strokes.field import circle_of, places, stretch_of, takes_part
from profiles.strokes.passes import TICKS_PER_S, Pass, Points
from profiles.strokes.rolling import intensity_of, to_and_fro
from profiles.strokes.stage import Stage

PLATEAU = 0.1
"""The part of a period that a chamber stays high, and stays low ([E] estimate)."""

Bands = dict[int, tuple[float, float]]
"""Between which two pressures each chamber swings, by channel."""


def knead(step: Knead, stage: Stage) -> list[Pass]:
    """Neighbours alternate: while the even ones rise, the odd ones fall."""
    bands: Bands = {}
    for c in chambers(stage.cast):
        high = stage.press(c, step.pressure_mmhg)
        bands[c.index] = min(max(step.low_mmhg, stage.floor_mmhg), high), high
    period_s = stage.stretch / step.rate_hz
    first, *later = _laps(stage, bands, period_s, max(1, round(step.seconds / period_s)))
    again = {
        turns: Pass.of(_kneading(step, stage.settled(), bands, period_s, turns))
        for turns in {len(lap) for lap in later}
    }
    return [Pass.of(_kneading(step, stage, bands, period_s, len(first))), *(again[len(lap)] for lap in later)]


def circle(step: Circle, stage: Stage) -> list[Pass]:
    """Pressure goes round the chambers within the radius, each in its turn; a single one ripples."""
    bands: Bands = {}
    for c in chambers(stage.cast):
        high = stage.press(c, step.pressure_mmhg + step.ripple_mmhg)
        bands[c.index] = max(stage.floor_mmhg, high - 2.0 * step.ripple_mmhg), high
    period_s = stage.stretch * step.period_s
    first, *later = _laps(stage, bands, period_s, step.times)
    curves = [_circling(step, stage, bands, period_s, first)]
    curves += [_circling(step, stage.settled(), bands, period_s, lap) for lap in later]
    return [Pass.of(some) for some in curves]


def radius_of(step: Circle, turn: int) -> float:
    """The radius of circle number `turn` in cm, going evenly from the first to the last."""
    if step.end_radius_cm is None or step.times == 1:
        return step.radius_cm
    return step.radius_cm + (step.end_radius_cm - step.radius_cm) * turn / (step.times - 1)


def _laps(stage: Stage, bands: Bands, period_s: float, turns: int) -> list[range]:
    """All turns in groups, each short enough that no chamber is pressed too long in one piece."""
    size = turns
    for channel, (_, high) in bands.items():
        edges_s = _lead_s(stage, bands) + stage.fall_s(channel, high)
        most_s = stage.rig.rules[channel].most_ticks / TICKS_PER_S
        size = min(size, max(1, int((most_s - edges_s) / period_s)))
    return [range(start, min(start + size, turns)) for start in range(0, turns, size)]


def _kneading(step: Knead, stage: Stage, bands: Bands, period_s: float, turns: int) -> dict[int, Points]:
    curves: dict[int, Points] = {}
    for i, place in enumerate(places(chambers(stage.cast))):
        for c in place:
            delay_s = i % 2 * period_s / 2.0
            curves[c.index] = _swinging(stage, c.index, bands, period_s, delay_s, range(turns))
    return curves | _rolling(step, stage, period_s, turns)


def _circling(step: Circle, stage: Stage, bands: Bands, period_s: float, turns: range) -> dict[int, Points]:
    curves: dict[int, Points] = {}
    line = places(chambers(stage.cast))
    for i, place in enumerate(line):
        for c in place:
            reached = [n for n in turns if takes_part(c.actuator, circle_of(step, radius_of(step, n)))]
            if reached:
                inside = range(reached[0] - turns.start, reached[-1] - turns.start + 1)
                curves[c.index] = _swinging(stage, c.index, bands, period_s, i * period_s / len(line), inside)
    return curves | _rolling(step, stage, period_s, len(turns))


def _swinging(stage: Stage, channel: int, bands: Bands, period_s: float, delay_s: float, turns: range) -> Points:
    """From the floor to low, up and down once a turn, and back to the floor."""
    level, (low, high), lead_s = stage.levels[channel], bands[channel], _lead_s(stage, bands)
    begin_s = delay_s + turns.start * period_s
    rise_s, stay_s = period_s * (0.5 - PLATEAU), period_s * PLATEAU
    points: Points = [(0.0, level), (begin_s, level)]
    for turn in turns:
        at = lead_s + delay_s + turn * period_s
        points += [(at, low), (at + rise_s, high), (at + rise_s + stay_s, high), (at + 2.0 * rise_s + stay_s, low)]
    end_s = lead_s + delay_s + turns.stop * period_s
    return [*points, (end_s, low), (end_s + stage.fall_s(channel, low), stage.floor_mmhg)]


def _lead_s(stage: Stage, bands: Bands) -> float:
    """The ramp in which all chambers can rise together to where they begin to swing."""
    return stage.rise_s({channel: low for channel, (low, _) in bands.items()})


def _rolling(step: Knead | Circle, stage: Stage, period_s: float, turns: int) -> dict[int, Points]:
    """Rollers go to and fro while the chambers swing."""
    curves: dict[int, Points] = {}
    for c in stage.cast:
        if c.index not in stage.levels:
            curves |= to_and_fro(
                stage, c, intensity_of(step.pressure_mmhg), stretch_of(step), period_s, turns * period_s
            )
    return curves
