"""Playability: a routine of which nothing plays on a device is refused, whoever asks for it."""

from collections.abc import Iterable
from math import inf

from legato.profiles.actuator_selection import BY_HAND, SPARED
from legato.profiles.air import BASELINE_MMHG
from legato.profiles.device import Quantity
from legato.profiles.profile import Profile, placed
from legato.profiles.refusal import NothingPlays
from legato.profiles.schedule import CompileNote, CompileReport, Schedule
from legato.profiles.steps import Cool, Heat

NAMED = 3
"""Reasons that a refusal gives; `legato check` of another device gives all of them."""


def refuse_if_nothing_plays(profile: Profile, schedule: Schedule) -> None:
    """Refuse a schedule that plays nothing of what the routine asks for.

    A routine without a stroke (cues and rests by intention) asks for nothing, and what a person lays on by hand needs
    no device: both are as they should be.

    Raises:
        NothingPlays: not one stroke is left, and why.
    """
    lost = [note for note in schedule.report.dropped if note.plays == "nothing"]
    is_laid = any(note.plays == BY_HAND for note in schedule.report.dropped)
    is_by_hand = all(isinstance(stroke, Heat | Cool) and stroke.by_hand for stroke in placed(profile.steps))
    # Contact is kept for what comes, be it a cold pack: where strokes are lost it does not stand for them.
    if _is_felt(schedule, BASELINE_MMHG) or (is_by_hand and is_laid):
        return
    if not lost and (is_by_hand or _is_felt(schedule, 0.0)):
        return
    what = f"nothing of {profile.name} plays on {schedule.device.name}: {_reasons(lost)}"
    raise NothingPlays(what, "choose a device or a routine that go together")


def count_left_out(report: CompileReport) -> int:
    """How many parts of a routine a device, or a person's limits, leave out; not what is spared on purpose."""
    return sum(note.plays == "nothing" and note.why not in SPARED for note in report.dropped)


def _is_felt(schedule: Schedule, above_mmhg: float) -> bool:
    """Whether anything moves or warms, or presses by more than this."""
    least = {Quantity.PRESSURE: above_mmhg, Quantity.INTENSITY: 0.0, Quantity.TEMPERATURE: 0.0}
    channels = schedule.device.channels
    return any(s.target > least.get(channels[s.channel].quantity, inf) for s in schedule.setpoints)


def _reasons(lost: Iterable[CompileNote]) -> str:
    """The first step of each reason; a routine that asks for no strength at all has none to name."""
    first = {note.why: f"{note.step}: {note.why}" for note in reversed(list(lost))}
    reasons = list(first.values())[::-1]
    more = [f"and {len(reasons) - NAMED} more reasons"] if len(reasons) > NAMED else []
    return "; ".join(reasons[:NAMED] + more) or "its steps ask for no pressure, no motion and no warmth"
