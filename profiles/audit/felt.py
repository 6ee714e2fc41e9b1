"""What a turn of a stroke makes a person feel: the presses of every actuator that it is meant for, place by place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from legato.profiles.audit.asking import FAINT_MMHG, most
from legato.profiles.audit.curve import CONTACT_MMHG, EXACT, FeltPress, Point, cut, highest, presses
from legato.profiles.audit.figures import ALL, Check, FeltPlace, FeltQuantity
from legato.profiles.audit.reach import is_behind_knee, is_one_place, meant, place_of, runs_down, stretch_of
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Chamber, Channel, Mount, Quantity, Roller
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Circle, Drain, Glide, Stroke, Wave


@dataclass(frozen=True, slots=True)
class PressTime:
    """One time that a stroke presses: from when its first press begins to when its last one is back at rest.

    In session ms. `begins` and `ends` say whether these are its own beginning and end: a place that is too faint to be
    felt may be moved before or after.
    """

    rise: float
    gone: float
    begins: bool = True
    ends: bool = True


@dataclass(frozen=True)
class FeltTurn:
    """One turn of a placed step on one device."""

    step: Stroke
    played: PlayedTurn
    schedule: Schedule

    @property
    def floor(self) -> float:
        """Where chambers rest between presses."""
        return 0.0 if isinstance(self.step, Drain) or getattr(self.step, "vent", False) else CONTACT_MMHG

    @cached_property
    def cast(self) -> list[Channel]:
        return meant(self.step, self.schedule.device)

    @cached_property
    def chambers(self) -> list[Channel]:
        """The air chambers that may be pressed: behind the knee only what strokes or circles does that."""
        own = [c for c in self.cast if isinstance(c.actuator, Chamber)]
        return (
            own if isinstance(self.step, Glide | Wave | Circle) else [c for c in own if not is_behind_knee(c.actuator)]
        )

    @cached_property
    def left_alone(self) -> list[Channel]:
        """What lies where the step is meant, and is not for it to press."""
        return [c for c in self.cast if isinstance(c.actuator, Chamber) and c not in self.chambers]

    @cached_property
    def firm(self) -> list[Channel]:
        """The chambers that are asked for enough to be felt, and so for times."""
        return [c for c in self.chambers if most(self.step, c.actuator) > FAINT_MMHG + 1.0]

    @cached_property
    def places(self) -> list[list[Channel]]:
        """The chambers by where they lie, in the direction of the stroke."""
        groups: list[list[Channel]] = []
        for c in sorted(self.chambers, key=lambda c: (c.actuator.from_cm, c.actuator.to_cm)):
            own = next((group for group in groups if any(is_one_place(c.actuator, o.actuator) for o in group)), None)
            if own is None:
                groups.append(own := [])
            own.append(c)
        return groups[::-1] if runs_down(self.step) else groups

    @cached_property
    def presses(self) -> dict[int, list[FeltPress]]:
        """The presses of every chamber, by channel."""
        return {c.index: presses(self.curve(c), self.floor) for c in self.chambers}

    def curve(self, channel: Channel) -> list[Point]:
        """What a channel does from the beginning of the turn until the next one begins."""
        return cut(self.schedule.tracks[channel.index], self.played.start, self.played.until)

    def companion(self, channel: Channel) -> Channel:
        """The rate of a motor, the position of a roller."""
        return next(
            c
            for c in self.schedule.device.channels
            if c.actuator is channel.actuator and c.quantity in (Quantity.RATE, Quantity.POSITION)
        )

    @cached_property
    def travels(self) -> list[list[FeltPress]]:
        """For each roller when it is away from home."""
        homes = [self.companion(c) for c in self.cast if isinstance(c.actuator, Roller) and self.moved(c)]
        return [presses(self.curve(c), 0.0) for c in homes]

    @cached_property
    def away(self) -> tuple[float, float]:
        """From when to when a roller presses or is not at home, in session ms; the beginning of the turn: never."""
        begin, end = self.played.start, self.played.until
        own = [one for c in self.cast if isinstance(c.actuator, Roller) for one in (c, self.companion(c))]
        spans = [span for c in own for span in self.schedule.tracks[c.index].spans(0.0)]
        within = [(max(a, begin), min(b, end)) for a, b in spans if a < end and b > begin]
        return min((a for a, _ in within), default=begin), max((b for _, b in within), default=begin)

    def moved(self, channel: Channel) -> bool:
        """Whether anybody feels an actuator move."""
        level = FAINT_MMHG - 1.0 if channel.quantity is Quantity.PRESSURE else 0.0
        return highest(self.curve(channel)) > level

    def check(self, what: FeltQuantity, asked: float, measured: float, channel: Channel | None = None) -> Check:
        """One figure of this turn, at one actuator or everywhere."""
        place = ALL if channel is None else place_of(channel.actuator)
        return Check(self.played.turn, place, what, asked, measured)

    def at(self, channels: Sequence[Channel]) -> FeltPlace:
        """Where some actuators of one place are felt."""
        first = place_of(channels[0].actuator)
        return FeltPlace(first.zones, tuple(sorted({c.actuator.side for c in channels})))

    def along(self, channel: Channel) -> tuple[float, float]:
        """The part of the stroke that lies at a channel's place: from and to, in cm from where the stroke begins."""
        (low, high), mount = stretch_of(self.step), self._place_of(channel)
        start, end = max(low, mount.from_cm), min(high, mount.to_cm)
        return (high - end, high - start) if runs_down(self.step) else (start - low, end - low)

    def length_cm(self, channel: Channel) -> float:
        """How much of the stroke lies at a channel's place."""
        start, end = self.along(channel)
        return max(0.0, end - start)

    def _place_of(self, channel: Channel) -> Mount:
        """The actuator that stands for all that lie at the same place: left and right differ by a little."""
        return next((place[0].actuator for place in self.places if channel in place), channel.actuator)


