"""One run of a device of this process: begun, read for its events, given up, and waited for."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import CueShown, Ended, Event, Outcome
from legato.errors import LegatoError, LinkLost, UsageError
from legato.profiles.schedule import Cue, Schedule
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow, Offline, Unconfirmed
from legato.service.devices.state import StateTold, Update
from legato.service.event_log import EventLog
from legato.service.in_process import InProcessDevice

_NEVER_BEGAN: Final = Outcome("stopped", "it was stopped before it began")


class OwnRun:
    """Plays what the run policy of `device` has planned, as soon as the event loop comes to it.

    `settle` is called once it is over. `task` is done then, and has the outcome, or why it did not begin; `log` has its
    events.
    """

    def __init__(self, device: InProcessDevice, schedule: Schedule, settle: Callable[[], None]) -> None:
        self.device = device
        self.schedule = schedule
        self.log = EventLog()
        self.has_begun = asyncio.Event()
        """Set once the device fills up for it, or it is over: from then on something can be asked of it."""
        self.cue: Cue | None = None
        """What was said to the person last."""
        self._settle = settle
        self._is_given_up = False
        self.task = asyncio.create_task(self._play(), name=f"the run of {schedule.profile}")

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.task.done()

    def never_begin(self) -> None:
        """Does not begin any more, if it has not yet."""
        self._is_given_up = True

    def give_up(self) -> None:
        """Has it stopped, or never begin: the frame is on the line when this returns."""
        self.never_begin()
        self.device.release()

    async def _play(self) -> Outcome:
        try:
            if self._is_given_up:
                self.log.put(Ended(_NEVER_BEGAN))
                return _NEVER_BEGAN
            with self.device.updates() as updates:
                return await self._followed(updates)
        finally:
            self.has_begun.set()
            self.log.close()
            self._settle()

    async def _followed(self, updates: Subscription[Update]) -> Outcome:
        runs_before = self.device.state.sessions
        reading = asyncio.create_task(self._read(updates, runs_before))
        try:
            await self._start(runs_before)
            self.has_begun.set()
            return await reading
        finally:
            reading.cancel()

    async def _start(self, runs_before: int) -> None:
        """Raises why it did not begin; one that has begun says by itself how it ended."""
        try:
            with refusals():
                await self.device.start(Start(routine=self.schedule.profile, acknowledged=True))
        except LegatoError:
            if self.device.state.sessions == runs_before:
                raise

    async def _read(self, updates: Subscription[Update], runs_before: int) -> Outcome:
        is_ours = False
        async for update in updates:
            is_ours = is_ours or (isinstance(update, StateTold) and update.state.sessions > runs_before)
            if is_ours and isinstance(update, Event):
                self.log.put(update)
            if is_ours and isinstance(update, CueShown):
                self.cue = update.cue
            if is_ours and isinstance(update, Ended):
                return update.outcome
        raise LinkLost(f"{self.device.state.id} is not kept any more")


@contextmanager
def refusals() -> Iterator[None]:
    """Around what a script asks: what the supervisor refuses, in the words of `legato.errors`."""
    try:
        yield
    except NotNow as error:
        raise UsageError(str(error)) from error
    except (Offline, Unconfirmed) as error:
        raise LinkLost(str(error)) from error
