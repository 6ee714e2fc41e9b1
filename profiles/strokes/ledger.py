"""The ledger of a movement: where strokes play otherwise than asked, written down by whatever lays them."""

from dataclasses import dataclass, replace

from profiles.device import Channel
from profiles.steps import AnyStep

ALIKE_S = 0.25
"""Nobody can tell two presses apart whose lengths differ by less ([E] estimate)."""


@dataclass(frozen=True, slots=True)
class Clip:
    """`channel` was asked for more by `stroke` than it may get; values in words, with their units."""

    stroke: AnyStep
    channel: Channel
    asked: str
    plays: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """All of `stroke` is slower, later or longer than asked; values in words, with their units."""

    stroke: AnyStep
    asked: str
    plays: str
    why: str


@dataclass(frozen=True, slots=True)
class Break:
    """`stroke` pauses for a run limit, before it or (`is_within`) in the middle; values in words, with their units.

    `wait` is what is added to what was asked for, in ticks.
    """

    stroke: AnyStep
    asked: str
    plays: str
    why: str
    is_within: bool
    wait: int


class Ledger:
    """Clips, changes and breaks in the order they were met, each stroke's own; the greatest of several cuts counts."""

    def __init__(self) -> None:
        self._clips: dict[tuple[int, int, str], tuple[float, Clip]] = {}
        self._changes: dict[tuple[int, str, str], Change] = {}
        self._breaks: dict[tuple[int, bool], Break] = {}
        self._uncapped: dict[tuple[int, int], str] = {}
        self._lengths: dict[tuple[int, int], list[float]] = {}

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(clip for _, clip in self._clips.values())

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(self._changes.values())

    @property
    def breaks(self) -> tuple[Break, ...]:
        return tuple(self._breaks.values())

    def cut(self, clip: Clip, by: float) -> None:
        """Note a clip, of `by` in the channel's unit; of several against one limit the greatest is kept."""
        if clip.asked == clip.plays:
            return
        key = id(clip.stroke), clip.channel.index, clip.why
        if key not in self._clips or self._clips[key][0] < by:
            self._clips[key] = by, clip

    def lower(self, clip: Clip, *, always: bool) -> None:
        """Note a press that ends before it is full; if that is `always` so, what a cap leaves is not reached either."""
        for key, (_, cap) in list(self._clips.items()):
            if cap.stroke is clip.stroke and (cap.channel, cap.plays) == (clip.channel, clip.asked):
                self._uncapped[id(clip.stroke), clip.channel.index] = cap.asked
                if always:
                    del self._clips[key]
        clip = replace(clip, asked=self._uncapped.get((id(clip.stroke), clip.channel.index), clip.asked))
        self._clips[id(clip.stroke), clip.channel.index, clip.plays] = 0.0, clip

    def shorten(self, clip: Clip, seconds: float) -> None:
        """Note that a press lasts `seconds` only; those whose lengths can be told apart have a line each.

        The air takes longer from nothing than from light contact, so that less of the first press is left, or more.
        """
        told = self._lengths.setdefault((id(clip.stroke), clip.channel.index), [])
        if clip.asked != clip.plays and all(abs(one - seconds) > ALIKE_S for one in told):
            told.append(seconds)
            self._clips[id(clip.stroke), clip.channel.index, clip.plays] = seconds, clip

    def change(self, change: Change) -> None:
        """Note a change; where a stroke is laid again and again, from elsewhere each time, every figure has a line."""
        self._changes[id(change.stroke), change.asked, change.plays] = change

    def rest(self, pause: Break) -> None:
        """Note a break; the longest one before a stroke and the longest one within it stand for all of them."""
        key = id(pause.stroke), pause.is_within
        if key not in self._breaks or self._breaks[key].wait < pause.wait:
            self._breaks[key] = pause
