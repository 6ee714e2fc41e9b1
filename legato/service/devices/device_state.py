"""The state of a device: the events of its sessions, reduced to the state and readings that clients get."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from legato.controller.link import wire_names
from legato.controller.session import events as ev
from legato.controller.session.dose import Dose
from legato.controller.session.narration import sentence, take_off
from legato.firmware import wire
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Mark
from legato.service.devices import advice
from legato.service.devices.advice import Advice
from legato.service.devices.awaited_conditions import AwaitedConditions
from legato.service.devices.description import about, readings, zone_caps
from legato.service.devices.discreet import without_folders
from legato.service.devices.endpoint import DeviceEndpoint
from legato.service.devices.run_policy import Prepared
from legato.service.devices.run_progress import RunProgress
from legato.service.devices.state import (
    ENDS_AS,
    HELD,
    DeviceProblem,
    DeviceState,
    Doing,
    Ending,
    Happened,
    News,
    PairedDevice,
    Readings,
    ReadingsTold,
    Run,
    StateTold,
)

FRESH: Final = timedelta(minutes=30)
"""How long after its end a massage still concerns somebody who stops its device."""

_STANDS: Final = frozenset({Doing.PAUSED, Doing.WAITING, Doing.FOUND, Doing.STARTING})


class DeviceStateReducer:
    """One device as clients see it. `take` handles the session's events; the other methods are the supervisor's."""

    def __init__(self, place: DeviceEndpoint, now: Callable[[], datetime], publish: Callable[[News], None]) -> None:
        self.readings: Readings | None = None
        self.is_active = False
        """Whether a run is in progress, even if the device is offline."""
        self.device_state = ""
        """The state that the device reports."""
        self.owes_stop = False
        """Whether an emergency stop was requested that the device has not confirmed."""
        self.description: Device | None = None
        """The device's description from its last connection."""
        self.absence: Exception | None = None
        """Why the device is offline; None if it is connected, or has not been looked for yet."""
        self._now = now
        self._publish = publish
        self._progress = RunProgress()
        self._awaited = AwaitedConditions()
        self._state = DeviceState(
            id=place.id,
            port=place.port,
            parts=tuple(PairedDevice(port=end.port) for end in place.ends) if len(place.ends) > 1 else (),
            is_simulated=place.is_simulated,
            number=0,
            doing=Doing.OFFLINE,
        )

    @property
    def dose(self) -> Dose:
        """What the current run has played so far, or else what the last one played."""
        return self._progress.dose

    @property
    def has_begun(self) -> bool:
        """Whether the device has begun to fill for the run."""
        return self._progress.has_begun

    @property
    def state(self) -> DeviceState:
        """The complete state, as of now."""
        run = self._state.run
        if run is not None and self.is_active:
            run = run.model_copy(update={"session_ms": self._progress.session_ms})
        return self._state.model_copy(update={"run": run, "massage_s": self._progress.massage_s})

    @property
    def doing(self) -> Doing:
        """What the device is doing."""
        return self._state.doing

    async def until(self, is_so: Callable[[], bool], patience_s: float) -> None:
        """Waits until the condition holds, for `patience_s` at most."""
        await self._awaited.until(is_so, patience_s)

    @property
    def take_off(self) -> str:
        """What to take off after a stop, in a sentence; empty if nothing was laid on."""
        last = self._state.last
        left = last.laid_on if last is not None and self._now() - last.at < FRESH else ""
        laid_on = self._laid_on or left
        return take_off(laid_on) if laid_on else ""

    @property
    def _laid_on(self) -> str:
        run = self._state.run
        return run.laid_on if run is not None else ""

    def asked(self, question: int) -> Cue | None:
        """The cue that waits with this number, if it still does."""
        return self._progress.asked(question)

    # Reported by the supervisor.

    def met(self, device: Device, connected: ev.Connected) -> None:
        """The device has described itself."""
        self.description, self.absence = device, None
        introduced = about(device, connected)
        if self._state.about is not None and self._state.about.name != introduced.name:
            self._happened("replaced", f"this is a different device than before: {introduced.title}")
        if self.is_active:
            self._set(about=introduced)
        else:
            self._set(about=introduced, doing=Doing.IDLE, problem=None)

    def located(self, path: str | None, number: int = 0) -> None:
        """Where the device, or part `number` of a pair, was just looked for; see `PortEnd.path`."""
        if self._state.parts:
            self._set_part(number, path=path)
        else:
            self._set(path=path)

    def there(self, number: int, is_there: bool) -> None:
        """Whether part `number` of a pair is connected."""
        if self._state.parts[number].is_there != is_there:
            self._set_part(number, is_there=is_there)

    def away(self, error: Exception, cause: str) -> None:
        """The device is offline because of `error`; what it has reported so far no longer counts."""
        self.readings, self.device_state, self.absence = None, "", error
        advised = advice.STOP_OWED if self.owes_stop else advice.for_absence(error)
        before = self._state.problem
        if self.doing is Doing.OFFLINE and before is not None and (before.code, before.cause) == (advised.code, cause):
            return
        self._happened("absent", self._discreet(cause))
        self._set(doing=Doing.OFFLINE, problem=self._problem(advised, cause))

    def starting(self) -> None:
        """A routine is being prepared."""
        self._set(doing=Doing.STARTING)

    def not_started(self) -> None:
        """The routine was not started."""
        if self.doing is Doing.STARTING and not self.is_active:
            self._set(doing=Doing.IDLE)

    def begin(self, routine: str, ready: Prepared, percent: int) -> Run:
        """A run begins."""
        schedule = ready.schedule
        run = Run(
            routine=routine,
            title=ready.title,
            person=ready.person,
            in_diary=ready.in_diary,
            started_at=self._now(),
            duration_ms=schedule.duration_ms,
            steps=len(schedule.marks),
            intensity=percent,
            peak_mmhg=schedule.peak_mmhg,
        )
        self.is_active = True
        self._progress.begin(schedule)
        self._happened("start", f"{ready.title}, at {percent} %")
        # Somebody who starts again was told long ago what to take off.
        last = self._state.last and self._state.last.model_copy(update={"laid_on": ""})
        self._set(doing=Doing.STARTING, run=run, last=last, problem=None, sessions=self._state.sessions + 1)
        return run

    def cap_zone(self, zone: Zone, cap_mmhg: float) -> None:
        """Caps this zone from the next run on; a cap that is not below the device's own is not shown."""
        others = {z: cap for z, cap in self._state.caps_mmhg.items() if z != zone}
        is_tighter = cap_mmhg < zone_caps(self._state.about)[zone]
        self._set(caps_mmhg=others | {zone: cap_mmhg} if is_tighter else others)

    def stopping(self) -> None:
        """The run was asked to end softly."""
        if self.is_active and self.doing is not Doing.OFFLINE:
            self._set(doing=Doing.STOPPING)

    def emergency(self) -> None:
        """An emergency stop was requested; until the device has confirmed it, it is owed."""
        is_news, self.owes_stop = not self.owes_stop, True
        if is_news:
            self._happened("emergency_stop", "emergency stop requested")
        if self.doing is Doing.OFFLINE:
            before = self._state.problem
            cause = before.cause if before is not None else "it has not been found yet"
            self._set(problem=self._problem(advice.STOP_OWED, cause))
        else:
            self._set()

    def obeyed(self) -> None:
        """The device has obeyed the emergency stop, and reported that everything is off and all vents are open."""
        self.owes_stop = False
        before = self._state.problem
        if before is not None and before.code == advice.STOP_OWED.code:
            held = self._problem(advice.EMERGENCY_STOP, wire_names.fault(wire.FAULT_ESTOP), before.evidence)
            self._set(doing=Doing.ESTOP, problem=held)

    def stop_forgiven(self) -> None:
        """A person has withdrawn the emergency stop that was waiting for an offline device."""
        self.owes_stop = False
        self._set(problem=self._problem(advice.LINK_LOST, "the device is offline"), stop_withdrawn_at=self._now())

    # Reported by the session.

    def take(self, event: ev.Event) -> None:
        """Updates the state from an event."""
        text = sentence(event)
        if text is not None:
            self._happened(type(event).__name__.lower(), self._discreet(text))
        if self.is_active:
            self._progress.take(event)
        match event:
            case ev.Telemetry():
                self._read(event)
            case ev.Fault():
                self._fail(event)
            case ev.Lost():
                self._lose(event)
            case ev.Ended():
                self._end(event.outcome)
            case _:
                self._go_on(event)
        self._awaited.check()

    def _go_on(self, event: ev.Event) -> None:
        match event:
            case ev.Started() | ev.Resumed():
                self._on(Doing.RUNNING, event.session_ms)
            case ev.Paused():
                self._on(Doing.PAUSED, event.session_ms)
            case ev.Found() if self.is_active:
                self._on(Doing.FOUND, event.session_ms, problem=None)
            case ev.CueShown():
                self._show(event.cue)
            case ev.LaidOn():
                self._set_run(laid_on=event.what, overdue=False)
            case ev.Overdue():
                self._set_run(overdue=True)
            case ev.Step():
                self._step(event.mark)
            case ev.Moved():
                self._move(event)
            case ev.Intensity():
                self._set_run(intensity=event.percent)
            case _:
                pass

    def _read(self, now: ev.Telemetry) -> None:
        self.device_state = now.state
        if now.state == "idle" and self.doing in HELD and not (self.is_active or self.owes_stop):
            self._set(doing=Doing.IDLE, problem=None)
        elif now.state == "refill" and self.is_active and self.doing in _STANDS - {Doing.STARTING}:
            self._set(doing=Doing.STARTING)
        elif now.state == "stopping" and self.is_active and self.doing not in (Doing.STOPPING, Doing.OFFLINE):
            self._set(doing=Doing.STOPPING)
        self.readings = readings(self._state.id, self._now(), now)
        self._publish(ReadingsTold(readings=self.readings))

    def _on(self, doing: Doing, session_ms: int, **changes: Any) -> None:
        self._progress.session_ms = session_ms
        if doing is Doing.RUNNING:
            self._progress.cue = None
            self._state = self._state.model_copy(update={"run": self._run(cue=None)})
        self._set(doing=doing, **changes)

    def _show(self, cue: Cue) -> None:
        question = self._progress.ask(cue, self._now())
        self._set(doing=Doing.WAITING if cue.wait else self.doing, run=self._run(cue=question))

    def _step(self, mark: Mark) -> None:
        self._set_run(step=mark.title, step_number=self._progress.come_to(mark))

    def _move(self, event: ev.Moved) -> None:
        """A question that was skipped is no longer asked; everything else is unchanged."""
        self._progress.session_ms, self._progress.cue = event.session_ms, None
        doing = Doing.PAUSED if self.doing is Doing.WAITING else self.doing
        self._set(doing=doing, run=self._run(cue=None))
        self._step(event.mark)

    def _fail(self, event: ev.Fault) -> None:
        advised = advice.for_fault(event.name)
        doing = Doing.ESTOP if advised is advice.EMERGENCY_STOP else Doing.FAULT
        self._set(doing=doing, problem=self._problem(advised, event.name, event.evidence, event.channel))

    def _lose(self, event: ev.Lost) -> None:
        """A lost device has no open question; an unanswered one is asked again after a resume."""
        self.readings, self.device_state, self._progress.cue = None, "", None
        advised = advice.STOP_OWED if self.owes_stop else advice.LINK_LOST
        self._set(
            doing=Doing.OFFLINE, run=self._run(cue=None), problem=self._problem(advised, event.cause, event.evidence)
        )

    def _end(self, outcome: ev.Outcome) -> None:
        ending = Ending(
            kind=outcome.kind,
            cause=outcome.cause,
            evidence=outcome.evidence,
            shortfall=outcome.shortfall,
            laid_on=outcome.laid_on or self._laid_on,
            at=self._now(),
        )
        doing = ENDS_AS[outcome.kind]
        problem = self._state.problem if doing in HELD or self.doing is Doing.OFFLINE else None
        if doing is Doing.ESTOP and self.owes_stop:
            problem = self._problem(advice.STOP_OWED, advice.UNCONFIRMED, outcome.evidence)
        elif doing is Doing.ESTOP:
            problem = self._problem(advice.EMERGENCY_STOP, outcome.cause, outcome.evidence)
        elif doing is Doing.FAULT and problem is None:
            problem = self._problem(advice.for_fault(outcome.cause), outcome.cause, outcome.evidence)
        if self.doing is Doing.OFFLINE:
            doing = Doing.OFFLINE
        self._progress.end(outcome)
        run = self._run(session_ms=self._progress.session_ms, cue=None, laid_on="", overdue=False, ends_at=None)
        self.is_active = False
        self._set(doing=doing, run=run, last=ending, problem=problem)

    # How the state is published.

    def _run(self, **changes: Any) -> Run | None:
        run = self._state.run
        return None if run is None else run.model_copy(update=changes)

    def _set_part(self, number: int, **changes: Any) -> None:
        parts = self._state.parts
        changed = parts[number].model_copy(update=changes)
        self._set(parts=(*parts[:number], changed, *parts[number + 1 :]))

    def _set_run(self, **changes: Any) -> None:
        self._set(run=self._run(**changes))

    def _set(self, **changes: Any) -> None:
        """Sets a new state; publishes it only if it changed, and with a problem as long as a stop is owed."""
        before = self._state
        after = before.model_copy(update=changes)
        if self.owes_stop and after.problem is None:
            owed = self._problem(advice.STOP_OWED, advice.UNCONFIRMED)
            after = after.model_copy(update={"problem": owed})
        if self.is_active and after.run is not None:
            ends_at = self._progress.ends_at(after.run, self._now()) if after.doing is Doing.RUNNING else None
            run = after.run.model_copy(update={"session_ms": self._progress.session_ms, "ends_at": ends_at})
            after = after.model_copy(update={"run": run})
        if after != before:
            self._state = after.model_copy(update={"number": before.number + 1})
            self._publish(StateTold(state=self.state))
        self._awaited.check()

    def _problem(
        self, advised: Advice, cause: str, evidence: ev.Evidence | None = None, channel: str | None = None
    ) -> DeviceProblem:
        before = self._state.problem
        since = before.since if before is not None and before.code == advised.code else self._now()
        return DeviceProblem(
            code=advised.code, channel=channel, cause=cause, advice=advised.text, evidence=evidence or {}, since=since
        )

    def _happened(self, name: str, text: str) -> None:
        self._publish(Happened(id=self._state.id, at=self._now(), name=name, text=text))

    def _discreet(self, text: str) -> str:
        return without_folders(text, *self._state.ports)
