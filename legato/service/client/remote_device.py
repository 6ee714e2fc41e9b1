"""A device of the service, for one run that is begun from here, followed, steered, and stopped by whoever leaves it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from legato.controller.errors import ControllerError
from legato.errors import LinkLost
from legato.service.client.client import Client, Unreachable, device_path
from legato.service.client.following import following
from legato.service.client.steering import Steering
from legato.service.devices.advice import SWITCH_OFF
from legato.service.devices.state import DeviceState, News, Update

LAST_WORDS_S: Final = 10.0
"""How long a client that leaves waits to be told that its stop was heard."""


class RemoteDevice:
    """The device that `state` tells of, and a run by `body` (see the API)."""

    def __init__(self, client: Client, state: DeviceState, body: dict[str, Any]) -> None:
        self.state = state
        """How it stood when this was made."""
        self.commands = Steering(client, state.id)
        self._client = client
        self._body = body

    @asynccontextmanager
    async def updates(self) -> AsyncIterator[AsyncIterator[Update]]:
        """News of the service while the block runs; raises Unreachable where it goes away."""
        async with following(self._client) as news:
            yield _told(news)

    async def start(self) -> None:
        """Begins the run; raises Declined where the service does not, Unreachable where it does not answer."""
        await asyncio.to_thread(self._client.post, device_path(self.state.id, "start"), self._body)

    async def leave(self) -> None:
        """Stops the run; raises LinkLost where nothing has confirmed that, since nobody looks on any more."""
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await self.commands.stop()
        except ControllerError as error:
            raise LinkLost(str(error)) from error
        except TimeoutError:
            raise LinkLost(f"the service has not confirmed the stop. {SWITCH_OFF}") from None


async def _told(news: AsyncIterator[News]) -> AsyncIterator[Update]:
    async for item in news:
        yield item
    raise Unreachable("the service has ended, and stopped the massage with it")
