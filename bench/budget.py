"""A measurement, the budget it is held against, and the table of them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.table import Table


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `at_least` says on which side of `budget` it must be; `remark` is what else is worth knowing."""

    what: str
    value: float
    unit: str
    budget: float
    at_least: bool = False
    remark: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the budget is kept."""
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as in `--json`."""
        return {
            "what": self.what,
            "value": round(self.value, 3),
            "unit": self.unit,
            "budget": self.budget,
            "at_least": self.at_least,
            "is_kept": self.is_kept,
            "remark": self.remark,
        }


def table(measures: Sequence[Measure], title: str = "Budgets") -> Table:
    """The table for a person."""
    return Table(title, ("what", "measured", "budget", "", "remark"), [_row(m) for m in measures])


def _row(m: Measure) -> tuple[str, ...]:
    sign = ">=" if m.at_least else "<="
    verdict = "kept" if m.is_kept else "MISSED"
    return (m.what, f"{m.value:.4g} {m.unit}", f"{sign} {m.budget:g} {m.unit}", verdict, m.remark)
