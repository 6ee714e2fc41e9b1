"""Length: a routine made shorter or longer by what of it may be done less or more often, as a device plays it.

From the shortest form to the full one the steps that have a range grow one time after the other, all evenly, so that at
any length the same part of each range is used. All else (warmth, cold, questions, the beginning and the end) is in
every form once.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any

from legato.profiles.compiler import compile as compile_profile
from legato.profiles.device import Device
from legato.profiles.envelope import Envelope
from legato.profiles.profile import Profile, counted
from legato.profiles.refusal import CompileError
from legato.profiles.step_bases import Counted
from legato.profiles.steps import AnyStep, Repeat, Together
from legato.profiles.words import figure

FULL = inf
"""Asked for as minutes: the full form."""

NEAR = 0.15
"""The shortest form may be longer, or the full one shorter, by this share of what was asked for ([E] estimate)."""


class NotThatLong(CompileError):
    """The routine has no form of about the wanted length on this device; says from when to when it lasts."""


class Forms:
    """The forms of a routine on a device, within the limits of a person, from the shortest to the full one.

    A form that would be longer than a session may be is none.
    """

    def __init__(self, profile: Profile, device: Device, limits: Envelope) -> None:
        self._profile, self._device, self._limits = profile, device, limits
        self._spans = [step.span for step in counted(profile.steps)]
        self._order = _order([most - least for least, most in self._spans])
        self._seconds: dict[int, float] = {}

    def closest(self, minutes: float) -> Profile:
        """The form that lasts closest to `minutes` on the device; of two the shorter one. `FULL` is the full form.

        Raises:
            NotThatLong: every form is far from that.
            CompileError: not even the shortest form can be made safe.
        """
        if minutes == FULL:
            return self.form(self._full)
        self._insist_on(minutes * 60.0)
        longer = bisect_left(range(self._full), minutes * 60.0, key=self.seconds)
        return self.form(min((max(0, longer - 1), longer), key=lambda n: abs(self.seconds(n) - minutes * 60.0)))

    def within(self, minutes: float) -> Profile:
        """The longest form that lasts no longer than `minutes`; the shortest where even that is too long."""
        return self.form(max(0, bisect_right(range(self._full + 1), minutes * 60.0, key=self.seconds) - 1))

    @property
    def shortest_s(self) -> float:
        """How long the shortest form lasts."""
        return self.seconds(0)

    @property
    def full_s(self) -> float:
        """How long the full form lasts."""
        return self.seconds(self._full)

    def form(self, number: int) -> Profile:
        """The form that has grown so many times, as a routine of its own: with the same ranges, so the same forms."""
        grown = Counter(self._order[:number])
        counts = iter([(least + grown[n], least, most) for n, (least, most) in enumerate(self._spans)])
        return self._profile.model_copy(update={"steps": _with(self._profile.steps, counts)})

    def seconds(self, number: int) -> float:
        """How long a form lasts; without end where it is longer than a session may be.

        Raises:
            CompileError: it is the shortest, and cannot be made safe.
        """
        if number not in self._seconds:
            self._seconds[number] = self._measured(number)
        return self._seconds[number]

    def _measured(self, number: int) -> float:
        try:
            return compile_profile(self.form(number), self._device, self._limits).duration_ms / 1000.0
        except CompileError:
            if number == 0:
                raise
            return inf

    @cached_property
    def _full(self) -> int:
        most = len(self._order)
        return most if self.seconds(most) < inf else bisect_left(range(most), inf, key=self.seconds) - 1

    def _insist_on(self, seconds: float) -> None:
        if self.shortest_s - NEAR * seconds <= seconds <= self.full_s + NEAR * seconds:
            return
        shortest, full = figure(self.shortest_s / 60.0), figure(self.full_s / 60.0)
        lasts = f"{shortest} to {full} min" if shortest != full else f"{full} min, neither more nor less"
        what = f"on {self._device.name}, {self._profile.name} lasts {lasts}"
        raise NotThatLong(what, f"{figure(seconds / 60.0)} min cannot be made of it")


def _order(rooms: Sequence[int]) -> list[int]:
    """Whose turn it is to be done once more, so that all use up their room evenly; the first in the file goes first."""
    halves = ((Fraction(2 * j + 1, 2 * room), n) for n, room in enumerate(rooms) for j in range(room))
    return [n for _, n in sorted(halves)]


def _with(steps: tuple[AnyStep, ...], counts: Iterator[tuple[int, int, int]]) -> tuple[AnyStep, ...]:
    """The same steps, done as often as `counts` says, in the order of the file, and with these ranges."""
    return tuple(_one_with(step, counts) for step in steps)


def _one_with(step: AnyStep, counts: Iterator[tuple[int, int, int]]) -> AnyStep:
    changed: dict[str, Any] = {}
    if isinstance(step, Counted):
        times, least, most = next(counts)
        changed = {"times": times} | ({"least": least, "most": most} if least < most else {})
    if isinstance(step, Repeat | Together):
        changed["steps"] = _with(step.steps, counts)
    return step.model_copy(update=changed) if changed else step
