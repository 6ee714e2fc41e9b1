"""Faults of one spot that is pressed, and of what is said about it; planted as those beside."""

from collections.abc import Callable
from dataclasses import replace

from legato.profiles.schedule import CompileNote
from legato.profiles.segments import Segment
from legato.profiles.strokes import pressing
from legato.profiles.strokes.stroke_context import StrokeContext
from tests.profiles.audit.faults import PAUSE
from tests.profiles.audit.planting import Bend, Fault, built, extra, lines, scaled, step, wrap

CALF = step("press", "calf", pressure_mmhg=60, seconds=30, ease_s=5, rest_s=6)
THIGH = step("press", "thigh", pressure_mmhg=50, seconds=30, ease_s=5, rest_s=6)
BACK = step("press", "lower_back", pressure_mmhg=30, seconds=30)
TOLD = CALF | {"cue": "Breathe out."}


def _all_at_once(
    f: Callable[..., list[Segment]], stroke: StrokeContext, segments: list[Segment], rest_s: float
) -> list[Segment]:
    return f(stroke, [Segment.through({i: curve for one in segments for i, curve in one.curves.items()})], rest_s)


def _said(words: str) -> Bend:
    """Every cue is said in these words."""
    return lambda s: replace(s, cues=tuple(replace(cue, say=words) for cue in s.cues))


def _other(plays: str) -> Callable[[CompileNote], CompileNote]:
    return lambda note: replace(note, plays=plays) if note.asked == "one spot" else note


PRESSED = [
    Fault("both legs at once", [CALF], wrap(StrokeContext, "spaced", _all_at_once)),
    Fault("all of a thigh at once", [THIGH], wrap(StrokeContext, "spaced", _all_at_once)),
    Fault("the upper thigh first", [THIGH], wrap(pressing, "places", lambda f, *a, **_: f(*a, down=True))),
    Fault("right before left", [CALF], wrap(pressing, "places", lambda f, *a, **k: [p[::-1] for p in f(*a, **k)])),
    Fault("one spot is pressed harder", [CALF], built("press", pressure_mmhg=64)),
    Fault("one spot is held for less", [CALF], built("press", seconds=20)),
    Fault("no time to give", [CALF], built("press", ease_s=1)),
    Fault("no rest between two spots", [CALF], built("press", rest_s=0)),
    Fault("a longer rest between two spots", [CALF, PAUSE], scaled(StrokeContext, "spaced", 2, 2)),
    Fault("a head that strikes for less", [THIGH], built("press", seconds=20), device="chair-1"),
    Fault("a roller that rubs more softly", [BACK], built("press", intensity_pct=30), device="chair-1"),
    Fault("a broad hold without a line", [CALF], bend=lines(lambda n: None if n.asked == "one spot" else n)),
    Fault("a broad hold called a roller", [CALF], bend=lines(_other("a roller"))),
    Fault("a head called a broad hold", [THIGH], bend=lines(_other("a broad hold")), device="chair-1"),
    Fault("a roller called a head", [BACK], bend=lines(_other("a percussion head")), device="chair-1"),
    Fault(
        "a hold of another kind called a broad one",
        [step("hold", "calf", pressure_mmhg=40, seconds=20)],
        bend=extra(
            CompileNote("step 1 (hold calf)", "both calves", "one spot", "a broad hold", "air presses all of it")
        ),
    ),
    Fault("what presses is not said", [TOLD], bend=_said("Breathe out.")),
    Fault("something else presses than is said", [TOLD], bend=_said("A roller. Breathe out.")),
]
"""Faults of presses."""
