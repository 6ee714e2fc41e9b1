"""Movements: a step as the device can play it: passes to be laid one after the other, and what was cut or slowed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from profiles.air import BASELINE_MMHG
from profiles.casting import Cast, cast_of
from profiles.letgo import let_go
from profiles.planner import Pace, pace
from profiles.profile import unrolled
from profiles.refusal import CompileError
from profiles.rig import Rig
from profiles.runs import Meter
from profiles.steps import AnyStep, Cool, Drain, Repeat, Rest, Say, Stroke, Together
from profiles.strokes import driven, moving, periodic, static
from profiles.strokes.passes import TICKS_PER_S, Corners, Pass, to_ticks
from profiles.strokes.stage import Clip, Stage
from profiles.words import zone_word

ENOUGH = 1.02
"""A stroke that would have to be slowed by less than this is played as asked."""

_ATTEMPTS = 20

_BUILDERS: dict[str, Callable[[Any, Stage], list[Pass]]] = {
    "glide": moving.glide,
    "wave": moving.wave,
    "knead": periodic.knead,
    "circle": periodic.circle,
    "hold": static.hold,
    "sequence": static.sequence,
    "pulse": static.pulse,
    "drain": static.drain,
    "friction": driven.friction,
    "percuss": driven.shake,
    "vibrate": driven.shake,
    "heat": driven.heat,
    "cool": driven.cool,
}

Levels = Mapping[int, float]
Clips = dict[tuple[int, str], Clip]


@dataclass(frozen=True, slots=True)
class Movement:
    """A step as it will be played; travel takes `pace.stretch` times longer than asked, because of `pace.why`."""

    passes: tuple[Pass, ...]
    clips: tuple[Clip, ...]
    pace: Pace


class Mover:
    """Builds movements, and remembers them for steps that come again in the same state."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._casts: dict[int, Cast] = {}
        self._movements: dict[tuple[int, tuple[tuple[int, float], ...]], Movement] = {}

    def cast(self, stroke: Stroke) -> Cast:
        """Who plays a stroke, and what of it is lost."""
        if id(stroke) not in self._casts:
            self._casts[id(stroke)] = cast_of(stroke, self._rig)
        return self._casts[id(stroke)]

    def chambers(self, step: AnyStep) -> list[int]:
        """The pressure channels that a step uses, from the sole up."""
        used = {c.index: c.actuator.from_cm for stroke in strokes(step) for c in self.cast(stroke).channels}
        return sorted((i for i in used if i in self._rig.pump), key=lambda i: (used[i], i))

    def move(self, step: AnyStep, levels: Levels) -> Movement:
        """How `step` plays when its chambers stand at `levels` (mmHg by channel).

        Raises:
            CompileError: it cannot be made safe.
        """
        key = id(step), tuple(levels.items())
        if key not in self._movements:
            self._movements[key] = self._solved(step, levels)
        return self._movements[key]

    def _solved(self, step: AnyStep, levels: Levels) -> Movement:
        """Slow the step down until pumps, vents and slew limit allow it, then let go where pressure lasts too long."""
        stretch, why = 1.0, ""
        for _ in range(_ATTEMPTS):
            clips: Clips = {}
            passes = self._build(step, levels, stretch, clips)
            need = max((pace(self._rig, one) for one in dict.fromkeys(passes)), default=Pace(0.0, ""))
            if need.stretch <= ENOUGH:
                cut = {one: let_go(self._rig, one, clips) for one in dict.fromkeys(passes)}
                return Movement(tuple(cut[one] for one in passes), tuple(clips.values()), Pace(stretch, why))
            stretch, why = stretch * need.stretch, why or need.why
        raise CompileError("the air cannot follow this stroke", "ask for less pressure, or for less at once")

    def _build(self, step: AnyStep, levels: Levels, stretch: float, clips: Clips) -> list[Pass]:
        match step:
            case Say():
                return [Pass(ticks=to_ticks(step.seconds), cues=((0, step),))]
            case Rest():
                return [_rest(step, self._rig, levels)]
            case Together():
                return [_merged([self._branch(inner, levels, stretch, clips) for inner in step.steps])]
            case Repeat():
                return [self._branch(step, levels, stretch, clips)]
            case _:
                return self._stroke(step, levels, stretch, clips)

    def _stroke(self, step: Stroke, levels: Levels, stretch: float, clips: Clips) -> list[Pass]:
        cast = self.cast(step)
        if not cast.channels and not cast.is_timer:
            return []
        own = {c.index: levels[c.index] for c in cast.channels if c.index in levels}
        floor = 0.0 if isinstance(step, Drain) or getattr(step, "vent", False) else BASELINE_MMHG
        passes = _BUILDERS[step.do](step, Stage(self._rig, cast.channels, own, floor, stretch, clips))
        return [Pass(cues=((0, cold_pack(step)),)), *passes] if cast.is_timer and isinstance(step, Cool) else passes

    def _branch(self, step: AnyStep, levels: Levels, stretch: float, clips: Clips) -> Pass:
        """Everything inside one branch of a `together`, one after the other, as a single pass."""
        meter, now, laid, stand = Meter(self._rig.rules), 0, [], dict(levels)
        for inner in unrolled((step,)):
            for one in self._build(inner, stand, stretch, clips):
                now += meter.wait(one, now)[0]
                meter.add(one, now)
                laid.append((now, one))
                now += one.ticks
                stand |= {channel: end for channel, end in one.ends if channel in stand}
                if now > self._rig.limits.session_s * TICKS_PER_S:
                    raise CompileError("this alone is longer than a session may be", "repeat it less often")
        return _joined(laid, now)


