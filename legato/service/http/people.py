"""People over HTTP: settings, screening, diary, courses, and what to do about a need."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.responses import Response

from legato.service.devices.bridge import Bridge
from legato.service.http.application_service import Workshop
from legato.service.http.operation import Call, Operation
from legato.service.http.problems import refuse
from legato.service.http.request_model import Asked, NoQuery
from legato.service.http.routines import DeviceName, target
from legato.service.http.schemas.people import (
    Answers,
    Change,
    CourseStanding,
    HistoryRow,
    Jotted,
    NewPerson,
    NotedRow,
    PersonName,
    Recommended,
    Screening,
    Settings,
    StartCourse,
)

ALL = "/api/v1/people"
ONE = f"{ALL}/{{person}}"


class Wanted(Asked):
    """What is wrong or wanted, in free words; on which device, for whom, in how many minutes."""

    need: Annotated[str, Field(min_length=1, max_length=500)]
    device: DeviceName | None = None
    person: Annotated[str, Field(pattern=r"^\w[\w-]{0,31}$")] | None = None
    minutes: Annotated[float, Field(gt=0, le=600)] | None = None


def operations(bridge: Bridge, workshop: Workshop) -> list[Operation]:
    """Everything about people. A guest is told nothing of them."""
    return [
        *_settings(workshop),
        *_screening(workshop),
        *_diary(workshop),
        *_courses(workshop),
        _need(bridge, workshop),
    ]


def _operation(
    method: Literal["GET", "POST"],
    path: str,
    summary: str,
    handle: Callable[[Call], Awaitable[Any]],
    gives: object = None,
    takes: object = None,
    query: type[Asked] = NoQuery,
    status: int = 200,
    media: str = "application/json",
) -> Operation:
    refuses = (404, 409, 422, 503)
    return Operation(
        method=method, path=path, summary=summary, handle=handle, tag="people", gives=gives, takes=takes, query=query,
        status=status, media=media, refuses=refuses,
    )  # fmt: skip


def _settings(workshop: Workshop) -> list[Operation]:
    async def people(_: Call) -> object:
        return await workshop.people()

    async def person(call: Call) -> Settings:
        return await workshop.person(call.path["person"])

    async def new(call: Call) -> Settings:
        return await workshop.new_person(call.body.name)

    async def change(call: Call) -> Settings:
        return await workshop.change(call.path["person"], call.body)

    return [
        _operation("GET", ALL, "Everyone on this computer", people, Sequence[PersonName]),
        _operation("POST", ALL, "Begin with somebody", new, Settings, NewPerson, status=201),
        _operation("GET", ONE, "The settings of somebody", person, Settings),
        _operation("POST", ONE, "Change settings of somebody", change, Settings, Change),
    ]


def _screening(workshop: Workshop) -> list[Operation]:
    async def screening(call: Call) -> Screening:
        return await workshop.screening(call.path["person"])

    async def answered(call: Call) -> Screening:
        return await workshop.answered(call.path["person"], call.body.answers)

    path = f"{ONE}/screening"
    return [
        _operation("GET", path, "What the answers mean, and which questions are due", screening, Screening),
        _operation("POST", path, "Answer questions", answered, Screening, Answers),
    ]


def _diary(workshop: Workshop) -> list[Operation]:
    async def history(call: Call) -> object:
        return await workshop.history(call.path["person"])

    async def table(call: Call) -> Response:
        kept = {"Content-Disposition": 'attachment; filename="history.csv"'}
        return Response(await workshop.history_csv(call.path["person"]), headers=kept, media_type="text/csv")

    async def notes(call: Call) -> object:
        return await workshop.notes(call.path["person"])

    async def note(call: Call) -> None:
        jotted = call.body
        told = jotted.model_dump(exclude={"moment", "at"}, exclude_defaults=True)
        if not told:
            raise refuse(422, "invalid", "nothing to note: give pain, tension, sleep, swelling_cm or text")
        await workshop.note(call.path["person"], jotted)

    return [
        _operation("GET", f"{ONE}/history", "Massages and notes", history, Sequence[HistoryRow]),
        _operation("GET", f"{ONE}/history.csv", "The same as a table", table, str, media="text/csv"),
        _operation("GET", f"{ONE}/notes", "What was noted", notes, Sequence[NotedRow]),
        _operation("POST", f"{ONE}/notes", "Note how it is", note, None, Jotted, status=204),
    ]


def _courses(workshop: Workshop) -> list[Operation]:
    async def courses(call: Call) -> object:
        return await workshop.courses(call.path["person"])

    async def start(call: Call) -> None:
        await workshop.start_course(call.path["person"], call.path["course"], call.body.routine)

    async def stop(call: Call) -> None:
        await workshop.stop_course(call.path["person"], call.path["course"])

    one = f"{ONE}/courses/{{course}}"
    return [
        _operation("GET", f"{ONE}/courses", "Where the courses of somebody stand", courses, Sequence[CourseStanding]),
        _operation("POST", f"{one}/start", "Begin a course", start, None, StartCourse, status=204),
        _operation("POST", f"{one}/stop", "End a course", stop, None, status=204),
    ]


def _need(bridge: Bridge, workshop: Workshop) -> Operation:
    async def recommend(call: Call) -> Recommended:
        wanted = call.query
        # Whether the device is there, and who asks, is nothing to wait for.
        if danger := await workshop.endangered(wanted.need):
            return danger
        return await workshop.recommend(wanted.need, target(bridge, wanted.device), wanted.person, wanted.minutes)

    return _operation("GET", "/api/v1/recommend", "What fits a need", recommend, Recommended, query=Wanted)
