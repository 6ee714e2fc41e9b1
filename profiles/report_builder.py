"""The notes of the compile report: one line for each step and place, with repeats and legs merged."""

from collections.abc import Iterable

from legato.profiles.actuator_selection import Cast
from legato.profiles.movement import Movement
from legato.profiles.schedule import Note, Report
from legato.profiles.step_expansion import Turn
from legato.profiles.strokes.ledger import Break, Change, Clip
from legato.profiles.words import figure, named


class Notes:
    """Clipped, dropped and slowed, in the order they were met."""

    def __init__(self) -> None:
        self._clipped: dict[Note, None] = {}
        self._dropped: dict[Note, None] = {}
        self._slowed: dict[Note, None] = {}
        self._rested: dict[tuple[str, bool], tuple[int, Note]] = {}
        self._seen: set[tuple[str, int]] = set()

    def cast(self, path: str, cast: Cast) -> None:
        """What is lost because nothing on the device can play it."""
        self._dropped |= {Note(path, loss.where, loss.asked, loss.plays, loss.why): None for loss in cast.losses}

    def movement(self, turn: Turn, movement: Movement) -> None:
        """What was cut, slowed or interrupted to make the step playable."""
        if (turn.number, id(movement)) in self._seen:
            return
        self._seen.add((turn.number, id(movement)))
        self._clipped |= dict.fromkeys(_merged(turn, movement.ledger.clips))
        for gone in movement.ledger.gone:
            note = Note(turn.path(gone.rest), "all", f"rest of {figure(gone.rest.seconds)} s", "no rest", gone.why)
            self._dropped[note] = None
        for change in movement.ledger.changes:
            self.changed(turn, change)
        for pause in movement.ledger.breaks:
            self.rested(turn, pause)

    def changed(self, turn: Turn, change: Change) -> None:
        """What is slower, later or longer than asked."""
        self._slowed[Note(turn.path(change.stroke), "all", change.asked, change.plays, change.why)] = None

    def rested(self, turn: Turn, pause: Break) -> None:
        """A break that a run limit asks for; the longest before a step and the longest within it say it for all."""
        path = turn.path(pause.stroke)
        said = self._rested.get((path, pause.is_within))
        if said is None or said[0] < pause.wait:
            note = Note(path, "all", pause.asked, pause.plays, pause.why)
            self._rested[path, pause.is_within] = pause.wait, note
            self._slowed = {note if one is (said and said[1]) else one: None for one in self._slowed} | {note: None}

    def waited(self, turn: Turn, seconds: float) -> None:
        """A stroke that had to wait for chambers to be filled for the first time."""
        if seconds >= 0.5:
            plays = f"after {figure(seconds)} s of filling"
            self._slowed[Note(turn.path(), "all", "at once", plays, "pump")] = None

    def report(self, prefill_ms: int) -> Report:
        """All of it."""
        return Report(tuple(self._clipped), tuple(self._dropped), tuple(self._slowed), prefill_ms)


def _merged(turn: Turn, clips: Iterable[Clip]) -> list[Note]:
    """One note for all channels that were cut in the same way."""
    groups: dict[tuple[str, str, str, str, str], list[Clip]] = {}
    for clip in clips:
        key = turn.path(clip.stroke), clip.channel.actuator.zone, clip.asked, clip.plays, clip.why
        groups.setdefault(key, []).append(clip)
    return [
        Note(path, named([c.channel.actuator for c in group], why), asked, plays, why)
        for (path, _, asked, plays, why), group in groups.items()
    ]
