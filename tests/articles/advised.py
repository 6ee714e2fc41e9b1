"""What people are told in words: what is recommended, which way is theirs, and how to do it by hand."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from legato.app import report_text
from legato.app.recommendation import candidate
from legato.care.errors import UnknownName
from legato.care.guides import HandStep
from legato.care.guides import guide as guide_named
from legato.care.habits import Budget, Often
from legato.care.massage_options import massage_options
from legato.care.recommend import Candidate, Recommendation, recommend
from legato.profiles import load
from tests.articles.found import Found, judged
from tests.articles.somebody import screened


@cache
def _candidate(routine: str, device: str) -> Candidate:
    return candidate(routine, load.device(device), None, None)


def recommended(device: str, text: str, told: Mapping[str, str] | None = None, **wanted: Any) -> Found:
    """What `text` is answered with, for somebody who was not screened, or who was with these answers: see `weighed`."""
    result = None if told is None else screened(told)
    try:
        found = recommend(text, lambda routine: _candidate(routine, device), result, None)
    except UnknownName as error:
        return judged(False, str(error))
    return weighed(found, text, **wanted)


def weighed(
    found: Recommendation,
    text: str,
    offers: Sequence[str] = (),
    says: Sequence[str] = (),
    guides: Sequence[str] = (),
    answered: str = "massage",
) -> Found:
    """Whether it offers these routines, the first of them first, these sentences and these guides for hands.

    Where all is said and a routine is passed over, its reason is what is said instead.
    """
    quoted = [line for line in _sentences(found) if any(part in line for part in says)]
    hands = [one.guide for one in found.by_hand if one.guide in guides]
    names = [one.routine for one in found.routines]
    passed = {one.routine: one.why for one in found.passed}
    lacking = [routine for routine in offers if routine not in names]
    is_said = all(any(part in line for line in quoted) for part in says) and len(hands) == len(guides)
    is_said = is_said and found.answer == answered
    holds = is_said and not lacking and list(offers[:1]) == names[: len(offers[:1])]
    head = f"“{text}”: " if found.answer == "massage" else f"“{text}” is answered with {found.answer}: "
    offered = f"offers {', '.join(names[:3])}" if names else "offers no routine"
    by_hand = [f"by hand {', '.join(hands)}"] if hands else []
    measured = head + "; ".join([offered, *by_hand, *(f"“{line}”" for line in quoted)])
    is_told = is_said and bool(lacking) and all(routine in passed for routine in lacking)
    return judged(holds, measured, [f"not {routine}: {passed[routine]}" for routine in lacking if is_told])


def _sentences(found: Recommendation) -> list[str]:
    """All that it says, each once."""
    signs = [sign.says.en for sign in found.signs]
    every = [*signs, *found.doctor_first, *found.cautions, *found.instead, *found.doctor]
    return list(dict.fromkeys(every))


def chosen(
    fits: Sequence[str],
    others: Mapping[str, str] | None = None,
    says: Mapping[str, str] | None = None,
    minutes: float | None = None,
    budget: str | None = None,
    often: str | None = None,
) -> Found:
    """These ways fit, the others do not for these reasons, and of some ways this is said."""
    least, habit = Budget(budget) if budget else None, Often(often) if often else None
    lacks = {w.way: w.lacks(minutes, least, habit) for w in massage_options()}
    why = {w.way: w.why for w in massage_options()}
    nots, remarks = others or {}, says or {}
    holds = (
        all(lacks.get(way, "no such way") is None for way in fits)
        and all(text in (lacks[way] or "") for way, text in nots.items())
        and all(text in why[way] for way, text in remarks.items())
    )
    given = {"--minutes": minutes and f"{minutes:g}", "--budget": budget, "--often": often}
    asked = " ".join(["legato choose", *(f"{name} {value}" for name, value in given.items() if value)])
    fitting = ", ".join(way for way, lack in lacks.items() if lack is None)
    told = [*(f"not {way}: “{lacks[way]}”" for way in nots), *(f"{way}: “{why[way]}”" for way in remarks)]
    return judged(holds, "; ".join([f"`{asked}`: {fitting}", *told]))


def guided(guide: str, says: Sequence[str]) -> Found:
    """A guide for hands has these steps in this order."""
    own = guide_named(guide)
    at = [next((i for i, step in enumerate(own.steps) if part in step.say), -1) for part in says]
    shown = "; ".join(_step(own.steps[i]) for i in dict.fromkeys(at) if i >= 0)
    holds = min(at) >= 0 and at == sorted(at)
    return judged(holds, f"`legato guide {guide}` ({own.seconds / 60:.0f} min): {shown}")


def _step(step: HandStep) -> str:
    over = f"{step.times} times " if step.times > 1 else ""
    return f"{over}{step.seconds} s “{step.say}”"


def shown(routine: str, says: str) -> Found:
    """What `legato show` prints of a routine beside its steps has this."""
    profile = load.profile(routine)
    line = next((line for line in report_text.routine(profile.model_copy(update={"steps": ()})) if says in line), "")
    return judged(bool(line), f"`legato show {routine}`: “{line}”" if line else f"{routine} says nothing of it")


def cautioned(guide: str, says: str) -> Found:
    """A guide warns of this before its first step."""
    line = next((line for line in guide_named(guide).cautions if says in line), "")
    return judged(bool(line), f"`legato guide {guide}`: “{line}”" if line else f"{guide} says nothing of it")
