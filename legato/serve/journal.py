"""The diary of what the service plays, in the worker process: begun before it plays, settled once it is over."""

from math import inf

from care.entries import BEGUN, Session
from controller.service.errors import UnknownRoutine
from controller.service.state import Ending, Run
from legato import people
from legato.serve.admission import routine


def begin(run: Run, person: str, device: str) -> None:
    """A power cut from here on leaves a trace in the diary.

    Raises:
        DiaryError: it cannot be written.
    """
    with people.diary() as diary:
        diary.add(_session(run, person, device, run.duration_ms, BEGUN))


def settle(run: Run, person: str, device: str, ending: Ending, peak_mmhg: float) -> None:
    """How it went, in the place of what has begun; nothing where it never played.

    Raises:
        DiaryError: it cannot be written.
    """
    played = _session(run, person, device, run.session_ms, ending.kind)
    entry = played.model_copy(update={"peak_mmhg": round(peak_mmhg, 1)}) if run.session_ms else None
    with people.diary() as diary:
        diary.settle(_session(run, person, device, run.duration_ms, BEGUN), entry)


def _session(run: Run, person: str, device: str, lasts_ms: int, outcome: str) -> Session:
    return Session(
        person=person,
        routine=run.routine,
        device=device,
        started=run.started_at,
        duration_s=lasts_ms / 1000,
        outcome=outcome,
        cold_s=min(_cold_s(run.routine), lasts_ms / 1000),
    )


def _cold_s(name: str) -> float:
    """How long a routine cools; of one that is gone by now nobody knows, so that all of it counts."""
    try:
        return routine(name).cold_s
    except UnknownRoutine:
        return inf
