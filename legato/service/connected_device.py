"""A device in the hands of a script: connected, known, played on, and vented by whoever leaves it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from legato.errors import LinkLost, UsageError
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.service.devices.advice import NOT_STOPPED
from legato.service.devices.endpoint import DeviceEndpoint
from legato.service.devices.state import DeviceState
from legato.service.endpoints import at_ports
from legato.service.in_process import InProcessDevice
from legato.service.own_run import OwnRun, refusals
from legato.service.run.own_run_policy import OwnRunPolicy
from legato.service.run.script_admission import admitted, rested
from legato.service.run_handle import RunHandle

_LOG: Final = logging.getLogger(__name__)


def connect(port: str | Sequence[str]) -> "ConnectedDevice":
    """The device at `port`, or the two at both ports as one: `async with legato.connect("sim://boots-6") as device:`.

    A port is a path (`/dev/ttyUSB0`), `sim://DEVICE` for a simulated one, `socket://HOST:PORT` or
    `rfc2217://HOST:PORT`. Entering the block finds the device; leaving it, also by an error, stops what is under way,
    waits until the air is out, and closes the port.

    Raises:
        UsageError: other than one or two different ports.
        PortError: (on entering) a port cannot be used, or the devices at two ports do not go together.
        ControllerError: (on entering) the device does not answer as it should.
        LinkLost: (on leaving) the device has not confirmed that it stopped; the text says what to do.
    """
    return ConnectedDevice(at_ports(port))


class ConnectedDevice:
    """What `legato.connect` gives: a device, or a pair that is one, while its `async with` block runs.

    It belongs to this process and this event loop: code that holds up the loop for more than 1.5 s has the device let
    its air out by itself.
    """

    def __init__(self, place: DeviceEndpoint) -> None:
        self._policy = OwnRunPolicy(_LOG.warning)
        self._device = InProcessDevice(place, self._policy, keep_fault=True)
        self._run: OwnRun | None = None
        self._is_entered = self._is_left = False

    async def __aenter__(self) -> Self:
        if self._is_entered:
            raise UsageError("a connection is used once; call legato.connect again")
        self._is_entered = True
        await self._device.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_left = True
        async with self._run_ended():
            await self._device.__aexit__(kind, error, trace)

    @property
    def description(self) -> Device:
        """What it says it is, for `legato.compile(routine, device.description)`; a pair is one device."""
        if (description := self._device.description) is None:
            raise UsageError("nothing is connected yet; write `async with legato.connect(port) as device:`")
        return description

    @property
    def parts(self) -> tuple[Device, ...]:
        """The one device, or both of a pair, in the order of the ports; nothing while it is away."""
        return self._device.parts

    @property
    def state(self) -> DeviceState:
        """How it stands now: what it does, its run, the last one, and what is wrong; as the service tells it."""
        return self._device.state

    def play(
        self,
        routine: Schedule | Profile | str | Path,
        *,
        person: str | None = None,
        minutes: float | None = None,
        acknowledged: bool = False,
        keep_simulated: bool = False,
    ) -> RunHandle:
        """Begins a routine, or a schedule of one, for `person`, or whoever is current; returns at once.

        A routine lasts about `minutes`; without, as long as is written, or, where this person follows a course of it,
        in full. A schedule (`legato.compile`) plays as it is, or, where the limits of this person make another one of
        its routine, not at all. Nothing is printed or asked. It is compiled before this returns, and the event loop
        waits for that.

        A person's massages are kept in their diary; a run on a simulator is none, and is kept, marked, only where
        `keep_simulated` asks for it.

        Raises:
            UsageError: something else is given than is expected, a schedule for another device, a run is under way,
                or the connection was left.
            InvalidFile: there is no such routine, or its file is not valid.
            UnknownName: there is no such person.
            NotAllowed: it is not for this person, or not yet, or a caution was not `acknowledged`.
            DiaryError: the diary cannot be read, so nobody knows of the last massage.
            CompileError: the routine cannot be made safe on this device, or has no such length there.
        """
        self._insist_on_connected()
        if self._run is not None and not self._run.is_over:
            playing = self._run.schedule.profile
            raise UsageError(
                f"{playing} is under way; `await run` before another one, or `await run.stop()` and then that"
            )
        profile, prepared = admitted(routine, self.description, person, minutes, acknowledged, keep_simulated)
        self._policy.plan(lambda _: rested(profile, prepared), profile.cold_s)
        self._run = OwnRun(self._device, prepared.schedule, self._policy.settle)
        return RunHandle(self._run)

    async def clear_fault(self) -> None:
        """Clears a fault or an emergency stop that the device holds, once its air is out; make sure all is well first.

        Raises:
            UsageError: a run is under way, or the connection was left.
            LinkLost: the device is away.
            ControllerError: the fault stays.
        """
        self._insist_on_connected()
        if self._run is not None and not self._run.is_over:
            raise UsageError(f"{self._run.schedule.profile} is under way; a fault is cleared once it is over")
        with refusals():
            await self._device.clear_fault()

    def _insist_on_connected(self) -> None:
        if not self._is_entered:
            raise UsageError("nothing is connected yet; write `async with legato.connect(port) as device:`")
        if self._is_left:
            raise UsageError("this connection was left, and the device has let its air out; call legato.connect again")

    @asynccontextmanager
    async def _run_ended(self) -> AsyncIterator[None]:
        """Around leaving: a run that is under way is over before and after, and the device at rest by its own word."""
        run = self._run
        if run is None or run.is_over:
            yield
            return
        run.give_up()
        try:
            yield
        finally:
            await asyncio.wait([run.task])
            if not self._device.left_at_rest:
                raise LinkLost(NOT_STOPPED)
