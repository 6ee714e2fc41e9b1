"""From a need to routines: which of them fit this person, this device and this much time, and what to do instead."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from legato.care.conditions import ScreeningLevel
from legato.care.danger import BilingualText, Sign, TriageLevel, otherwise, signs
from legato.care.errors import UnknownName
from legato.care.gate import Caution, GateRefusal, gate
from legato.care.guides import Guide, HandStep, advice, guides
from legato.care.needs import Fit, Need, understood
from legato.care.screening import ScreeningResult
from legato.profiles.anatomy import Zone
from legato.profiles.profile import Profile
from legato.profiles.words import zone_word

SCREENING_FIRST = "A screening that is complete and up to date comes first."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A routine as the person would get it on the device at hand, without `left_out` of its parts.

    `minutes` is None where the device can do nothing of it; where a time was given, it is the longest form within that,
    or the shortest there is. Without one it can be made to last up to `full_minutes`. `felt` are the zones where
    something of it is felt, and `percussion` where heads strike.
    """

    profile: Profile
    minutes: float | None
    full_minutes: float | None = None
    left_out: int = 0
    felt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A routine that fits: why, how long it takes, how many of its parts the device or the person has to do without.

    Where no time was given it can be asked to last up to `full_minutes`; where one was, it takes what there is.
    `cautions` are to be borne in mind beside the person's own.
    """

    routine: str
    why: str
    minutes: float
    full_minutes: float | None
    left_out: int
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A routine that would suit the need, and why it is not offered."""

    routine: str
    why: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """A technique without a device; how long it takes, and what to do one after the other."""

    guide: str
    title: str
    minutes: float
    cautions: tuple[str, ...]
    steps: tuple[HandStep, ...]


@dataclass(frozen=True, slots=True)
class DangerNotice:
    """A sign of danger that was named: what it means, and on what grounds."""

    sign: str
    says: BilingualText
    source: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do about a need, best first; what the `signs` say, and `doctor_first`, goes before anything else.

    `answer` is emergency or doctor where the signs forbid a massage: then there is nothing beside them. With screening
    nothing is offered before one. `cautions` are the person's own: they hold for every routine.
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


def endangered(text: str) -> Recommendation | None:
    """What to do about a danger that `text` names, on whatever device and for whomever; None where it names none."""
    return _nothing_beside(signs(text))


def recommend(
    text: str, candidate: Callable[[str], Candidate], result: ScreeningResult | None, minutes: float | None
) -> Recommendation:
    """What fits what somebody with the screening `result` says in free words, in at most `minutes`.

    `candidate` makes a routine's name into what the device at hand makes of it; it is asked once for each routine.

    Raises:
        UnknownName: nothing in `text` is understood.
    """
    found_signs = signs(text)
    if danger := _nothing_beside(found_signs):
        return danger
    if found_signs and result is not None and result.is_complete:
        found_signs = ()
    answer = found_signs[0].answer if found_signs else TriageLevel.MASSAGE
    needs = _needs(text, found_signs)
    waiting = _waiting(needs, answer, result)
    verdicts = [_verdict(fit, candidate(fit.routine), result, minutes, waiting) for fit in _fits(needs)]
    return Recommendation(
        answer=answer,
        signs=_warned(found_signs),
        needs=tuple(need.need for need in needs),
        doctor_first=tuple(need.doctor_first for need in needs if need.doctor_first),
        cautions=_own(result),
        routines=tuple(v for v in verdicts if isinstance(v, Suggestion)),
        passed=tuple(v for v in verdicts if isinstance(v, NotOffered)),
        by_hand=tuple(_by_hand(guide) for guide in _guides(needs, result) if not waiting),
        instead=_each((*_said(needs, result, doctor=False), *(line for need in needs for line in need.instead))),
        doctor=_each(
            (*(need.doctor for need in needs if need.doctor), *_said(needs, result, doctor=True), otherwise())
        ),
    )


def _nothing_beside(found_signs: Sequence[Sign]) -> Recommendation | None:
    """What the signs say and nothing else, where they forbid a massage."""
    if not found_signs or not found_signs[0].answer.forbids:
        return None
    return Recommendation(found_signs[0].answer, _warned(found_signs), (), (), (), (), (), (), (), ())


def _warned(found_signs: Sequence[Sign]) -> tuple[DangerNotice, ...]:
    return tuple(DangerNotice(sign.sign, sign.says, sign.source) for sign in found_signs)


def _needs(text: str, found_signs: Sequence[Sign]) -> tuple[Need, ...]:
    """Somebody may speak of what is no need, such as veins: what is to be said about that is enough."""
    try:
        return understood(text)
    except UnknownName:
        if not found_signs:
            raise
        return ()


def _fits(needs: Sequence[Need]) -> Iterator[Fit]:
    """The routines of all needs in order, each once."""
    seen = set()
    for fit in (fit for need in needs for fit in need.routines):
        if fit.routine not in seen:
            seen.add(fit.routine)
            yield fit


def _waiting(needs: Sequence[Need], answer: TriageLevel, result: ScreeningResult | None) -> frozenset[str]:
    """The routines that wait for a screening: all, or, beside what it would narrow, all that does not suit that."""
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
        return NotOffered(fit.routine, fit.otherwise or f"Its main part would be missing here: {_named(missing)}.")
    if minutes is not None and candidate.minutes > minutes:
        return NotOffered(fit.routine, f"It takes {ceil(candidate.minutes)} minutes.")
    reasons = verdict.reasons if isinstance(verdict, Caution) else ()
    cautions = tuple(reason for reason in reasons if reason not in _own(result))
    return Suggestion(fit.routine, fit.why, candidate.minutes, candidate.full_minutes, candidate.left_out, cautions)


def _guides(needs: Sequence[Need], result: ScreeningResult | None) -> Iterator[Guide]:
    """The techniques by hand for all needs in order, each once, but those that this person must not do."""
    fitting = (guide for need in needs for guide in guides().values() if need.need in guide.for_)
    yield from (guide for guide in dict.fromkeys(fitting) if guide.refusal(result) is None)


def _by_hand(guide: Guide) -> ByHand:
    return ByHand(guide.guide, guide.title, guide.seconds / 60, guide.cautions, guide.steps)


def _said(needs: Sequence[Need], result: ScreeningResult | None, *, doctor: bool) -> list[str]:
    """What the articles add; not to somebody who must not be massaged, since much of it is about massage."""
    names = {need.need for need in needs}
    fitting = [one for one in advice() if one.doctor is doctor and not names.isdisjoint(one.for_)]
    return [] if _stops(result) else [str(one) for one in fitting]


def _each(lines: Sequence[str]) -> tuple[str, ...]:
    """Each line once: two needs may say the same."""
    return tuple(dict.fromkeys(lines))


def _stops(result: ScreeningResult | None) -> bool:
    return result is not None and result.level is ScreeningLevel.STOP


def _named(core: Sequence[str]) -> str:
    return ", ".join(zone_word(Zone(part)) if part in set(Zone) else part for part in core)


def _own(result: ScreeningResult | None) -> tuple[str, ...]:
    """The cautions of a person; a reason to stop refuses each routine anyway."""
    return () if result is None or _stops(result) else result.reasons
