"""The diary of what is played: begun before it plays, settled once it is over."""

from math import inf

from legato.app import diary_entry
from legato.app.diary import open_diary
from legato.care.entries import RecordedSession
from legato.controller.session.dose import Dose
from legato.profiles.device import Device
from legato.service.devices.errors import UnknownRoutine
from legato.service.devices.state import Ending, Run
from legato.service.run.admission import routine


def be_imported() -> None:
    """Has nothing to do: a worker that is asked for it imports this module, with all that the diary needs."""


def begin(run: Run, person: str, device: Device, cold_s: float | None = None) -> None:
    """A power cut from here on leaves a trace in the diary.

    The routine cools for `cold_s`; without, for as long as the routine of this name does.

    Raises:
        DiaryError: it cannot be written.
    """
    with open_diary() as diary:
        diary.add(_begun(run, person, device, cold_s))


def settle(run: Run, person: str, device: Device, ending: Ending, dose: Dose, cold_s: float | None = None) -> None:
    """How it went, in the place of what has begun; nothing where nothing ever pressed.

    Raises:
        DiaryError: it cannot be written.
    """
    begun = _begun(run, person, device, cold_s)
    with open_diary() as diary:
        diary.settle(begun, diary_entry.settled(begun, ending.kind, dose, ending.at))


def _begun(run: Run, person: str, device: Device, cold_s: float | None) -> RecordedSession:
    cold_s = _cold_s(run.routine) if cold_s is None else cold_s
    return diary_entry.begun(person, run.routine, device, run.started_at, run.duration_ms / 1000, cold_s)


def _cold_s(name: str) -> float:
    """How long a routine cools; of one that is gone by now nobody knows, so that all of it counts."""
    try:
        return routine(name).cold_s
    except UnknownRoutine:
        return inf
