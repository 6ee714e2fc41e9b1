"""Faults of what is said of the side of the leg that a step names, and another plays; planted as those beside."""

from collections.abc import Callable
from dataclasses import replace

from legato.profiles import actuator_selection
from legato.profiles.schedule import CompileNote
from tests.profiles.audit.planting import Bend, Fault, extra, lines, step, wrap

UP_BEHIND = step("glide", "calf", "popliteal", pressure_mmhg=20, speed_cm_s=5, times=2, rest_s=14)
BEHIND = step("hold", "ankle", "calf", face="back", pressure_mmhg=40, seconds=20)
HELD = step("hold", "thigh", face="around", pressure_mmhg=40, seconds=20)
UNNAMED = step("hold", "thigh", pressure_mmhg=40, seconds=20)
BETWEEN = step("glide", "ankle", "thigh", face="around", pressure_mmhg=20, speed_cm_s=5, times=2, rest_s=14)


def _said(**other: str) -> Callable[[CompileNote], CompileNote]:
    return lambda note: replace(note, **other) if " lies " in note.why else note


def _line(words: str, where: str, asked: str, plays: str) -> Bend:
    return extra(CompileNote(f"step 1 ({words})", where, asked, plays, f"what it has there lies {plays}"))


UNSAID = lines(lambda note: None if " lies " in note.why else note)

TURNED = [
    Fault("the kneecap is pressed without a line", [UP_BEHIND], wrap(actuator_selection, "find_turned", lambda *_: ())),
    Fault("a calf is pressed all around without a line", [BEHIND], bend=UNSAID),
    Fault("a thigh is lifted from below without a line", [HELD], bend=UNSAID, device="chair-1"),
    Fault("the front of a garment without a line", [step("hold", "seat", pressure_mmhg=30, seconds=20)], bend=UNSAID,
          device="boots-6-hip"),
    Fault("all around called in front", [BEHIND], bend=lines(_said(plays="in front"))),
    Fault("behind called all around", [HELD], bend=lines(_said(asked="behind", plays="all around")), device="chair-1"),
    Fault("of two places one is told", [BEHIND], bend=lines(_said(where="both calves"))),
    Fault("another place is told", [UP_BEHIND], bend=lines(_said(where="both calves"))),
    Fault("a side is told that nobody names", [UNNAMED], bend=_line("hold thigh", "seat", "all around", "behind"),
          device="chair-1"),
    Fault("a side is told as lost that is pressed from both sides", [BETWEEN],
          bend=_line("glide ankle to thigh", "both knees", "all around", "in front"), device="boots-6-knee"),
]  # fmt: skip
"""Faults of sides."""
