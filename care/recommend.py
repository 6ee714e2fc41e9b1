"""From a need to routines: which ones suit this person, device and time, and what else to do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from legato.care.conditions import ScreeningLevel
from legato.care.danger import BilingualText, Sign, TriageLevel, otherwise, signs
from legato.care.errors import UnknownName
from legato.care.gate import Caution, GateRefusal, gate
from legato.care.guides import Guide, HandStep, advice, guides
from legato.care.needs import Fit, Need, find_needs
from legato.care.screening import ScreeningResult
from legato.profiles.anatomy import Zone
from legato.profiles.profile import Profile
from legato.profiles.words import zone_word

SCREENING_FIRST = "A screening that is complete and up to date comes first."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A routine as this person would get it on this device; `left_out` is the number of its parts that are left out.

    `minutes` is None if the device can play nothing of it; for a given time it is the longest form that fits, or else
    the shortest. Without a given time it can last up to `full_minutes`. `felt` are the zones where it is felt, and
    `percussion` if percussion heads strike.
    """

    profile: Profile
    minutes: float | None
    full_minutes: float | None = None
    left_out: int = 0
    felt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A routine that suits: why, how long it takes, and how many of its parts are left out.

    Without a given time it can last up to `full_minutes`. `cautions` come in addition to the person's own.
    """

    routine: str
    why: str
    minutes: float
    full_minutes: float | None
    left_out: int
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A routine for the need, and why it is not offered."""

    routine: str
    why: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """A technique without a device: how long it takes, and its steps."""

    guide: str
    title: str
    minutes: float
    cautions: tuple[str, ...]
    steps: tuple[HandStep, ...]


