"""Faults of what is said as a step begins, and of what a person is asked to lay on and to take off."""

from collections.abc import Callable
from dataclasses import replace

from legato.profiles import by_hand
from legato.profiles.schedule import Cue, Schedule
from tests.profiles.audit.faults import HOLD
from tests.profiles.audit.planting import Bend, Fault, lines, step, wrap

LOST = step("vibrate", "calf", intensity_pct=40, seconds=20, cue="Now a hum.")
TOLD = step("hold", "foot", "calf", pressure_mmhg=40, seconds=20, cue="Now your calves.")
PAD = step("heat", "calf", seconds=600, by_hand="a warm stone")


def said(change: Callable[[Cue], Cue]) -> Bend:
    """Changes every cue."""
    return lambda s: replace(s, cues=tuple(change(cue) for cue in s.cues))


def _sooner_off(s: Schedule) -> Schedule:
    on, off = s.cues
    return replace(s, cues=(on, replace(off, session_ms=off.session_ms - 200_000)))


SPOKEN = [
    Fault("a step says nothing as it begins", [TOLD], bend=lambda s: replace(s, cues=())),
    Fault(
        "a step says it when it is nearly over",
        [TOLD],
        bend=said(lambda c: replace(c, session_ms=c.session_ms + 15_000)),
    ),
    Fault(
        "a step is told of that does not play", [LOST, HOLD], bend=lambda s: replace(s, cues=(Cue(0, "Now a hum."),))
    ),
    Fault("nobody is asked to lay anything on", [PAD, HOLD], bend=lambda s: replace(s, cues=s.cues[1:])),
    Fault("nobody is asked to take it off", [PAD, HOLD], bend=lambda s: replace(s, cues=s.cues[:1])),
    Fault("what is laid on waits for no answer", [PAD, HOLD], bend=said(lambda c: replace(c, wait=False))),
    Fault("it lies there for less", [PAD, HOLD], bend=_sooner_off),
    Fault("it lies under pressure", [HOLD, PAD], wrap(by_hand, "vent_all", lambda f, context, _: f(context, {}))),
    Fault("what is laid on is no line", [PAD, HOLD], bend=lines(lambda n: replace(n, plays="nothing"))),
]
