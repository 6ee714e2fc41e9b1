"""The diary entry of a run, at its start and at its end: the same for the service, the command and the library."""

from datetime import datetime

from legato.app import wall_clock
from legato.care.entries import BEGUN, COMPLETED, PARTIAL, RecordedSession
from legato.controller.session.dose import Dose
from legato.profiles.device import Device


def is_kept(device: Device, keep_simulated: bool) -> bool:
    """Whether a run on `device` enters the diary: a simulated one presses nobody, and is kept only on request."""
    return keep_simulated or not device.simulated


def begun(
    person: str, routine: str, device: Device, started: datetime, planned_s: float, cold_s: float
) -> RecordedSession:
    """The entry at the start, as planned; `cold_s` is how long the routine cools."""
    return _stamped(
        RecordedSession(
            person=person,
            routine=routine,
            device=device.name,
            started=started,
            duration_s=planned_s,
            outcome=BEGUN,
            cold_s=min(cold_s, planned_s),
            planned_s=planned_s,
            simulated=device.simulated,
        )
    )


def settled(begun: RecordedSession, kind: str, dose: Dose, ended: datetime) -> RecordedSession | None:
    """The entry at the end; `kind` is how the run ended. None if nothing ever pressed."""
    if not dose.has_begun:
        return None
    played_s, pressed_s = dose.played_ms / 1000, dose.pressed_ms / 1000
    return _stamped(
        begun.model_copy(
            update={
                "duration_s": played_s,
                "outcome": PARTIAL if kind == COMPLETED and not dose.is_whole else kind,
                "cold_s": min(begun.cold_s, max(played_s, pressed_s)),
                "peak_mmhg": round(dose.peak_mmhg, 1),
                "pressed_s": pressed_s,
                "ended": ended,
            }
        )
    )


def _stamped(session: RecordedSession) -> RecordedSession:
    """Adds what later shows whether the clock has been changed since."""
    clock = wall_clock.reading()
    return session.model_copy(update={"boot": clock.boot, "booted": clock.booted})
