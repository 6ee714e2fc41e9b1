"""`legato recommend`: from a need to routines, and what to do beside or instead."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from legato.app import people
from legato.app.compile_for import compiled, forms
from legato.care.danger import Answer
from legato.care.recommend import Candidate, Recommendation, Suggestion, endangered, recommend
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.felt_zones import felt
from legato.profiles.playability import count_left_out
from legato.profiles.refusal import CompileError
from legato.profiles.restrictions import Restrictions
from legato.terminal import output

HEADS = {Answer.EMERGENCY: "Emergency", Answer.DOCTOR: "A doctor today", Answer.SCREENING: "Screening first"}


def recommend_for(words: Sequence[str], device: str, minutes: float | None, person: str | None, json: bool) -> None:
    """Shows which routines fit, best first, each with one line of why; of a danger nothing keeps anybody waiting."""
    text = " ".join(words)
    found = endangered(text) or _fitting(text, device, minutes, person)
    if json:
        output.as_json(as_dict(found))
    else:
        _print(found)


def _fitting(text: str, device: str, minutes: float | None, person: str | None) -> Recommendation:
    target = load.device(device)
    chosen = people.one(person) if person is not None else people.store().current()
    result = chosen.screened(people.today()) if chosen else None
    narrow = chosen.restrictions(people.today()) if chosen else None
    return recommend(text, lambda name: candidate(name, target, narrow, minutes), result, minutes)


def as_dict(found: Recommendation) -> dict[str, Any]:
    """The same for programs; what a sign says in each language."""
    told: dict[str, Any] = TypeAdapter(Recommendation).dump_python(found, mode="json")
    return told


def candidate(name: str, device: Device, narrow: Restrictions | None, within: float | None) -> Candidate:
    """What `device` makes of a routine for somebody who is so restricted, and has as many minutes as `within`."""
    profile = load.profile(name)
    there = forms(profile, device, narrow)
    try:
        profile = profile if within is None else there.within(within)
        schedule = compiled(profile, device, restrictions=narrow)
        full_minutes = there.full_s / 60 if within is None else None
    except CompileError:
        return Candidate(profile, None)
    minutes = schedule.duration_ms / 60_000 if schedule.setpoints else None
    return Candidate(profile, minutes, full_minutes, count_left_out(schedule.report), felt(schedule))


def _minutes(routine: Suggestion) -> str:
    """`20 min`, or `6 to 29 min` where no time was given and it can last longer."""
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
