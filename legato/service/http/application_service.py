"""What the service asks of the rest of Legato: routines, replays and people, outside of this process."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from legato.care.screening import Answer
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
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

Target = Device | str
"""A device as it described itself, or the name of a built-in one."""


class Workshop(Protocol):
    """Every method raises NotDone where it cannot be done."""

    async def routines(self) -> Sequence[Card]:
        """The built-in routines and the user's own."""

    async def left_out(self) -> Sequence[LeftOut]:
        """What lies among the routines and people, and is none."""

    async def routine(self, name: str) -> Routine:
        """One routine, explained, with its text."""

    async def report(self, name: str, target: Target, minutes: float | None = None) -> Made:
        """What a device makes of a routine, in the form that lasts closest to `minutes`; as written without."""

    async def before(
        self,
        name: str,
        target: Target,
        person: str | None,
        caps_mmhg: Mapping[Zone, float],
        minutes: float | None = None,
    ) -> Before:
        """What a start would play for somebody, or for whoever is current, under caps set for the device."""

    async def picture(self, name: str, target: Target, minutes: float | None = None) -> str:
        """A small heat map of a routine on a device, as SVG."""

    async def check(self, text: bytes, target: Target | None) -> Checked:
        """Whether YAML is a valid routine, and what a device makes of it."""

    async def save(self, name: str, text: bytes) -> Card:
        """Keeps a routine of the user's own."""

    async def replay(
        self, routine: str | None, text: str | None, target: Target, person: str | None, minutes: float | None = None
    ) -> Replayed:
        """Plays a routine, or the text of one, against the simulator."""

    async def people(self) -> Sequence[PersonName]:
        """Everyone on this computer."""

    async def person(self, name: str) -> Settings:
        """The settings of somebody."""

    async def new_person(self, name: str) -> Settings:
        """Begins with somebody."""

    async def change(self, name: str, change: Change) -> Settings:
        """Changes what is given, and leaves the rest."""

    async def screening(self, name: str) -> Screening:
        """What the answers so far mean, and the questions that are due."""

    async def answered(self, name: str, answers: Mapping[str, Answer]) -> Screening:
        """Keeps answers."""

    async def history(self, name: str) -> Sequence[HistoryRow]:
        """The sessions of somebody, with the notes around each."""

    async def history_csv(self, name: str) -> str:
        """The same as a table."""

    async def notes(self, name: str) -> Sequence[NotedRow]:
        """What somebody noted."""

    async def note(self, name: str, jotted: Jotted) -> None:
        """Notes how somebody is."""

    async def courses(self, name: str) -> Sequence[CourseStanding]:
        """Where the courses of somebody stand."""

    async def start_course(self, name: str, course: str, routine: str | None) -> None:
        """Begins a course."""

    async def stop_course(self, name: str, course: str) -> None:
        """Ends a course."""

    async def endangered(self, need: str) -> Recommended | None:
        """What to do about a danger that is told, or nothing."""

    async def recommend(self, need: str, target: Target, person: str | None, minutes: float | None) -> Recommended:
        """What fits a need."""