@dataclass(frozen=True, slots=True)
class DangerNotice:
    """A danger sign that was mentioned: what it means, and the source."""

    sign: str
    says: BilingualText
    source: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do about a need, best first; the `signs` and `doctor_first` come before anything else.

    `answer` is emergency or doctor if the signs forbid a massage: then nothing else is given. With screening, nothing
    is offered before one. `cautions` are the person's own and apply to every routine.
    """

    answer: TriageLevel
    signs: tuple[DangerNotice, ...]
    needs: tuple[str, ...]
    doctor_first: tuple[str, ...]
    cautions: tuple[str, ...]
    routines: tuple[Suggestion, ...]
    passed: tuple[NotOffered, ...]
    by_hand: tuple[ByHand, ...]
    instead: tuple[str, ...]
    doctor: tuple[str, ...]


def danger_recommendation(text: str) -> Recommendation | None:
    """What to do about a danger sign in `text`, for any device and person; None without one."""
    return _forbidden_by(signs(text))


def recommend(
    text: str, candidate: Callable[[str], Candidate], result: ScreeningResult | None, minutes: float | None
) -> Recommendation:
    """What suits a need in free text, for somebody with this screening `result`, in at most `minutes`.

    `candidate` returns what the device makes of a routine by name; it is called once for each routine.

    Raises:
        UnknownName: nothing in `text` is understood.
    """
    found_signs = signs(text)
    if danger := _forbidden_by(found_signs):
        return danger
    if found_signs and result is not None and result.is_complete:
        found_signs = ()
    answer = found_signs[0].answer if found_signs else TriageLevel.MASSAGE
    needs = _needs(text, found_signs)
    waiting = _waiting_for_screening(needs, answer, result)
    verdicts = [_verdict(fit, candidate(fit.routine), result, minutes, waiting) for fit in _fits(needs)]
    return Recommendation(
        answer=answer,
        signs=_notices(found_signs),
        needs=tuple(need.need for need in needs),
        doctor_first=tuple(need.doctor_first for need in needs if need.doctor_first),
        cautions=_personal_cautions(result),
        routines=tuple(v for v in verdicts if isinstance(v, Suggestion)),
        passed=tuple(v for v in verdicts if isinstance(v, NotOffered)),
        by_hand=tuple(_by_hand(guide) for guide in _guides(needs, result) if not waiting),
        instead=_unique(
            (*_article_advice(needs, result, doctor=False), *(line for need in needs for line in need.instead))
        ),
        doctor=_unique(
            (*(need.doctor for need in needs if need.doctor), *_article_advice(needs, result, doctor=True), otherwise())
        ),
    )


def _forbidden_by(found_signs: Sequence[Sign]) -> Recommendation | None:
    """Only the signs, if they forbid a massage; else None."""
    if not found_signs or not found_signs[0].answer.forbids:
        return None
    return Recommendation(found_signs[0].answer, _notices(found_signs), (), (), (), (), (), (), (), ())


def _notices(found_signs: Sequence[Sign]) -> tuple[DangerNotice, ...]:
    return tuple(DangerNotice(sign.sign, sign.says, sign.source) for sign in found_signs)


def _needs(text: str, found_signs: Sequence[Sign]) -> tuple[Need, ...]:
    """The needs in `text`; it may mention only a sign, such as veins, and no need."""
    try:
        return find_needs(text)
    except UnknownName:
        if not found_signs:
            raise
        return ()


def _fits(needs: Sequence[Need]) -> Iterator[Fit]:
    """The routines for all needs in order, each once."""
    seen = set()
    for fit in (fit for need in needs for fit in need.routines):
        if fit.routine not in seen:
            seen.add(fit.routine)
            yield fit


def _waiting_for_screening(
    needs: Sequence[Need], answer: TriageLevel, result: ScreeningResult | None
) -> frozenset[str]:
    """The routines that wait for a screening: all, or all but those for a need that the screening would narrow."""
    every = frozenset(fit.routine for fit in _fits(needs))
    if answer is TriageLevel.SCREENING:
        return every
    screening_needs = [need for need in needs if need.screen_first]
    if not screening_needs or (result is not None and result.is_complete):
        return frozenset()
    return every - {fit.routine for need in screening_needs for fit in need.routines}


def _verdict(
    fit: Fit, candidate: Candidate, result: ScreeningResult | None, minutes: float | None, waiting: frozenset[str]
) -> Suggestion | NotOffered:
    if fit.routine in waiting:
        return NotOffered(fit.routine, SCREENING_FIRST)
    verdict = gate(candidate.profile, result)
    if isinstance(verdict, GateRefusal):
        return NotOffered(fit.routine, verdict.reason)
    if candidate.minutes is None:
        return NotOffered(fit.routine, "This device cannot play any of it.")
    if missing := [part for part in fit.core if part not in candidate.felt]:
        return NotOffered(fit.routine, fit.otherwise or f"Its main part would be missing here: {_in_words(missing)}.")
    if minutes is not None and candidate.minutes > minutes:
        return NotOffered(fit.routine, f"It takes {ceil(candidate.minutes)} minutes.")
    reasons = verdict.reasons if isinstance(verdict, Caution) else ()
    cautions = tuple(reason for reason in reasons if reason not in _personal_cautions(result))
    return Suggestion(fit.routine, fit.why, candidate.minutes, candidate.full_minutes, candidate.left_out, cautions)


def _guides(needs: Sequence[Need], result: ScreeningResult | None) -> Iterator[Guide]:
    """The techniques by hand for all needs in order, each once, without those that this person must not do."""
    fitting = (guide for need in needs for guide in guides().values() if need.need in guide.for_)
    yield from (guide for guide in dict.fromkeys(fitting) if guide.refusal(result) is None)


def _by_hand(guide: Guide) -> ByHand:
    return ByHand(guide.guide, guide.title, guide.seconds / 60, guide.cautions, guide.steps)


def _article_advice(needs: Sequence[Need], result: ScreeningResult | None, *, doctor: bool) -> list[str]:
    """The advice of the articles; none for somebody who must not be massaged, since much of it is about massage."""
    names = {need.need for need in needs}
    fitting = [one for one in advice() if one.doctor is doctor and not names.isdisjoint(one.for_)]
    return [] if _is_stopped(result) else [str(one) for one in fitting]


def _unique(lines: Sequence[str]) -> tuple[str, ...]:
    """Each line once: two needs may share one."""
    return tuple(dict.fromkeys(lines))


def _is_stopped(result: ScreeningResult | None) -> bool:
    return result is not None and result.level is ScreeningLevel.STOP


def _in_words(core: Sequence[str]) -> str:
    return ", ".join(zone_word(Zone(part)) if part in set(Zone) else part for part in core)


def _personal_cautions(result: ScreeningResult | None) -> tuple[str, ...]:
    """The cautions of a person; with a stop, every routine is refused anyway."""
    return () if result is None or _is_stopped(result) else result.reasons
