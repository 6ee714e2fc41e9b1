"""Checks: a figure asked and measured, how far the two may differ, and how a report states it.

Times are in seconds, pressures in mmHg, speeds in cm/s, rates in Hz, intensities in %, temperatures in degC; coverage
is from 0 to 1.
"""

from dataclasses import dataclass
from enum import StrEnum

from legato.profiles.anatomy import Side, Zone
from legato.profiles.audit.turns import Turn


class FeltQuantity(StrEnum):
    """What is measured; the values appear in `legato check --json`, so they stay as they are."""

    PRESSURE = "pressure"
    LOWEST = "lowest pressure"
    SPEED = "speed"
    RATE = "rate"
    PERIOD = "period"
    DURATION = "duration"
    ON_TIME = "time pressed"
    REST = "rest"
    WAIT = "wait"
    EARLY = "filled before it is needed"
    INTENSITY = "intensity"
    TEMPERATURE = "temperature"
    WIDTH = "width"
    TIMES = "times"
    COVERAGE = "what is reached"
    OUTSIDE = "what else is moved"
    DIRECTION = "direction"
    ORDER = "order"
    HAND_OVER = "what the next place takes over"
    TOGETHER = "at the same time"
    WORDS = "what is said"
    ROUND = "the way it goes"
    SPOT = "what presses one spot"
    EASE = "how slowly it comes and goes"
    FACE = "from which side it comes"


UNIT = {
    FeltQuantity.PRESSURE: " mmHg",
    FeltQuantity.LOWEST: " mmHg",
    FeltQuantity.SPEED: " cm/s",
    FeltQuantity.RATE: " Hz",
    FeltQuantity.INTENSITY: " %",
    FeltQuantity.TEMPERATURE: " degC",
    FeltQuantity.WIDTH: " cm",
    FeltQuantity.TIMES: " times",
}
SECONDS = {
    FeltQuantity.PERIOD,
    FeltQuantity.DURATION,
    FeltQuantity.ON_TIME,
    FeltQuantity.REST,
    FeltQuantity.WAIT,
    FeltQuantity.TOGETHER,
    FeltQuantity.EASE,
}

_LEAST = {
    FeltQuantity.PRESSURE: 2.0,
    FeltQuantity.LOWEST: 2.0,
    FeltQuantity.INTENSITY: 2.0,
    FeltQuantity.TEMPERATURE: 0.5,
    FeltQuantity.WIDTH: 0.5,
} | dict.fromkeys(SECONDS, 0.5)
_SHARE = {FeltQuantity.SPEED: 0.10, FeltQuantity.RATE: 0.05, FeltQuantity.TEMPERATURE: 0.0, FeltQuantity.TIMES: 0.0}

_YES_NO_WORDS = {
    FeltQuantity.DIRECTION: ("the other way round", "as the zones are named"),
    FeltQuantity.ORDER: ("another order", "one after the other"),
    FeltQuantity.EARLY: ("long before", "shortly before"),
    FeltQuantity.HAND_OVER: ("let go too soon", "held until it presses"),
    FeltQuantity.OUTSIDE: ("moved", "nothing"),
    FeltQuantity.WORDS: ("said", "nothing"),
}
"""Yes-or-no quantities in words: for anything but 0, and for 0."""

CIRCLE_WAYS = {1.0: "circles", 0.0: "a ripple", 0.25: "one place after the other", 0.5: "to and fro"}
"""How circles play: round the leg, or what a device does that cannot; the report uses these words."""

SPOTS = {1.0: "one spot", 0.0: "a broad hold", 0.25: "a percussion head", 0.5: "a roller"}
"""What presses if one spot is asked for; the report uses these words."""

FACES = {0.0: "all around", 1.0: "in front", 2.0: "behind", 3.0: "at the inner side", 4.0: "at the outer side"}
"""The face of the leg from which something plays; the report uses these words."""

_ROUNDING = 0.011
"""In seconds, since everything falls on whole control ticks."""


def tolerance(what: FeltQuantity, asked: float) -> float:
    """How far a measured value may be from what was asked before it must be reported."""
    if what in (FeltQuantity.ROUND, FeltQuantity.SPOT, FeltQuantity.FACE):
        return 0.2
    if what in (
        FeltQuantity.COVERAGE,
        FeltQuantity.OUTSIDE,
        FeltQuantity.EARLY,
        FeltQuantity.DIRECTION,
        FeltQuantity.ORDER,
        FeltQuantity.HAND_OVER,
        FeltQuantity.WORDS,
    ):
        return 0.5
    return max(_LEAST.get(what, 0.0), _SHARE.get(what, 0.05) * abs(asked))


@dataclass(frozen=True, slots=True)
class FeltPlace:
    """Where something is felt: the zones by which a report line may name it, and the legs; no zone means everywhere."""

    zones: tuple[Zone, ...] = ()
    sides: tuple[Side, ...] = ()

    def __str__(self) -> str:
        zones = ", ".join(zone.replace("_", " ") for zone in self.zones[:1]) or "all"
        return f"{self.sides[0]} {zones}" if self.sides in ((Side.LEFT,), (Side.RIGHT,)) else zones


ALL = FeltPlace()


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of one turn: asked and measured.

    `also_asked` and `also_plays` are other figures with which a report line may say the same: a rest without the part
    that was asked for, or the whole time of a press whose plateau was measured. A detail is not a deviation by itself:
    it only supports a line.
    """

    turn: Turn
    place: FeltPlace
    what: FeltQuantity
    asked: float
    measured: float
    also_asked: tuple[float, ...] = ()
    also_plays: tuple[float, ...] = ()
    is_detail: bool = False

    @property
    def tolerance(self) -> float:
        return tolerance(self.what, self.asked)

    @property
    def deviates(self) -> bool:
        if self.is_detail:
            return False
        slack = _ROUNDING if self.what in SECONDS else 1e-6
        return abs(self.measured - self.asked) > self.tolerance + slack


def shown(what: FeltQuantity, value: float) -> str:
    """A figure in words: `35 mmHg`, `rest of 12 s`."""
    if what is FeltQuantity.COVERAGE:
        return f"{100 * value:.0f} % of it"
    if what is FeltQuantity.PERIOD:
        return f"every {value:.1f} s"
    if what is FeltQuantity.REST:
        return f"rest of {value:.1f} s"
    if what in SECONDS:
        return f"{value:.1f} s"
    if what is FeltQuantity.ROUND:
        return CIRCLE_WAYS[value]
    if what is FeltQuantity.SPOT:
        return SPOTS[value]
    if what is FeltQuantity.FACE:
        return FACES[value]
    if what in UNIT:
        return f"{value:.4g}{UNIT[what]}"
    return _YES_NO_WORDS[what][value == 0.0]
