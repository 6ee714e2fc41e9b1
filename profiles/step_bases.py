"""What the steps of a routine have in common: a title, how often, at which stretch of the leg, over the knee.

Every number has a bound; what a person or a device may get is narrower still and is the envelope's business, not the
file's.
"""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from legato.profiles.anatomy import STRETCH_CM, Face, FaceName, Side, SideName, Zone, ZoneName
from legato.profiles.errors import Unfit
from legato.profiles.file_model import FileModel, Given

Pressure = Annotated[float, Field(ge=0, le=110)]
Seconds = Annotated[float, Field(gt=0, le=7200)]
Pause = Annotated[float, Field(ge=0, le=600)]
Times = Annotated[int, Field(ge=1, le=500)]
Speed = Annotated[float, Field(ge=0.5, le=15)]
Intensity = Annotated[float, Field(ge=0, le=100)]


class BaseStep(FileModel):
    """Base of all steps; `title` is what a person reads while it plays."""

    title: Annotated[str, Field(max_length=80)] = ""


class Counted(BaseStep):
    """A step that is done so many `times` over.

    Where a length is asked for (`--minutes`), it is done `least` times in the shortest form of the routine and `most`
    times in its full one; which is as often as written, unless given. In between, all such steps grow evenly.
    """

    times: Times = 1
    least: Times | None = None
    most: Times | None = None

    @property
    def span(self) -> tuple[int, int]:
        """How often it is done in the shortest form and in the full one."""
        return self.least or self.times, self.most or self.times

    @property
    def has_range(self) -> bool:
        """Whether it is done less or more often as the length asks for."""
        return self.span[0] < self.span[1]

    @model_validator(mode="after")
    def _lies_between(self) -> "Counted":
        least, most = self.span
        if not least <= self.times <= most:
            at = "least" if least > self.times else "most"
            raise Unfit(f"written are {self.times} times, which is not between least and most", at)
        return self


class Placed(BaseStep):
    """A step at a stretch of the leg, `from` one zone `to` another (only `from`: just that zone).

    `cue` is said to the person as the step begins, and only where it plays: words about a step go when the step goes.

    A rest after each time (`rest_s`, `off_s`, what is left of `period_s`) comes after the last time as well, unless
    nothing follows.

    Direction matters for moving strokes: from ankle to thigh runs upward. Only steps that pass or do not press may name
    the back of the knee, where a nerve and large vessels lie shallow.
    """

    spares_back_of_knee: ClassVar[bool] = False

    from_: Given[Zone, ZoneName] = Field(alias="from", kw_only=False, strict=False)
    to: Given[Zone | None, ZoneName] = Field(default=None, validate_default=True, kw_only=False, strict=False)
    side: Given[Side, SideName] = Field(default=Side.BOTH, validate_default=True, strict=False)
    face: Given[Face | None, FaceName] = Field(default=None, validate_default=True, strict=False)
    cue: Annotated[str, Field(max_length=300)] = ""

    @property
    def last(self) -> Zone:
        """The zone the stroke ends at."""
        return self.to if self.to is not None else self.from_

    @property
    def highest_mmhg(self) -> float:
        """The most pressure that it asks for; 0 where it does not press with air."""
        asked = (getattr(self, field, None) for field in ("pressure_mmhg", "end_pressure_mmhg"))
        return max((mmhg for mmhg in asked if mmhg is not None), default=0.0)

    @property
    def is_behind_knee(self) -> bool:
        """Whether it names the back of the knee."""
        return Zone.POPLITEAL in (self.from_, self.last)

    @model_validator(mode="after")
    def _never_stays_behind_the_knee(self) -> "Placed":
        if self.is_behind_knee and not self.spares_back_of_knee:
            at = "from" if self.from_ is Zone.POPLITEAL else "to"
            raise Unfit("the back of the knee is only ever stroked; use glide or wave there, or name the knee", at)
        return self


class OverTheKnee(Placed):
    """A step that may pass the knee and be gentler there: `knee_mmhg` is the most that knee and back of knee get."""

    knee_mmhg: Pressure | None = None

    def eased(self, mmhg: float, *zones: Zone) -> float:
        """The part of `mmhg` that is meant for an actuator that takes part in `zones`."""
        if self.knee_mmhg is None or not {Zone.KNEE, Zone.POPLITEAL}.intersection(zones):
            return mmhg
        return min(mmhg, self.knee_mmhg)


BACK_OF_KNEE_MMHG = 20.0
"""The most that a stroke over the back of the knee may press ([E] estimate)."""


class Travelling(OverTheKnee):
    """A stroke that travels; over the back of the knee lightly, and upward."""

    spares_back_of_knee: ClassVar[bool] = True

    pressure_mmhg: Pressure

    @model_validator(mode="after")
    def _strokes_the_back_of_the_knee_lightly_and_upward(self) -> "Travelling":
        if self.is_behind_knee and self.eased(self.highest_mmhg, Zone.POPLITEAL) > BACK_OF_KNEE_MMHG:
            what = f"the back of the knee gets at most {BACK_OF_KNEE_MMHG:g} mmHg; set knee_mmhg, or press less"
            raise Unfit(what, "pressure_mmhg" if self.knee_mmhg is None else "knee_mmhg")
        if self.is_behind_knee and STRETCH_CM[self.last] < STRETCH_CM[self.from_]:
            raise Unfit("the back of the knee is stroked upward only; swap from and to", "from")
        return self
