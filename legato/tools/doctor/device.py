"""Checks of what is on a port: ours, the right version, at rest, and well connected. Nothing is armed or moved."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from legato.app.finding import Finding, fail, ok, warn
from legato.controller.errors import BadLine, ControllerError, NoAnswer, PortError, PortLost
from legato.controller.link import firmware_version, wire_names
from legato.controller.link.connection import Connection
from legato.controller.link.debug_text import DebugText
from legato.controller.link.device_messages import Status, Welcome
from legato.controller.link.handshake import fetch_description, greet, next_status
from legato.controller.link.host_messages import Hello
from legato.controller.link.noise import ADVICE, bad_line, unreadable
from legato.controller.link.traffic import Traffic
from legato.controller.ports.opening import Opener, open_port
from legato.controller.ports.port import Port
from legato.errors import DeviceFaulted, LinkLost
from legato.firmware import wire
from legato.tools.doctor.baud import Tunable, rate

ROUNDS = 100
PAUSE_S = 0.02

SLOW_MS = 50.0
"""A USB adapter takes 2 to 20 ms; longer means a radio link, or a busy computer."""

_AT_REST = (wire.IDLE, wire.FAULTED)

NOISY = 0.05
"""A line that loses more than one frame in twenty is bad."""


@dataclass(frozen=True, slots=True)
class LineQuality:
    """The quality of the line: sorted round trips, resent frames, corrupt frames received, and the clock's error."""

    round_trips_ms: list[float]
    resent: int
    bad_frames: int
    sound_frames: int
    clock_error_ms: float | None

    def percentile(self, share: float) -> float:
        """The round trip in ms that a fraction `share` of them do not exceed."""
        return self.round_trips_ms[min(len(self.round_trips_ms) - 1, int(share * len(self.round_trips_ms)))]


async def device(port: str, schemes: Mapping[str, Opener]) -> AsyncIterator[Finding]:
    """Greets the device and exchanges frames with it for a few seconds."""
    try:
        opened = await open_port(port, schemes)
    except PortError as error:
        yield _unmet(error)
        return
    try:
        async for finding in _examined(opened):
            yield finding
    finally:
        await opened.close()


async def _examined(opened: Port) -> AsyncIterator[Finding]:
    connection = Connection(opened, Traffic(), lambda *_: None, lambda *_: None, DebugText(lambda _: None))
    try:
        async with _received(connection):
            async for finding in _met(connection):
                yield finding
    except PortError as error:
        yield _unmet(error)
        if connection.endpoint.is_noise and not connection.debug_text.lines and isinstance(opened, Tunable):
            yield await rate(opened)
    except ControllerError as error:
        yield fail(
            "line",
            str(error).removesuffix(f"; {ADVICE}"),
            ADVICE if isinstance(error, BadLine) else "check the cable, the plugs and the device's power supply",
            LinkLost,
        )


def _unmet(error: PortError) -> Finding:
    return fail("device", str(error), "is it a Legato device, is it switched on, and is this its port?", PortError)


@asynccontextmanager
async def _received(connection: Connection) -> AsyncIterator[None]:
    """Receives frames inside."""
    receiving = asyncio.create_task(connection.receive())
    try:
        yield
    except NoAnswer as silence:
        raise bad_line(connection.endpoint) or silence from None
    finally:
        connection.lose(PortLost("examined"))
        receiving.cancel()
        await asyncio.wait([receiving])


async def _met(connection: Connection) -> AsyncIterator[Finding]:
    welcome = await greet(connection)
    if welcome.state not in _AT_REST:
        # A frame with the number of a session would count as a sign of life from its host.
        connection.endpoint.session = 0
    found = await fetch_description(connection, welcome)
    yield ok("device", f"{found.name} ({found.title}), id {welcome.device_id.hex()}")
    difference = firmware_version.difference(welcome)
    if difference:
        yield warn("firmware", difference, firmware_version.renewal(welcome))
    else:
        yield ok("firmware", f"{welcome.version}, the same as in this Legato")
    yield _at_rest(await next_status(connection))
    for finding in _well(await _talked(connection, welcome)):
        yield finding
    if connection.debug_text.lines:
        text = connection.debug_text
        what = f'it prints text between frames ({text.lines} lines, such as "{text.first}")'
        yield warn("text", what, "switch the firmware's debug output off: it takes bandwidth, and can corrupt a frame")


def _at_rest(status: Status) -> Finding:
    if status.state == wire.FAULTED:
        what = wire_names.fault(status.fault_code)
        return fail(
            "state", f"it holds a fault: {what}", "find out why, then clear it with `--clear-fault`", DeviceFaulted
        )
    if status.state != wire.IDLE:
        return warn(
            "state", f"it is {wire_names.state(status.state)}", "another session is in progress; it was not disturbed"
        )
    broken = [n for n, value in enumerate(status.measured) if value is None]
    if broken:
        where = ", ".join(f"channel {n}" for n in broken)
        return warn("state", f"at rest, but without a reading from {where}", "check the plugs of these sensors")
    return ok("state", "at rest, with a reading from every sensor")


async def _talked(connection: Connection, welcome: Welcome) -> LineQuality:
    """Round trips of HELLO, which is answered in every state and changes nothing.

    Sends heartbeats, for the clock, only at rest: they would keep an abandoned session alive.
    """
    loop, times_ms = asyncio.get_running_loop(), []
    before = connection.endpoint.traffic.resent
    for _ in range(ROUNDS):
        began_s, resent = loop.time(), connection.endpoint.traffic.resent
        if welcome.state in _AT_REST:
            connection.endpoint.heartbeat(began_s)
        await connection.ask(Hello(), Welcome)
        if connection.endpoint.traffic.resent == resent:
            times_ms.append((loop.time() - began_s) * 1000)
        await asyncio.sleep(PAUSE_S)
    if not times_ms:
        raise NoAnswer("every frame had to be sent twice")
    return LineQuality(
        sorted(times_ms),
        connection.endpoint.traffic.resent - before,
        connection.endpoint.bad_frames,
        connection.endpoint.sound_frames,
        _clock_error_ms(connection),
    )


def _clock_error_ms(connection: Connection) -> float | None:
    try:
        return connection.endpoint.clock.error_ms
    except ValueError:
        return None


def _well(health: LineQuality) -> list[Finding]:
    half_ms, most_ms = health.percentile(0.5), health.percentile(0.99)
    trips = f"round trip {half_ms:.1f} ms (median), {most_ms:.1f} ms (p99)"
    clock = f", clock known to {health.clock_error_ms:.1f} ms" if health.clock_error_ms is not None else ""
    is_slow = most_ms > SLOW_MS
    findings = [
        warn("speed", trips + clock, "see `latency`; is there a radio link, or is this computer too busy?")
        if is_slow
        else ok("speed", trips + clock)
    ]
    losses = f"{unreadable(health.bad_frames, health.sound_frames)}, {health.resent} of {ROUNDS} of ours resent"
    if health.resent > NOISY * ROUNDS or health.bad_frames > NOISY * ROUNDS:
        return [*findings, fail("line", f"bad line: {losses}", ADVICE, LinkLost)]
    return [*findings, warn("line", losses, ADVICE) if health.resent or health.bad_frames else ok("line", losses)]
