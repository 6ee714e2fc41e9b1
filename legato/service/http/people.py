"""People over HTTP: settings, screening, diary, courses, and recommendations."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.responses import Response

from legato.app import courses, history, people, recommendation, screening
from legato.app.courses import CourseStanding
from legato.app.history import HistoryRow, Jotted, NotedRow
from legato.app.model import Input
from legato.app.people import Change, PersonName, Settings
from legato.app.screening import Screening
from legato.care.person import Name
from legato.care.recommend import Recommendation, danger_recommendation
from legato.care.screening import Answer
from legato.service.devices.bridge import Bridge
from legato.service.http.operation import Call, NoQuery, Operation
from legato.service.http.problems import refuse
from legato.service.http.routines import DeviceName, RoutineName, target
from legato.service.job_runner import JobRunner

ALL = "/api/v1/people"
ONE = f"{ALL}/{{person}}"


class NewPerson(Input):
    """A person to add."""

    name: Name


class Answers(Input):
    """Answers by question id."""

    answers: Annotated[dict[str, Answer], Field(min_length=1, max_length=100)]


class StartCourse(Input):
    """The routine to play in a course, if not the course's own."""

    routine: RoutineName | None = None


class Wanted(Input):
    """What is wrong or wanted, in your own words; on which device, for whom, within how many minutes."""

    need: Annotated[str, Field(min_length=1, max_length=500)]
    device: DeviceName | None = None
    person: Name | None = None
    minutes: Annotated[float, Field(gt=0, le=600)] | None = None


def operations(bridge: Bridge, jobs: JobRunner) -> list[Operation]:
    """All operations on people. Guests may use none of them."""
    return [
        *_settings(jobs),
        *_screening(jobs),
        *_diary(jobs),
        *_courses(jobs),
        _need(bridge, jobs),
    ]


def _operation(
    method: Literal["GET", "POST"],
    path: str,
    summary: str,
    handle: Callable[[Call], Awaitable[Any]],
    gives: object = None,
    takes: object = None,
    query: type[Input] = NoQuery,
    status: int = 200,
    media: str = "application/json",
) -> Operation:
    refuses = (404, 409, 422, 503)
    return Operation(
        method=method, path=path, summary=summary, handle=handle, tag="people", gives=gives, takes=takes, query=query,
        status=status, media=media, refuses=refuses,
    )  # fmt: skip


def _settings(jobs: JobRunner) -> list[Operation]:
    async def everyone(_: Call) -> object:
        return await jobs.run(people.everyone)

    async def person(call: Call) -> Settings:
        return await jobs.run(people.settings, call.path["person"])

    async def new(call: Call) -> Settings:
        return await jobs.run(people.begin, call.body.name)

    async def change(call: Call) -> Settings:
        return await jobs.run(people.change, call.path["person"], call.body)

    return [
        _operation("GET", ALL, "Everyone on this computer", everyone, Sequence[PersonName]),
        _operation("POST", ALL, "Add a person", new, Settings, NewPerson, status=201),
        _operation("GET", ONE, "The settings of a person", person, Settings),
        _operation("POST", ONE, "Change settings of a person", change, Settings, Change),
    ]


def _screening(jobs: JobRunner) -> list[Operation]:
    async def screened(call: Call) -> Screening:
        return await jobs.run(screening.screening, call.path["person"])

    async def answered(call: Call) -> Screening:
        return await jobs.run(screening.answered, call.path["person"], call.body.answers)

    path = f"{ONE}/screening"
    return [
        _operation("GET", path, "What the answers mean, and which questions are unanswered", screened, Screening),
        _operation("POST", path, "Answer questions", answered, Screening, Answers),
    ]


def _diary(jobs: JobRunner) -> list[Operation]:
    async def rows(call: Call) -> object:
        return await jobs.run(history.sessions, call.path["person"])

    async def table(call: Call) -> Response:
        kept = {"Content-Disposition": 'attachment; filename="history.csv"'}
        written = await jobs.run(history.table, call.path["person"])
        return Response(written, headers=kept, media_type="text/csv")

    async def notes(call: Call) -> object:
        return await jobs.run(history.notes, call.path["person"])

    async def note(call: Call) -> None:
        if call.body.is_empty:
            raise refuse(422, "invalid", "nothing to note: give pain, tension, sleep, swelling_cm or text")
        await jobs.run(history.note, call.path["person"], call.body)

    return [
        _operation("GET", f"{ONE}/history", "Massages and notes", rows, Sequence[HistoryRow]),
        _operation("GET", f"{ONE}/history.csv", "Massages and notes as CSV", table, str, media="text/csv"),
        _operation("GET", f"{ONE}/notes", "The notes of a person", notes, Sequence[NotedRow]),
        _operation("POST", f"{ONE}/notes", "Add a note on how somebody feels", note, None, Jotted, status=204),
    ]


def _courses(jobs: JobRunner) -> list[Operation]:
    async def standings(call: Call) -> object:
        return await jobs.run(courses.standings, call.path["person"])

    async def start(call: Call) -> None:
        await jobs.run(courses.begin, call.path["course"], call.body.routine, call.path["person"])

    async def stop(call: Call) -> None:
        await jobs.run(courses.end, call.path["course"], call.path["person"])

    one = f"{ONE}/courses/{{course}}"
    return [
        _operation("GET", f"{ONE}/courses", "The progress of a person's courses", standings, Sequence[CourseStanding]),
        _operation("POST", f"{one}/start", "Start a course", start, None, StartCourse, status=204),
        _operation("POST", f"{one}/stop", "End a course", stop, None, status=204),
    ]


def _need(bridge: Bridge, jobs: JobRunner) -> Operation:
    async def recommend(call: Call) -> Recommendation:
        wanted = call.query
        # Danger signs come first, before the device and the person are looked up.
        if danger := await jobs.run(danger_recommendation, wanted.need):
            return danger
        device = target(bridge, wanted.device)
        return await jobs.run(recommendation.recommended, wanted.need, device, wanted.person, wanted.minutes)

    return _operation("GET", "/api/v1/recommend", "Recommendations for a need", recommend, Recommendation, query=Wanted)
