"""What keeps a device of the service connected: opened, watched over, lost, found and replugged for ever.

A pair is two devices that play as one while both are there. Each of them is kept whatever the other one does, so that a
stop reaches the one that is there. Whatever fails here stays here: it is told, logged with its cause, and tried again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Final

from legato.controller.errors import ControllerError, Misuse, PortError
from legato.controller.isolation import Complaints, every, words
from legato.controller.link.handshake import Known
from legato.controller.pair.pair import Pair
from legato.controller.ports.port import Port
from legato.controller.session.any_session import AnySession
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Ended, Event, Notice, Outcome
from legato.controller.session.phase import Phase
from legato.controller.session.reconnect import pauses
from legato.controller.session.session import Session
from legato.service.devices.device_state import DeviceStateReducer
from legato.service.devices.endpoint import DeviceEndpoint, Upkeep

WELL_S: Final = 10.0
"""A device that was there for so long is knocked for soon; one that comes and goes, ever less often."""

Take = Callable[[AnySession, Event], None]


class Connections:
    """The sessions with what is at `place`; `run` keeps them.

    What plays tells `take` what happens, and is left only when `run_over` has waited for the end of its run.
    """

    def __init__(
        self,
        place: DeviceEndpoint,
        upkeep: Upkeep,
        known: Known,
        rng: random.Random,
        standing: DeviceStateReducer,
        take: Take,
        run_over: Callable[[], Awaitable[None]],
    ) -> None:
        self.session: AnySession | None = None
        """What plays: of a single device its session, connected or not; of a pair both, once they are there."""
        self._place = place
        self._upkeep = upkeep
        self._known = known
        self._rng = rng
        self._standing = standing
        self._take = take
        self._run_over = run_over
        self._is_pair = len(place.ends) > 1
        self.sessions: dict[int, Session] = {}
        """Of those ends that are there, or looked for, by number: a stop goes to each of them, and asks nobody else."""
        self._seen_s = [0.0] * len(place.ends)
        self._left_at_rest = [True] * len(place.ends)
        self._absent: dict[int, Exception] = {}
        self._halves: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self._complaints = Complaints()

    @property
    def seen_s(self) -> float:
        """Loop time of the last sign that this goes on, at every end."""
        return min(self._seen_s)

    @property
    def left_at_rest(self) -> bool:
        """Whether what was under way when each end was left last has ended by the device's own word."""
        return all(self._left_at_rest)

    async def run(self) -> None:
        """Keeps all of it until it is cancelled; it is then vented."""
        if not self._is_pair:
            await self._keep(0)
            return
        async with asyncio.TaskGroup() as group:
            names = (f"{self._place.id}, {end.port}" for end in self._place.ends)
            self._halves = [group.create_task(self._keep(n), name=name) for n, name in enumerate(names)]
            await self._join()

    # Stops: they ask no pair, and every session by itself.

    def release(self) -> None:
        """Soft release: the frames are on the lines when this returns."""
        _insist(error for error in every([one.release for one in self._each]) if not isinstance(error, Misuse))

    @property
    def has_obeyed(self) -> bool:
        """Whether all of it is there, and has told how it stands since it took every stop."""
        return self._is_whole and all(one.has_obeyed for one in self._each)

    @property
    def is_held(self) -> bool:
        """Whether all of it has obeyed, and holds a fault, or the emergency stop."""
        return self.has_obeyed and all(one.is_faulted for one in self._each)

    @property
    def silent(self) -> str:
        """Which of a pair has not obeyed; empty for a single device."""
        ports = [end.port for n, end in enumerate(self._place.ends) if not self._has_obeyed(n)]
        return " and ".join(ports) if self._is_pair else ""

    def _has_obeyed(self, number: int) -> bool:
        return number in self.sessions and self.sessions[number].has_obeyed

    @property
    def _each(self) -> list[Session]:
        return [self.sessions[number] for number in sorted(self.sessions)]

    @property
    def _is_whole(self) -> bool:
        return len(self.sessions) == len(self._place.ends)

    # One connection after the other.

    async def _keep(self, number: int) -> None:
        """Keeps what is at one end."""
        while True:
            for pause_s in pauses(self._rng):
                if await self._was_well(number):
                    break
                if _is_cancelled():
                    return
                await asyncio.sleep(pause_s)

    async def _was_well(self, number: int) -> bool:
        """One connection, from finding the device to losing it; whether it lasted."""
        loop = asyncio.get_running_loop()
        began_s = self._seen_s[number] = loop.time()
        try:
            began_s = await self._attend(number)
        except Exception as error:
            if not isinstance(error, OSError | ControllerError):
                self._complaints.log(self._place.id, [error])
            self._absent[number] = error
            self._record("a loss", self._tell_absence)
        return loop.time() - began_s >= WELL_S

    async def _attend(self, number: int) -> float:
        """Follows one session to its end; returns the loop time at which it was connected."""
        session = Session(
            partial(self._opened, number),
            self._rng,
            known=self._known,
            clear_fault=self._upkeep.clear_fault,
            keep_fault=self._upkeep.keep_fault,
            stop_first=self._standing.owes_stop,
            reconnect_s=self._upkeep.reconnect_s,
            waits=self._is_pair,
        )
        events = session.events.subscribe()
        # Known before it is connected: a stop goes out as soon as there is a line.
        self.sessions[number] = session
        self.session = None if self._is_pair else session
        try:
            async with session:
                connected_s = asyncio.get_running_loop().time()
                if self._standing.owes_stop and not session.is_faulted:
                    await session.emergency_stop()
                await (self._hold(number, session, events) if self._is_pair else self._play_alone(session, events))
        finally:
            del self.sessions[number]
            self._left_at_rest[number] = session.left_at_rest
            if self._is_pair:
                self._record("a loss", partial(self._standing.there, number, False))
            else:
                self.session = None
                await self._wind_up(session, events)
        return connected_s

    async def _opened(self, number: int) -> Port:
        end = self._place.ends[number]
        try:
            return await end.open()
        finally:
            self._record("its port", lambda: self._standing.located(end.path(), number))

    async def _play_alone(self, session: Session, events: Subscription[Event]) -> None:
        async for event in events:
            self._seen_s[0] = asyncio.get_running_loop().time()
            self._take(session, event)
            if not (session.is_connected or self._standing.is_active):
                return

    async def _wind_up(self, session: AnySession, events: Subscription[Event]) -> None:
        """Takes what the session has told on its way out, and sees the run to its end."""
        await self._run_over()
        session.events.close()
        async for event in events:
            self._take(session, event)
        if self._standing.is_active:
            self._take(session, Ended(Outcome("link_lost", "the connection failed")))

    def _tell_absence(self) -> None:
        """Of a pair, with the port of whichever is away."""
        errors = dict(sorted(self._absent.items()))
        causes = [self._named(number, words(error)) for number, error in errors.items()]
        self._standing.away(next(iter(errors.values())), "; ".join(causes))

    def _named(self, number: int, cause: str) -> str:
        port = self._place.ends[number].port
        return f"{port}: {cause}" if self._is_pair and not cause.startswith(port) else cause

    def _record(self, what: str, job: Callable[[], object]) -> None:
        self._complaints.log(f"{self._place.id}: the record of {what}", every([job]))

    # Two that play as one.

    async def _hold(self, number: int, session: Session, events: Subscription[Event]) -> None:
        """Until it is lost, and its part of a run is over."""
        self._absent.pop(number, None)
        if self._absent:
            self._record("a loss", self._tell_absence)
        async for event in events:
            self._seen_s[number] = asyncio.get_running_loop().time()
            self._record("whether it is there", partial(self._standing.there, number, session.is_connected))
            if self.session is None and isinstance(event, Notice):
                self._take(session, event)
            self._changed.set()
            if not session.is_connected and session.phase is Phase.OVER:
                return

    async def _join(self) -> None:
        """Has both play as one, whenever they are there."""
        while True:
            await self._until(lambda: self._is_whole and all(one.is_connected for one in self._each))
            both = self._each
            try:
                await self._play_as_one(*both)
            except PortError as error:
                self._record("a loss", partial(self._standing.away, error, words(error)))
                await self._until(lambda: self._each != both)  # noqa: B023 - it is awaited here

    async def _play_as_one(self, first: Session, second: Session) -> None:
        """Raises PortError where they do not go together."""
        pair = Pair(first, second, connects=False)
        events = pair.events.subscribe()
        async with pair:
            self.session = pair
            try:
                self._take(pair, pair.introduced)
                await self._follow(pair, events)
            except BaseException:
                # Nobody would see the run to its end: both are vented.
                for half in self._halves:
                    half.cancel()
                raise
            finally:
                self.session = None
                await self._wind_up(pair, events)

    async def _follow(self, pair: Pair, events: Subscription[Event]) -> None:
        """Takes what both tell until one is lost and no run waits for it."""
        async for event in events:
            self._take(pair, event)
            if not (pair.is_connected or self._standing.is_active):
                return

    async def _until(self, is_so: Callable[[], bool]) -> None:
        """Looks again whenever something has happened at either end."""
        while not is_so():
            self._changed.clear()
            await self._changed.wait()


def _insist(failures: Iterable[Exception]) -> None:
    """Raises the first of `failures`, now that all has been tried."""
    for failure in failures:
        raise failure


def _is_cancelled() -> bool:
    """Whether somebody wants this task to end, even if an error has taken the place of his word."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
