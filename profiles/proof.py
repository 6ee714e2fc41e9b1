"""The proof: a finished schedule stays inside the envelope, whatever built it.

It looks at nothing but set-points, device and limits, and works things out its own way: curves from the set-points,
runs of pressure as clusters in time, and the pump by replaying its arbiter (earliest deadline first) job by job.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from math import ceil

from legato.profiles.arbiter import jobs_of, lateness
from legato.profiles.device import Channel, Cooler, Heater, Pump, Quantity
from legato.profiles.envelope import Envelope
from legato.profiles.refusal import ProofError
from legato.profiles.reverse_gradient import refuse_reverse_gradient
from legato.profiles.run_limits import RunRule, rule_of
from legato.profiles.schedule import TICK_MS, Schedule, SetPoint, Track

LATE_MS = 50.0
"""A fill may end this much after its ramp: a few ticks are neither felt nor seen."""


def prove(schedule: Schedule, limits: Envelope) -> None:
    """Check the whole schedule.

    Raises:
        ProofError: the first thing that is wrong, with the set-point it is about.
    """
    _session(schedule, limits)
    _order(schedule)
    for s in schedule.setpoints:
        _on_the_grid(schedule, s)
        _within_bounds(schedule, s, limits)
    for channel, track in zip(schedule.device.channels, schedule.tracks, strict=True):
        _ends_at_zero(schedule, channel, track)
        if channel.quantity is Quantity.PRESSURE:
            _slew(schedule, channel, track, limits)
        if (rule := rule_of(channel, limits)) is not None:
            _runs(schedule, channel, track, rule)
    refuse_reverse_gradient(schedule, limits)
    for pump in schedule.device.pumps:
        _pump_keeps_up(schedule, pump)


def _session(schedule: Schedule, limits: Envelope) -> None:
    if schedule.duration_ms > limits.session_s * 1000:
        what = f"the schedule lasts {ceil(schedule.duration_ms / 1000)} s"
        raise ProofError(what, f"a session is at most {limits.session_s} s")


def _order(schedule: Schedule) -> None:
    for a, b in pairwise(schedule.setpoints):
        if b.when_ms < a.when_ms:
            raise _wrong(schedule, b, "comes after a later one", "set-points are sorted by time")


def _on_the_grid(schedule: Schedule, s: SetPoint) -> None:
    if s.when_ms % TICK_MS or s.ramp_ms % TICK_MS or s.when_ms < 0 or s.ramp_ms < 0:
        raise _wrong(schedule, s, "is not on a control tick", f"times are whole multiples of {TICK_MS} ms")
    if s.when_ms + s.ramp_ms > schedule.duration_ms:
        raise _wrong(schedule, s, "ends after the schedule", "everything ends within the duration")
    if not 0 <= s.target * 2 <= 255 or s.target * 2 % 1:
        raise _wrong(schedule, s, "does not fit the wire", "targets are whole half-units from 0 to 127.5")


def _within_bounds(schedule: Schedule, s: SetPoint, limits: Envelope) -> None:
    channel = schedule.device.channels[s.channel]
    low, high = _bounds(channel, limits)
    if s.target and not low <= s.target <= high:
        raise _wrong(schedule, s, "is out of bounds", f"{low:g} to {high:g} {channel.unit}, or 0")


def _bounds(channel: Channel, limits: Envelope) -> tuple[float, float]:
    actuator = channel.actuator
    match channel.quantity:
        case Quantity.PRESSURE:
            return 0.0, limits.chambers[channel.index].cap_mmhg
        case Quantity.INTENSITY:
            return 0.0, limits.rollers[channel.index].value if channel.index in limits.rollers else 100.0
        case Quantity.POSITION:
            return actuator.from_cm, actuator.to_cm
        case Quantity.TEMPERATURE if isinstance(actuator, Heater):
            return 0.0, min(actuator.max_c, limits.heat_max_c)
        case Quantity.TEMPERATURE if isinstance(actuator, Cooler):
            return actuator.min_c, 127.5
        case _:
            return getattr(actuator, "min_hz", 0.0), getattr(actuator, "max_hz", 0.0)


def _ends_at_zero(schedule: Schedule, channel: Channel, track: Track) -> None:
    if track.values[-1]:
        last = _setpoint_at(schedule, channel, track.times[-1])
        raise _wrong(schedule, last, "is where the channel stays", "everything ends at 0")


def _slew(schedule: Schedule, channel: Channel, track: Track, limits: Envelope) -> None:
    for (t0, v0), (t1, v1) in pairwise(zip(track.times, track.values, strict=True)):
        if (v1 - v0) * 1000.0 > limits.slew_mmhg_s * (t1 - t0) + 1e-6:
            s = _setpoint_at(schedule, channel, t0)
            raise _wrong(schedule, s, "rises too fast", f"at most {limits.slew_mmhg_s:g} mmHg/s")


def _runs(schedule: Schedule, channel: Channel, track: Track, rule: RunRule) -> None:
    """Times above the quiet level with no full break between are one run, counted from when it rises above `above`."""
    starts = [start for start, _ in track.spans(rule.above)]
    for cluster in track.spans(rule.quiet, rule.break_s * 1000.0):
        i = bisect_left(starts, cluster[0])
        if i == len(starts) or starts[i] >= cluster[1]:
            continue
        lasts_s = (cluster[1] - starts[i]) / 1000.0
        if lasts_s > rule.limit.value + TICK_MS / 1000.0:
            s = _setpoint_at(schedule, channel, starts[i])
            raise _wrong(schedule, s, f"begins a run of {ceil(lasts_s * 10) / 10:g} s", rule.limit.why)


def _pump_keeps_up(schedule: Schedule, pump: Pump) -> None:
    for job, late_ms in lateness(jobs_of(schedule, pump)):
        if late_ms > LATE_MS:
            s = _setpoint_at(schedule, schedule.device.channels[job.channel], job.release_ms)
            raise _wrong(schedule, s, f"is reached {late_ms:.0f} ms late", f"more than pump {pump.name} can do")


def _setpoint_at(schedule: Schedule, channel: Channel, at_ms: float) -> SetPoint:
    """The set-point that rules a channel at a time."""
    own = [s for s in schedule.setpoints if s.channel == channel.index]
    return own[max(0, bisect_right(own, at_ms, key=lambda s: s.when_ms) - 1)]


def _wrong(schedule: Schedule, s: SetPoint, what: str, hint: str) -> ProofError:
    channel = schedule.device.channels[s.channel]
    where = f"set-point at {s.when_ms / 1000:.2f} s, {channel.name} to {s.target:g} {channel.unit}"
    return ProofError(what, hint, where)
