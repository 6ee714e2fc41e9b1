"""What is refused, asked first or made gentler, for whom and why."""

import json
from collections.abc import Mapping, Sequence

from legato.care.conditions import ScreeningLevel, conditions
from legato.care.gate import Caution, GateRefusal, gate
from legato.profiles import load
from legato.profiles.compiler import compile as compile_profile
from legato.profiles.device import Device, Quantity
from legato.profiles.envelope import envelope
from legato.profiles.errors import InvalidFile
from legato.profiles.profile import Profile, placed
from legato.profiles.restrictions import Restrictions
from legato.profiles.steps import Heat
from tests.articles.found import Found, Verdict, judged
from tests.articles.somebody import screened

AGREED = {"clinician_agreed": "yes", "circulation_checked": "yes"}


def stops(condition: str) -> Found:
    """Whoever says yes to the question gets none of the routines, and is told why."""
    verdicts = [gate(profile, screened(AGREED | {condition: "yes"})) for profile in load.builtin_profiles().values()]
    reasons = [verdict.reason for verdict in verdicts if isinstance(verdict, GateRefusal)]
    why = f": “{reasons[0]}”" if reasons else ""
    return judged(
        len(reasons) == len(verdicts), f"{condition} yes, {len(reasons)} of {len(verdicts)} routines refused{why}"
    )


def all_stop(least: int) -> Found:
    """There are at least so many reasons not to, and each of them refuses every routine."""
    asked = [c.id for c in conditions().values() if c.level is ScreeningLevel.STOP]
    holding = [name for name in asked if stops(name).verdict is Verdict.WORKS]
    measured = f"{len(holding)} of {len(asked)} such questions end every massage: {', '.join(asked)}"
    return judged(len(holding) == len(asked) >= least, measured)


def refused(routine: str, condition: str) -> Found:
    """This routine is not for somebody who says yes to the question."""
    verdict = gate(load.profile(routine), screened(AGREED | {condition: "yes"}))
    told = f"{condition} yes: “{verdict.reason}”" if isinstance(verdict, GateRefusal) else f"{routine} plays"
    return judged(isinstance(verdict, GateRefusal), told)


def needs_screening(routine: str) -> Found:
    """It does not start for somebody of whom nothing is known."""
    verdict = gate(load.profile(routine), None)
    holds = isinstance(verdict, GateRefusal) and verdict.needs_screening
    return judged(holds, f"unscreened: “{verdict.reason}”" if isinstance(verdict, GateRefusal) else f"{routine} starts")


def asks_doctor(routine: str) -> Found:
    """Whoever was not screened is asked before it whether a doctor agrees."""
    verdict, reason = gate(load.profile(routine), None), conditions()["clinician_agreed"].reason
    asked = isinstance(verdict, Caution) and reason in verdict.reasons
    return judged(asked, f"{routine}, unscreened, to be acknowledged: “{reason}”" if asked else f"{routine} starts")


def gentler(device: str, routine: str, condition: str, most: float) -> Found:
    """Somebody who says yes to the question is pressed with no more than `most` mmHg, and others with more."""
    profile, target = load.profile(routine), load.device(device)
    own = _highest(profile, target, Quantity.PRESSURE, screened(AGREED | {condition: "yes"}).restrictions)
    usual = _highest(profile, target, Quantity.PRESSURE, None)
    return judged(own <= most < usual, f"at most {own:.0f} mmHg, {usual:.0f} mmHg for others")


def warmth_is_dropped(device: str, condition: str) -> Found:
    """For somebody who says yes to the question no routine warms anything."""
    target, limits = load.device(device), screened(AGREED | {condition: "yes"}).restrictions
    warming = [p for p in load.builtin_profiles().values() if any(isinstance(s, Heat) for s in placed(p.steps))]
    usual, own = ([_highest(p, target, Quantity.TEMPERATURE, who) > 0 for p in warming] for who in (None, limits))
    measured = (
        f"of {len(warming)} routines that warm, {sum(own)} do; for others {sum(usual)} do with this device's heaters"
    )
    return judged(not any(own), measured)


def _highest(profile: Profile, device: Device, quantity: Quantity, limits: Restrictions | None) -> float:
    schedule = compile_profile(profile, device, envelope(device, profile.use, limits))
    tracks = zip(device.channels, schedule.tracks, strict=True)
    return max((max(track.values) for channel, track in tracks if channel.quantity is quantity), default=0.0)


def refuses_file(steps: Sequence[Mapping[str, object]], says: str, head: Mapping[str, object] | None = None) -> Found:
    """A routine with these steps is refused, and this is why."""
    text = json.dumps({"format": 1, "name": "own", "title": "Own", **(head or {}), "steps": list(steps)})
    try:
        load.parse_profile(text.encode(), "own.yaml")
    except InvalidFile as error:
        lines = [": ".join(filter(None, (one.what, one.hint))) for one in error.problems]
        line = next((line for line in lines if says in line), "")
        return judged(bool(line), f"refused: “{line}”")
    return judged(False, "such a routine is accepted")
