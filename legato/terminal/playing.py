"""Play on a port, or on two: the device is this process's own for one run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from legato.care.person import Person
from legato.controller.loop_health import LoopHealth
from legato.controller.ports.traffic_recorder import TrafficRecorder, with_recorder
from legato.controller.session.events import Event, Outcome
from legato.errors import LinkLost, PortError, UsageError
from legato.profiles.canonical import is_same_build
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule
from legato.service.devices.advice import NOT_STOPPED
from legato.service.devices.bridge import Start
from legato.service.devices.endpoint import DeviceEndpoint
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import DeviceState, Update
from legato.service.endpoints import at_ports
from legato.service.in_process import InProcessDevice
from legato.service.run.admission import made_ready
from legato.service.run.own_run_policy import OwnRunPolicy
from legato.terminal import output
from legato.terminal.run import FollowedRun, Listen
from legato.terminal.scene import Scene
from legato.terminal.views import View, Watch


@dataclass(frozen=True, slots=True)
class Wish:
    """How a routine is to be played; `devices` must be there if they are given.

    It is played for `person`, who is admitted already, within `restrictions`: as written, or in the form that lasts
    closest to `minutes`. `ready` is called with the schedule before anything moves. What passes on the wire goes on
    `tape`.
    """

    devices: Sequence[Device] = ()
    strict: bool = False
    clear_fault: bool = False
    person: Person | None = None
    restrictions: Restrictions | None = None
    minutes: float | None = None
    keep_simulated: bool = False
    ready: Callable[[Schedule], None] = lambda _: None
    tape: TrafficRecorder | None = None


async def play(
    profile: Profile, ports: Sequence[str], watch: Watch, wish: Wish, listen: Listen | None = None
) -> Outcome:
    """Plays `profile` on the device at the port, or on the devices at both ports, until it ends.

    Cancelled, it vents what it plays on first. The diary of a person has the run from its beginning, and how it went
    once the device is at rest; a simulated one is kept only where `wish.keep_simulated` asks for it.

    Without `listen` nobody is there to resume, so a device that was lost and found again ends it too.

    Raises:
        PortError: the port cannot be used.
        CompileError: the routine cannot be made safe on this device, or has no such length there.
        PortError: another device than `wish.devices` is there.
        UsageError: other than one or two ports, or as many as `wish.devices`.
        NotAllowed: `wish.strict`, and the routine does not play as written.
        NotAdmitted: the person has not rested enough for a massage of this length.
        DeviceFaulted: a fault is latched in the device, and `wish.clear_fault` is off.
        LinkLost: it was cancelled, and the device has not confirmed that it has come to rest.
    """
    own = OwnRunPolicy(output.say)
    own.plan(partial(_made_ready, profile, wish), profile.cold_s)
    device = InProcessDevice(_place(ports, wish.tape), own, clear_fault=wish.clear_fault)
    played = _Played(device, Start(routine=profile.name, acknowledged=True))
    try:
        async with _confirming(device), device:
            _insist(device.parts, wish.devices)
            with ExitStack() as stack:
                return await FollowedRun(played, _with_health(played, watch, stack), listen).play()
    finally:
        own.settle()


def _made_ready(profile: Profile, wish: Wish, device: Device) -> Prepared:
    limits = wish.restrictions or Restrictions()
    prepared = made_ready(
        profile, wish.person, device, limits, wish.minutes, strict=wish.strict, keep_simulated=wish.keep_simulated
    )
    wish.ready(prepared.schedule)
    return prepared


class _Played:
    """A device of this process with one run on it, whose updates are those since it was looked for."""

    def __init__(self, device: InProcessDevice, start: Start) -> None:
        self.commands = device.commands
        self._device = device
        self._start = start
        self._updates = device.updates()

    @property
    def state(self) -> DeviceState:
        return self._device.state

    @asynccontextmanager
    async def updates(self) -> AsyncIterator[AsyncIterator[Update]]:
        """Raises LinkLost at the end, where nobody keeps the device any more."""
        yield self._told()

    async def _told(self) -> AsyncIterator[Update]:
        async for update in self._updates:
            yield update
        raise LinkLost(f"{self.state.id} is not kept any more")

    def publish(self, event: Event) -> None:
        """Shows `event` among the device's own."""
        self._updates.put(event)

    async def start(self) -> None:
        await self._device.start(self._start)

    async def leave(self) -> None:
        self._device.release()


def _with_health(played: _Played, watch: Watch, stack: ExitStack) -> Watch:
    """The same view, from which on it is measured how well this process keeps time."""

    def opened(scene: Scene) -> View:
        health = stack.enter_context(LoopHealth())
        measuring = asyncio.create_task(health.publish_every_second(played.publish))
        stack.callback(measuring.cancel)
        return watch(scene)

    return opened


@asynccontextmanager
async def _confirming(device: InProcessDevice) -> AsyncIterator[None]:
    """Whoever cancels a run is told it has stopped; only the device itself can say so."""
    try:
        yield
    except asyncio.CancelledError:
        if device.left_at_rest:
            raise
        raise LinkLost(NOT_STOPPED) from None


def _place(ports: Sequence[str], tape: TrafficRecorder | None) -> DeviceEndpoint:
    place = at_ports(ports)
    if len(place.ends) > 1 and tape is not None:
        raise UsageError("a recording is of one line; leave out --record to play on two devices")
    return replace(place, ends=tuple(replace(end, open=with_recorder(end.open, tape)) for end in place.ends))


def _insist(there: Sequence[Device], wanted: Sequence[Device]) -> None:
    if wanted and len(wanted) != len(there):
        raise UsageError("name a --device for each --port, in the same order, or none")
    for found, wish in zip(there, wanted, strict=False):
        _insist_on(found, wish)


def _insist_on(found: Device, wanted: Device) -> None:
    if not is_same_build(found, wanted):
        what = f"the device on this port is {found.name}, not {wanted.name}"
        if found.name == wanted.name:
            what = f"the {found.name} on this port is not built as {wanted.name} is described here"
        raise PortError(f"{what}; leave out --device to play on what is there")
