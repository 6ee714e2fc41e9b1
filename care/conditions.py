"""The conditions that stop a massage or narrow its limits, each with a question (`conditions.yaml`)."""

from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from legato.care.record import Record
from legato.care.yaml_files import load_builtin
from legato.profiles.anatomy import Zone
from legato.profiles.device import HARD_CAP_MMHG
from legato.profiles.errors import lower_first
from legato.profiles.profile import QuestionId
from legato.profiles.restrictions import Limit, Means, Restrictions

Cap = Annotated[float, Field(ge=5, le=HARD_CAP_MMHG)]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]

MOST_VALID_DAYS = 730
"""No answer is valid for longer ([E] estimate)."""


class ScreeningLevel(StrEnum):
    """How serious a condition is, the most serious first."""

    STOP = "stop"
    CAUTION = "caution"
    CLEAR = "clear"


class CautionLimits(Record):
    """The limits that a caution sets."""

    cap_mmhg: Cap | None = None
    zone_caps_mmhg: dict[Zone, Cap] = Field(default_factory=dict)
    hold_s: Annotated[float, Field(gt=0, le=120)] | None = None
    forbid: tuple[Means, ...] = ()
    leave_out: tuple[Zone, ...] = ()

    def because(self, why: str) -> Restrictions:
        """These limits as restrictions, each with the reason `why`."""
        return Restrictions(
            cap_mmhg=None if self.cap_mmhg is None else Limit(self.cap_mmhg, why),
            zone_caps_mmhg={zone: Limit(cap, why) for zone, cap in self.zone_caps_mmhg.items()},
            hold_s=None if self.hold_s is None else Limit(self.hold_s, why),
            forbidden=dict.fromkeys(self.forbid, why),
            left_out=dict.fromkeys(self.leave_out, why),
        )


class Condition(Record):
    """A screening question, and what follows from a yes.

    `level` stop refuses everything, caution narrows the limits, clear only informs routines that need it. An answer is
    valid for `valid_days`. The question is asked only if the one named by `asked_if` was answered with yes.
    """

    id: QuestionId
    question: Sentence
    level: ScreeningLevel
    reason: Sentence
    source: Sentence
    valid_days: Annotated[int, Field(ge=1, le=MOST_VALID_DAYS)] = 180
    asked_if: QuestionId | None = None
    narrows: CautionLimits = CautionLimits()

    @property
    def restrictions(self) -> Restrictions:
        """What a yes restricts, with the reason worded to follow "because"."""
        return self.narrows.because(lower_first(self.reason).removesuffix("."))


@cache
def conditions() -> dict[str, Condition]:
    """All conditions by id, in the order in which they are asked: stops first."""
    return {
        condition.id: condition for condition in load_builtin("conditions.yaml", TypeAdapter(tuple[Condition, ...]))
    }
