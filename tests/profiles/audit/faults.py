"""Faults of the planner and of the report, one by one, each with a routine on which it shows."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from legato.profiles import actuator_selection, compiler, movement, report_builder, step_bases, stroke_reach
from legato.profiles.anatomy import Side
from legato.profiles.filling import FirstFill, Slot
from legato.profiles.schedule import CompileNote, Schedule, SetPoint
from legato.profiles.segments import Segment
from legato.profiles.strokes import draining, driven, moving, periodic, rolling, static
from legato.profiles.strokes.stroke_context import StrokeContext
from tests.profiles.audit.planting import Fault, built, by_name, extra, lines, rows, scaled, step, wrap

PAUSE = {"do": "rest", "seconds": 15}
LONG_PAUSE = {"do": "rest", "seconds": 120}
GLIDE = step("glide", "ankle", "thigh", pressure_mmhg=35, knee_mmhg=25, speed_cm_s=3, times=3, rest_s=14)
WAVE = step("wave", "foot", "thigh", pressure_mmhg=40, end_pressure_mmhg=20, speed_cm_s=3, times=4, rest_s=20)
KNEAD = step("knead", "ankle", "calf", pressure_mmhg=40, low_mmhg=12, rate_hz=0.1, seconds=40)
CIRCLE = step("circle", "knee", pressure_mmhg=20, ripple_mmhg=8, period_s=5, times=5)
HOLD = step("hold", "foot", "calf", pressure_mmhg=40, seconds=20, times=3, rest_s=12)
LEFT = step("hold", "calf", pressure_mmhg=40, seconds=20, side="left")
VENTED = step("hold", "calf", pressure_mmhg=40, seconds=20, times=2, rest_s=12, vent=True)
SEQUENCE = step("sequence", "foot", "thigh", pressure_mmhg=50, knee_mmhg=30, step_mmhg=5, hold_s=8, rest_s=14, times=2)
PULSE = step("pulse", "foot", "calf", pressure_mmhg=40, on_s=3, period_s=30, times=3)
CUT = step("pulse", "knee", pressure_mmhg=30, on_s=60, period_s=35, times=3)
DRAIN = step("drain", "foot", "thigh", pressure_mmhg=40, end_pressure_mmhg=20, on_s=6, off_s=4, repeats=2)
UPWARD = step("drain", "foot", "thigh", pressure_mmhg=32, end_pressure_mmhg=20, on_s=8, off_s=20, repeats=1, times=2)
UPHILL = step("drain", "foot", "calf", pressure_mmhg=32, end_pressure_mmhg=28, on_s=2, off_s=20, repeats=1, times=2)
TAP = step("percuss", "seat", intensity_pct=50, rate_hz=8, seconds=40)
HEAT = step("heat", "lower_back", temp_c=39, seconds=300)
RUB = step("friction", "lower_back", intensity_pct=50, width_cm=4, rate_hz=0.5, seconds=40)
ROLL = step("glide", "lower_back", "torso", pressure_mmhg=30, speed_cm_s=5, times=2, rest_s=4)
DOWN = step("glide", "torso", "calf", pressure_mmhg=40, speed_cm_s=3, times=2, rest_s=14)
CUE = {"do": "cue", "say": "Breathe", "wait": True, "timeout_s": 60}
BOTH = {"do": "together", "steps": [step("hold", "foot", pressure_mmhg=30, seconds=20), HEAT]}
TWICE = {"do": "repeat", "times": 2, "steps": [LEFT, PAUSE]}
HIGH = step("hold", "calf", "thigh", pressure_mmhg=60, seconds=15)
FAST = step("glide", "foot", "calf", pressure_mmhg=40, speed_cm_s=9, times=2, rest_s=14)
LONG = step("hold", "knee", pressure_mmhg=30, seconds=60)


def _without_periods(patch: pytest.MonkeyPatch) -> None:
    build = movement._BUILDERS["pulse"]
    patch.setitem(movement._BUILDERS, "pulse", lambda *args: [one for one in build(*args) if one.curves])


def _no_pause(f: Callable[..., list[Segment]], stroke: StrokeContext, segments: Any, _rest: float) -> list[Segment]:
    return f(stroke, segments, 0.0)


def _without_last(f: Callable[..., list[Segment]], *args: Any) -> list[Segment]:
    out = f(*args)
    return out if not out or out[-1].curves else out[:-1]


def _one_less(f: Callable[..., list[Segment]], stroke: StrokeContext, segments: Any, rest: float) -> list[Segment]:
    return f(stroke, list(segments)[:-1], rest)


def _one_more(f: Callable[..., list[Segment]], stroke: StrokeContext, segments: Any, rest: float) -> list[Segment]:
    some = list(segments)
    return f(stroke, [*some, some[-1]], rest)


def _at_once(_f: Any, _context: Any, _pumps: Any, fills: list[FirstFill]) -> list[Slot]:
    return [(fill.channel, fill.start, fill.end) for fill in fills]


def _one_by_one(f: Callable[..., Iterable[Any]], *args: Any) -> list[Any]:
    return [[place] for chain in f(*args) for place in chain]


def _without(words: str) -> Callable[[CompileNote], CompileNote | None]:
    return lambda note: None if words in note.plays else note


def _one_chamber_less(
    f: Callable[..., actuator_selection.ActuatorSelection], *args: Any
) -> actuator_selection.ActuatorSelection:
    cast = f(*args)
    return replace(cast, channels=cast.channels[:-1])


def _in_sequence(f: Callable[..., Segment], branches: list[Segment]) -> Segment:
    late = branches[0].ticks
    moved = [branches[0]]
    for one in branches[1:]:
        curves = {c: tuple((t + late, v) for t, v in corners) for c, corners in one.curves.items()}
        parts = tuple((n, a + late, b + late) for n, a, b in one.parts)
        moved.append(Segment(curves, one.ticks + late, one.cues, parts))
    return f(moved)


def _never(*_: Any) -> None:
    return None


def _swapped(s: Schedule) -> Schedule:
    first, second, *others = s.spans
    return replace(s, spans=(replace(first, step=second.step), replace(second, step=first.step), *others))


def _all_late(s: Schedule) -> Schedule:
    """Everything in the first step begins 3 s late; the step itself begins on time, and is as long as before."""
    begin = s.spans[-1].start_ms
    moved = tuple(replace(one, when_ms=one.when_ms + 3000) if one.when_ms >= begin else one for one in s.setpoints)
    inner = tuple(replace(one, start_ms=one.start_ms + 3000, end_ms=one.end_ms + 3000) for one in s.spans[:-1])
    return replace(s, setpoints=moved, spans=(*inner, s.spans[-1]))


def _late(ms: int) -> Callable[[SetPoint], SetPoint]:
    return lambda row: replace(row, when_ms=row.when_ms + ms)


def _plays(note: CompileNote, old: str, new: str) -> CompileNote:
    return replace(note, plays=note.plays.replace(old, new))


FAULTS = [
    # How firmly.
    Fault("presses harder", [HOLD], wrap(StrokeContext, "press", lambda f, s, c, v: f(s, c, v) + 3.0)),
    Fault("presses more softly", [GLIDE], wrap(StrokeContext, "press", lambda f, s, c, v: f(s, c, v) - 4.0)),
    Fault("forgets the gentler knee", [SEQUENCE], wrap(step_bases.OverTheKnee, "eased", lambda _f, _s, v, *_z: v)),
    Fault("no gradient", [SEQUENCE], wrap(static, "zones_from", lambda _f, *_a, **_k: 0.0)),
    Fault("gradient per chamber", [SEQUENCE], wrap(static, "zones_from", lambda f, *a, **k: round(f(*a, **k) + 0.3))),
    Fault("drains the wrong way round", [DRAIN], wrap(draining, "zones_between", lambda f, *a: 2.0 * f(*a))),
    Fault("a wave that does not fade", [WAVE], wrap(moving, "_crests", lambda f, p, s: [f(p, s)[0]] * p.times)),
    Fault("one chamber at half its pressure", [HOLD], bend=by_name("right_calf", lambda r: replace(r, target=20.0))),
    Fault(
        "no lower pressure",
        [KNEAD],
        wrap(StrokeContext, "touch", lambda f, s, c, v, *a: f(s, c, v if v > 12 else 24.0, *a)),
    ),
    Fault(
        "a flat ripple",
        [CIRCLE],
        wrap(
            periodic, "Swing", lambda f, s, b, *a: f(s, {c: (max(low, 20.0), top) for c, (low, top) in b.items()}, *a)
        ),
    ),
    # When.
    Fault("holds for less", [HOLD], scaled(static, "_press", 0.7, 2)),
    Fault("holds for longer", [HOLD], scaled(static, "_press", 1.2, 2)),
    Fault("pulses for longer", [PULSE], scaled(static, "_press", 1.5, 2)),
    Fault("presses a drain for less", [DRAIN], built("drain", on_s=3.6)),
    Fault("holds a sequence for less", [SEQUENCE], scaled(static, "_one_by_one", 0.5, 2)),
    Fault("no rests", [GLIDE, PAUSE], wrap(StrokeContext, "spaced", _no_pause)),
    Fault("longer rests", [HOLD, PAUSE], scaled(StrokeContext, "spaced", 1.5, 2)),
    Fault("no rest after the last time", [HOLD, PAUSE], wrap(StrokeContext, "spaced", _without_last)),
    Fault("nothing between presses of a drain", [DRAIN], wrap(StrokeContext, "spaced", _no_pause)),
    Fault("lets go of each place before the next one presses", [DRAIN], wrap(draining, "_chains", _one_by_one)),
    Fault("lets go of each place before the next one presses, once", [UPWARD], wrap(draining, "_chains", _one_by_one)),
    Fault("a next place that presses a moment too late", [DRAIN], bend=by_name("knee", _late(1500))),
    Fault("laps of a drain too far apart", [UPWARD, PAUSE], built("drain", off_s=30)),
    Fault("a slow lap of a drain without a line", [UPHILL], bend=lines(_without("every")), device="wrap-3"),
    Fault("slow places of a drain without a line", [UPHILL], bend=lines(_without("a place")), device="wrap-3"),
    Fault("fills all chambers at the beginning", [LEFT, LONG_PAUSE, HIGH], wrap(compiler, "postpone", _at_once)),
    Fault("one time less", [HOLD, PAUSE], wrap(StrokeContext, "spaced", _one_less)),
    Fault("one time more", [SEQUENCE, PAUSE], wrap(StrokeContext, "spaced", _one_more)),
    Fault("a missing crest", [WAVE], wrap(moving, "_crests", lambda f, *a: f(*a)[:-1])),
    Fault("crests that follow too soon", [WAVE], scaled(moving, "_train", 0.8, 1)),
    Fault(
        "pulses without their period",
        [PULSE, PAUSE],
        _without_periods,
    ),
    Fault("pulses too seldom", [PULSE], built("pulse", period_s=40)),
    Fault("pulses later than a limit asks for", [CUT], built("pulse", period_s=100)),
    Fault("a turn less", [CIRCLE], built("circle", times=4)),
    Fault(
        "kneads too slowly",
        [KNEAD],
        built("knead", rate_hz=0.08),
    ),
    Fault(
        "kneads for less",
        [KNEAD],
        built("knead", seconds=30.0),
    ),
    Fault(
        "a rest that is too short",
        [HOLD, PAUSE, LEFT],
        wrap(movement, "_rest", lambda f, p, *a: f(p.model_copy(update={"seconds": 8.0}), *a)),
    ),
    Fault(
        "begins late",
        [HOLD],
        bend=rows(lambda r, s: replace(r, when_ms=r.when_ms + 2000) if r.when_ms >= s.spans[0].start_ms else r),
    ),
    # Where, which way, in which order.
    Fault("runs down", [GLIDE], wrap(moving, "runs_down", lambda f, p: not f(p))),
    Fault("a fifth faster", [GLIDE], built("glide", speed_cm_s=3.6)),
    Fault(
        "fills from the wrong end", [SEQUENCE], wrap(static, "places", lambda f, *a, down=False: f(*a, down=not down))
    ),
    Fault(
        "fills all at once",
        [SEQUENCE],
        wrap(
            static,
            "_one_by_one",
            lambda _f, s, aims, h: static._press(s, {c: v for a in aims for c, v in a.targets.items()}, h),
        ),
    ),
    Fault(
        "drains from the wrong end", [DRAIN], wrap(draining, "places", lambda f, *a, down=False: f(*a, down=not down))
    ),
    Fault("a chamber is forgotten", [HOLD], wrap(movement.MovementBuilder, "cast", _one_chamber_less)),
    Fault("both legs instead of one", [LEFT], wrap(stroke_reach, "sides_meet", lambda _f, *_a: True)),
    Fault("the wrong leg", [LEFT], wrap(stroke_reach, "sides_meet", lambda _f, a, _b: a is Side.RIGHT)),
    Fault(
        "the wrong face",
        [
            step("hold", "thigh", face="front", pressure_mmhg=40, seconds=20),
            PAUSE,
            step("hold", "foot", pressure_mmhg=30, seconds=9),
        ],
        wrap(stroke_reach, "faces_meet", lambda _f, *_a: True),
        device="chair-1",
    ),
    Fault("one leg after the other", [HOLD], bend=by_name("right", _late(1500))),
    Fault("one by one instead of together", [BOTH], wrap(movement, "_merged", _in_sequence), device="chair-1"),
    Fault("all of a together begins late", [BOTH], bend=_all_late, device="chair-1"),
    Fault("neighbours knead at once", [KNEAD], wrap(periodic, "Swing", lambda f, st, b, p, *_: f(st, b, p, 0.0))),
    Fault("steps swap their places", [HOLD, PAUSE], bend=_swapped),
    Fault("a lap less", [TWICE, HOLD], wrap(compiler, "expand", lambda f, p: list(f(p))[2:])),
    Fault(
        "lets go of one place early",
        [HOLD],
        bend=rows(
            lambda r, s: (
                replace(r, when_ms=r.when_ms - 3000)
                if s.device.channels[r.channel].name == "left_foot"
                and r.target == 6
                and r.when_ms > s.spans[0].start_ms
                else r
            )
        ),
    ),
    Fault(
        "air is left in",
        [VENTED, PAUSE],
        bend=rows(lambda r, s: replace(r, target=6.0) if r.target == 0 and r.when_ms < s.duration_ms - 2000 else r),
    ),
    # Motors, rollers, warmth, words.
    Fault("a motor at another rate", [TAP], wrap(driven, "_rate", lambda f, *a: f(*a) + 2.0), device="chair-1"),
    Fault(
        "a motor at another strength",
        [TAP],
        bend=by_name("seat_percussion", lambda r: replace(r, target=r.target * 0.8)),
        device="chair-1",
    ),
    Fault("a motor for less", [TAP], wrap(driven, "_seconds", lambda f, *a: f(*a) * 0.8), device="chair-1"),
    Fault("warmth ends early", [HEAT], wrap(driven, "_on_for", lambda f, v, s: f(v, s * 0.9)), device="chair-1"),
    Fault("too warm", [HEAT], wrap(driven, "_on_for", lambda f, v, s: f(v + 1.0, s)), device="chair-1"),
    Fault("rubs more slowly", [RUB], scaled(driven, "to_and_fro", 1.2, 4), device="chair-1"),
    Fault(
        "rubs a wider stretch",
        [RUB],
        wrap(driven, "to_and_fro", lambda f, s, c, i, w, *a: f(s, c, i, (w[0] - 1, w[1] + 1), *a)),
        device="chair-1",
    ),
    Fault("rolls down", [ROLL], wrap(rolling, "_way", lambda f, *a, down: f(*a, down=not down)), device="chair-1"),
    Fault(
        "rolls when the crest has gone",
        [DOWN],
        bend=rows(lambda r, s: _late(1000)(r) if "back_roller" in s.device.channels[r.channel].name else r),
        device="chair-1",
    ),
    Fault(
        "waits for a roller",
        [DOWN],
        wrap(moving, "approach_s", lambda f, *a, down: f(*a, down=down) + 2.0),
        device="chair-1",
    ),
    Fault("rolls harder", [ROLL], wrap(rolling, "intensity_of", lambda f, v: f(v) + 10.0), device="chair-1"),
    Fault("says nothing", [CUE, HOLD], bend=lambda s: replace(s, cues=())),
    Fault(
        "says something else",
        [CUE, HOLD],
        bend=lambda s: replace(s, cues=tuple(replace(c, say="Sleep") for c in s.cues)),
    ),
    Fault(
        "does not wait for an answer",
        [CUE, HOLD],
        bend=lambda s: replace(s, cues=tuple(replace(c, wait=False) for c in s.cues)),
    ),
    # The report.
    Fault("a cut without a line", [HIGH], bend=lines(lambda n: n if n.why[:4] != "knee" else None)),
    Fault("a cut to another figure", [HIGH], bend=lines(lambda n: _plays(n, "40 mmHg", "45 mmHg"))),
    Fault(
        "a cut that was asked for otherwise",
        [HIGH],
        bend=lines(lambda n: replace(n, asked="70 mmHg") if "knee" in n.why else n),
    ),
    Fault(
        "a cut at the wrong place",
        [HIGH],
        bend=lines(lambda n: replace(n, where="both calves") if "knee" in n.where else n),
    ),
    Fault(
        "a cut of the wrong step",
        [PAUSE, HIGH],
        bend=lines(lambda n: replace(n, step=n.step.replace("step 2", "step 1"))),
    ),
    Fault("slower without a line", [FAST], bend=lines(lambda n: n if "cm/s" not in n.asked else None), device="wrap-3"),
    Fault(
        "a speed that is rounded away",
        [FAST],
        bend=lines(lambda n: replace(n, plays="1 cm/s") if "cm/s" in n.plays else n),
        device="wrap-3",
    ),
    Fault(
        "a place left out without a line",
        [GLIDE],
        wrap(report_builder.ReportBuilder, "add_losses", _never),
        device="wrap-3",
    ),
    Fault(
        "a place called left out that plays",
        [GLIDE],
        bend=extra(CompileNote("step 1 (glide ankle to thigh)", "both calves", "glide", "nothing", "no air")),
    ),
    Fault("a hold cut short without a line", [LONG], bend=lines(_never)),
    Fault(
        "filling without a line",
        [LEFT, step("hold", "foot", "thigh", pressure_mmhg=30, seconds=9)],
        wrap(report_builder.ReportBuilder, "add_wait", _never),
        device="boots-6",
    ),
    Fault("a filling of another length", [HOLD], bend=lambda s: replace(s, report=replace(s.report, prefill_ms=1000))),
    Fault(
        "a break that never was",
        [HOLD, PAUSE],
        bend=extra(CompileNote("step 1 (hold foot to calf)", "all", "no break", "rest of 30 s every 60 s", "a limit")),
    ),
    Fault(
        "slower, which it is not",
        [GLIDE],
        bend=extra(CompileNote("step 1 (glide ankle to thigh)", "all", "3.0 cm/s", "2.0 cm/s", "pump")),
    ),
]

UNSEEN = {
    "1 mmHg too much": "below what has to be reported (2 mmHg or 5 %)",
    "0.3 s late": "below what has to be reported (0.5 s or 5 %)",
    "a slower rise to a hold": "no step asks how fast a hold or a sequence fills",
    "chambers filled in another order before the routine": "of a first filling only its length is felt",
    "a wrong reason": "the auditor judges figures, and works no limit out again",
    "a mark at the wrong time": "marks are where a skip lands, and are felt only then",
    "a device that does not follow": "a schedule is what a device is asked for; proof and firmware watch the rest",
}
"""Faults that do not show in the schedule, or are not to be reported, and why."""
