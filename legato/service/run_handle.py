"""One run in the hands of a script: steered, followed, and awaited for how it ended."""

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any

from legato.app.facade import whole
from legato.app.routine import said
from legato.controller.session.events import Event, Outcome
from legato.errors import LinkLost, UsageError
from legato.profiles.schedule import Cue, Schedule
from legato.service.devices import advice
from legato.service.in_process import BridgeCommands
from legato.service.own_run import OwnRun, refusals


class RunHandle:
    """A run that `device.play` has begun: `await run` gives its Outcome, `run.events()` what happens meanwhile.

    It plays to its end whether or not anybody awaits it or reads its events, unless the connection is left before.
    Whoever is cancelled while they await it (a time limit, an interrupted cell of a notebook) has stopped it: the
    device lets its air out. `await asyncio.shield(run)` waits without that.

    A device that is lost and found again waits for `resume`, for ten minutes; one that is not found within 30 s ends
    the run. What is asked returns once the device has confirmed it.

    Raises:
        UsageError: (awaited) the device has something else to do, or holds a fault, see `device.clear_fault`.
        LinkLost: (awaited) the device is not there, so that nothing began.
        NotAllowed: (awaited) the person has begun another massage since `device.play`, so that nothing began.
        DiaryError: (awaited) the diary cannot be read any more, so that nothing began.
    """

    def __init__(self, run: OwnRun) -> None:
        self._run = run

    @property
    def schedule(self) -> Schedule:
        """What plays: compiled within the limits of the person; its `report` says what plays otherwise than asked."""
        return self._run.schedule

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._run.is_over

    def __await__(self) -> Generator[Any, Any, Outcome]:
        return self._awaited().__await__()

    async def events(self) -> AsyncIterator[Event]:
        """What happens, from the beginning of the run to its end, for each who asks, whenever they ask.

        Pressures are in mmHg, times in ms of session time. Of `Telemetry`, which comes ten times a second, whoever is
        slow gets the latest only; `Health`, of this computer, comes with `legato.play` only. Whoever stops reading
        changes nothing.

        Raises:
            LinkLost: the device was lost, and the run ended by that; `Ended` comes before.
            UsageError: the run did not begin, see the class.
        """
        async for event in self._run.log.read():
            yield event
        outcome = await asyncio.shield(self._run.task)
        if outcome.kind == "link_lost":
            raise LinkLost(f"{outcome.cause}. {advice.LINK_LOST.text} {advice.SWITCH_OFF}")

    # What a person may ask.

    async def pause(self) -> None:
        """Holds session time and lets the pressure out; returns when the device stands still.

        Raises:
            UsageError: the run is over, or cannot be paused now.
            LinkLost: the device is away.
        """
        async with self._asked() as commands:
            await commands.pause()

    async def resume(self) -> None:
        """Goes on after a pause, a question, or a loss.

        Raises:
            UsageError: the run is over, or does not stand still.
            LinkLost: the device is away.
        """
        async with self._asked() as commands:
            await commands.resume()

    async def skip(self) -> None:
        """Goes to the next step, and stops where there is none; what stands still stays there until `resume`.

        Raises:
            UsageError: the run is over, or a person has to say first that what was laid on is off.
            LinkLost: the device is away.
        """
        async with self._asked() as commands:
            await commands.skip()

    async def intensity(self, percent: int) -> None:
        """Plays at `percent` (a whole number from 0 to 100) of the schedule; the device goes there by 20 % a second.

        Raises:
            UsageError: it is no such number, or the run is over.
            LinkLost: the device is away.
        """
        wanted = whole(percent, "intensity")
        if not 0 <= wanted <= 100:
            raise UsageError(f"intensity must be from 0 to 100, in % of the schedule, not {wanted}")
        async with self._asked() as commands:
            await commands.set_intensity(wanted)

    async def answer(self, cue: Cue) -> None:
        """Answers the question that the massage waits for: `await run.answer(event.cue)` at a `CueShown`.

        Raises:
            UsageError: nothing waits for this answer, or the run is over.
            LinkLost: the device is away.
        """
        if not isinstance(cue, Cue):
            raise UsageError(f"expected the cue of a CueShown, as in run.answer(event.cue), not {said(cue)}")
        async with self._asked() as commands:
            run = self._run.device.state.run
            asked = None if run is None else run.cue
            # What is asked again in the same words is another question.
            if asked is None or not asked.waits or cue != self._run.cue:
                raise UsageError(f'nothing waits for an answer to "{cue.say}"')
            await commands.answer(asked)

    async def stop(self) -> None:
        """Soft release, at any time; of a run that is over nothing is left to stop.

        The device has confirmed it when this returns; the run is over once the air is out, see `await run`.

        Raises:
            LinkLost: the device has not confirmed it; the text says what to do.
        """
        self._run.never_begin()
        if not self.is_over:
            with refusals():
                await self._run.device.commands.stop()

    async def emergency_stop(self) -> None:
        """Everything off and open, at any time, also once the run is over; the device holds it until `clear_fault`.

        Raises:
            LinkLost: the device has not confirmed it; the text says what to do.
            UsageError: the connection was left, so that the device cannot be reached any more.
        """
        self._run.never_begin()
        if not self._run.device.is_kept:
            raise UsageError("the connection was left, and the device with it; switch it off at its own switch")
        with refusals():
            await self._run.device.commands.emergency_stop()

    async def _awaited(self) -> Outcome:
        try:
            return await asyncio.shield(self._run.task)
        except asyncio.CancelledError:
            if not self.is_over:
                self._run.give_up()
            raise

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[BridgeCommands]:
        """Around what is asked of the run, once it has begun."""
        await self._run.has_begun.wait()
        if self.is_over:
            raise UsageError(f"this run of {self.schedule.profile} is over; `device.play` begins another one")
        with refusals():
            yield self._run.device.commands
