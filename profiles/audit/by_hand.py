"""Heat or cold laid on by hand: a question before and after, the time in between, and no air until it is off."""

from collections.abc import Iterator

from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.curve import curve_between, highest
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.audit.line_parser import BY_HAND
from legato.profiles.audit.reach import place_of
from legato.profiles.device import Chamber
from legato.profiles.schedule import Cue
from legato.profiles.steps import Cool, Heat


def check_by_hand(step: Heat | Cool, felt: FeltTurn) -> Iterator[Check]:
    """Exactly where the report says so, the person is asked to lay something on and to take it off."""
    turn, (on, off) = felt.played.turn, questions(step, felt)
    name = f"step {turn.number} ({turn.words})"
    is_told = any(note.plays == BY_HAND and note.step == name for note in felt.schedule.report.dropped)
    yield felt.check(FeltQuantity.WORDS, float(is_told), float(on is not None and off is not None))
    if on is None or off is None:
        return
    yield felt.check(FeltQuantity.REST, 0.0, (_release_begins_at(felt, on) - felt.played.start) / 1000.0)
    yield felt.check(FeltQuantity.DURATION, step.seconds, (off.session_ms - on.session_ms) / 1000.0)
    for c, track in zip(felt.schedule.device.channels, felt.schedule.tracks, strict=True):
        if isinstance(c.actuator, Chamber):
            left = highest(curve_between(track, on.session_ms, off.session_ms))
            yield Check(turn, place_of(c.actuator), FeltQuantity.LOWEST, 0.0, left)


def questions(step: Heat | Cool, felt: FeltTurn) -> tuple[Cue | None, Cue | None]:
    """The waiting cues that ask a person to lay something on, and to take it off again afterwards."""
    start, end = felt.played.start, felt.played.end
    waits = [cue for cue in felt.schedule.cues if cue.wait]
    on = [cue for cue in waits if start <= cue.session_ms < end and step.by_hand and step.by_hand in cue.say]
    off = [cue for cue in waits if start < cue.session_ms <= end and "take off what you put on" in cue.say]
    return (on[0] if on else None), (off[0] if off else None)


def _release_begins_at(felt: FeltTurn, on: Cue) -> float:
    """When the air starts to be released for it, in session ms; without any air, when the person is asked."""
    tracks = [felt.schedule.tracks[c.index] for c in felt.schedule.device.channels if isinstance(c.actuator, Chamber)]
    curves = [curve_between(track, felt.played.start, on.session_ms) for track in tracks]
    return min((max(t for t, v in one if v >= one[0][1]) for one in curves if one[0][1] > 0.0), default=on.session_ms)
