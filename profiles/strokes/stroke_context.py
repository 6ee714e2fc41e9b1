"""The context of a stroke: who takes part, where they stand, how slow it has to be, and what was cut off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.compile_context import CompileContext
from legato.profiles.device import Channel, Quantity
from legato.profiles.segments import Points, Segment
from legato.profiles.steps import Stroke
from legato.profiles.stroke_ledger import UNNOTICED_MMHG, Clip, Ledger, StrokeChange
from legato.profiles.words import figures

Levels = Mapping[int, float]
"""Where chambers stand, in mmHg by channel."""

NOTICED = 1.02
"""What is slower or later than asked by less than this is as asked."""


@dataclass(frozen=True)
class StrokeContext:
    """What a stroke is built on.

    `stretch` is how many times slower travel and rises are than asked; the ledger says why. `levels` says where
    chambers stand, `floor_mmhg` what they return to, `is_followed` whether something comes after the stroke. What is
    not played as asked goes into the ledger as it happens.
    """

    step: Stroke
    context: CompileContext
    cast: tuple[Channel, ...]
    levels: Levels
    floor_mmhg: float = BASELINE_MMHG
    stretch: float = 1.0
    ledger: Ledger = field(default_factory=Ledger)
    is_followed: bool = True

    def spaced(self, segments: Iterable[Segment], rest_s: float) -> list[Segment]:
        """The segments with the same rest after each; after the last one only where something follows."""
        rest = Segment.rest(rest_s)
        if not rest.ticks:
            return list(segments)
        out = [p for one in segments for p in (one, rest)]
        return out if self.is_followed else out[:-1]

    def settled(self) -> "StrokeContext":
        """The same context once everything has returned to the floor."""
        return replace(self, levels=dict.fromkeys(self.levels, self.floor_mmhg))

    def press(self, channel: Channel, mmhg: float) -> float:
        """The pressure asked for inside the envelope, and never less than contact."""
        cap = self.context.cap(channel.index)
        if mmhg > cap.value:
            self.clip(channel, mmhg, cap.value, "mmHg", cap.why)
        return self.touch(channel, min(mmhg, cap.value))

    def touch(self, channel: Channel, mmhg: float, least: float = BASELINE_MMHG) -> float:
        """What is asked of a chamber, yet no less than contact."""
        if mmhg < least - UNNOTICED_MMHG:
            self.clip(channel, mmhg, least, "mmHg", f"light contact {least:g} mmHg")
        return max(mmhg, least)

    def roll(self, channel: Channel, intensity_pct: float) -> float:
        """The intensity asked of a roller inside the envelope."""
        most = self.context.limits.rollers[channel.index]
        if intensity_pct > most.value:
            self.clip(channel, intensity_pct, most.value, "%", most.why)
        return min(intensity_pct, most.value)

    def clip(self, channel: Channel, asked: float, plays: float, unit: str, why: str) -> None:
        """Note that `channel` does not get what was asked for."""
        asked_words, plays_words = (f"{value} {unit}" for value in figures(asked, plays))
        self.ledger.cut(Clip(self.step, channel, asked_words, plays_words, why), abs(asked - plays))

    def change(self, asked: str, plays: str, why: str = "") -> None:
        """Note that the whole stroke is slower, later or longer than asked; slow air is why, unless given."""
        self.ledger.change(StrokeChange(self.step, asked, plays, why or self.ledger.slow_why))

    def rise_s(self, targets: Mapping[int, float]) -> float:
        """The ramp in which these chambers can rise together from where they stand, as slow as this stroke is."""
        return self.stretch * self.context.rise_s((i, self.levels[i], mmhg) for i, mmhg in targets.items())

    def fall_s(self, channel: int, mmhg: float) -> float:
        """The shortest ramp from `mmhg` down to the floor."""
        return self.context.vent_s(channel, mmhg, self.floor_mmhg)

    def push(self, channel: int, mmhg: float, rise_at_s: float, full_at_s: float, free_at_s: float) -> Points:
        """The simplest curve: from where it stands up to `mmhg`, held, and down to the floor."""
        return [
            (0.0, self.levels[channel]),
            (rise_at_s, self.levels[channel]),
            (full_at_s, mmhg),
            (free_at_s, mmhg),
            (free_at_s + self.fall_s(channel, mmhg), self.floor_mmhg),
        ]

    def companion(self, channel: Channel) -> int:
        """The second channel of a motor or roller: its rate or position."""
        wanted = (Quantity.RATE, Quantity.POSITION)
        return next(
            c.index for c in self.context.device.channels if c.actuator is channel.actuator and c.quantity in wanted
        )


def pressed(stroke: StrokeContext, cast: Iterable[Channel], mmhg: float) -> dict[int, float]:
    """What each of these chambers gets when all are asked for `mmhg`."""
    return {c.index: stroke.press(c, mmhg) for c in cast}
