"""What must hold at the host: every stop says why, and what was confirmed to the person stays so."""

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
"""Intensity moves by 20 % a second. In the device's time: what it says may come late, and a skip moves session time."""

_RUNNING: Final = "running"


class Judge:
    """Sees every event of one run, in order; `broken` is what did not hold."""

    def __init__(self, schedule: Schedule) -> None:
        self.broken: dict[str, Violation] = {}
        self._marks = set(schedule.marks)
        self._told_ms = 0
        self._is_lost = False
        self._percent = 100
        self._is_asked = False
        self._device_ms = 0
        self._moves_from_ms = 0

    def asked_for_intensity(self) -> None:
        """A wish is on its way: until it is confirmed, the device may follow it already, or never have heard of it."""
        self._is_asked = True

    def see(self, event: Event, at_s: float) -> None:
        """Takes notice of `event`, which came at `at_s`."""
        match event:
            case Telemetry():
                self._on_telemetry(event, at_s)
            case Lost():
                self._is_lost = True
            case Found():
                if event.session_ms < self._told_ms - self._told_ms % TICK_MS:
                    self.note("confirmed", at_s, f"resumes at {event.session_ms} ms, told was {self._told_ms} ms")
            case Started() | Resumed():
                self._is_lost = False
                self._told_ms = event.session_ms
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
        self._told_ms = event.session_ms
        # Negative where the line has turned two statuses round: this one is older than what has been confirmed.
        moved_ms = ticks_diff(event.device_ms, self._moves_from_ms)
        if not self._is_asked and moved_ms > GAIN_SETTLES_MS and event.gain != self._percent:
            self.note("confirmed", at_s, f"plays at {event.gain} %, confirmed were {self._percent} %")

    def _on_end(self, outcome: Outcome, at_s: float) -> None:
        if outcome.kind == "completed":
            return
        if not outcome.cause:
            self.note("cause", at_s, f"{outcome.kind} without a cause")
        if not outcome.evidence:
            self.note("cause", at_s, f"{outcome.kind} ({outcome.cause}) without evidence")

    def note(self, invariant: str, at_s: float, what: str) -> None:
        """Keeps what is broken, the first time."""
        self.broken.setdefault(invariant, Violation(invariant, at_s, what))
