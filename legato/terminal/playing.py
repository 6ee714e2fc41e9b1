"""Play: a routine on a port, or on two, watched by a view and steered by keys."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial

from legato.app.compile_for import compiled
from legato.app.simulated_port import open_sim
from legato.controller.errors import BadLine, NotLegato
from legato.controller.isolation import Complaints, every
from legato.controller.loop_health import LoopHealth
from legato.controller.pair.pair import Pair
from legato.controller.ports.opening import open_port
from legato.controller.ports.port import BAUD, Port
from legato.controller.ports.traffic_recorder import TrafficRecorder, with_recorder
from legato.controller.session.any_session import AnySession
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Ended, Event, Found, Outcome
from legato.controller.session.narration import take_off
from legato.controller.session.session import Session
from legato.errors import LinkLost, PortError, UsageError
from legato.profiles.canonical import is_same_build
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.service.devices.advice import SWITCH_OFF
from legato.terminal import output
from legato.terminal.key_controller import Hands
from legato.terminal.keys import Key
from legato.terminal.progress import Progress
from legato.terminal.views import Isolated, View

SCHEMES = {"sim": open_sim}


@dataclass(frozen=True, slots=True)
class Wish:
    """How a routine is to be played; `devices` must be there if they are given, `restrictions` are the person's.

    It is played as written, or in the form that lasts closest to `minutes`. What passes on the wire goes on `tape`.
    """

    devices: Sequence[Device] = ()
    strict: bool = False
    clear_fault: bool = False
    restrictions: Restrictions | None = None
    minutes: float | None = None
    tape: TrafficRecorder | None = None


Listen = Callable[[Callable[[Key], None]], AbstractContextManager[None]]
"""Calls back for each key while its block runs."""


async def play(
    profile: Profile, ports: Sequence[str], watch: Callable[[Progress], View], wish: Wish, listen: Listen | None = None
) -> Outcome:
    """Plays `profile` on the device at the port, or on the devices at both ports, until it ends.

    Cancelled, it vents what it plays on first.

    Without `listen` nobody is there to resume, so a device that was lost and found again ends it too.

    Raises:
        PortError: the port cannot be used.
        CompileError: the routine cannot be made safe on this device, or has no such length there.
        PortError: another device than `wish.devices` is there.
        UsageError: other than one or two ports, or as many as `wish.devices`.
        NotAllowed: `wish.strict`, and the routine does not play as written.
        DeviceFaulted: a fault is latched in the device, and `wish.clear_fault` is off.
        LinkLost: it was cancelled, and the device has not told that it has come to rest.
    """
    session = _session(ports, wish)
    events = session.events.subscribe()
    async with _confirming(session), _at(ports, session):
        _insist(session, wish.devices)
        schedule = compiled(profile, session.device, wish.strict, wish.restrictions, wish.minutes)
        progress = Progress(schedule)
        with closing(Isolated(watch(progress))) as view, ExitStack() as stack:
            if listen is not None:
                stack.enter_context(listen(Hands(session, progress, view).do))
            health = stack.enter_context(LoopHealth())
            async with asyncio.TaskGroup() as group:
                telling = group.create_task(health.publish_every_second(session.events.publish))
                group.create_task(_follow(events, progress, view))
                if listen is None:
                    group.create_task(_end_when_found(session, session.events.subscribe()))
                try:
                    return await session.play(schedule)
                finally:
                    telling.cancel()


@asynccontextmanager
async def _confirming(session: AnySession) -> AsyncIterator[None]:
    """Whoever cancels a run is told it has stopped; only the device itself can say so."""
    try:
        yield
    except asyncio.CancelledError:
        if session.laid_on:
            output.say(take_off(session.laid_on))
        if session.left_at_rest:
            raise
        raise LinkLost(f"the device has not confirmed that it stopped. {SWITCH_OFF}") from None


@asynccontextmanager
async def _at(ports: Sequence[str], session: AnySession) -> AsyncIterator[None]:
    """The session, connected; where no device answers, or on a bad line, the error says at which port, and how fast."""
    try:
        async with session:
            yield
    except (NotLegato, BadLine) as error:
        if len(ports) > 1 or str(error).startswith(ports[0]):
            raise
        speed = "" if "://" in ports[0] else f" at {BAUD} baud"
        raise type(error)(f"{ports[0]}{speed}: {error}") from error


def _session(ports: Sequence[str], wish: Wish) -> AnySession:
    made = partial(Session, rng=random.Random(), clear_fault=wish.clear_fault)  # noqa: S311 - no secret
    match [_opener(port) for port in ports]:
        case [one]:
            return made(with_recorder(one, wish.tape))
        case [_, _] if wish.tape is not None:
            raise UsageError("a recording is of one line; leave out --record to play on two devices")
        case [first, second] if ports[0] != ports[1]:
            return Pair(made(first, waits=True), made(second, waits=True))
        case [_, _]:
            raise UsageError(f"{ports[0]} is given twice; two devices need a port each")
        case _:
            raise UsageError(f"{len(ports)} ports are given; one device needs one, a pair needs two")


def _opener(port: str) -> Callable[[], Awaitable[Port]]:
    async def connect() -> Port:
        return await open_port(port, SCHEMES)

    return connect


async def _follow(events: Subscription[Event], progress: Progress, view: View) -> None:
    complaints = Complaints()
    async for event in events:
        complaints.log("the progress", every([partial(progress.take, event)]))
        view.show(event)
        if isinstance(event, Ended):
            return


async def _end_when_found(session: AnySession, events: Subscription[Event]) -> None:
    """A massage goes on after a loss only when a person says so; where there is none, it is over."""
    async for event in events:
        if isinstance(event, Found):
            await session.stop()
        elif isinstance(event, Ended):
            return


def _insist(session: AnySession, wanted: Sequence[Device]) -> None:
    if wanted and len(wanted) != len(session.parts):
        raise UsageError("name a --device for each --port, in the same order, or none")
    for found, wish in zip(session.parts, wanted, strict=False):
        _insist_on(found, wish)


def _insist_on(found: Device, wanted: Device) -> None:
    if not is_same_build(found, wanted):
        what = f"the device on this port is {found.name}, not {wanted.name}"
        if found.name == wanted.name:
            what = f"the {found.name} on this port is not built as {wanted.name} is described here"
        raise PortError(f"{what}; leave out --device to play on what is there")
