"""One run, from start to end: followed, shown, controlled by keys, and stopped if the process that started it leaves.

It makes no difference here whether the device is in this process or in the service.
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

END_REPORTED_S: Final = 1.0
"""How long to wait for the update that reports an end, after that end has made the start fail."""


class Played(Protocol):
    """A device, and a run to start on it."""

    @property
    def state(self) -> DeviceState:
        """Its state before the run."""

    @property
    def commands(self) -> Commands:
        """The commands that it takes while it plays."""

    def updates(self) -> AbstractAsyncContextManager[AsyncIterator[Update]]:
        """What happens; raises if the connection is lost."""

    async def start(self) -> None:
        """Starts the run; raises if it does not start."""

    async def leave(self) -> None:
        """Stops the run, since nobody is watching any more."""


class FollowedRun:
    """One run on `device`. Without `listen` nobody can resume, so it ends if the device is lost and found again."""

    def __init__(self, device: Played, watch: Watch, listen: Listen | None) -> None:
        self._device = device
        self._watch = watch
        self._listen = listen
        self._scene = Scene(device.state)
        self._runs_before = device.state.sessions
        self._last_before = device.state.last
        self._given_up_s = 0.0

    async def play(self) -> Outcome:
        """Plays to the end. If cancelled, first stops the run softly, and says what to take off.

        Raises what `Played.start` and `Played.leave` do.
        """
        async with self._device.updates() as updates:
            # Started only once updates arrive, so that nothing of the run is missed.
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
        """Waits for the run to begin, then shows it; raises if the start was refused."""
        scene = self._scene
        with ExitStack() as stack:
            scene.take(early[0])
            while not self._has_begun:
                self._last_before = scene.state.last
                early.append(await self._next(updates, starting))
                scene.take(early[-1])
            view = self._opened(stack)
            for update in early:
                # Events of a session in this process; from a service, only the update that shows the run.
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
        """The next update; raises if the run was not started."""
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
        """Raises the reason why the run was not started, once that is certain.

        What plays then is somebody else's run, unless ours was stopped: the update about that is on its way.
        """
        if not starting.done() or starting.exception() is None:
            return
        now_s = asyncio.get_running_loop().time()
        self._given_up_s = self._given_up_s or now_s + END_REPORTED_S
        if not self._has_begun or now_s > self._given_up_s:
            starting.result()

    @property
    def _has_begun(self) -> bool:
        return self._scene.state.sessions > self._runs_before

    def _outcome(self, update: Update) -> Outcome | None:
        """How it ended, once it has: from the session's last event, or from the state of the service's device."""
        if isinstance(update, Ended):
            return update.outcome
        state = self._scene.state
        if state.last is None or state.doing not in IS_OVER or _is_same(state.last, self._last_before):
            return None
        last = state.last
        return Outcome(last.kind, last.cause, last.evidence, last.shortfall, last.laid_on)


def _is_same(one: Ending, other: Ending | None) -> bool:
    """Whether both are the same end of a run; times are not ordered, since the clock may have been set in between."""
    return other is not None and (one.at, one.kind) == (other.at, other.kind)


async def _coming(updates: AsyncIterator[Update]) -> Update:
    return await anext(updates)
