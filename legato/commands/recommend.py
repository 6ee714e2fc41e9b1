"""`legato recommend`: from a need to routines, and what to do beside or instead."""

from collections.abc import Sequence
from dataclasses import asdict

from care.needs import understood
from care.recommend import Candidate, Recommendation, recommend
from care.screening import Result
from legato import output, people
from legato.find import compiled
from profiles import load
from profiles.device import Device
from profiles.refusal import CompileError


def recommend_for(words: Sequence[str], device: str, minutes: float | None, person: str | None, json: bool) -> None:
    """Shows which routines fit, best first, each with one line of why."""
    needs, target = understood(" ".join(words)), load.device(device)
    found = recommend(needs, lambda name: _candidate(name, target), _screened(person), minutes)
    if json:
        output.as_json(asdict(found))
    else:
        _print(found)


def _screened(person: str | None) -> Result | None:
    """The screening of the person named, or of the current one; nobody is fine, too."""
    chosen = people.one(person) if person is not None else people.store().current()
    return None if chosen is None else chosen.screened(people.today())


def _candidate(name: str, device: Device) -> Candidate:
    profile = load.profile(name)
    try:
        schedule = compiled(profile, device)
    except CompileError:
        return Candidate(profile, None)
    return Candidate(profile, schedule.duration_ms / 60_000 if schedule.setpoints else None)


def _print(found: Recommendation) -> None:
    for line in found.doctor_first:
        output.data(f"First: {line}")
    for caution in found.cautions:
        output.data(f"Bear in mind: {caution}")
    for routine in found.routines:
        output.data(f"{routine.routine} ({routine.minutes:.0f} min): {routine.why}")
        for caution in routine.cautions:
            output.data(f"  caution: {caution}")
    for passed in found.passed:
        output.data(f"not {passed.routine}: {passed.why}")
    for line in found.instead:
        output.data(f"Also: {line}")
    for line in found.doctor:
        output.data(f"Doctor: {line}")
