"""The compiler: from a routine and a device to the schedule that plays it, proven safe before anything moves."""

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.breaks import break_at, late_at
from legato.profiles.compile_context import CompileContext
from legato.profiles.device import Device
from legato.profiles.envelope import Envelope
from legato.profiles.filling import TOUCH_TICKS, AirDemand, FirstFill, plan_filling, postpone
from legato.profiles.hold_limiter import vent_all
from legato.profiles.movement import Movement, MovementBuilder, strokes
from legato.profiles.profile import Profile
from legato.profiles.proof import prove
from legato.profiles.pump_plan import Load, PumpPlan, loads_of
from legato.profiles.refusal import CompileError
from legato.profiles.report_builder import ReportBuilder
from legato.profiles.run_limits import RunMeter
from legato.profiles.schedule import TICK_MS, Cue, Mark, Schedule, SetPoint, Span
from legato.profiles.segments import TICKS_PER_S, Segment, to_ticks
from legato.profiles.silent_gaps import Gaps
from legato.profiles.step_expansion import ExpandedStep, expand
from legato.profiles.steps import AnyStep, Rest

ALMOST_MMHG = BASELINE_MMHG - 0.5
EAGER_TICKS = 30
"""A first fill asks for almost all of the baseline in this time, and for the rest by its deadline."""

LAST_AIR_S = 0.5
"""After the last ramp down: what is left in the chambers goes."""


def compile(profile: Profile, device: Device, limits: Envelope) -> Schedule:  # noqa: A001 - the field's own word
    """The schedule of `profile` on `device` within `limits`; the same input gives the same schedule.

    Raises:
        CompileError: it cannot be made safe, or would last too long; names the step.
    """
    walk = _Walk(device, limits, profile.steps)
    order = list(expand(profile.steps))
    for number, expanded in enumerate(order):
        try:
            walk.play(number, expanded, is_last=number + 1 == len(order))
        except CompileError as e:
            raise e.at(expanded.path()) from None
    schedule = walk.schedule(profile)
    prove(schedule, limits)
    return schedule


