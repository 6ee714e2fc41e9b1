"""The notes of the compile report: one line for each step and place, with repeats and legs merged."""

from collections.abc import Iterable

from legato.profiles.actuator_selection import ActuatorSelection
from legato.profiles.movement import Movement
from legato.profiles.schedule import CompileNote, CompileReport
from legato.profiles.step_expansion import ExpandedStep
from legato.profiles.stroke_ledger import Break, Clip, StrokeChange
from legato.profiles.words import figure, named


class ReportBuilder:
    """Clipped, dropped and slowed, in the order they were met."""

    def __init__(self) -> None:
        self._clipped: dict[CompileNote, None] = {}
        self._dropped: dict[CompileNote, None] = {}
        self._slowed: dict[CompileNote, None] = {}
        self._rested: dict[tuple[str, bool], tuple[int, CompileNote]] = {}
        self._seen: set[tuple[str, int]] = set()

    def add_losses(self, path: str, cast: ActuatorSelection) -> None:
        """What is lost because nothing on the device can play it."""
        self._dropped |= {CompileNote(path, loss.where, loss.asked, loss.plays, loss.why): None for loss in cast.losses}

    def add_movement(self, expanded: ExpandedStep, movement: Movement) -> None:
        """What was cut, slowed or interrupted to make the step playable."""
        if (expanded.number, id(movement)) in self._seen:
            return
        self._seen.add((expanded.number, id(movement)))
        self._clipped |= dict.fromkeys(_merged(expanded, movement.ledger.clips))
        for gone in movement.ledger.gone:
            note = CompileNote(
                expanded.path(gone.rest), "all", f"rest of {figure(gone.rest.seconds)} s", "no rest", gone.why
            )
            self._dropped[note] = None
        for change in movement.ledger.changes:
            self.add_change(expanded, change)
        for pause in movement.ledger.breaks:
            self.add_break(expanded, pause)

    def add_change(self, expanded: ExpandedStep, change: StrokeChange) -> None:
        """What is slower, later or longer than asked."""
        self._slowed[CompileNote(expanded.path(change.stroke), "all", change.asked, change.plays, change.why)] = None

    def add_break(self, expanded: ExpandedStep, pause: Break) -> None:
        """A break that a run limit asks for; the longest before a step and the longest within it say it for all."""
        path = expanded.path(pause.stroke)
        said = self._rested.get((path, pause.is_within))
        if said is None or said[0] < pause.wait:
            note = CompileNote(path, "all", pause.asked, pause.plays, pause.why)
            self._rested[path, pause.is_within] = pause.wait, note
            self._slowed = {note if one is (said and said[1]) else one: None for one in self._slowed} | {note: None}

    def add_wait(self, expanded: ExpandedStep, seconds: float) -> None:
        """A stroke that had to wait for chambers to be filled for the first time."""
        if seconds >= 0.5:
            plays = f"after {figure(seconds)} s of filling"
            self._slowed[CompileNote(expanded.path(), "all", "at once", plays, "pump")] = None

    def build(self, prefill_ms: int) -> CompileReport:
        """All of it."""
        return CompileReport(tuple(self._clipped), tuple(self._dropped), tuple(self._slowed), prefill_ms)


def _merged(expanded: ExpandedStep, clips: Iterable[Clip]) -> list[CompileNote]:
    """One note for all channels that were cut in the same way."""
    groups: dict[tuple[str, str, str, str, str], list[Clip]] = {}
    for clip in clips:
        key = expanded.path(clip.stroke), clip.channel.actuator.zone, clip.asked, clip.plays, clip.why
        groups.setdefault(key, []).append(clip)
    return [
        CompileNote(path, named([c.channel.actuator for c in group], why), asked, plays, why)
        for (path, _, asked, plays, why), group in groups.items()
    ]
