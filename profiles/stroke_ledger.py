"""The ledger of a movement: where strokes play otherwise than asked, written down by whatever lays them."""

from dataclasses import dataclass, replace

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.device import Channel
from legato.profiles.steps import AnyStep, Rest

ALIKE_S = 0.25
"""Nobody can tell two presses apart whose lengths differ by less ([E] estimate)."""

FAINT_MMHG = BASELINE_MMHG + 2.0
"""What is pressed with no more cannot be told from contact ([E] estimate)."""

UNNOTICED_MMHG = 1.5
"""Nobody feels a pressure that differs by less."""


@dataclass(frozen=True, slots=True)
class Clip:
    """`channel` was asked for more by `stroke` than it may get; values in words, with their units."""

    stroke: AnyStep
    channel: Channel
    asked: str
    plays: str
    why: str


@dataclass(frozen=True, slots=True)
class StrokeChange:
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


@dataclass(frozen=True, slots=True)
class LeftOutRest:
    """`rest` is left out, and why."""

    rest: Rest
    why: str


class Ledger:
    """Clips, changes and breaks in the order they were met, each stroke's own; the greatest of several cuts counts.

    `slow_why` is what makes the whole movement slow, if anything does.
    """

    def __init__(self, slow_why: str = "pump") -> None:
        self.slow_why = slow_why
        self._clips: dict[tuple[int, int, str], tuple[float, Clip]] = {}
        self._changes: dict[tuple[int, str, str], StrokeChange] = {}
        self._breaks: dict[tuple[int, bool], Break] = {}
        self._gone: dict[int, LeftOutRest] = {}
        self._caps: dict[tuple[int, int], tuple[tuple[int, int, str], float]] = {}
        self._reached: dict[tuple[int, int], float] = {}
        self._lengths: dict[tuple[int, int], list[tuple[float, float]]] = {}

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(clip for key, (_, clip) in self._clips.items() if not self._is_out_of_reach(key))

    @property
    def changes(self) -> tuple[StrokeChange, ...]:
        return tuple(self._changes.values())

    @property
    def breaks(self) -> tuple[Break, ...]:
        return tuple(self._breaks.values())

    @property
    def gone(self) -> tuple[LeftOutRest, ...]:
        return tuple(self._gone.values())

    def leave_out(self, rest: LeftOutRest) -> None:
        """Note a rest that is left out."""
        self._gone[id(rest.rest)] = rest

    def cut(self, clip: Clip, by: float) -> None:
        """Note a clip, of `by` in the channel's unit; of several against one limit the greatest is kept."""
        if clip.asked == clip.plays:
            return
        key = id(clip.stroke), clip.channel.index, clip.why
        if key not in self._clips or self._clips[key][0] < by:
            self._clips[key] = by, clip

    def lower(self, clip: Clip, top: float, reached: float) -> None:
        """Note a press that ends before it is full: at `reached` and not at `top`, in mmHg.

        Less than anybody notices is noted only where a line gives what a cap leaves, which this press does not get.
        """
        press = id(clip.stroke), clip.channel.index
        for key, (_, cap) in self._clips.items():
            if key[:2] == press and cap.plays == clip.asked:
                self._caps[press] = key, top
        if press in self._caps:
            clip = replace(clip, asked=self._clips[self._caps[press][0]][1].asked)
        if press in self._caps or top - reached > UNNOTICED_MMHG:
            self._clips[*press, clip.plays] = 0.0, clip

    def reach(self, stroke: AnyStep, channel: int, mmhg: float) -> None:
        """Note what a chamber does reach: a cap that no press comes up to has no line."""
        press = id(stroke), channel
        self._reached[press] = max(mmhg, self._reached.get(press, 0.0))

    def _is_out_of_reach(self, key: tuple[int, int, str]) -> bool:
        cap, top = self._caps.get(key[:2], (None, 0.0))
        return cap == key and self._reached.get(key[:2], top) < top

    def shorten(self, clip: Clip, asked_s: float, plays_s: float) -> None:
        """Note that a press lasts `plays_s` only; those whose lengths can be told apart have a line each.

        The air takes longer from nothing than from light contact, so that less of the first press is left, or more; and
        a place that waits for others that are slower to fill is asked to wait for longer.
        """
        reported = self._lengths.setdefault((id(clip.stroke), clip.channel.index), [])
        alike = (abs(asked - asked_s) <= ALIKE_S and abs(plays - plays_s) <= ALIKE_S for asked, plays in reported)
        if clip.asked != clip.plays and not any(alike):
            reported.append((asked_s, plays_s))
            self._clips[id(clip.stroke), clip.channel.index, f"{clip.asked}, {clip.plays}"] = plays_s, clip

    def change(self, change: StrokeChange) -> None:
        """Note a change; where a stroke is laid again and again, from elsewhere each time, every figure has a line."""
        if change.asked != change.plays:
            self._changes[id(change.stroke), change.asked, change.plays] = change

    def rest(self, pause: Break) -> None:
        """Note a break; the longest one before a stroke and the longest one within it stand for all of them."""
        key = id(pause.stroke), pause.is_within
        if key not in self._breaks or self._breaks[key].wait < pause.wait:
            self._breaks[key] = pause
