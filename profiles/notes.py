"""The notes of the compile report: one line for each step and place, with repeats and legs merged."""

from collections.abc import Iterable

from profiles.casting import Cast
from profiles.device import Mount
from profiles.movement import Movement, strokes
from profiles.runs import RunRule
from profiles.schedule import Note, Report
from profiles.steps import AnyStep, Circle, Glide, Knead, Pulse, Wave
from profiles.strokes.passes import TICKS_PER_S
from profiles.strokes.stage import Clip
from profiles.turns import Turn
from profiles.words import named


class Notes:
    """Clipped, dropped and slowed, in the order they were met."""

    def __init__(self) -> None:
        self._clipped: dict[Note, None] = {}
        self._dropped: dict[Note, None] = {}
        self._slowed: dict[Note, None] = {}
        self._rested: set[str] = set()
        self._seen: set[tuple[str, int]] = set()

    def cast(self, path: str, cast: Cast) -> None:
        """What is lost because nothing on the device can play it."""
        self._dropped |= {Note(path, loss.where, loss.asked, loss.plays, loss.why): None for loss in cast.losses}

    def movement(self, turn: Turn, movement: Movement) -> None:
        """What was clipped or slowed to make the step playable."""
        if (turn.number, id(movement)) in self._seen:
            return
        self._seen.add((turn.number, id(movement)))
        self._clipped |= dict.fromkeys(_merged(turn.path(), movement.clips))
        for stroke in strokes(turn.step):
            if (words := _slowing(stroke, movement)) is not None:
                self._slowed[Note(turn.path(stroke), "all", *words, movement.pace.why or "pump")] = None

    def rested(self, turn: Turn, mounts: Iterable[Mount], rest: int, after: int, rule: RunRule) -> None:
        """A break that the run limit asks for, in ticks; the first one of a step says it for all of them."""
        if turn.number in self._rested:
            return
        self._rested.add(turn.number)
        when = f"every {after / TICKS_PER_S:.0f} s" if after else "before it"
        plays = f"rest of {max(rest / TICKS_PER_S, 1.0):.0f} s {when}"
        self._slowed[Note(turn.path(), named(mounts, rule.limit.why), "no break", plays, rule.limit.why)] = None

    def waited(self, turn: Turn, seconds: float) -> None:
        """A stroke that had to wait for chambers to be filled for the first time."""
        self._slowed[Note(turn.path(), "all", "at once", f"after {seconds:.0f} s of filling", "pump")] = None

    def report(self, prefill_ms: int) -> Report:
        """All of it."""
        return Report(tuple(self._clipped), tuple(self._dropped), tuple(self._slowed), prefill_ms)


def _merged(path: str, clips: Iterable[Clip]) -> list[Note]:
    """One note for all channels that were cut in the same way."""
    groups: dict[tuple[str, str, str, str], list[Clip]] = {}
    for clip in clips:
        groups.setdefault((clip.channel.actuator.zone, clip.asked, clip.plays, clip.why), []).append(clip)
    return [
        Note(path, named([c.channel.actuator for c in group], why), asked, plays, why)
        for (_, asked, plays, why), group in groups.items()
    ]


def _slowing(step: AnyStep, movement: Movement) -> tuple[str, str] | None:
    """(asked, plays) where a person can notice it; a slower rise of a hold or sequence is no news."""
    k = movement.pace.stretch
    if isinstance(step, Pulse) and len(movement.passes) >= 2:
        period_s = (movement.passes[0].ticks + movement.passes[1].ticks) / TICKS_PER_S
        longer = period_s > step.period_s * 1.02
        return (f"every {step.period_s:g} s", f"every {period_s:.1f} s") if longer else None
    if k == 1.0:
        return None
    match step:
        case Glide() | Wave():
            return f"{step.speed_cm_s:.1f} cm/s", f"{step.speed_cm_s / k:.1f} cm/s"
        case Knead():
            return f"{step.rate_hz:.2f} Hz", f"{step.rate_hz / k:.2f} Hz"
        case Circle():
            return f"every {step.period_s:.1f} s", f"every {step.period_s * k:.1f} s"
        case _:
            return None
