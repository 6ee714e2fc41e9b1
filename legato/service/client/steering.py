"""Asks one device of the service, without holding up whoever follows it: every question goes out from a thread."""

import asyncio
from collections.abc import Callable
from typing import Any

from legato.controller.errors import ControllerError
from legato.service.client.client import Client, Declined, Unreachable, device_path


class Steering:
    """What a `KeyController` steers, in the service; what it refuses is raised as ControllerError."""

    def __init__(self, client: Client, device: str) -> None:
        self._client = client
        self.device = device

    async def emergency_stop(self) -> None:
        await self._done(self._client.stop, "emergency-stop")

    async def stop(self) -> None:
        await self._done(self._client.stop, "stop")

    async def skip(self) -> None:
        await self.ask("skip")

    async def pause(self) -> None:
        await self.ask("pause")

    async def resume(self) -> None:
        await self.ask("resume")

    async def answer(self, cue: Any) -> None:
        await self.ask("answer", {"question": cue.id})

    async def set_intensity(self, percent: int) -> None:
        await self.ask("intensity", {"percent": percent})

    async def ask(self, what: str, body: dict[str, Any] | None = None) -> None:
        """Has it done; raises ControllerError."""
        await self._done(self._client.post, what, body)

    async def _done(self, ask: Callable[..., Any], what: str, *body: dict[str, Any] | None) -> None:
        """Raises ControllerError, also for a stop that the device has not confirmed."""
        try:
            answer = await asyncio.to_thread(ask, device_path(self.device, what), *body)
        except (Declined, Unreachable) as error:
            raise ControllerError(str(error)) from error
        stop = answer.get("stop") if isinstance(answer, dict) else None
        if stop and not stop["confirmed"]:
            raise ControllerError(f"{self.device}: {stop['text']}")