class _Walk:
    """Lays step after step along session time; all times in ticks, 0 is the beginning."""

    def __init__(self, device: Device, limits: Envelope, steps: tuple[AnyStep, ...]) -> None:
        self._context = CompileContext(device, limits)
        self._mover = MovementBuilder(self._context, steps)
        self._meter = RunMeter(self._context.rules)
        self._pumps = {pump.name: PumpPlan() for pump in device.pumps}
        self._loads: dict[Segment, dict[str, list[Load]]] = {}
        self._levels: dict[int, float] = {}
        self._now = 0
        self._prefill: int | None = None
        self._gaps = Gaps()
        self._report = ReportBuilder()
        self._fills: list[FirstFill] = []
        self._setpoints: list[SetPoint] = []
        self._marks: list[Mark] = []
        self._cues: list[Cue] = []
        self._spans: list[Span] = []

    def play(self, number: int, expanded: ExpandedStep, *, is_last: bool) -> None:
        """Lay one step."""
        for stroke in strokes(expanded.step):
            self._report.add_losses(expanded.path(stroke), self._mover.cast(stroke))
        empty = [channel for channel in self._mover.chambers(expanded.step) if channel not in self._levels]
        levels = self._levels | dict.fromkeys(empty, BASELINE_MMHG)
        own = (
            levels
            if isinstance(expanded.step, Rest) or self._mover.vents(expanded.step)
            else {i: levels[i] for i in self._mover.chambers(expanded.step) if i in levels}
        )
        movement = self._mover.move(expanded.step, own, is_followed=not is_last)
        if gone := self._gaps.takes(expanded.step):
            movement = Movement.without(gone)
        self._gaps.plays(expanded.step, movement.segments)
        self._report.add_movement(expanded, movement)
        self._fill(number, expanded, empty, movement.segments)
        if any(one.ticks or one.cues for one in movement.segments):
            self._mark(number, self._mover.title(expanded))
        start = self._now
        self._lay_all(number, expanded, movement)
        self._spans.append(Span(expanded.number, start * TICK_MS, self._now * TICK_MS))
        if self._mover.vents(expanded.step):
            for pump in self._pumps.values():
                pump.skip_to(self._now)

    def schedule(self, profile: Profile) -> Schedule:
        """Everything vented, in order."""
        self._lay(vent_all(self._context, self._levels))
        self._now += to_ticks(LAST_AIR_S)
        for channel, start, end in postpone(self._context, self._pumps, self._fills):
            self._first_fill(start, end, channel)
        return Schedule(
            profile=profile.name,
            device=self._context.device,
            setpoints=tuple(sorted(self._setpoints, key=_order)),
            duration_ms=self._now * TICK_MS,
            marks=tuple(self._marks),
            cues=tuple(self._cues),
            spans=tuple(self._spans),
            report=self._report.build((self._prefill or 0) * TICK_MS),
            routine=profile,
        )

    def _fill(self, number: int, expanded: ExpandedStep, empty: list[int], segments: tuple[Segment, ...]) -> None:
        """Bring chambers to the baseline for the first time, and wait for those that the stroke needs first."""
        if not empty:
            return
        demand = AirDemand.of(
            self._context, segments, empty, self._loads_of, lambda at: self._meter.wait(segments[0], at)[0]
        )
        plan = plan_filling(self._context, self._pumps, self._now, demand)
        is_awaited = self._prefill is None and plan.start > self._now
        self._fills += plan.needed(demand.needs, self._now + TOUCH_TICKS if is_awaited else None)
        self._levels |= dict.fromkeys(empty, BASELINE_MMHG)
        for name, pump in plan.pumps.items():
            self._pumps[name].spare_from = pump.spare_from
        if plan.start > self._now:
            self._wait_for_air(number, expanded, plan.start - self._now)

    def _wait_for_air(self, number: int, expanded: ExpandedStep, ticks: int) -> None:
        """A step of its own; the first one is what every routine begins with, and no news."""
        seconds = ticks / TICKS_PER_S
        self._mark(number, f"Filling ({max(seconds, 1.0):.0f} s)")
        if self._prefill is not None:
            self._report.add_wait(expanded, seconds)
        self._prefill = ticks if self._prefill is None else self._prefill
        self._now += ticks

    def _first_fill(self, start: int, end: int, channel: int) -> None:
        """From nearly empty to the baseline within the pump's slot.

        A slack chamber shows no pressure whatever it holds. It is asked for nearly all of the baseline at once, or the
        device, which acts on what it measures, would begin late; the end of the ramp is the deadline.
        """
        self._set(start, channel, ALMOST_MMHG, EAGER_TICKS)
        self._set(start + EAGER_TICKS, channel, BASELINE_MMHG, end - start - EAGER_TICKS)

    def _mark(self, number: int, title: str) -> None:
        self._marks.append(Mark(self._now * TICK_MS, number, title))

    def _lay_all(self, number: int, expanded: ExpandedStep, movement: Movement) -> None:
        begin, segments, slow_why = self._now, movement.segments, movement.ledger.slow_why
        for i, one in enumerate(segments):
            wait, channel = self._meter.wait(one, self._now)
            if wait == 0 and (late := late_at(expanded.step, segments, i, slow_why)):
                self._report.add_change(expanded, late)
            if pause := break_at(self._context, expanded.step, segments, i, channel, wait, self._now - begin, slow_why):
                self._report.add_break(expanded, pause)
            self._now += wait
            if one.mark:
                self._mark(number, one.mark)
            self._spans += [
                Span(f"{expanded.number}.{n}", (self._now + t0) * TICK_MS, (self._now + t1) * TICK_MS)
                for n, t0, t1 in one.parts
            ]
            self._lay(one)

    def _lay(self, one: Segment) -> None:
        self._meter.add(one, self._now)
        for pump, loads in self._loads_of(one).items():
            self._pumps[pump].take(loads, self._now)
        for at, channel, target, ramp in one.moves:
            self._set(self._now + at, channel, target, ramp)
        self._cues += [cue.later(self._now) for cue in one.cues]
        self._levels |= {channel: end for channel, end in one.ends if channel in self._context.pump}
        self._now += one.ticks
        self._stay_in_session()

    def _set(self, at: int, channel: int, target: float, ramp: int) -> None:
        self._setpoints.append(SetPoint(at * TICK_MS, channel, target, ramp * TICK_MS))

    def _loads_of(self, one: Segment) -> dict[str, list[Load]]:
        if one not in self._loads:
            self._loads[one] = loads_of(self._context, one)
        return self._loads[one]

    def _stay_in_session(self) -> None:
        most = self._context.limits.session_s
        if self._now > most * TICKS_PER_S:
            what = f"the routine is longer than the {most / 60:g} min that a session may last"
            raise CompileError(what, "shorten it, or repeat less")


def _order(s: SetPoint) -> tuple[int, int]:
    return s.when_ms, s.channel
