"""A routine profile: what it is for, where it comes from, and its steps."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from math import fsum
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from legato.profiles.anatomy import STRETCH_CM
from legato.profiles.errors import Unfit
from legato.profiles.file_model import FileModel, Given
from legato.profiles.step_bases import BaseStep, Counted, Placed
from legato.profiles.steps import AnyStep, Cool, Heat, Repeat, Say, Together
from legato.profiles.stroke_reach import same_place

MAX_STEPS = 20_000
"""Bound on steps after every repeat is unrolled: a file may be small and yet ask for the world."""

MAX_FORMS = 1000
"""Bound on the forms between the shortest and the full one."""


class Use(StrEnum):
    """What a routine is for: it sets the default cap: 70, 90 and 50 mmHg ([E] estimates)."""

    COMFORT = "comfort"
    SPORT = "sport"
    LYMPH = "lymph"


UseName = Literal["comfort", "sport", "lymph"]
"""The same as text, for scripts."""

ROUTINE_NAME: Final = "^[a-z0-9][a-z0-9_-]{0,47}$"
"""What the name of a routine looks like."""

QuestionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]


class Profile(FileModel):
    """A routine as written. `format` is the version of the file format, so that old files keep their meaning.

    `why` says in a sentence why these pressures and times, each with its source; figures of a source stand in brackets
    with it, all others are those of the steps.

    `needs` and `not_with` name screening questions: the routine plays only where all of `needs` were answered with yes,
    and none of `not_with`. `upward_only` refuses every stroke that runs down the leg, `heat_after_cue` all warmth that
    no waiting cue comes right before.
    """

    format: Literal[1] = Field(init=False)
    name: str = Field(pattern=ROUTINE_NAME, kw_only=False)
    title: Annotated[str, Field(min_length=1, max_length=80)]
    purpose: Annotated[str, Field(max_length=1000)] = ""
    why: Annotated[str, Field(max_length=600)] = ""
    origin: Annotated[str, Field(max_length=300)] = ""
    use: Given[Use, UseName] = Field(default=Use.COMFORT, validate_default=True, strict=False)
    cautions: Given[tuple[str, ...], Sequence[str]] = Field(
        default=(), validate_default=True, max_length=20, strict=False
    )
    clinician_directed: bool = False
    needs: Given[tuple[QuestionId, ...], Sequence[str]] = Field(
        default=(), validate_default=True, max_length=20, strict=False
    )
    not_with: Given[tuple[QuestionId, ...], Sequence[str]] = Field(
        default=(), validate_default=True, max_length=20, strict=False
    )
    upward_only: bool = False
    heat_after_cue: bool = False
    steps: Given[tuple[AnyStep, ...], Sequence[BaseStep]] = Field(
        min_length=1, max_length=500, kw_only=False, strict=False
    )

    @model_validator(mode="after")
    def _stays_in_bounds(self) -> "Profile":
        if count(self.steps, full=True) > MAX_STEPS:
            raise Unfit(f"more than {MAX_STEPS} steps once every repeat is unrolled", "steps")
        return self

    @model_validator(mode="after")
    def _grows_where_it_may(self) -> "Profile":
        if sum(most - least for least, most in (step.span for step in counted(self.steps))) >= MAX_FORMS:
            raise Unfit(f"from the shortest form to the full one there are more than {MAX_FORMS}", "steps")
        for step, why in _once_only(self.steps):
            at = "least" if step.most is None else "most"
            raise Unfit(f"no length can be asked for here: {why}", *way_to(step, self.steps), at)
        return self

    @model_validator(mode="after")
    def _runs_upward(self) -> "Profile":
        for step in placed(self.steps) if self.upward_only else ():
            if STRETCH_CM[step.last] < STRETCH_CM[step.from_]:
                what = f"upward_only, but a stroke runs down from {step.from_} to {step.last}"
                raise Unfit(what, *way_to(step, self.steps), "from")
        return self

    @model_validator(mode="after")
    def _asks_before_it_warms(self) -> "Profile":
        asked = False
        for step in unroll(self.steps) if self.heat_after_cue else ():
            warm = [part for part in placed((step,)) if isinstance(part, Heat)]
            if warm and not asked:
                what = f"heat_after_cue, but no cue with wait: true comes right before the {warm[0].from_} is warmed"
                raise Unfit(what, *way_to(warm[0], self.steps))
            asked = bool(warm) or (isinstance(step, Say) and step.wait)
        return self

    @model_validator(mode="after")
    def _cools_a_place_once(self) -> "Profile":
        cooled: list[Cool] = []
        for cool in (step for step in write_out(self.steps) if isinstance(step, Cool)):
            if any(same_place(cool, earlier) for earlier in cooled):
                raise Unfit(f"the {cool.from_} is cooled twice; {COLD_REST}", *way_to(cool, self.steps))
            cooled.append(cool)
        return self

    @model_validator(mode="after")
    def _warms_a_place_by_hand_for_no_longer_than_once(self) -> "Profile":
        warmed: list[Heat] = []
        for heat in (step for step in write_out(self.steps) if isinstance(step, Heat) and step.by_hand):
            warmed.append(heat)
            in_all_s = fsum(step.seconds for step in warmed if same_place(heat, step))
            if in_all_s > WARMTH_BY_HAND_S:
                what = f"the {heat.from_} is warmed by hand for {in_all_s / 60.0:.3g} min in all; {WARMTH_MOST}"
                raise Unfit(what, *way_to(heat, self.steps))
        return self

    @property
    def cold_s(self) -> float:
        """How long it cools, one place after the other, whether the device does it or a person."""
        return fsum(step.seconds for step in write_out(self.steps) if isinstance(step, Cool))


COLD_REST_MIN = 45
"""An [E] estimate: the vessels stay narrow long after the cold is gone."""

COLD_REST = f"cold skin needs {COLD_REST_MIN} min of rest before the next cold, so a routine cools each place once"


WARMTH_BY_HAND_S = 1200.0
"""An [E] estimate: the most warmth in one piece. A heater, which is measured, may warm again after a break."""

WARMTH_MOST = f"what nobody measures warms a place for {WARMTH_BY_HAND_S / 60.0:g} min in a routine, all in all"


def way_to(wanted: BaseStep, steps: tuple[AnyStep, ...]) -> tuple[int | str, ...]:
    """Where a step stands in the file: `("steps", 2, "steps", 0)`; empty where it is none of these."""
    for n, step in enumerate(steps):
        if step is wanted:
            return "steps", n
        if isinstance(step, Repeat | Together) and (inside := way_to(wanted, step.steps)):
            return "steps", n, *inside
    return ()


def placed(steps: tuple[AnyStep, ...]) -> Iterator[Placed]:
    """Every step that acts on a place, once each, however often it is repeated."""
    for step in steps:
        if isinstance(step, Repeat | Together):
            yield from placed(step.steps)
        elif isinstance(step, Placed):
            yield step


def counted(steps: tuple[AnyStep, ...]) -> Iterator[Counted]:
    """Every step that is done so many times over, those inside others too, in the order of the file; each once."""
    for step in steps:
        if isinstance(step, Counted):
            yield step
        if isinstance(step, Repeat | Together):
            yield from counted(step.steps)


def _once_only(steps: tuple[AnyStep, ...], why: str = "") -> Iterator[tuple[Counted, str]]:
    """The steps that have a range although they must be done as often as they are written, each with the reason."""
    for step in steps:
        reason = why or _asked_once(step)
        if reason and isinstance(step, Counted) and step.has_range:
            yield step, reason
        if isinstance(step, Repeat | Together):
            yield from _once_only(step.steps, TOGETHER_ONCE if isinstance(step, Together) else why)


TOGETHER_ONCE = "what is played together has one length"


def _asked_once(step: AnyStep) -> str:
    """What stands in a repeat that nobody gets more often because there is time."""
    for inner in write_out(step.steps) if isinstance(step, Repeat) else ():
        if isinstance(inner, Heat | Cool):
            return f"the {inner.from_} is {'warmed' if isinstance(inner, Heat) else 'cooled'} in it"
        if isinstance(inner, Say) and inner.wait:
            return "a question is asked in it"
    return ""


def count(steps: tuple[AnyStep, ...], *, full: bool = False) -> int:
    """How many steps there are once every repeat is unrolled, as written or in the full form; never builds them."""
    return sum(_count(step, full) for step in steps)


def _count(step: AnyStep, full: bool) -> int:
    match step:
        case Repeat():
            return (step.span[1] if full else step.times) * count(step.steps, full=full)
        case Together():
            return count(step.steps, full=full)
        case _:
            return 1


def unroll(steps: tuple[AnyStep, ...]) -> Iterator[AnyStep]:
    """The steps with every repeat written out; `together` stays as it is."""
    for step in steps:
        if isinstance(step, Repeat):
            for _ in range(step.times):
                yield from unroll(step.steps)
        else:
            yield step


def write_out(steps: tuple[AnyStep, ...]) -> Iterator[AnyStep]:
    """The steps with every repeat written out, and what is inside a `together` one after the other."""
    for step in unroll(steps):
        if isinstance(step, Together):
            yield from write_out(step.steps)
        else:
            yield step
