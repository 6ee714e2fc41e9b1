"""One device of the service: opened, watched over, lost, found and replugged for ever.

Whatever fails here stays here: it is told, logged with its cause, and tried again.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

from legato.controller.errors import ControllerError, Misuse, PortLost
from legato.controller.isolation import Complaints, every, words
from legato.controller.link.handshake import Known
from legato.controller.ports.port import Port
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Connected, Ended, Event, Outcome, Telemetry
from legato.controller.session.phase import Phase
from legato.controller.session.reconnect import pauses
from legato.controller.session.session import Session
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.service.devices.advice import UNCONFIRMED
from legato.service.devices.bridge import Start
from legato.service.devices.description import zone_caps
from legato.service.devices.device_state import Standing
from legato.service.devices.endpoint import Place
from legato.service.devices.errors import NotNow, Offline
from legato.service.devices.run_policy import Desk, Prepared
from legato.service.devices.state import DeviceState, Doing
from legato.service.devices.stop_report import answered

RECONNECT_S: Final = 120.0
"""How long a device that is lost in mid-routine is waited for before the run is over."""

CONFIRM_S: Final = 2.0
"""How long a caller waits to see in the state what the device has confirmed already."""

BEGIN_S: Final = 20.0
"""How long a caller waits for a device to begin to fill."""

LET_GO: Final = frozenset({"stopping", "idle", "faulted"})
"""What a device calls its own state once it lets its air out, or is at rest."""

WELL_S: Final = 10.0
"""A device that was there for so long is knocked for soon; one that comes and goes, ever less often."""


class Unit:
    """The device at `place`; `run` keeps it, the rest is what clients ask of it."""

    def __init__(self, place: Place, desk: Desk, known: Known, rng: random.Random, standing: Standing) -> None:
        self.standing = standing
        self.seen_s = 0.0
        """Loop time of the last sign that this unit goes on."""
        self._place = place
        self._desk = desk
        self._known = known
        self._rng = rng
        self._session: Session | None = None
        self._run: asyncio.Task[None] | None = None
        self._stops = 0
        self._complaints = Complaints()

    async def run(self) -> None:
        """Keeps the device until it is cancelled; the device is then vented."""
        while True:
            for pause_s in pauses(self._rng):
                if await self._was_well():
                    break
                if _is_cancelled():
                    return
                await asyncio.sleep(pause_s)

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
        return await self._once(lambda doing: doing not in (Doing.FAULT, Doing.ESTOP))

    def release(self) -> None:
        """Soft release: the frame is on the line when this returns; a start that is being made ready is given up."""
        self._stops += 1
        if self._session is not None:
            with suppress(Misuse):
                self._session.release()

    async def released(self) -> DeviceState:
        """How the device stands after `release`, once it has confirmed; nothing to do is done at once."""
        standing = self.standing
        if self._session is not None and standing.is_active:
            self._complaints.log(f"{self._place.id}: the record of a stop", every([standing.stopping]))
        await standing.until(lambda: self._has_let_go or standing.doing is Doing.OFFLINE, CONFIRM_S)
        return answered(standing, is_confirmed=self._has_let_go, is_emergency=False)

    @property
    def _has_let_go(self) -> bool:
        """Whether it has told that it plays no more; what it told before it took the stop is no answer to it."""
        is_answer = self._session is not None and self._session.has_obeyed
        return is_answer and self.standing.doing is not Doing.OFFLINE and self.standing.device_state in LET_GO

    def cut_off(self) -> None:
        """Everything off and open: the frame is on the line when this returns.

        Where the device is away it gets it before anything else, once it is back.
        """
        self._stops += 1
        if self._session is not None:
            self._session.cut_off()

    def record_cut_off(self) -> None:
        """What becomes of state and run after `cut_off`."""
        session = self._session
        jobs = [self.standing.emergency, *([session.record_cut_off] if session is not None else [])]
        self._complaints.log(f"{self._place.id}: the record of an emergency stop", every(jobs))

    async def obeyed(self, patience_s: float) -> DeviceState:
        """Waits until the device has confirmed its emergency stop, or is away, but not for longer than that."""
        standing = self.standing
        await standing.until(lambda: not standing.owes_stop or standing.doing is Doing.OFFLINE, patience_s)
        return answered(standing, is_confirmed=not standing.owes_stop, is_emergency=True)

    # One run.

    def _free(self) -> Session:
        """The session of a device that has nothing to do."""
        doing = self.standing.doing
        if self._session is None or doing is Doing.OFFLINE:
            raise Offline(self._absence())
        if self.standing.owes_stop:
            raise NotNow(f"{self._place.id} cannot start: {UNCONFIRMED}")
        if doing is not Doing.IDLE:
            is_held = doing in (Doing.FAULT, Doing.ESTOP)
            raise NotNow(f"{self._place.id} cannot start: " + ("clear it first" if is_held else f"it is {doing}"))
        return self._session

    def _capped(self, wish: Start) -> Start:
        """The wish with the caps that are set here; of two for a zone, the tighter."""
        caps = dict(wish.caps_mmhg)
        for zone, cap in self.standing.state.caps_mmhg.items():
            caps[zone] = min(cap, caps.get(zone, cap))
        return wish.model_copy(update={"caps_mmhg": caps})

    def _insist(self, session: Session, stops: int) -> None:
        """Nothing has come in between: no stop, and no other device."""
        if self._stops != stops:
            raise NotNow("it was stopped before it began")
        if session is not self._session or not session.is_connected:
            raise Offline(self._absence())

    def _begin(self, session: Session, wish: Start, ready: Prepared) -> None:
        run = self.standing.begin(wish.routine, ready, wish.intensity)
        self._complaints.log("the diary", every([partial(self._desk.begun, run, session.device)]))
        job = self._play(session, ready, wish.intensity, self._stops)
        self._run = asyncio.create_task(job, name=f"{self._place.id} plays")

    async def _play(self, session: Session, ready: Prepared, percent: int, stops: int) -> None:
        """Plays; a run that cannot even begin ends like any other, through its session's events."""
        try:
            self._insist(session, stops)
            await session.play(ready.schedule, percent=percent)
        except Exception as error:
            session.events.publish(Ended(Outcome("refused", words(error))))

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[Session]:
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

    async def _once(self, is_so: Callable[[Doing], bool]) -> DeviceState:
        await self.standing.until(lambda: is_so(self.standing.doing), CONFIRM_S)
        return self.standing.state

    def _is_told_at(self, session_ms: int) -> bool:
        run = self.standing.state.run
        return run is not None and run.session_ms == session_ms

    def _absence(self) -> str:
        problem = self.standing.state.problem
        return f"{self._place.id} is not there" + (f": {problem.cause}" if problem else "")

    # One connection after the other.

    async def _was_well(self) -> bool:
        """One connection, from finding the device to losing it; whether it lasted."""
        loop = asyncio.get_running_loop()
        began_s = self.seen_s = loop.time()
        try:
            began_s = await self._attend()
        except Exception as error:
            if not isinstance(error, OSError | ControllerError):
                self._complaints.log(self._place.id, [error])
            self._complaints.log(f"{self._place.id}: the record of a loss", every([partial(self.standing.away, error)]))
        return loop.time() - began_s >= WELL_S

    async def _attend(self) -> float:
        """Follows one session to its end; returns the loop time at which it was connected."""
        session = Session(
            self._opened,
            self._rng,
            known=self._known,
            keep_fault=True,
            stop_first=self.standing.owes_stop,
            reconnect_s=RECONNECT_S,
        )
        events = session.events.subscribe()
        # Known before it is connected: a stop goes out as soon as there is a line.
        self._session = session
        try:
            async with session:
                connected_s = asyncio.get_running_loop().time()
                if self.standing.owes_stop and not session.is_faulted:
                    await session.emergency_stop()
                await self._follow(session, events)
        finally:
            self._session = None
            await self._wind_up(session, events)
        return connected_s

    async def _opened(self) -> Port:
        try:
            return await self._place.open()
        finally:
            located = every([lambda: self.standing.located(self._place.path())])
            self._complaints.log(f"{self._place.id}: the record of its port", located)

    async def _follow(self, session: Session, events: Subscription[Event]) -> None:
        """Takes what the session tells until the device is lost and no run waits for it."""
        async for event in events:
            self._take(session, event)
            if not (session.is_connected or self.standing.is_active):
                return

    async def _wind_up(self, session: Session, events: Subscription[Event]) -> None:
        """Takes what the session has told on its way out, and sees the run to its end."""
        if self._run is not None:
            await asyncio.wait([self._run])
            self._run = None
        session.events.close()
        async for event in events:
            self._take(session, event)
        if self.standing.is_active:
            self._take(session, Ended(Outcome("link_lost", "the connection failed")))

    def _take(self, session: Session, event: Event) -> None:
        """Keeps the books; one that cannot be kept ends no massage."""
        self.seen_s = asyncio.get_running_loop().time()
        jobs: list[Callable[[], object]] = [partial(self.standing.take, event)]
        if isinstance(event, Telemetry) and event.state == "faulted" and session.has_obeyed:
            jobs.insert(0, self.standing.obeyed)
        if isinstance(event, Connected):
            jobs.insert(0, partial(self.standing.met, session.device, event))
        if isinstance(event, Ended) and self.standing.is_active:
            jobs.append(partial(self._hand_in, session.device))
        self._complaints.log(f"{self._place.id}: the record of what happened", every(jobs))

    def _hand_in(self, device: Device) -> None:
        """The run that is over goes to the desk."""
        state = self.standing.state
        if state.run is not None and state.last is not None:
            self._desk.ended(state.run, state.last, device, self.standing.dose)


def _is_cancelled() -> bool:
    """Whether somebody wants this task to end, even if an error has taken the place of his word."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
