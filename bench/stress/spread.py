"""How far what was done lies from what was to be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from bench.stress.work import Ideal


@dataclass(frozen=True, slots=True)
class Stamp:
    """The device put `actuator` to `value`, at `at_s` of the machine's monotonic clock."""

    at_s: float
    actuator: int
    value: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds late: median, 99th percentile, worst; and how many set-points never came, of how many."""

    p50_ms: float
    p99_ms: float
    max_ms: float
    lost: int
    of: int


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that at least `percent` of them do not exceed (nearest rank); of none, NaN."""
    if not values:
        return float("nan")
    return sorted(values)[max(ceil(len(values) * percent / 100.0), 1) - 1]


def errors_ms(ideals: Iterable[Ideal], stamps: Iterable[Stamp], origin_s: float) -> tuple[list[float], int]:
    """Executed minus ideal for every set-point that came, and how many did not.

    Of each actuator, a stamp belongs to the first set-point with its value behind the one before it.
    """
    to_come: dict[int, list[Ideal]] = {}
    for ideal in ideals:
        to_come.setdefault(ideal.actuator, []).append(ideal)
    at = dict.fromkeys(to_come, 0)
    errors: list[float] = []
    for stamp in stamps:
        row = to_come.get(stamp.actuator, [])
        found = next((i for i in range(at.get(stamp.actuator, 0), len(row)) if row[i].value == stamp.value), None)
        if found is not None:
            at[stamp.actuator] = found + 1
            errors.append((stamp.at_s - origin_s) * 1000.0 - row[found].when_ms)
    return errors, sum(len(row) for row in to_come.values()) - len(errors)


def spread(errors: Sequence[float], lost: int) -> Spread:
    """The figures of one run; where nothing came, they are NaN."""
    worst = max(errors, default=float("nan"))
    return Spread(percentile(errors, 50), percentile(errors, 99), worst, lost, len(errors) + lost)


def typical(spreads: Sequence[Spread]) -> Spread:
    """Each figure's median over several runs; of what was lost, the worst run counts."""
    return Spread(
        median(s.p50_ms for s in spreads),
        median(s.p99_ms for s in spreads),
        median(s.max_ms for s in spreads),
        max(s.lost for s in spreads),
        spreads[0].of,
    )
