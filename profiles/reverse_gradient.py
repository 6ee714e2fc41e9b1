"""The gradient rule: of what is held at the same time, nothing up the leg is pressed clearly more than what is below.

It is judged on the schedule, so that nothing walks round it: `together`, repeats, strokes that overlap and holds that
go on all end up as set-points. What the words mean here:

- A *press* of a chamber is a time above the level that ends a run; it is *held* from when it first reaches its peak
  until it last leaves it. A stroke that swings, as kneading does, is held from its first swing to its last.
- Two presses are *held together* where the lower one is held for `HELD_S` or longer while the upper one, held or still
  rising, is too high above it. Less is a passing touch, as where one place hands over to the next.
- A press *travels* where it comes from the next place, or goes on to it, at one and the same pressure: one begins and
  ends before the other, with no more of both than a quarter of either, and no more between than one lasts, or than the
  same pace needs from place to place. Such a crest pushes on what lies ahead and shuts nothing in, so it is no
  gradient, whatever is held below or above it.
- The knee, and whatever stands at its own cap, is held down on purpose: it is skipped, and the nearest below counts.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from legato.profiles.anatomy import Side, Zone, sides_meet
from legato.profiles.device import Channel, Mount, Quantity
from legato.profiles.envelope import Envelope
from legato.profiles.refusal import ProofError
from legato.profiles.schedule import Schedule, Track
from legato.profiles.stroke_reach import is_one_place, zones_covered

REVERSE_MMHG = 5.0
"""Of zones held together, one may get this much more than the nearest one below it, not more ([E] estimate)."""

HELD_S = 2.0
"""Held for less than this together is no gradient ([E]): fluid needs longer to move (Zaleska 2013: 5 s do nothing)."""

PRESSED_MMHG = 10.0
"""A press that stays at or below this is contact; what ends it is at or below `RELEASED_MMHG`."""
RELEASED_MMHG = 8.0

_STEP_MMHG = 0.5
"""One half-unit: pressures this close are one."""


@dataclass(frozen=True, slots=True)
class HeldPress:
    """One press of a chamber: its peak in mmHg, held from when to when (session ms); `is_held_down`: on purpose.

    It begins to rise at `rise_ms`, along `track`.
    """

    channel: Channel
    track: Track
    mmhg: float
    rise_ms: float
    start_ms: float
    end_ms: float
    is_held_down: bool

    @property
    def lasts_ms(self) -> float:
        return self.end_ms - self.start_ms

    def over_ms(self, mmhg: float) -> float:
        """When it rises above a pressure; when it begins to be held if it never does."""
        spans = self.track.spans(mmhg)
        return next((start for start, end in spans if end > self.rise_ms and start < self.end_ms), self.start_ms)


def refuse_reverse_gradient(schedule: Schedule, limits: Envelope) -> None:
    """Raises ProofError where what is held together rises by more than `REVERSE_MMHG` on the way up either leg."""
    presses = sorted(_presses(schedule, limits), key=lambda press: press.rise_ms)
    for side in (Side.LEFT, Side.RIGHT):
        leg = _Leg([press for press in presses if sides_meet(press.channel.actuator.side, side)])
        for below, above in leg.too_steep():
            if not leg.excuses(below, above):
                raise _refusal(schedule, below, above)


def _presses(schedule: Schedule, limits: Envelope) -> Iterator[HeldPress]:
    for channel, track in zip(schedule.device.channels, schedule.tracks, strict=True):
        if channel.quantity is Quantity.PRESSURE:
            cap = limits.chambers[channel.index].cap_mmhg
            is_knee = not {Zone.KNEE, Zone.POPLITEAL}.isdisjoint(zones_covered(channel.actuator, schedule.device))
            for mmhg, rise, start, end in _peaks(track):
                yield HeldPress(channel, track, mmhg, rise, start, end, is_knee or mmhg >= cap - _STEP_MMHG)


def _peaks(track: Track) -> Iterator[tuple[float, float, float, float]]:
    """The peak of each press, when it begins, and from when to when it is held."""
    for start, end in track.spans(RELEASED_MMHG):
        first, last = bisect_left(track.times, start), bisect_right(track.times, end)
        corners = list(zip(track.times[first:last], track.values[first:last], strict=True))
        peak = max(v for _, v in corners)
        if peak > PRESSED_MMHG:
            held = [t for t, v in corners if v >= peak - _STEP_MMHG]
            yield peak, start, held[0], held[-1]


class _Leg:
    """The presses of one leg, in order of time."""

    def __init__(self, presses: list[HeldPress]) -> None:
        self._presses = presses
        self._mounts = list({press.channel.index: press.channel.actuator for press in presses}.values())

    def too_steep(self) -> Iterator[tuple[HeldPress, HeldPress]]:
        """All pairs of a lower press and an upper one that is too high above it, but for those held down below."""
        for n, one in enumerate(self._presses):
            for other in self._presses[n + 1 :]:
                if other.rise_ms >= one.end_ms:
                    break
                below, above = sorted((one, other), key=_middle_cm)
                if not _is_one_place(below, above) and _is_too_steep(below, above):
                    yield below, above

    def excuses(self, below: HeldPress, above: HeldPress) -> bool:
        """Whether a pair is no gradient: one of them travels, or something nearer is held below all the while."""
        if self._travels(below) or self._travels(above):
            return True
        nearer = [p for p in self._presses if _is_between(below, p.channel.actuator, above) and not p.is_held_down]
        shared_ms = max((_steep_ms(below, above, p) for p in nearer if not self._travels(p)), default=0.0)
        return not _is_held(_steep_ms(below, above) - shared_ms)

    def _travels(self, press: HeldPress) -> bool:
        """Whether it is part of a crest: a press of the next place comes before or after it with the same pressure."""
        return any(
            _hands_over(*sorted((press, other), key=lambda p: p.start_ms))
            and not _is_one_place(press, other)
            and not any(_is_between(press, mount, other) for mount in self._mounts)
            for other in self._presses
            if abs(press.mmhg - other.mmhg) <= _STEP_MMHG or min((press, other), key=_mmhg).is_held_down
        )


def _hands_over(first: HeldPress, then: HeldPress) -> bool:
    """Whether the second begins as the first ends; what is held down itself is no evidence for more than a touch."""
    both_ms = first.end_ms - then.start_ms
    is_alike = abs(first.mmhg - then.mmhg) <= _STEP_MMHG
    most_ms = min(first.lasts_ms, then.lasts_ms) / 4.0 if is_alike else HELD_S * 1000.0
    is_shifted = first.start_ms < then.start_ms and first.end_ms < then.end_ms
    return is_shifted and -_pause_ms(first, then) <= both_ms <= most_ms


def _pause_ms(first: HeldPress, then: HeldPress) -> float:
    """The longest that a crest may be felt nowhere between two places: as long as it takes at its pace in a place."""
    a, b = (p.channel.actuator for p in (first, then))
    gap_cm = max(a.from_cm, b.from_cm) - min(a.to_cm, b.to_cm)
    shorter_cm = min(a.to_cm - a.from_cm, b.to_cm - b.from_cm)
    return max(first.lasts_ms, then.lasts_ms) * max(1.0, gap_cm / shorter_cm)


def _is_between(a: HeldPress, mount: Mount, b: HeldPress) -> bool:
    """Whether an actuator lies at a place of its own between those of two presses."""
    low, high = sorted((a, b), key=_middle_cm)
    lies_between = _middle_cm(low) < (mount.from_cm + mount.to_cm) / 2.0 < _middle_cm(high)
    return lies_between and not any(is_one_place(mount, p.channel.actuator) for p in (a, b))


def _is_one_place(a: HeldPress, b: HeldPress) -> bool:
    return is_one_place(a.channel.actuator, b.channel.actuator)


def _mmhg(press: HeldPress) -> float:
    return press.mmhg


def _middle_cm(press: HeldPress) -> float:
    return (press.channel.actuator.from_cm + press.channel.actuator.to_cm) / 2.0


def _is_too_steep(below: HeldPress, above: HeldPress) -> bool:
    is_steep = above.mmhg - below.mmhg > REVERSE_MMHG and not below.is_held_down
    return is_steep and _is_held(_steep_ms(below, above))


def _is_held(ms: float) -> bool:
    return ms >= HELD_S * 1000.0


def _steep_ms(below: HeldPress, above: HeldPress, *others: HeldPress) -> float:
    """How long the lower press, and these others, are held while the upper one is too high above it."""
    begin = [above.over_ms(below.mmhg + REVERSE_MMHG), below.start_ms, *(p.start_ms for p in others)]
    return max(0.0, min(p.end_ms for p in (below, above, *others)) - max(begin))


def _refusal(schedule: Schedule, below: HeldPress, above: HeldPress) -> ProofError:
    at_ms = max(below.start_ms, above.over_ms(below.mmhg + REVERSE_MMHG))
    steps = [span.step for span in schedule.spans if span.start_ms <= at_ms <= span.end_ms]
    low, high = (f"{p.channel.name} at {p.mmhg:g} mmHg" for p in (below, above))
    hint = f"going up, pressure may grow by at most {REVERSE_MMHG:g} mmHg; press more below, or less above"
    where = f"step {steps[0]}, at {at_ms / 1000:.0f} s" if steps else f"at {at_ms / 1000:.0f} s"
    return ProofError(f"{high} is held together with {low} below it", hint, where)
