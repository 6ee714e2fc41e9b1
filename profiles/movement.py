"""Movements: a step as the device can play it: segments to be laid one after the other, and what was cut or slowed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from legato.profiles.actuator_selection import ActuatorSelection, select_actuators
from legato.profiles.air import BASELINE_MMHG
from legato.profiles.breaks import break_at, late_at
from legato.profiles.by_hand import by_hand
from legato.profiles.compile_context import CompileContext
from legato.profiles.hold_limiter import limit_holds, vent_all
from legato.profiles.nominal_duration import asked_seconds
from legato.profiles.pace import Pace, pace
from legato.profiles.refusal import CompileError
from legato.profiles.run_limits import RunMeter
from legato.profiles.schedule import Cue
from legato.profiles.segments import TICKS_PER_S, Corners, Part, Segment, to_ticks
from legato.profiles.silent_gaps import Gaps
from legato.profiles.step_expansion import ExpandedStep, expand_one
from legato.profiles.steps import AnyStep, Cool, Drain, Heat, Press, Repeat, Rest, Say, Stroke, Together
from legato.profiles.stroke_ledger import Ledger, LeftOutRest, StrokeChange
from legato.profiles.strokes import draining, driven, moving, periodic, pressing, static
from legato.profiles.strokes.driven import warmth
from legato.profiles.strokes.pressing import means_of
from legato.profiles.strokes.stroke_context import NOTICED, Levels, StrokeContext
from legato.profiles.words import by_hand_words, figure, title_of

ENOUGH = 1.02
"""A stroke that would have to be slowed by less than this is played as asked."""

_ATTEMPTS = 20

_BUILDERS: dict[str, Callable[[Any, StrokeContext], list[Segment]]] = {
    "glide": moving.glide,
    "wave": moving.wave,
    "knead": periodic.knead,
    "circle": periodic.circle,
    "hold": static.hold,
    "press": pressing.press,
    "sequence": static.sequence,
    "pulse": static.pulse,
    "drain": draining.drain,
    "friction": driven.friction,
    "percuss": driven.shake,
    "vibrate": driven.shake,
    "heat": driven.heat,
    "cool": driven.cool,
}


@dataclass(frozen=True, slots=True)
class Movement:
    """A step as it will be played, and where that is otherwise than asked."""

    segments: tuple[Segment, ...]
    ledger: Ledger

    @classmethod
    def without(cls, gone: LeftOutRest) -> "Movement":
        """Nothing at all, in the place of a rest that is left out."""
        movement = cls((), Ledger())
        movement.ledger.leave_out(gone)
        return movement


@dataclass(frozen=True, slots=True)
class _Draft:
    """One attempt at a movement: how slow it is, and what it does otherwise than asked."""

    pace: Pace
    ledger: Ledger

    @classmethod
    def at(cls, pace: Pace) -> "_Draft":
        """An attempt at a pace, of which nothing is said yet."""
        return cls(pace, Ledger(pace.why or "pump"))


class MovementBuilder:
    """Builds movements of the `steps` of a routine, and remembers those that come again in the same state."""

    def __init__(self, context: CompileContext, steps: tuple[AnyStep, ...]) -> None:
        self._context = context
        self._beside = {
            id(stroke) for step in all_steps(steps) if isinstance(step, Together) for stroke in strokes(step)
        }
        self._casts: dict[int, ActuatorSelection] = {}
        self._movements: dict[tuple[int, tuple[tuple[int, float], ...], bool], Movement] = {}

    def cast(self, stroke: Stroke) -> ActuatorSelection:
        """Who plays a stroke, and what of it is lost."""
        if id(stroke) not in self._casts:
            self._casts[id(stroke)] = select_actuators(stroke, self._context, is_alone=id(stroke) not in self._beside)
        return self._casts[id(stroke)]

    def chambers(self, step: AnyStep) -> list[int]:
        """The pressure channels that a step uses, from the sole up."""
        used = {c.index: c.actuator.from_cm for stroke in strokes(step) for c in self.cast(stroke).channels}
        return sorted((i for i in used if i in self._context.pump), key=lambda i: (used[i], i))

    def vents(self, step: AnyStep) -> bool:
        """Whether air that was let in before would be lost in this step, or is not wanted there."""
        return step.vent if isinstance(step, Rest) else any(self.cast(stroke).by_hand for stroke in strokes(step))

    def title(self, expanded: ExpandedStep) -> str:
        """What a person reads while a turn plays; a `together` of which a part is lost is called by what is left.

        A device without heater or cooler knows no temperature: what is laid on instead is as warm or cold as it is.
        """
        played = [stroke for stroke in strokes(expanded.step) if self.cast(stroke).plays]
        if not isinstance(expanded.step, Together):
            return expanded.titled(self._named(expanded.step)) if played else expanded.title
        if len(played) == len(list(strokes(expanded.step))):
            return expanded.title
        return expanded.titled(", ".join(map(self._named, played)) or ", ".join(_beside(expanded.step.steps)))

    def _named(self, step: AnyStep) -> str:
        """The title of a step; that of a press says what presses as well."""
        if isinstance(step, Press):
            return f"{title_of(step)}: {means_of(self.cast(step).channels)}"
        if isinstance(step, Heat | Cool) and not self.cast(step).channels:
            return step.title or by_hand_words(step)
        return title_of(step)

    def move(self, step: AnyStep, levels: Levels, *, is_followed: bool = True) -> Movement:
        """How `step` plays when its chambers stand at `levels` (mmHg by channel), and whether more follows.

        Raises:
            CompileError: it cannot be made safe.
        """
        key = id(step), tuple(levels.items()), is_followed
        if key not in self._movements:
            self._movements[key] = self._solved(step, levels, is_followed)
        return self._movements[key]

    def _solved(self, step: AnyStep, levels: Levels, is_followed: bool) -> Movement:
        """Slow the step down until pumps, vents and slew limit allow it."""
        draft = _Draft.at(Pace(1.0, ""))
        for _ in range(_ATTEMPTS):
            segments = self._build(step, levels, is_followed, draft)
            need = max((pace(self._context, one) for one in dict.fromkeys(segments)), default=Pace(0.0, ""))
            if need.stretch <= ENOUGH:
                return Movement(tuple(segments), draft.ledger)
            draft = _Draft.at(Pace(draft.pace.stretch * need.stretch, draft.pace.why or need.why))
        raise CompileError("the air cannot follow this stroke", "ask for less pressure, or for less at once")

    def _build(self, step: AnyStep, levels: Levels, is_followed: bool, draft: _Draft) -> list[Segment]:
        match step:
            case Say():
                return [Segment(ticks=to_ticks(step.seconds), cues=(Cue(0, step.say, step.wait, step.timeout_s),))]
            case Rest():
                return [_rest(step, self._context, levels, draft.ledger)]
            case Together():
                return [self._together(step, levels, is_followed, draft)]
            case Repeat():
                return [self._branch(list(expand_one(step, "1")), levels, is_followed, draft)]
            case _:
                return self._stroke(step, levels, is_followed, draft)

    def _together(self, step: Together, levels: Levels, is_followed: bool, draft: _Draft) -> Segment:
        """Branches side by side; warmth that was asked for as long as its company lasts goes on as long as that."""
        branches = [list(expand_one(inner, f"{i}")) for i, inner in enumerate(step.steps, 1)]
        laid = [self._branch(branch, levels, is_followed, draft) for branch in branches]
        company = [i for i, inner in enumerate(step.steps) if not isinstance(inner, Heat | Rest)]
        lasts = max((laid[i].ticks for i in company), default=0)
        asked_s = max((asked_seconds(step.steps[i]) for i in company), default=0.0)
        for i, inner in enumerate(step.steps):
            if isinstance(inner, Heat) and asked_s <= inner.seconds < lasts / TICKS_PER_S and laid[i].curves:
                laid[i] = self._longer(inner, lasts, laid[i], levels, draft)
        return _merged(laid)

    def _longer(self, step: Heat, ticks: int, one: Segment, levels: Levels, draft: _Draft) -> Segment:
        """Warmth for `ticks`, or as long as its heaters may be on."""
        cast = self.cast(step).channels
        stroke = StrokeContext(step, self._context, cast, levels, ledger=draft.ledger)
        longer = Segment.of({c.index: warmth(step, stroke, c, ticks / TICKS_PER_S) for c in cast})
        if longer.seconds > step.seconds * NOTICED:
            plays = f"{figure(longer.seconds)} s"
            stroke.change(f"{figure(step.seconds)} s", plays, "it goes on as long as what it accompanies")
        return replace(longer, parts=tuple((n, 0, longer.ticks) for n, _, _ in one.parts))

    def _stroke(self, step: Stroke, levels: Levels, is_followed: bool, draft: _Draft) -> list[Segment]:
        """The segments of a stroke, each let go of where pressure would last too long."""
        cast = self.cast(step)
        if not cast.plays:
            return []
        own = {c.index: levels[c.index] for c in cast.channels if c.index in levels}
        floor = 0.0 if isinstance(step, Drain) or getattr(step, "vent", False) else BASELINE_MMHG
        stroke = StrokeContext(
            step, self._context, cast.channels, own, floor, draft.pace.stretch, draft.ledger, is_followed
        )
        laid = limit_holds(self._context, step, _BUILDERS[step.do](step, stroke), draft.ledger)
        if step.cue and any(one.curves for one in laid):
            laid[0] = replace(laid[0], cues=(Cue(0, _said(step, cast)), *laid[0].cues))
        if cast.by_hand and isinstance(step, Heat | Cool):
            return by_hand(step, cast, laid[0], self._context, levels)
        return laid

    def _branch(self, branch: list[ExpandedStep], levels: Levels, is_followed: bool, draft: _Draft) -> Segment:
        """Everything inside one branch of a `together`, one after the other, as a single segment."""
        lane, gaps = _Lane(self._context, draft.ledger), Gaps()
        stand = dict(levels)
        for i, expanded in enumerate(branch, 1):
            segments: list[Segment] = []
            if gone := gaps.takes(expanded.step):
                draft.ledger.leave_out(gone)
            else:
                segments = self._build(expanded.step, stand, is_followed or i < len(branch), draft)
            gaps.plays(expanded.step, segments)
            lane.lay(expanded, segments)
            for one in segments:
                stand |= {channel: end for channel, end in one.ends if channel in stand}
        return lane.joined()


class _Lane:
    """Lays segments one after the other, with the breaks that the run limits ask for; times in ticks."""

    def __init__(self, context: CompileContext, ledger: Ledger) -> None:
        self._context = context
        self._ledger = ledger
        self._meter = RunMeter(context.rules)
        self._laid: list[tuple[int, Segment]] = []
        self._parts: list[Part] = []
        self._now = 0

    def lay(self, expanded: ExpandedStep, segments: list[Segment]) -> None:
        """Lay the segments of one step."""
        begin, step, slow_why = self._now, expanded.step, self._ledger.slow_why
        for i, one in enumerate(segments):
            wait, channel = self._meter.wait(one, self._now)
            if wait == 0 and (late := late_at(step, segments, i, slow_why)):
                self._ledger.change(late)
            if pause := break_at(self._context, step, segments, i, channel, wait, self._now - begin, slow_why):
                self._ledger.rest(pause)
            self._now += wait
            self._meter.add(one, self._now)
            self._laid.append((self._now, one))
            self._parts += [(f"{expanded.number}.{n}", self._now + t0, self._now + t1) for n, t0, t1 in one.parts]
            self._now += one.ticks
            if self._now > self._context.limits.session_s * TICKS_PER_S:
                raise CompileError("this alone is longer than a session may be", "repeat it less often")
        self._parts.append((expanded.number, begin, self._now))

    def joined(self) -> Segment:
        """All of it as one segment."""
        curves: dict[int, Corners] = {}
        for at, one in self._laid:
            for channel, corners in one.curves.items():
                curves[channel] = curves.get(channel, ()) + tuple((at + t, v) for t, v in corners)
        cues = tuple(cue.later(at) for at, one in self._laid for cue in one.cues)
        return Segment(curves, self._now, cues, tuple(self._parts))


def _said(step: Stroke, cast: ActuatorSelection) -> str:
    """The cue of a step; that of a press says first what presses."""
    return f"{means_of(cast.channels).capitalize()}. {step.cue}" if isinstance(step, Press) else step.cue


def strokes(step: AnyStep) -> Iterator[Stroke]:
    """The strokes in a step, each once."""
    if isinstance(step, Repeat | Together):
        for inner in step.steps:
            yield from strokes(inner)
    elif not isinstance(step, Say | Rest):
        yield step


def all_steps(steps: tuple[AnyStep, ...]) -> Iterator[AnyStep]:
    """Every step as it is written, those inside others too."""
    for step in steps:
        yield step
        if isinstance(step, Repeat | Together):
            yield from all_steps(step.steps)


def _beside(steps: tuple[AnyStep, ...]) -> Iterator[str]:
    """The titles of what a person does or hears, of a `together` of which nothing else is left."""
    for step in steps:
        if isinstance(step, Repeat | Together):
            yield from _beside(step.steps)
        elif isinstance(step, Say | Rest):
            yield title_of(step)


def _rest(step: Rest, context: CompileContext, levels: Levels, ledger: Ledger) -> Segment:
    """Nothing moves; with `vent`, what still holds air lets go first, and may need longer for that."""
    letting_go = vent_all(context, levels if step.vent else {})
    if letting_go.seconds > step.seconds * NOTICED:
        ledger.change(StrokeChange(step, f"{figure(step.seconds)} s", f"{figure(letting_go.seconds)} s", "vent"))
    return Segment(letting_go.curves, max(letting_go.ticks, to_ticks(step.seconds)))


def _merged(branches: list[Segment]) -> Segment:
    """Branches side by side.

    Raises:
        CompileError: two of them use the same actuator.
    """
    curves: dict[int, Corners] = {}
    for branch in branches:
        if curves.keys() & branch.curves.keys():
            raise CompileError("two steps of a together use the same actuator", "let them act on different places")
        curves |= branch.curves
    cues = sorted((cue for branch in branches for cue in branch.cues), key=lambda cue: cue.session_ms)
    parts = tuple(part for branch in branches for part in branch.parts)
    return Segment(curves, max(branch.ticks for branch in branches), tuple(cues), parts)
