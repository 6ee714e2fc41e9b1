"""Faults of circles that should go round the leg, and of what is said where they cannot; planted as those beside."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from legato.profiles import actuator_selection, stroke_reach
from legato.profiles.anatomy import Face
from legato.profiles.device import Channel
from legato.profiles.schedule import CompileNote, Schedule
from legato.profiles.segments import Points
from legato.profiles.silent_gaps import Gaps
from legato.profiles.stroke_reach import Place
from legato.profiles.strokes import periodic
from legato.profiles.strokes.swing import Swing
from tests.profiles.audit.faults import CIRCLE, PAUSE
from tests.profiles.audit.planting import Bend, Fault, extra, lines, step, wrap

KNEE = "boots-6-knee"
WIDE = CIRCLE | {"radius_cm": 18, "period_s": 8}
WIDENING = CIRCLE | {"radius_cm": 8, "end_radius_cm": 16, "period_s": 8, "times": 6}
LONG = CIRCLE | {"times": 12}
BEHIND = step("glide", "calf", "popliteal", pressure_mmhg=20, speed_cm_s=5, times=2, rest_s=14)
AROUND_THE_BACK = step("circle", "lower_back", pressure_mmhg=30, period_s=6, times=4)
HOLD = step("hold", "calf", pressure_mmhg=30, seconds=9)
DROPPED = [HOLD, PAUSE, CIRCLE, PAUSE, HOLD]

Ring = Callable[[Iterable[Channel]], list[Place]]


def _unison(f: Ring, cast: Iterable[Channel]) -> list[Place]:
    return [tuple(channel for station in f(cast) for channel in station)]


def _by_height(_f: Ring, cast: Iterable[Channel]) -> list[Place]:
    return stroke_reach.places(c for c in cast if hasattr(c.actuator, "pump"))


def _backward(f: Ring, cast: Iterable[Channel]) -> list[Place]:
    first, *others = f(cast)
    return [first, *reversed(others)]


def _half(f: Ring, cast: Iterable[Channel]) -> list[Place]:
    """All of the ring in the first half of a turn."""
    line = f(cast)
    return [*line, *[()] * len(line)]


def _moved(name: str, ms: int, since: int) -> Bend:
    """Its presses from number `since` on come later."""

    def bend(s: Schedule) -> Schedule:
        index = next(c.index for c in s.device.channels if c.name == name)
        begins = [a for a, _ in s.tracks[index].spans(6.0)]
        late = [
            replace(one, when_ms=one.when_ms + ms)
            if one.channel == index and one.when_ms >= begins[since] - 50
            else one
            for one in s.setpoints
        ]
        return replace(s, setpoints=tuple(sorted(late)))

    return bend


def _said(plays: str, other: str) -> Callable[[CompileNote], CompileNote]:
    return lambda note: replace(note, plays=other) if note.plays == plays else note


def _without(plays: str) -> Callable[[CompileNote], CompileNote | None]:
    return lambda note: None if note.plays == plays else note


def _only_last(f: Callable[..., Points], swing: Swing, channel: int, delay_s: float, turns: Sequence[int]) -> Points:
    return f(swing, channel, delay_s, turns[-1:])


CIRCLING = [
    Fault("front and back in unison", [CIRCLE], wrap(periodic, "ring", _unison), device=KNEE),
    Fault("all of a wide circle in unison", [WIDE], wrap(periodic, "ring", _unison), device=KNEE),
    Fault("front and back together, as one cuff", [WIDE], wrap(periodic, "ring", _by_height), device=KNEE),
    Fault("front and back together while it widens", [WIDENING], wrap(periodic, "ring", _by_height), device=KNEE),
    Fault("round the other way", [WIDE], wrap(periodic, "ring", _backward), device=KNEE),
    Fault("a quarter and not half a turn apart", [CIRCLE], wrap(periodic, "ring", _half), device=KNEE),
    Fault("in unison from the second touch on", [LONG], bend=_moved("left_knee_back", 2000, 1), device=KNEE),
    Fault("one leg a turn behind in its phase", [CIRCLE], bend=_moved("right_knee_back", 1000, 0), device=KNEE),
    Fault("a touch behind the knee less than is said", [LONG], wrap(periodic, "pass_by", _only_last), device=KNEE),
    Fault("touches left out without a line", [CIRCLE], bend=lines(_without("2 times")), device=KNEE),
    Fault("a ripple without a line", [CIRCLE], bend=lines(_without("a ripple"))),
    Fault("cuffs in a row without a line", [WIDE], bend=lines(_without("one place after the other"))),
    Fault("cuffs in a row called a ripple", [WIDE], bend=lines(_said("one place after the other", "a ripple"))),
    Fault(
        "a circle called a ripple",
        [CIRCLE],
        bend=extra(CompileNote("step 1 (circle knee)", "both knees", "circles", "a ripple", "one chamber at the knee")),
        device=KNEE,
    ),
    Fault("a roller without a line", [AROUND_THE_BACK], bend=lines(_without("to and fro")), device="chair-1"),
    Fault("the face is lost", [BEHIND], wrap(stroke_reach, "face_of", lambda _f, _s: Face.AROUND), device=KNEE),
    Fault(
        "holds behind the knee",
        [step("hold", "calf", "thigh", pressure_mmhg=30, seconds=9)],
        wrap(actuator_selection, "is_behind_knee", lambda *_: False),
        device=KNEE,
    ),
    Fault(
        "the face of a circle is lost",
        [CIRCLE | {"face": "front"}],
        wrap(stroke_reach, "face_of", lambda _f, _s: Face.AROUND),
        device=KNEE,
    ),
    Fault("too late for the crest behind the knee", [BEHIND], bend=_moved("left_knee_back", 1200, 0), device=KNEE),
    Fault("a rest gone without a line", DROPPED, bend=lines(_without("no rest")), device="chair-1"),
    Fault(
        "a rest called gone that plays",
        DROPPED,
        wrap(Gaps, "takes", lambda *_: None),
        bend=extra(
            CompileNote("step 4 (rest)", "all", "rest of 15 s", "no rest", "nothing plays of the circle knee before it")
        ),
        device="chair-1",
    ),
]
"""Faults of circles, and of the words for what plays instead."""
