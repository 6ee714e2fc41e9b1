"""The workshop of the service: every job goes to the worker process, in bounds of time and number."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from legato.care.errors import CareError, UnknownName
from legato.care.screening import Answer
from legato.errors import NotAllowed, UnusableFile, UsageError
from legato.profiles.anatomy import Zone
from legato.profiles.errors import InvalidFile
from legato.profiles.refusal import CompileError
from legato.service.http.application_service import Target
from legato.service.http.not_done import NotDone
from legato.service.http.schemas.people import (
    Change,
    CourseStanding,
    HistoryRow,
    Jotted,
    NotedRow,
    PersonName,
    Recommended,
    Screening,
    Settings,
)
from legato.service.http.schemas.routines import Before, Card, Checked, LeftOut, Made, Replayed, Routine
from legato.service.jobs import people, routines
from legato.service.worker import Worker, WorkerFailed

MOST_WAITING: Final = 64

P = ParamSpec("P")
T = TypeVar("T")


class HomeWorkshop:
    """Implements `Workshop` with the routines and people of this computer."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._waiting = 0

    async def routines(self) -> Sequence[Card]:
        return await self._done(routines.cards)

    async def left_out(self) -> Sequence[LeftOut]:
        return await self._done(routines.left_out)

    async def routine(self, name: str) -> Routine:
        return await self._done(routines.explained, name)

    async def report(self, name: str, target: Target, minutes: float | None = None) -> Made:
        return await self._done(routines.report, name, target, minutes)

    async def before(
        self,
        name: str,
        target: Target,
        person: str | None,
        caps_mmhg: Mapping[Zone, float],
        minutes: float | None = None,
    ) -> Before:
        return await self._done(routines.before, name, target, person, caps_mmhg, minutes)

    async def picture(self, name: str, target: Target, minutes: float | None = None) -> str:
        return await self._done(routines.picture, name, target, minutes)

    async def check(self, text: bytes, target: Target | None) -> Checked:
        return await self._done(routines.check, text, target)

    async def save(self, name: str, text: bytes) -> Card:
        return await self._done(routines.save, name, text)

    async def replay(
        self, routine: str | None, text: str | None, target: Target, person: str | None, minutes: float | None = None
    ) -> Replayed:
        return await self._done(routines.replay, routine, text, target, person, minutes)

    async def people(self) -> Sequence[PersonName]:
        return await self._done(people.everyone)

    async def person(self, name: str) -> Settings:
        return await self._done(people.settings, name)

    async def new_person(self, name: str) -> Settings:
        return await self._done(people.new, name)

    async def change(self, name: str, change: Change) -> Settings:
        return await self._done(people.change, name, change)

    async def screening(self, name: str) -> Screening:
        return await self._done(people.screening, name)

    async def answered(self, name: str, answers: Mapping[str, Answer]) -> Screening:
        return await self._done(people.answered, name, answers)

    async def history(self, name: str) -> Sequence[HistoryRow]:
        return await self._done(people.sessions, name)

    async def history_csv(self, name: str) -> str:
        return await self._done(people.table, name)

    async def notes(self, name: str) -> Sequence[NotedRow]:
        return await self._done(people.notes, name)

    async def note(self, name: str, jotted: Jotted) -> None:
        await self._done(people.note, name, jotted)

    async def courses(self, name: str) -> Sequence[CourseStanding]:
        return await self._done(people.courses, name)

    async def start_course(self, name: str, course: str, routine: str | None) -> None:
        await self._done(people.start_course, name, course, routine)

    async def stop_course(self, name: str, course: str) -> None:
        await self._done(people.stop_course, name, course)

    async def endangered(self, need: str) -> Recommended | None:
        return await self._done(people.endangered, need)

    async def recommend(self, need: str, target: Target, person: str | None, minutes: float | None) -> Recommended:
        return await self._done(people.recommended, need, target, person, minutes)

    async def _done(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a job returns; what it raises is a NotDone.

        One job after the other: what takes too long is ended with its process, and the next finds a new one.
        """
        if self._waiting >= MOST_WAITING:
            raise NotDone("busy", "too much is being worked on; ask again")
        self._waiting += 1
        try:
            return await self._worker.run(explaining, job, *args, **kwargs)  # type: ignore[arg-type]
        except WorkerFailed as error:
            is_late = isinstance(error.__cause__, TimeoutError)
            raise NotDone("too_long" if is_late else "failed", str(error)) from error
        finally:
            self._waiting -= 1


def explaining(job: Callable[..., T], *args: object, **kwargs: object) -> T:
    """Does a job in the worker; whatever a client may cause comes back as a NotDone, which a pickle can carry."""
    try:
        return job(*args, **kwargs)
    except UnknownName as error:
        raise NotDone("unknown", str(error)) from None
    except InvalidFile as error:
        raise NotDone("invalid", str(error.problems[0]), error.problems) from None
    except CompileError as error:
        raise NotDone("invalid", str(error)) from None
    except NotAllowed as error:
        raise NotDone("refused", str(error)) from None
    except (UsageError, UnusableFile) as error:
        raise NotDone("invalid", str(error)) from None
    except OSError as error:
        raise NotDone("failed", _named(error)) from None
    except CareError as error:
        raise NotDone("failed", str(error)) from None


def _named(error: OSError) -> str:
    """What is wrong with which file, without its folder: a guest may be told."""
    why = error.strerror or type(error).__name__
    return f"{Path(error.filename).name}: {why}" if isinstance(error.filename, str) else why
