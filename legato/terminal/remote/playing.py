"""A routine played by the service: begun, followed and steered from here, and stopped when whoever began it leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, closing
from typing import Any, Protocol

from legato.controller.errors import ControllerError
from legato.controller.session.events import Notice, Outcome
from legato.controller.session.narration import take_off
from legato.errors import LinkLost
from legato.service.client.client import Client, Declined, Unreachable, device_path
from legato.service.client.following import following
from legato.service.client.steering import Steering
from legato.service.devices.advice import SWITCH_OFF
from legato.service.devices.state import DeviceState, Doing, News
from legato.terminal import output
from legato.terminal.key_controller import Hands
from legato.terminal.playing import Listen
from legato.terminal.remote.scene import IS_OVER, RemoteScene
from legato.terminal.views import Isolated

LAST_WORDS_S = 10.0
"""How long a client that leaves waits to be told that its stop was heard."""


END_TOLD_S = 1.0
"""How long the news of an end may take after the start has failed by it."""


class RemoteView(Protocol):
    """Shows news as they come, and what a key could not do."""

    def show(self, event: News | Notice) -> None:
        """Shows one piece of news, which the scene has taken already."""

    def close(self) -> None:
        """Gives back whatever it held of the terminal."""


class Run:
    """One run on `device`, from its start by `body` (see the API) to its end."""

    def __init__(self, client: Client, device: DeviceState, body: dict[str, Any]) -> None:
        self._client = client
        self._steering = Steering(client, device.id)
        self._body = body
        self._before = device.sessions
        self._scene = RemoteScene(device)
        self._given_up_s = 0.0

    async def play(self, view: Callable[[RemoteScene], RemoteView], listen: Listen | None) -> Outcome:
        """Plays to the end. Cancelled, it stops the run softly first.

        Without `listen` nobody is there to resume, so a device that was lost and found again ends it too.

        Raises:
            LinkLost: it was cancelled, and the device has not confirmed that it stopped.
            Declined: the service does not begin it.
            Unreachable: the service is gone; it, or the device by itself, lets the pressure out.
        """
        async with following(self._client) as news:
            # Begun only once the service is being heard, so that nothing of the run is missed.
            self._scene.take(await _coming(news))
            starting = asyncio.create_task(self._start())
            try:
                return await self._followed(news, starting, view, listen)
            except (Declined, Unreachable):
                raise
            except BaseException:
                # Whatever ends the looking: who began it leaves.
                await self._leave()
                raise
            finally:
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)

    async def _leave(self) -> None:
        """Stops the run; raises LinkLost where nothing has confirmed that, since nobody looks on any more."""
        if laid_on := self._scene.state.laid_on:
            output.say(take_off(laid_on))
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await self._steering.stop()
        except ControllerError as error:
            raise LinkLost(str(error)) from error
        except TimeoutError:
            raise LinkLost(f"the service has not confirmed the stop. {SWITCH_OFF}") from None

    async def _start(self) -> None:
        await asyncio.to_thread(self._client.post, device_path(self._steering.device, "start"), self._body)

    async def _followed(
        self,
        news: AsyncIterator[News],
        starting: "asyncio.Task[None]",
        view: Callable[[RemoteScene], RemoteView],
        listen: Listen | None,
    ) -> Outcome:
        """Waits for the run to begin, then shows it; a start that was refused is raised."""
        scene = self._scene
        with ExitStack() as stack:
            shown: RemoteView | None = None
            while True:
                item = await self._next(news, starting)
                if not scene.take(item) or not self._has_begun:
                    continue
                if shown is None:
                    shown = stack.enter_context(closing(Isolated(view(scene))))
                    if listen is not None:
                        stack.enter_context(listen(Hands(self._steering, scene, shown).do))
                shown.show(item)
                if (outcome := self._outcome()) is not None:
                    return outcome
                if listen is None and scene.state.doing is Doing.FOUND:
                    await self._steering.stop()

    async def _next(self, telling: AsyncIterator[News], starting: "asyncio.Task[None]") -> News:
        """The next piece of news; raises why it was not begun."""
        coming: asyncio.Task[News] = asyncio.ensure_future(_coming(telling))
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
        return self._scene.state.sessions > self._before

    def _outcome(self) -> Outcome | None:
        """How it ended, once it has."""
        state = self._scene.state
        if state.run is None or state.last is None or state.doing not in IS_OVER:
            return None
        if state.last.at < state.run.started_at:
            return None
        last = state.last
        return Outcome(last.kind, last.cause, last.evidence, last.shortfall, last.laid_on)


async def _coming(telling: AsyncIterator[News]) -> News:
    try:
        return await anext(telling)
    except StopAsyncIteration:
        raise Unreachable("the service has ended, and stopped the massage with it") from None
