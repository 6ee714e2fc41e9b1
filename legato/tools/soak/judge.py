"""What must hold at the host: every stop has a cause, and what was confirmed to the person remains true."""

from typing import Final

from legato.controller.session.events import (
    Ended,
    Event,
    Found,
    Intensity,
    Lost,
    Outcome,
    Resumed,
    Started,
    Step,
    Telemetry,
)
from legato.firmware.ticks import ticks_diff
from legato.profiles.schedule import TICK_MS, Schedule
from legato.sim.checks.invariants import Violation

GAIN_SETTLES_MS: Final = 6000
"""Intensity changes by 20 % a second. In device time, since reports may be late and a skip moves session time."""

_RUNNING: Final = "running"


class Judge:
    """Sees every event of one run, in order; `broken` has what did not hold."""

    def __init__(self, schedule: Schedule) -> None:
        self.broken: dict[str, Violation] = {}
        self._marks = set(schedule.marks)
        self._reported_ms = 0
        self._is_lost = False
        self._percent = 100
        self._is_asked = False
        self._device_ms = 0
        self._moves_from_ms = 0

    def asked_for_intensity(self) -> None:
        """A request was sent: until it is confirmed, the device may have followed it, or never received it."""
        self._is_asked = True

    def see(self, event: Event, at_s: float) -> None:
        """Handles `event`, which came at `at_s`."""
        match event:
            case Telemetry():
                self._on_telemetry(event, at_s)
            case Lost():
                self._is_lost = True
            case Found():
                if event.session_ms < self._reported_ms - self._reported_ms % TICK_MS:
                    self.note(
                        "confirmed", at_s, f"resumes at {event.session_ms} ms, but {self._reported_ms} ms was reported"
                    )
            case Started() | Resumed():
                self._is_lost = False
                self._reported_ms = event.session_ms
                self._moves_from_ms = self._device_ms
            case Intensity():
                self._percent = event.percent
                self._is_asked = False
                self._moves_from_ms = self._device_ms
            case Step():
                self._marks.discard(event.mark)
            case Ended():
                self._on_end(event.outcome, at_s)

    def _on_telemetry(self, event: Telemetry, at_s: float) -> None:
        self._device_ms = event.device_ms
        if self._is_lost or event.state != _RUNNING:
            return
        self._reported_ms = event.session_ms
        # Negative if the line has swapped two statuses: then this one is older than the confirmation.
        moved_ms = ticks_diff(event.device_ms, self._moves_from_ms)
        if not self._is_asked and moved_ms > GAIN_SETTLES_MS and event.gain != self._percent:
            self.note("confirmed", at_s, f"plays at {event.gain} %, but {self._percent} % was confirmed")

    def _on_end(self, outcome: Outcome, at_s: float) -> None:
        if outcome.kind == "completed":
            return
        if not outcome.cause:
            self.note("cause", at_s, f"{outcome.kind} without a cause")
        if not outcome.evidence:
            self.note("cause", at_s, f"{outcome.kind} ({outcome.cause}) without evidence")

    def note(self, invariant: str, at_s: float, what: str) -> None:
        """Records a broken invariant, the first time."""
        self.broken.setdefault(invariant, Violation(invariant, at_s, what))
