"""One device of the service, or a pair that is one: what clients ask of it, its runs, and the books of all that."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from legato.controller.errors import Misuse, PortLost
from legato.controller.isolation import Complaints, every, words
from legato.controller.link.handshake import Known
from legato.controller.session.any_session import AnySession
from legato.controller.session.event_bus import EventBus
from legato.controller.session.events import Connected, Ended, Event, Outcome, Telemetry
from legato.controller.session.phase import Phase
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.service.devices.advice import UNCONFIRMED
from legato.service.devices.bridge import Start
from legato.service.devices.connections import Connections
from legato.service.devices.description import zone_caps
from legato.service.devices.device_state import DeviceStateReducer
from legato.service.devices.endpoint import DeviceEndpoint, Upkeep
from legato.service.devices.errors import NotNow, Offline
from legato.service.devices.run_policy import Prepared, RunPolicy
from legato.service.devices.state import HELD, DeviceState, Doing, Update
from legato.service.devices.stop_report import answered

CONFIRM_S: Final = 2.0
"""How long a caller waits to see in the state what the device has confirmed already."""

BEGIN_S: Final = 20.0
"""How long a caller waits for a device to begin to fill."""

LET_GO: Final = frozenset({"stopping", "idle", "faulted"})
"""What a device calls its own state once it lets its air out, or is at rest."""


class DeviceSupervisor:
    """The device at `place`; `run` keeps it, the rest is what clients ask of it."""

    def __init__(
        self,
        place: DeviceEndpoint,
        desk: RunPolicy,
        known: Known,
        rng: random.Random,
        standing: DeviceStateReducer,
        updates: EventBus[Update],
        upkeep: Upkeep,
    ) -> None:
        self.standing = standing
        self.updates = updates
        """What its sessions publish, and what comes of that, for whoever shows it in this process."""
        self._place = place
        self._desk = desk
        self._connections = Connections(place, upkeep, known, rng, standing, self._take, self._run_over)
        self.sessions = self._connections.sessions
        """Where an emergency stop goes out, past all of this; `record_cut_off` is for what comes of it."""
        self._run: asyncio.Task[None] | None = None
        self._stops = 0
        self._complaints = Complaints()

    async def run(self) -> None:
        """Keeps the device until it is cancelled; the device is then vented."""
        await self._connections.run()

    @property
    def seen_s(self) -> float:
        """Loop time of the last sign that this unit goes on."""
        return self._connections.seen_s

    @property
    def parts(self) -> tuple[Device, ...]:
        """What it is made of, in the order of the ports; nothing where it is not there."""
        return self._session.parts if self._session is not None else ()

    @property
    def left_at_rest(self) -> bool:
        """Whether what was under way when it was left last has ended by the device's own word."""
        return self._connections.left_at_rest

    # What clients ask.

    async def start(self, wish: Start) -> DeviceState:
        """Has a routine made ready, and begins it; see `Bridge.start`."""
        session, stops = self._free(), self._stops
        self.standing.starting()
        try:
            ready = await self._desk.prepare(self._capped(wish), session.device)
            self._insist(session, stops)
        finally:
            self.standing.not_started()
        self._begin(session, wish, ready)
        standing = self.standing
        await standing.until(lambda: standing.has_begun or not standing.is_active, BEGIN_S)
        if not standing.has_begun and standing.state.last is not None and not standing.is_active:
            raise NotNow(f"the massage did not begin: {standing.state.last.cause}")
        return standing.state

    async def pause(self) -> DeviceState:
        """Holds session time and lets the pressure out."""
        async with self._asked() as session:
            await session.pause()
        return await self._once(lambda doing: doing not in (Doing.RUNNING, Doing.STARTING))

    async def resume(self) -> DeviceState:
        """Goes on after a pause, a cue or a loss."""
        async with self._asked() as session:
            await session.resume()
        return await self._once(lambda doing: doing not in (Doing.PAUSED, Doing.WAITING, Doing.FOUND))

    async def skip(self) -> DeviceState:
        """Goes to the next mark; what stands still is moved, and stays."""
        async with self._asked() as session:
            await session.skip()
        if session.phase not in (Phase.PAUSED, Phase.BACK):
            return await self._once(lambda doing: doing not in (Doing.PAUSED, Doing.WAITING))
        return await self._once(lambda doing: doing is not Doing.WAITING and self._is_told_at(session.session_ms))

    async def set_intensity(self, percent: int) -> DeviceState:
        """Plays at `percent` of the schedule."""
        async with self._asked() as session:
            await session.set_intensity(percent)
        standing = self.standing
        await standing.until(lambda: standing.state.run is None or standing.state.run.intensity == percent, CONFIRM_S)
        return standing.state

    async def cap_zone(self, zone: Zone, cap_mmhg: float) -> DeviceState:
        """Presses a zone no harder than this from the next start on."""
        standing = self.standing
        if standing.state.about is None:
            raise Offline(self._absence())
        caps = zone_caps(standing.state.about)
        if not 0 <= cap_mmhg <= caps.get(zone, -1.0):
            has = f"0 to {caps[zone]:g} mmHg there" if zone in caps else "no air there"
            raise NotNow(f"{self._place.id} cannot be capped at {cap_mmhg:g} mmHg at the {zone}: it has {has}")
        standing.cap_zone(zone, cap_mmhg)
        return standing.state

    async def answer(self, question: int) -> DeviceState:
        """Answers the cue that waits under this number."""
        cue = self.standing.asked(question)
        if cue is None:
            raise NotNow(f"nothing waits for an answer under the number {question}")
        async with self._asked() as session:
            await session.answer(cue)
        return await self._once(lambda doing: doing is not Doing.WAITING)

    async def clear_fault(self) -> DeviceState:
        """Has a latched fault cleared; takes back an emergency stop that waits for a device that is away."""
        if self.standing.doing is Doing.OFFLINE and self.standing.owes_stop:
            self.standing.stop_forgiven()
            return self.standing.state
        async with self._asked() as session:
            await self.obeyed(CONFIRM_S)
            if self.standing.owes_stop:
                raise NotNow(UNCONFIRMED)
            await session.clear_fault()
        return await self._once(lambda doing: doing not in HELD)

    def release(self) -> None:
        """Soft release: the frame is on the line when this returns; a start that is being made ready is given up."""
        self._stops += 1
        self._connections.release()

    async def released(self) -> DeviceState:
        """How the device stands after `release`, once it has confirmed; nothing to do is done at once."""
        standing = self.standing
        if self._session is not None and standing.is_active:
            self._complaints.log(f"{self._place.id}: the record of a stop", every([standing.stopping]))
        await standing.until(lambda: self._has_let_go or standing.doing is Doing.OFFLINE, CONFIRM_S)
        return self._answered(is_confirmed=self._has_let_go, is_emergency=False)

    @property
    def _has_let_go(self) -> bool:
        """Whether it has told that it plays no more; what it told before it took the stop is no answer to it."""
        is_answer = self._connections.has_obeyed
        return is_answer and self.standing.doing is not Doing.OFFLINE and self.standing.device_state in LET_GO

    def record_cut_off(self) -> None:
        """An emergency stop has gone out: a start that is being made ready is given up, a run is on its end.

        Where the device is away it gets the stop before anything else, once it is back.
        """
        self._stops += 1
        jobs = [self.standing.emergency, *(session.record_cut_off for session in self.sessions.values())]
        self._complaints.log(f"{self._place.id}: the record of an emergency stop", every(jobs))

    async def obeyed(self, patience_s: float) -> DeviceState:
        """Waits until the device has confirmed its emergency stop, or is away, but not for longer than that."""
        standing = self.standing
        await standing.until(lambda: not standing.owes_stop or standing.doing is Doing.OFFLINE, patience_s)
        return self._answered(is_confirmed=not standing.owes_stop, is_emergency=True)

    def _answered(self, *, is_confirmed: bool, is_emergency: bool) -> DeviceState:
        silent = self._connections.silent
        return answered(self.standing, is_confirmed=is_confirmed, is_emergency=is_emergency, silent=silent)

    # One run.

    def _free(self) -> AnySession:
        """The session of a device that has nothing to do."""
        doing = self.standing.doing
        if self._session is None or doing is Doing.OFFLINE:
            raise Offline(self._absence())
        if self.standing.owes_stop:
            raise NotNow(f"{self._place.id} cannot start: {UNCONFIRMED}")
        if doing is not Doing.IDLE:
            raise NotNow(f"{self._place.id} cannot start: " + ("clear it first" if doing in HELD else f"it is {doing}"))
        return self._session

    def _capped(self, wish: Start) -> Start:
        """The wish with the caps that are set here; of two for a zone, the tighter."""
        caps = dict(wish.caps_mmhg)
        for zone, cap in self.standing.state.caps_mmhg.items():
            caps[zone] = min(cap, caps.get(zone, cap))
        return wish.model_copy(update={"caps_mmhg": caps})

    def _insist(self, session: AnySession, stops: int) -> None:
        """Nothing has come in between: no stop, and no other device."""
        if self._stops != stops:
            raise NotNow("it was stopped before it began")
        if session is not self._session or not session.is_connected:
            raise Offline(self._absence())

    def _begin(self, session: AnySession, wish: Start, ready: Prepared) -> None:
        run = self.standing.begin(wish.routine, ready, wish.intensity)
        self._complaints.log("the diary", every([partial(self._desk.begun, run, session.device)]))
        job = self._play(session, ready, wish.intensity, self._stops)
        self._run = asyncio.create_task(job, name=f"{self._place.id} plays")

    async def _play(self, session: AnySession, ready: Prepared, percent: int, stops: int) -> None:
        """Plays; a run that cannot even begin ends like any other, through its session's events."""
        try:
            self._insist(session, stops)
            await session.play(ready.schedule, percent=percent)
        except Exception as error:
            session.events.publish(Ended(Outcome("refused", words(error))))

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[AnySession]:
        """Around what a client asks of the session: what it refuses, in the words of the service."""
        session = self._session
        if session is None or not session.is_connected:
            raise Offline(self._absence())
        try:
            yield session
        except Misuse as misuse:
            raise NotNow(str(misuse)) from misuse
        except PortLost as loss:
            raise Offline(str(loss)) from loss

    @property
    def _session(self) -> AnySession | None:
        return self._connections.session

    async def _run_over(self) -> None:
        """Waits for the end of the run, if there is one."""
        if self._run is not None:
            await asyncio.wait([self._run])
            self._run = None

    async def _once(self, is_so: Callable[[Doing], bool]) -> DeviceState:
        await self.standing.until(lambda: is_so(self.standing.doing), CONFIRM_S)
        return self.standing.state

    def _is_told_at(self, session_ms: int) -> bool:
        run = self.standing.state.run
        return run is not None and run.session_ms == session_ms

    def _absence(self) -> str:
        problem = self.standing.state.problem
        return f"{self._place.id} is not there" + (f": {problem.cause}" if problem else "")

    def _take(self, session: AnySession, event: Event) -> None:
        """Keeps the books; one that cannot be kept ends no massage."""
        self.updates.publish(event)
        jobs: list[Callable[[], object]] = [partial(self.standing.take, event)]
        if isinstance(event, Telemetry) and event.state == "faulted" and self._connections.is_held:
            jobs.insert(0, self.standing.obeyed)
        if isinstance(event, Connected):
            jobs.insert(0, partial(self.standing.met, session.device, session.introduced))
        if isinstance(event, Ended) and self.standing.is_active:
            jobs.append(partial(self._hand_in, session.device))
        self._complaints.log(f"{self._place.id}: the record of what happened", every(jobs))

    def _hand_in(self, device: Device) -> None:
        """The run that is over goes to the desk."""
        state = self.standing.state
        if state.run is not None and state.last is not None:
            self._desk.ended(state.run, state.last, device, self.standing.dose)
