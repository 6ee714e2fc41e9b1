"""Report lines, parsed as a person reads them: the step, the place, and the figures asked and played."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

from legato.profiles.anatomy import STRETCH_CM, Side, Zone
from legato.profiles.audit.checks import CIRCLE_WAYS, FACES, SECONDS, SPOTS, Check, FeltPlace, FeltQuantity, tolerance
from legato.profiles.audit.turns import Turn
from legato.profiles.device import Device
from legato.profiles.schedule import CompileNote

_STEP = re.compile(r"step ([\d.]+) \((.+)\)$")
_ZONES = {
    Zone.FOOT: r"f(oo|ee)t",
    Zone.ANKLE: "ankles?",
    Zone.CALF: "cal(f|ves)",
    Zone.SHIN: "shins?",
    Zone.KNEE: "(?<!of the )(?<!of both )(?<!of the left )(?<!of the right )knees?",
    Zone.POPLITEAL: "backs? of (the|both|the left|the right) knees?|popliteals?",
    Zone.THIGH: "thighs?",
    Zone.HIP: "hips?",
    Zone.SEAT: "seats?",
    Zone.LOWER_BACK: "lower backs?",
    Zone.TORSO: "torsos?",
}
_NUMBER = r"(\d+(?:\.\d+)?)"
_FORMS: list[tuple[str, frozenset[FeltQuantity]]] = [
    (rf"rest of {_NUMBER} s", frozenset({FeltQuantity.REST, FeltQuantity.PERIOD})),
    (rf"after {_NUMBER} s of filling", frozenset({FeltQuantity.WAIT})),
    (rf"every {_NUMBER} s", frozenset({FeltQuantity.PERIOD})),
    (rf"{_NUMBER} s a place", frozenset({FeltQuantity.ON_TIME})),
    (rf"{_NUMBER} mmHg", frozenset({FeltQuantity.PRESSURE, FeltQuantity.LOWEST})),
    (rf"{_NUMBER} cm/s", frozenset({FeltQuantity.SPEED})),
    (rf"{_NUMBER} Hz", frozenset({FeltQuantity.RATE, FeltQuantity.PERIOD})),
    (rf"{_NUMBER} %", frozenset({FeltQuantity.INTENSITY})),
    (rf"{_NUMBER} degC", frozenset({FeltQuantity.TEMPERATURE})),
    (rf"{_NUMBER} cm\b", frozenset({FeltQuantity.WIDTH})),
    (rf"{_NUMBER} times", frozenset({FeltQuantity.TIMES})),
    (rf"{_NUMBER} s\b", frozenset({FeltQuantity.DURATION, FeltQuantity.ON_TIME, FeltQuantity.TOGETHER})),
]
BY_HAND = "a cue and a timer"
"""What the report says plays if a person does it by hand."""

_WORDS = {
    "no break": (FeltQuantity.REST, 0.0),
    "no rest": (FeltQuantity.REST, 0.0),
    "at once": (FeltQuantity.WAIT, 0.0),
    "once": (FeltQuantity.TIMES, 1.0),
} | {words: (FeltQuantity.ROUND, way) for way, words in CIRCLE_WAYS.items()}
_WORDS |= {words: (FeltQuantity.SPOT, means) for means, words in SPOTS.items()}
_WORDS |= {words: (FeltQuantity.FACE, face) for face, words in FACES.items()}


@dataclass(frozen=True)
class ParsedLine:
    """One parsed line of the report."""

    note: CompileNote
    number: str
    words: str
    zones: frozenset[Zone]
    sides: frozenset[Side]
    whats: frozenset[FeltQuantity]
    asked: float | None
    plays: float | None

    @property
    def is_loss(self) -> bool:
        """Whether it says that something does not play at all."""
        return self.note.plays in ("nothing", BY_HAND)

    def is_about(self, check: Check) -> bool:
        """Whether it covers the step, quantity and place of a check."""
        return self.is_of(check.turn) and check.what in self.whats and self.is_at(check.place)

    def is_of(self, turn: Turn) -> bool:
        """Whether it covers a step, or the group that the step is part of."""
        if turn.number == self.number:
            return self.words == turn.words
        return turn.number.startswith(f"{self.number}.") and self.words in (turn.words, "together", "repeat")

    def is_at(self, place: FeltPlace) -> bool:
        """Whether it names a place; `all` means every place."""
        if not self.zones or not place.zones:
            return True
        meets = not self.sides or not place.sides or Side.BOTH in place.sides or set(place.sides) & self.sides
        return bool(meets) and bool(self.zones & set(place.zones))

    def says(self, check: Check) -> bool:
        """Whether its figures are those of a check; if several are cut to one, the most extreme stands for all."""
        if self.is_loss:
            return check.what is FeltQuantity.COVERAGE and check.measured < check.asked
        if self.asked is None or self.plays is None:
            return False
        return (self._plays(check) and (self._asks(check) or self._is_cut(check))) or self._is_shorter(check)

    def states(self, check: Check) -> bool:
        """Whether a check supports the line: both of its figures are those of the check, and they differ."""
        if self.is_loss:
            return self.says(check)
        if self.asked is None or self.plays is None or abs(self.asked - self.plays) < 1e-9:
            return False
        return self._plays(check) and self._asks(check)

    def _is_shorter(self, check: Check) -> bool:
        """The longest of many rests stands for the others, and the longest of many places."""
        longest = check.what is FeltQuantity.ON_TIME and self.note.plays.startswith("up to ")
        if not (longest or check.what in (FeltQuantity.REST, FeltQuantity.PERIOD)) or self.plays is None:
            return False
        return self._asks(check) and check.asked <= check.measured <= self.plays + 0.5

    def _plays(self, check: Check) -> bool:
        return any(_same(self.plays, one, check.what) for one in (check.measured, *check.also_plays))

    def _asks(self, check: Check) -> bool:
        return any(_same(self.asked, one, check.what) for one in (check.asked, *check.also_asked))

    def _is_cut(self, check: Check) -> bool:
        """A cap may lower, or contact raise, several pressures of a step: the line names the most extreme one."""
        if (
            check.what not in (FeltQuantity.PRESSURE, FeltQuantity.INTENSITY, FeltQuantity.ON_TIME)
            or self.asked is None
        ):
            return False
        return check.measured <= check.asked <= self.asked or self.asked <= check.asked <= check.measured


def _same(figure: float | None, value: float, what: FeltQuantity) -> bool:
    if figure is None:
        return False
    least = {
        FeltQuantity.PRESSURE: 0.5,
        FeltQuantity.LOWEST: 0.5,
        FeltQuantity.TEMPERATURE: 0.5,
        FeltQuantity.INTENSITY: 0.5,
    }
    seconds = 0.5 if what in SECONDS else 0.0
    slack = max(tolerance(what, value) / 2.0 if what not in least else least[what], seconds)
    return abs(figure - value) <= slack + (_half_a_digit(value) if what is FeltQuantity.RATE else 0.011)


def _half_a_digit(value: float) -> float:
    """The rounding error of a figure with two digits."""
    return 0.05 * 10.0 ** floor(log10(value)) if value > 0.0 else 0.0


def parse_lines(notes: Iterable[CompileNote], device: Device) -> list[ParsedLine]:
    """Parses the lines of a report, which may name actuators by their ids."""
    return [_line(note, device) for note in notes]


def _line(note: CompileNote, device: Device) -> ParsedLine:
    found = _STEP.match(note.step)
    number, words = found.groups() if found else ("", "")
    zones = frozenset(zone for zone, form in _ZONES.items() if re.search(rf"\b({form})\b", note.where))
    at, names = note.where.split(), note.where.split(", ")
    sides = frozenset(side for side in (Side.LEFT, Side.RIGHT) if side in at and "both" not in at)
    by_id = [a for a in device.actuators if a.id in names]
    if {a.id for a in by_id} == set(names):
        zones, sides = frozenset(a.zone for a in by_id), frozenset(a.side for a in by_id) - {Side.BOTH}
    zones = frozenset(zone for zone in Zone if any(STRETCH_CM[zone] == STRETCH_CM[near] for near in zones))
    asked_whats, asked = _figure(note.asked)
    plays_whats, plays = _figure(note.plays)
    whats = plays_whats & asked_whats if asked is not None and plays is not None else frozenset()
    if note.plays in ("nothing", BY_HAND):
        whats = frozenset({FeltQuantity.COVERAGE})
    return ParsedLine(note, number, words, zones, sides, whats, asked, plays)


def _figure(text: str) -> tuple[frozenset[FeltQuantity], float | None]:
    for form, whats in _FORMS:
        if found := re.search(form, text):
            return whats, float(found[1])
    if text in _WORDS:
        what, value = _WORDS[text]
        return frozenset({what}), value
    return frozenset(), None
