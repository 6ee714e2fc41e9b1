"""What a turn of a stroke makes a person feel: the presses of every addressed actuator, place by place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from legato.profiles.audit.checks import ALL, Check, FeltPlace, FeltQuantity
from legato.profiles.audit.curve import CONTACT_MMHG, EXACT, FeltPress, Point, curve_between, highest, presses
from legato.profiles.audit.expected_pressure import FAINT_MMHG, highest_asked
from legato.profiles.audit.reach import (
    addressed_channels,
    is_behind_knee,
    is_one_place,
    place_of,
    runs_down,
    stretch_of,
)
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Chamber, Channel, Mount, Quantity, Roller
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Circle, Drain, Glide, Stroke, Wave


@dataclass(frozen=True, slots=True)
class PressTime:
    """One pass of a stroke in session ms: from the start of its first press until its last one is back at rest.

    `begins` and `ends` say whether these really are its start and end: a place too faint to be felt may move before or
    after.
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
    def addressed(self) -> list[Channel]:
        return addressed_channels(self.step, self.schedule.device)

    @cached_property
    def chambers(self) -> list[Channel]:
        """The air chambers that may press: behind the knee only for strokes and circles."""
        own = [c for c in self.addressed if isinstance(c.actuator, Chamber)]
        return (
            own if isinstance(self.step, Glide | Wave | Circle) else [c for c in own if not is_behind_knee(c.actuator)]
        )

    @cached_property
    def excluded(self) -> list[Channel]:
        """Chambers within the step's stretch that it must not press."""
        return [c for c in self.addressed if isinstance(c.actuator, Chamber) and c not in self.chambers]

    @cached_property
    def firm(self) -> list[Channel]:
        """The chambers asked for enough pressure to be felt, so that their times can be checked."""
        return [c for c in self.chambers if highest_asked(self.step, c.actuator) > FAINT_MMHG + 1.0]

    @cached_property
    def places(self) -> list[list[Channel]]:
        """The chambers grouped by place, in the direction of the stroke."""
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
        """The curve of a channel from the start of the turn until the next one starts."""
        return curve_between(self.schedule.tracks[channel.index], self.played.start, self.played.until)

    def companion(self, channel: Channel) -> Channel:
        """The second channel of an actuator: the rate of a motor, the position of a roller."""
        return next(
            c
            for c in self.schedule.device.channels
            if c.actuator is channel.actuator and c.quantity in (Quantity.RATE, Quantity.POSITION)
        )

    @cached_property
    def travels(self) -> list[list[FeltPress]]:
        """For each roller, when it is away from home."""
        homes = [self.companion(c) for c in self.addressed if isinstance(c.actuator, Roller) and self.is_felt(c)]
        return [presses(self.curve(c), 0.0) for c in homes]

    @cached_property
    def away(self) -> tuple[float, float]:
        """When a roller first and last presses or is away from home, in session ms; the start of the turn if never."""
        begin, end = self.played.start, self.played.until
        own = [one for c in self.addressed if isinstance(c.actuator, Roller) for one in (c, self.companion(c))]
        spans = [span for c in own for span in self.schedule.tracks[c.index].spans(0.0)]
        within = [(max(a, begin), min(b, end)) for a, b in spans if a < end and b > begin]
        return min((a for a, _ in within), default=begin), max((b for _, b in within), default=begin)

    def is_felt(self, channel: Channel) -> bool:
        """Whether an actuator moves enough to be felt."""
        level = FAINT_MMHG - 1.0 if channel.quantity is Quantity.PRESSURE else 0.0
        return highest(self.curve(channel)) > level

    def check(self, what: FeltQuantity, asked: float, measured: float, channel: Channel | None = None) -> Check:
        """A check of this turn, at one actuator or everywhere."""
        place = ALL if channel is None else place_of(channel.actuator)
        return Check(self.played.turn, place, what, asked, measured)

    def at(self, channels: Sequence[Channel]) -> FeltPlace:
        """The place where some neighbouring actuators are felt."""
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
        """The actuator that represents all those at the same place: left and right differ a little."""
        return next((place[0].actuator for place in self.places if channel in place), channel.actuator)