def strokes(step: AnyStep) -> Iterator[Stroke]:
    """The strokes in a step, each once."""
    if isinstance(step, Repeat | Together):
        for inner in step.steps:
            yield from strokes(inner)
    elif not isinstance(step, Say | Rest):
        yield step


def cold_pack(step: Cool) -> Say:
    """What a person is told where there is no cooler."""
    where = " and ".join(dict.fromkeys(zone_word(zone) for zone in (step.from_, step.last)))
    say = f"Lay a cold pack on the {where} for {step.seconds / 60:.2g} min, then take it off."
    return Say(do="cue", say=say)


def _rest(step: Rest, rig: Rig, levels: Levels) -> Pass:
    """Nothing moves; with `vent`, what still holds air lets go first."""
    standing = {i: mmhg for i, mmhg in levels.items() if mmhg > 0.0} if step.vent else {}
    letting_go = Pass.of({i: [(0.0, mmhg), (rig.vent_s(i, mmhg, 0.0), 0.0)] for i, mmhg in standing.items()})
    return Pass(letting_go.curves, max(letting_go.ticks, to_ticks(step.seconds)))


def _joined(laid: list[tuple[int, Pass]], ticks: int) -> Pass:
    """Passes at their times as one."""
    curves: dict[int, Corners] = {}
    for at, one in laid:
        for channel, corners in one.curves.items():
            curves[channel] = curves.get(channel, ()) + tuple((at + t, v) for t, v in corners)
    cues = tuple((at + t, say) for at, one in laid for t, say in one.cues)
    return Pass(curves, ticks, cues)


def _merged(branches: list[Pass]) -> Pass:
    """Branches side by side.

    Raises:
        CompileError: two of them use the same actuator.
    """
    curves: dict[int, Corners] = {}
    for branch in branches:
        if curves.keys() & branch.curves.keys():
            raise CompileError("two steps of a together use the same actuator", "let them act on different places")
        curves |= branch.curves
    cues = sorted((cue for branch in branches for cue in branch.cues), key=lambda cue: cue[0])
    return Pass(curves, max(branch.ticks for branch in branches), tuple(cues))
