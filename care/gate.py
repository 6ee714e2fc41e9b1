"""The gate before every routine: it may play, may play once cautions are acknowledged, or is refused with a reason."""

from dataclasses import dataclass

from legato.care.conditions import Condition, ScreeningLevel, conditions
from legato.care.screening import ScreeningResult
from legato.profiles.errors import lower_first
from legato.profiles.profile import Profile, Use, placed
from legato.profiles.restrictions import Means, Restrictions
from legato.profiles.step_bases import Placed
from legato.profiles.steps import Cool, Heat, Percuss, Vibrate

UNSCREENED = "There has been no screening, so default limits apply; `legato screen` sets your own."
OUTDATED = "Some screening answers are missing or too old; `legato screen` asks only those."

DEEP_MMHG = 50.0
"""Above this, people who were not screened are asked about a doctor: 50 mmHg suits most (Bio Compression manual)."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may play; `notice` is a line to show, or empty."""

    notice: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """It may play once a person has acknowledged the `reasons`."""

    reasons: tuple[str, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class GateRefusal:
    """It must not play, for this `reason` in one sentence; if `needs_screening`, `legato screen` may change that."""

    reason: str
    needs_screening: bool = False


Verdict = Allowed | Caution | GateRefusal


def gate(profile: Profile, result: ScreeningResult | None) -> Verdict:
    """Whether `profile` may play for somebody with this screening `result`; None means never screened."""
    if refusal := _refusal(profile, result):
        return refusal
    notice = UNSCREENED if result is None else "" if result.is_complete else OUTDATED
    reasons = _cautions(profile, result)
    return Caution(reasons, notice) if reasons else Allowed(notice)


def _refusal(profile: Profile, result: ScreeningResult | None) -> GateRefusal | None:
    if result is not None and result.level is ScreeningLevel.STOP:
        return GateRefusal(result.reasons[0])
    if needs_screening(profile) and (result is None or not result.is_complete):
        return GateRefusal(f"{profile.title} needs a screening that is complete and up to date.", needs_screening=True)
    return None if result is None else _refusal_by_routine(profile, result)


def needs_screening(profile: Profile) -> bool:
    """Whether this routine requires a screening: one against swelling, for example, may meet a clot."""
    return profile.clinician_directed or bool(profile.needs) or profile.use is Use.LYMPH


def _refusal_by_routine(profile: Profile, result: ScreeningResult) -> GateRefusal | None:
    for question in profile.not_with:
        if question in result.yes:
            return GateRefusal(f"{profile.title} is not for you: {lower_first(conditions()[question].reason)}")
    for question in profile.needs:
        if question not in result.yes and _applies(conditions()[question], result):
            return GateRefusal(conditions()[question].reason)
    return _nothing_left(profile, result.restrictions)


def _applies(condition: Condition, result: ScreeningResult) -> bool:
    """Whether this person was asked this question at all."""
    return condition.asked_if is None or condition.asked_if in result.yes


def _nothing_left(profile: Profile, restrictions: Restrictions) -> GateRefusal | None:
    """A refusal if the restrictions remove every stroke; heat or cold alone is not a massage."""
    strokes = [step for step in placed(profile.steps) if not isinstance(step, Heat | Cool)]
    reasons = [_reason_left_out(step, restrictions) for step in strokes]
    lost = [reason for reason in reasons if reason]
    if not lost or len(lost) < len(reasons):
        return None
    return GateRefusal(f"With your restrictions, nothing is left of {profile.title}: {lost[0]}.")


def _reason_left_out(stroke: Placed, restrictions: Restrictions) -> str:
    """Why a stroke is left out, or empty if it stays. One that crosses several zones continues in the others."""
    for kind, means in ((Percuss, Means.PERCUSSION), (Vibrate, Means.VIBRATION)):
        if isinstance(stroke, kind) and means in restrictions.forbidden:
            return restrictions.forbidden[means]
    return restrictions.left_out.get(stroke.from_, "") if stroke.last is stroke.from_ else ""


def _cautions(profile: Profile, result: ScreeningResult | None) -> tuple[str, ...]:
    """A doctor should agree before deep massage for somebody not screened (Massage Benefits for Leg Pain)."""
    is_known = result is not None and result.is_complete
    asks = profile.clinician_directed or (is_deep(profile) and not is_known)
    undirected = asks and (result is None or "clinician_agreed" not in result.yes)
    return (result.reasons if result else ()) + ((conditions()["clinician_agreed"].reason,) if undirected else ())


def is_deep(profile: Profile) -> bool:
    """Whether a stroke asks for more pressure than most people should get without asking a doctor."""
    return any(step.highest_mmhg > DEEP_MMHG for step in placed(profile.steps))