def rests(felt: FeltTurn, groups: Sequence[Sequence[FeltPress]], rest_s: float, lap: int = 1) -> Iterator[Check]:
    """The rest after each time, all of its presses let go: between each two, and after the last where more follows.

    `lap` of them, one after the other, take the stroke from its first place to its last.
    """
    first, last = (all(c in felt.firm for place in some for c in place) for some in (felt.places[:1], felt.places[-1:]))
    yield from rests_between(
        felt,
        [
            PressTime(min(p.rise for p in g), max(p.gone for p in g), first or i % lap > 0, last or i % lap < lap - 1)
            for i, g in enumerate(groups)
            if g
        ],
        rest_s,
    )


def rests_between(felt: FeltTurn, times: Sequence[PressTime], rest_s: float) -> Iterator[Check]:
    """The rest after each of these times, the last one included where more follows."""
    if len(felt.firm) < len(felt.chambers):
        yield from _quiets(felt, rest_s)
    for one, following in pairwise(times):
        check = rest(felt, rest_s, (following.rise - one.gone) / 1000.0)
        yield replace(check, is_detail=not (one.ends and following.begins))
    if times:
        yield before(felt, times[0])
        yield from after(felt, times[-1], rest_s)


def _quiets(felt: FeltTurn, rest_s: float) -> Iterator[Check]:
    """When none of the chambers is pressed, the faint ones included.

    Details only: what is asked for less than can be felt has no times. It lies at contact meanwhile, or at nothing.
    What is firm has presses, before and after which it may lie at contact whatever the others do.
    """
    for level in {felt.floor, CONTACT_MMHG}:
        now = felt.played.start
        for a, b in _busy(felt, level + EXACT):
            if a > now:
                asked_s = rest_s if now > felt.played.start else 0.0
                yield replace(rest(felt, asked_s, (a - now) / 1000.0), is_detail=True)
            now = max(now, b)


def _busy(felt: FeltTurn, level: float) -> list[tuple[float, float]]:
    """From when to when a firm chamber is pressed, or any other is above a level, one after the other."""
    firm = [(p.rise, p.gone) for c in felt.firm for p in felt.presses[c.index]]
    faint = [span for c in felt.chambers if c not in felt.firm for span in felt.schedule.tracks[c.index].spans(level)]
    begin, end = felt.played.start, felt.played.end
    return sorted((a, min(b, end)) for a, b in (*firm, *faint) if a < end and b > begin)


def before(felt: FeltTurn, first: PressTime) -> Check:
    """It begins when its turn comes."""
    return replace(rest(felt, 0.0, (first.rise - felt.played.start) / 1000.0), is_detail=not first.begins)


def after(felt: FeltTurn, last: PressTime, rest_s: float) -> Iterator[Check]:
    """What follows waits for the rest."""
    if felt.played.follows:
        end = max(felt.played.end, min(felt.played.until, last.gone + rest_s * 1000.0))
        yield replace(rest(felt, rest_s, (end - last.gone) / 1000.0), is_detail=not last.ends)


def rest(felt: FeltTurn, asked_s: float, measured_s: float) -> Check:
    """A rest, which a line may also give without the part that was asked for."""
    also = (measured_s - asked_s,) if asked_s else ()
    return Check(felt.played.turn, ALL, FeltQuantity.REST, asked_s, measured_s, (0.0,) if asked_s else (), also)


def timed(felt: FeltTurn, channel: Channel, press: FeltPress, asked_s: float) -> Check:
    """How long a press is full. A line may also give how long it lasts in one piece, with coming and going."""
    edges = (press.full - press.rise + press.gone - press.free) / 1000.0
    whole = (press.gone - press.rise) / 1000.0
    return Check(
        felt.played.turn,
        place_of(channel.actuator),
        FeltQuantity.ON_TIME,
        asked_s,
        press.on_s,
        (asked_s + edges,),
        (whole,),
    )