def check_rests(felt: FeltTurn, groups: Sequence[Sequence[FeltPress]], rest_s: float, lap: int = 1) -> Iterator[Check]:
    """The rest after each group of presses: between every two, and after the last one if more follows.

    `lap` consecutive groups take the stroke from its first place to its last.
    """
    first, last = (all(c in felt.firm for place in some for c in place) for some in (felt.places[:1], felt.places[-1:]))
    yield from check_rests_between(
        felt,
        [
            PressTime(min(p.rise for p in g), max(p.gone for p in g), first or i % lap > 0, last or i % lap < lap - 1)
            for i, g in enumerate(groups)
            if g
        ],
        rest_s,
    )


def check_rests_between(felt: FeltTurn, times: Sequence[PressTime], rest_s: float) -> Iterator[Check]:
    """The rest after each of these passes, and after the last one if more follows."""
    if len(felt.firm) < len(felt.chambers):
        yield from _check_quiet_times(felt, rest_s)
    for one, following in pairwise(times):
        check = rest_check(felt, rest_s, (following.rise - one.gone) / 1000.0)
        yield replace(check, is_detail=not (one.ends and following.begins))
    if times:
        yield start_check(felt, times[0])
        yield from end_checks(felt, times[-1], rest_s)


def _check_quiet_times(felt: FeltTurn, rest_s: float) -> Iterator[Check]:
    """The times when no chamber presses, including the faint ones.

    Details only: a chamber asked for less than can be felt has no times. Meanwhile it is at contact, or empty. A firm
    chamber may be at contact before and after its presses, whatever the others do.
    """
    for level in {felt.floor, CONTACT_MMHG}:
        now = felt.played.start
        for a, b in _pressed_spans(felt, level + EXACT):
            if a > now:
                asked_s = rest_s if now > felt.played.start else 0.0
                yield replace(rest_check(felt, asked_s, (a - now) / 1000.0), is_detail=True)
            now = max(now, b)


def _pressed_spans(felt: FeltTurn, level: float) -> list[tuple[float, float]]:
    """The spans in which a firm chamber presses, or any other is above a level, in order."""
    firm = [(p.rise, p.gone) for c in felt.firm for p in felt.presses[c.index]]
    faint = [span for c in felt.chambers if c not in felt.firm for span in felt.schedule.tracks[c.index].spans(level)]
    begin, end = felt.played.start, felt.played.end
    return sorted((a, min(b, end)) for a, b in (*firm, *faint) if a < end and b > begin)


def start_check(felt: FeltTurn, first: PressTime) -> Check:
    """A stroke starts when its turn starts."""
    return replace(rest_check(felt, 0.0, (first.rise - felt.played.start) / 1000.0), is_detail=not first.begins)


def end_checks(felt: FeltTurn, last: PressTime, rest_s: float) -> Iterator[Check]:
    """The next step waits for the rest."""
    if felt.played.follows:
        end = max(felt.played.end, min(felt.played.until, last.gone + rest_s * 1000.0))
        yield replace(rest_check(felt, rest_s, (end - last.gone) / 1000.0), is_detail=not last.ends)


def rest_check(felt: FeltTurn, asked_s: float, measured_s: float) -> Check:
    """A check of a rest; a report line may also state only its excess over what was asked."""
    also = (measured_s - asked_s,) if asked_s else ()
    return Check(felt.played.turn, ALL, FeltQuantity.REST, asked_s, measured_s, (0.0,) if asked_s else (), also)


def on_time_check(felt: FeltTurn, channel: Channel, press: FeltPress, asked_s: float) -> Check:
    """How long a press is full. A report line may also state its whole time, including rise and release."""
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
