"""`legato recommend`: from a need to routines, and what to do besides or instead."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from legato.app import people
from legato.app.recommendation import fitting
from legato.care.danger import TriageLevel
from legato.care.recommend import Recommendation, Suggestion, danger_recommendation
from legato.profiles import load
from legato.terminal import output

HEADS = {
    TriageLevel.EMERGENCY: "Emergency",
    TriageLevel.DOCTOR: "A doctor today",
    TriageLevel.SCREENING: "Screening first",
}


def recommend_for(words: Sequence[str], device: str, minutes: float | None, person: str | None, json: bool) -> None:
    """Shows which routines fit, best first, each with one line of why; a danger sign is shown without delay."""
    text = " ".join(words)
    found = danger_recommendation(text) or fitting(text, load.device(device), people.chosen(person), minutes)
    if json:
        output.as_json(TypeAdapter(Recommendation).dump_python(found, mode="json"))
    else:
        _print(found)


def _minutes(routine: Suggestion) -> str:
    """`20 min`, or `6 to 29 min` if no time was given and it can last longer."""
    shown = f"{routine.minutes:.0f}"
    full = f"{routine.full_minutes:.0f}" if routine.full_minutes is not None else shown
    return f"{shown} min" if shown == full else f"{shown} to {full} min"


def _print(found: Recommendation) -> None:
    for warned in found.signs:
        output.data(f"{HEADS[found.answer]}: {warned.says.en}")
    for line in found.doctor_first:
        output.data(f"First: {line}")
    for caution in found.cautions:
        output.data(f"Bear in mind: {caution}")
    for routine in found.routines:
        without = f", without {routine.left_out} of its parts" if routine.left_out else ""
        output.data(f"{routine.routine} ({_minutes(routine)}{without}): {routine.why}")
        for caution in routine.cautions:
            output.data(f"  caution: {caution}")
    for passed in found.passed:
        output.data(f"not {passed.routine}: {passed.why}")
    for technique in found.by_hand:
        output.data(f"By hand: {technique.title} ({technique.minutes:.0f} min), `legato guide {technique.guide}`")
    for line in found.instead:
        output.data(f"Also: {line}")
    for line in found.doctor:
        output.data(f"Doctor: {line}")
