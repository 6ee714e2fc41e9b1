"""People as clients see them: settings, screening, diary, courses, recommendations."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from legato.care.conditions import Cap, Level
from legato.care.danger import Answer as Advice
from legato.care.entries import Moment, Scale
from legato.care.person import Words
from legato.care.planner import State
from legato.care.screening import Answer
from legato.service.devices.state import Told
from legato.service.http.request_model import Asked


class PersonName(Told):
    """One person in a list."""

    name: str
    is_current: bool


class Settings(Told):
    """What is kept about a person, beside the answers of the screening."""

    name: str
    comfort_cap_mmhg: float | None
    leg_cm: float | None
    conditions: tuple[str, ...]
    medicines: tuple[str, ...]


class NewPerson(Asked):
    """Somebody to begin with."""

    name: Annotated[str, Field(pattern=r"^\w[\w-]{0,31}$")]


class Change(Asked):
    """Settings to change; what is not given stays."""

    comfort_cap_mmhg: Cap | None = None
    leg_cm: Annotated[float, Field(ge=40, le=130)] | None = None
    conditions: Words | None = None
    medicines: Words | None = None


class QuestionDue(Told):
    """A question of the screening that is to be answered."""

    id: str
    question: str
    level: Level


class Finding(Told):
    """A condition that counts, and what it is founded on."""

    id: str
    level: Level
    reason: str
    source: str


class Screening(Told):
    """How careful to be, why, what that takes away in words, and which questions are due."""

    person: str
    level: Level
    is_complete: bool
    findings: tuple[Finding, ...]
    limits: tuple[str, ...]
    due: tuple[QuestionDue, ...]
    expires: str | None


class Answers(Asked):
    """Answers by the id of their question."""

    answers: Annotated[dict[str, Answer], Field(min_length=1, max_length=100)]


class HistoryRow(Told):
    """A session and what was noted shortly before and after it, or a note around none: then `started` is its time.

    `started` and `ended` are by the clock on the wall; `duration_s` of a routine that takes `planned_s` were played,
    and something pressed for `pressed_s`. What nobody knows is null, as in diaries from before it was kept. A run that
    was `simulated` counts for nothing.
    """

    kind: Literal["massage", "note"]
    started: AwareDatetime
    routine: str | None
    device: str | None
    duration_s: float | None
    outcome: str | None
    peak_mmhg: float | None
    ended: AwareDatetime | None
    planned_s: float | None
    played_pct: int | None
    pressed_s: float | None
    simulated: bool | None
    pain_before: int | None
    tension_before: int | None
    sleep_before: int | None
    swelling_cm_before: float | None
    text_before: str | None
    pain_after: int | None
    tension_after: int | None
    sleep_after: int | None
    swelling_cm_after: float | None
    text_after: str | None


class Jotted(Asked):
    """How somebody is, before or after a massage, now or `at` a moment before; at least one of the rest is given."""

    moment: Moment
    at: AwareDatetime | None = None
    pain: Scale | None = None
    tension: Scale | None = None
    sleep: Scale | None = None
    swelling_cm: Annotated[float, Field(ge=5, le=150)] | None = None
    text: Annotated[str, Field(max_length=500)] = ""


class NotedRow(Told):
    """A note in the diary."""

    at: AwareDatetime
    moment: Moment
    pain: int | None
    tension: int | None
    sleep: int | None
    swelling_cm: float | None
    text: str


class StartCourse(Asked):
    """Which routine is to be played in a course, where it is not the course's own."""

    routine: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,47}$")] | None = None


class CourseStanding(Told):
    """Where a course stands; dates as YYYY-MM-DD."""

    course: str
    title: str
    routine: str | None
    state: State
    due: str | None
    not_before: AwareDatetime | None
    done: int
    sessions: int | None
    adherence_pct: int | None


class Suggested(Told):
    """A routine that fits, and why; the length is the longest within the `minutes` that were given.

    Where none were, it can be asked to last up to `full_minutes`.
    """

    routine: str
    why: str
    minutes: float
    full_minutes: float | None
    left_out: int
    cautions: tuple[str, ...]


class PassedOver(Told):
    """A routine that is not offered, and why."""

    routine: str
    why: str


class HandStep(Told):
    """What to do by hand for some seconds, so many times over."""

    seconds: int
    say: str
    times: int


class ByHand(Told):
    """A technique without a device, step by step."""

    guide: str
    title: str
    minutes: float
    cautions: tuple[str, ...]
    steps: tuple[HandStep, ...]


class WarnedOf(Told):
    """A sign of danger that was told: what it means, by the two letters of each language, and its source."""

    sign: str
    says: Mapping[str, str]
    source: str


class Recommended(Told):
    """What to do about a need, best first; the `signs`, then `doctor_first`, are to be said before anything else.

    With the `answer` emergency or doctor there is nothing beside the signs: no massage. With screening none is offered
    before one.
    """

    answer: Advice
    signs: tuple[WarnedOf, ...]
    needs: tuple[str, ...]
    doctor_first: tuple[str, ...]
    cautions: tuple[str, ...]
    routines: tuple[Suggested, ...]
    passed: tuple[PassedOver, ...]
    by_hand: tuple[ByHand, ...]
    instead: tuple[str, ...]
    doctor: tuple[str, ...]
