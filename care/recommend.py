"""From a need to routines: which of them fit this person, this device and this much time, and what to do instead."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from care.conditions import Level
from care.danger import Answer, Says, Sign, otherwise, signs
from care.errors import UnknownName
from care.gate import Caution, Refusal, gate
from care.needs import Fit, Need, understood
from care.screening import Result
from profiles.profile import Profile

SCREENING_FIRST = "A screening that is complete and up to date comes first."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A routine as the person would get it on the device at hand, without `left_out` of its parts.

    `minutes` is None where the device can do nothing of it.
    """

    profile: Profile
    minutes: float | None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A routine that fits: why, how long it takes, how many of its parts the device or the person has to do without.

    `cautions` are to be borne in mind beside the person's own.
    """

    routine: str
    why: str
    minutes: float
    left_out: int
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A routine that would suit the need, and why it is not offered."""

    routine: str
    why: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A sign of danger that was told: what it means, and what that is founded on."""

    sign: str
    says: Says
    source: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do about a need, best first; what the `signs` say, and `doctor_first`, goes before anything else.

    `answer` is emergency or doctor where the signs forbid a massage: then there is nothing beside them. With screening
    nothing is offered before one. `cautions` are the person's own: they hold for every routine.
    """

    answer: Answer
    signs: tuple[Warned, ...]
    needs: tuple[str, ...]
    doctor_first: tuple[str, ...]
    cautions: tuple[str, ...]
    routines: tuple[Suggestion, ...]
    passed: tuple[Passed, ...]
    instead: tuple[str, ...]
    doctor: tuple[str, ...]


def endangered(text: str) -> Recommendation | None:
    """What to do about a danger that `text` tells, on whatever device and for whomever; None where it tells none."""
    return _nothing_beside(signs(text))


def recommend(
    text: str, candidate: Callable[[str], Candidate], result: Result | None, minutes: float | None
) -> Recommendation:
    """What fits what somebody with the screening `result` says in free words, in at most `minutes`.

    `candidate` makes a routine's name into what the device at hand makes of it; it is asked once for each routine.

    Raises:
        UnknownName: nothing in `text` is understood.
    """
    told = signs(text)
    if danger := _nothing_beside(told):
        return danger
    if told and result is not None and result.is_complete:
        told = ()
    answer = told[0].answer if told else Answer.MASSAGE
    needs = _needs(text, told)
    verdicts = [_verdict(fit, candidate(fit.routine), result, minutes, answer) for fit in _fits(needs)]
    return Recommendation(
        answer=answer,
        signs=_warned(told),
        needs=tuple(need.need for need in needs),
        doctor_first=tuple(need.doctor_first for need in needs if need.doctor_first),
        cautions=_own(result),
        routines=tuple(v for v in verdicts if isinstance(v, Suggestion)),
        passed=tuple(v for v in verdicts if isinstance(v, Passed)),
        instead=tuple(line for need in needs for line in need.instead),
        doctor=(*(need.doctor for need in needs if need.doctor), otherwise()),
    )


def _nothing_beside(told: Sequence[Sign]) -> Recommendation | None:
    """What the signs say and nothing else, where they forbid a massage."""
    if not told or not told[0].answer.forbids:
        return None
    return Recommendation(told[0].answer, _warned(told), (), (), (), (), (), (), ())


def _warned(told: Sequence[Sign]) -> tuple[Warned, ...]:
    return tuple(Warned(sign.sign, sign.says, sign.source) for sign in told)


def _needs(text: str, told: Sequence[Sign]) -> tuple[Need, ...]:
    """Somebody may speak of what is no need, such as veins: what is to be said about that is enough."""
    try:
        return understood(text)
    except UnknownName:
        if not told:
            raise
        return ()


def _fits(needs: Sequence[Need]) -> Iterator[Fit]:
    """The routines of all needs in order, each once."""
    seen = set()
    for fit in (fit for need in needs for fit in need.routines):
        if fit.routine not in seen:
            seen.add(fit.routine)
            yield fit


def _verdict(
    fit: Fit, candidate: Candidate, result: Result | None, minutes: float | None, answer: Answer
) -> Suggestion | Passed:
    if answer is Answer.SCREENING:
        return Passed(fit.routine, SCREENING_FIRST)
    verdict = gate(candidate.profile, result)
    if isinstance(verdict, Refusal):
        return Passed(fit.routine, verdict.reason)
    if candidate.minutes is None:
        return Passed(fit.routine, "This device can do nothing of it.")
    if minutes is not None and candidate.minutes > minutes:
        return Passed(fit.routine, f"It takes {candidate.minutes:.0f} minutes.")
    reasons = verdict.reasons if isinstance(verdict, Caution) else ()
    cautions = tuple(reason for reason in reasons if reason not in _own(result))
    return Suggestion(fit.routine, fit.why, candidate.minutes, candidate.left_out, cautions)


def _own(result: Result | None) -> tuple[str, ...]:
    """The cautions of a person; a reason to stop refuses each routine anyway."""
    return () if result is None or result.level is Level.STOP else result.reasons
