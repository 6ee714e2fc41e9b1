"""What motors, rollers, heaters and coolers do: percuss, vibrate, friction, heat and cool."""

from legato.profiles.compile_context import actuator_of
from legato.profiles.device import Channel, Cooler, Heater, Motor
from legato.profiles.segments import TICKS_PER_S, Points, Segment, half_units
from legato.profiles.steps import Cool, Friction, Heat, Percuss, Vibrate
from legato.profiles.stroke_reach import stretch_of
from legato.profiles.strokes.rolling import to_and_fro
from legato.profiles.strokes.stroke_context import StrokeContext

SOFT_S = 0.5
"""Motors come and go in this time, as a hand would; in a quarter of what is shorter than four times as long."""


def shake(step: Percuss | Vibrate, stroke: StrokeContext) -> list[Segment]:
    """Motors at one intensity and rate; they start on their rate and stop before it is dropped."""
    if not half_units(step.intensity_pct):
        return [Segment.rest(step.seconds)]
    curves: dict[int, Points] = {}
    for c in stroke.cast:
        gone = max(_seconds(step, stroke, c), 4.0 / TICKS_PER_S)
        soft_s = min(SOFT_S, gone / 4.0)
        on, off = soft_s, gone - soft_s
        curves[c.index] = [(0.0, 0.0), (on, step.intensity_pct), (off, step.intensity_pct), (gone, 0.0)]
        rate = _rate(step, stroke, c)
        curves[stroke.companion(c)] = [(0.0, 0.0), (0.0, rate), (gone, rate), (gone, 0.0)]
    return [Segment.of(curves)]


def friction(step: Friction, stroke: StrokeContext) -> list[Segment]:
    """A roller goes to and fro across the middle of the zone."""
    if not half_units(step.intensity_pct):
        return [Segment.rest(step.seconds)]
    low, high = stretch_of(step)
    curves: dict[int, Points] = {}
    for c in stroke.cast:
        middle = (max(low, c.actuator.from_cm) + min(high, c.actuator.to_cm)) / 2.0
        within = (middle - step.width_cm / 2.0, middle + step.width_cm / 2.0)
        curves |= to_and_fro(stroke, c, step.intensity_pct, within, 1.0 / step.rate_hz, step.seconds)
    return [Segment.of(curves)]


def heat(step: Heat, stroke: StrokeContext) -> list[Segment]:
    """Warmth, then off."""
    return [Segment.of({c.index: warmth(step, stroke, c, step.seconds) for c in stroke.cast})]


def warmth(step: Heat, stroke: StrokeContext, channel: Channel, seconds: float) -> Points:
    """One heater on for `seconds`, or for as long as it may be."""
    heater = actuator_of(channel, Heater)
    top = min(heater.max_c, stroke.context.limits.heat_max_c)
    if step.temp_c > top:
        stroke.clip(channel, step.temp_c, top, "degC", "limit of the heater")
    if step.seconds > heater.max_s:
        _shortened(stroke, channel, step.seconds, heater.max_s)
    return _on_for(min(step.temp_c, top), min(seconds, heater.max_s))


def cool(step: Cool, stroke: StrokeContext) -> list[Segment]:
    """Cold, then off."""
    curves: dict[int, Points] = {}
    for c in stroke.cast:
        low = actuator_of(c, Cooler).min_c
        if step.temp_c < low:
            stroke.clip(c, step.temp_c, low, "degC", "limit of the cooler")
        longest = min(actuator_of(c, Cooler).max_s, stroke.context.limits.cool_max_s)
        curves[c.index] = _on_for(max(step.temp_c, low), _shortened(stroke, c, step.seconds, longest))
    return [Segment.of(curves)]


def _on_for(value: float, seconds: float) -> Points:
    return [(0.0, 0.0), (0.0, value), (seconds, value), (seconds, 0.0)]


def _seconds(step: Percuss | Vibrate, stroke: StrokeContext, channel: Channel) -> float:
    most = actuator_of(channel, Motor).max_s
    if isinstance(step, Percuss):
        most = min(most, stroke.context.limits.percussion_max_s)
    return _shortened(stroke, channel, step.seconds, most)


def _shortened(stroke: StrokeContext, channel: Channel, seconds: float, most: float) -> float:
    if seconds > most:
        stroke.clip(channel, seconds, most, "s", f"limit of {channel.name} {most:g} s")
    return min(seconds, most)


def _rate(step: Percuss | Vibrate, stroke: StrokeContext, channel: Channel) -> float:
    motor = actuator_of(channel, Motor)
    rate = min(max(step.rate_hz, motor.min_hz), motor.max_hz)
    if rate != step.rate_hz:
        span = f"the motor runs at {motor.min_hz:g} to {motor.max_hz:g} Hz"
        stroke.clip(channel, step.rate_hz, rate, "Hz", span)
    return rate
