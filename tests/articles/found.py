"""What became of a demand: it works, something is said instead, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a demand is met on a device."""

    WORKS = "works"
    SAID = "said instead"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Found:
    """A verdict, and the figures that were measured or the very sentence that is said."""

    verdict: Verdict
    evidence: str


def judged(holds: bool, measured: str, said: Sequence[str] = ()) -> Found:
    """Works where it `holds`; else what is `said` of it in its place, and where nothing is, not yet."""
    if holds:
        return Found(Verdict.WORKS, measured)
    if said:
        return Found(Verdict.SAID, "; ".join(f"“{line}”" for line in said))
    return Found(Verdict.NOT_YET, measured)
