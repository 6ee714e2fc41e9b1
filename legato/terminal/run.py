"""One run, from its start to its end: followed, shown, steered by keys, and stopped where whoever began it leaves.

Where the device is, in this process or in the service, makes no difference here.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack, closing
from typing import Final, Protocol

from legato.controller.session.events import Ended, Event, Outcome
from legato.controller.session.narration import take_off
from legato.service.client.client import Declined, Unreachable
from legato.service.devices.state import DeviceState, Doing, Ending, Update
from legato.terminal import output
from legato.terminal.key_controller import Commands, KeyController
from legato.terminal.keys import Key
from legato.terminal.scene import Scene
from legato.terminal.views import IsolatedView, View, Watch

Listen = Callable[[Callable[[Key], None]], AbstractContextManager[None]]
"""Calls back for each key while its block runs."""

IS_OVER: Final = frozenset({Doing.IDLE, Doing.FAULT, Doing.ESTOP, Doing.OFFLINE})

END_TOLD_S: Final = 1.0
"""How long the news of an end may take after the start has failed by it."""


class Played(Protocol):
    """A device with a run that is to be begun on it."""

    @property
    def state(self) -> DeviceState:
        """How it stood before the run."""

    @property
    def commands(self) -> Commands:
        """What can be asked of it while it plays."""

    def updates(self) -> AbstractAsyncContextManager[AsyncIterator[Update]]:
        """What happens; raises where nobody can tell any more."""

    async def start(self) -> None:
        """Begins the run; raises why it does not begin."""

    async def leave(self) -> None:
        """Stops it, since nobody looks on any more."""


class FollowedRun:
    """One run on `device`. Without `listen` nobody is there to resume, so a device that was lost and found ends it."""

    def __init__(self, device: Played, watch: Watch, listen: Listen | None) -> None:
        self._device = device
        self._watch = watch
        self._listen = listen
        self._scene = Scene(device.state)
        self._runs_before = device.state.sessions
        self._last_before = device.state.last
        self._given_up_s = 0.0

    async def play(self) -> Outcome:
        """Plays to the end. Cancelled, it stops the run softly first, and says what has to be taken off.

        Raises what `Played.start` and `Played.leave` do.
        """
        async with self._device.updates() as updates:
            # Begun only once the device is being heard, so that nothing of the run is missed.
            early = [await anext(updates)]
            starting = asyncio.create_task(self._device.start())
            try:
                return await self._followed(early, updates, starting)
            except (Declined, Unreachable):
                raise
            except BaseException:
                await self._leave()
                raise
            finally:
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)

    async def _leave(self) -> None:
        laid_on = self._scene.state.laid_on
        try:
            await self._device.leave()
        finally:
            if laid_on:
                output.say(take_off(laid_on))

    async def _followed(
        self, early: list[Update], updates: AsyncIterator[Update], starting: "asyncio.Task[None]"
    ) -> Outcome:
        """Waits for the run to begin, then shows it; a start that was refused is raised."""
        scene = self._scene
        with ExitStack() as stack:
            scene.take(early[0])
            while not self._has_begun:
                self._last_before = scene.state.last
                early.append(await self._next(updates, starting))
                scene.take(early[-1])
            view = self._opened(stack)
            for update in early:
                # The events of a session in this process; of a service, the news of the run alone.
                if isinstance(update, Event) or update is early[-1]:
                    view.show(update)
            while (outcome := self._outcome(update)) is None:
                if self._listen is None and scene.state.doing is Doing.FOUND:
                    await self._device.commands.stop()
                update = await self._next(updates, starting)
                if scene.take(update):
                    view.show(update)
            return outcome

    def _opened(self, stack: ExitStack) -> View:
        view = stack.enter_context(closing(IsolatedView(self._watch(self._scene))))
        if self._listen is not None:
            stack.enter_context(self._listen(KeyController(self._device.commands, self._scene, view).do))
        return view

    async def _next(self, updates: AsyncIterator[Update], starting: "asyncio.Task[None]") -> Update:
        """The next update; raises why the run was not begun."""
        coming: asyncio.Task[Update] = asyncio.ensure_future(_coming(updates))
        try:
            while not coming.done():
                waiting = {coming} if starting.done() else {coming, starting}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                self._check(starting)
            return coming.result()
        except BaseException:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            raise

    def _check(self, starting: "asyncio.Task[None]") -> None:
        """Raises why it was not begun, once that is sure.

        What plays then is somebody else's, unless it was ours and was stopped: the news of that are on their way.
        """
        if not starting.done() or starting.exception() is None:
            return
        now_s = asyncio.get_running_loop().time()
        self._given_up_s = self._given_up_s or now_s + END_TOLD_S
        if not self._has_begun or now_s > self._given_up_s:
            starting.result()

    @property
    def _has_begun(self) -> bool:
        return self._scene.state.sessions > self._runs_before

    def _outcome(self, update: Update) -> Outcome | None:
        """How it ended, once it has: by the session's own word, or by the state of a device of the service."""
        if isinstance(update, Ended):
            return update.outcome
        state = self._scene.state
        if state.last is None or state.doing not in IS_OVER or _is_same(state.last, self._last_before):
            return None
        last = state.last
        return Outcome(last.kind, last.cause, last.evidence, last.shortfall, last.laid_on)


def _is_same(one: Ending, other: Ending | None) -> bool:
    """Whether it is the same end of a run; no clock is asked which came first, since it may be set meanwhile."""
    return other is not None and (one.at, one.kind) == (other.at, other.kind)


async def _coming(updates: AsyncIterator[Update]) -> Update:
    return await anext(updates)
