"""How host and device get to know each other: one round trip to a known device, a few more to a new one."""

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Final

from legato.controller.errors import AnotherDevice, DeviceFaulted, NoAnswer, NotLegato, ProtocolError, Refused
from legato.controller.link import wire_names
from legato.controller.link.connection import Connection
from legato.controller.link.debug_text import quote
from legato.controller.link.deframer import is_text
from legato.controller.link.device_messages import DescriptionPart, Status, Welcome
from legato.controller.link.host_messages import Clear, GetDescription, Hello, Stop
from legato.controller.link.noise import bad_line
from legato.controller.link.retransmission import PATIENCE_S
from legato.firmware import wire
from legato.profiles import canonical
from legato.profiles.device import Device

PART_BYTES: Final = 128
AT_ONCE: Final = 6
"""Parts of a description asked for at once, so that one lost part does not hold up the others."""

CLEAR_TRIES: Final = 20
CLEAR_PAUSE_S: Final = 0.5
"""A fault can be cleared once the air is out, which takes a few seconds."""

Known = MutableMapping[bytes, Device]
"""Descriptions by their hash, so that each travels once."""

_NO_DEVICE: Final = "no Legato device on this port: "
_ECHO: Final = "it sends back what is sent; is a loopback plug in it?"
_SILENCE: Final = "nothing answers; is it switched on, and this its port (`legato ports` lists them)?"
_STRANGER: Final = "something else speaks there"

_SETTLED: Final = frozenset({wire.IDLE, wire.FAULTED})


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the handshake yields: who it is, what it can do, and, if it still holds a fault, the status of that."""

    welcome: Welcome
    device: Device
    faulted: Status | None = None


async def shake_hands(connection: Connection, known: Known, *, clear_fault: bool, keep_fault: bool = False) -> Greeting:
    """Makes `connection` ready to arm; with `keep_fault`, only to clear a latched fault where there is one.

    Raises:
        NotLegato, WrongProtocol: not our device, or not our version of it.
        DeviceFaulted: a fault is latched, and neither is it cleared nor may it be kept.
        PortLost: the line failed.
    """
    welcome = await greet(connection)
    device = known.get(welcome.description_hash) or await fetch_description(connection, welcome)
    known[welcome.description_hash] = device
    if welcome.state not in _SETTLED:
        welcome = await _calm(connection)
    if welcome.channels != len(device.channels):
        raise NotLegato(f"the device announces {welcome.channels} channels and describes {len(device.channels)}")
    if welcome.state == wire.FAULTED:
        status = await next_status(connection, lambda status: status.state == wire.FAULTED)
        if clear_fault:
            await clear(connection, status)
        elif keep_fault:
            return Greeting(welcome, device, status)
        else:
            raise fault_held(status)
    return Greeting(welcome, device)


def insist_on_same(before: Welcome, now: Welcome) -> None:
    """Raises AnotherDevice unless this is the device of `before`, for which the schedule was compiled."""
    if now.device_id != before.device_id:
        raise AnotherDevice("another device is plugged in now")
    if now.description_hash != before.description_hash:
        raise AnotherDevice("the device is built differently now")


async def clear(connection: Connection, status: Status) -> None:
    """Has the fault in `status` cleared, once the air is out; raises DeviceFaulted where it stays."""
    for _ in range(CLEAR_TRIES):
        if await _clears(connection, status):
            await next_status(connection, lambda status: status.state == wire.IDLE)
            return
        await asyncio.sleep(CLEAR_PAUSE_S)
    raise DeviceFaulted(f"the device does not let its fault be cleared: {wire_names.fault(status.fault_code)}")


def fault_held(status: Status) -> DeviceFaulted:
    """The error for the fault in `status`."""
    what = wire_names.fault(status.fault_code)
    return DeviceFaulted(f"the device holds a fault: {what}; find out why, then go on with `--clear-fault`")


async def next_status(connection: Connection, is_so: Callable[[Status], bool] = lambda _: True) -> Status:
    """The next status of which `is_so` holds; raises NoAnswer where none comes, whatever else does."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await connection.until(is_so)
    except TimeoutError as silence:
        if (spoilt := bad_line(connection.endpoint)) is not None:
            raise spoilt from silence
        raise NoAnswer(f"the device has not reported within {PATIENCE_S:g} s that it is at rest") from silence


async def greet(connection: Connection) -> Welcome:
    """Who is there; raises NotLegato, WrongProtocol or PortLost."""
    try:
        return await connection.ask(Hello(), Welcome)
    except NoAnswer as silence:
        if (spoilt := bad_line(connection.endpoint)) is not None:
            raise spoilt from silence
        raise NotLegato(_NO_DEVICE + (_stranger(connection) or _SILENCE)) from silence
    except ProtocolError as error:
        raise NotLegato(_NO_DEVICE + (_ECHO if _is_echo(error) else _STRANGER)) from error
    except Refused as refusal:
        raise NotLegato(f"{_NO_DEVICE}it does not say what it is ({refusal})") from refusal


def _stranger(connection: Connection) -> str:
    """That something else is on the port, quoted where possible; empty where nothing is."""
    rest = connection.endpoint.unfinished
    if said := connection.debug_text.first or (quote(rest) if is_text(rest) else ""):
        return f'{_STRANGER} ("{said}")'
    return _STRANGER if connection.endpoint.is_noise else ""


def _is_echo(error: ProtocolError) -> bool:
    """Whether what arrived is something that only a host sends."""
    return any(kind == wire.HELLO for kind, *_ in wire.Decoder().feed(error.frame))


async def fetch_description(connection: Connection, welcome: Welcome) -> Device:
    """What the device says it can do; raises NotLegato or PortLost."""
    try:
        return await _description(connection, welcome)
    except (NoAnswer, Refused) as error:
        if isinstance(error, NoAnswer) and (spoilt := bad_line(connection.endpoint)) is not None:
            raise spoilt from error
        raise NotLegato("the device gives its name but does not describe itself: its firmware is broken") from error


async def _description(connection: Connection, welcome: Welcome) -> Device:
    """Fetches the description; raises NotLegato where it is not one, or not the one that was announced."""
    gate = asyncio.Semaphore(AT_ONCE)
    offsets = range(0, welcome.description_len, PART_BYTES)
    parts = await asyncio.gather(*(_part(connection, offset, gate) for offset in offsets))
    try:
        device = canonical.from_wire(b"".join(parts))
    except canonical.BadDescription as bad:
        raise NotLegato(str(bad)) from bad
    if canonical.description_hash(device) != welcome.description_hash:
        raise NotLegato("the device's description does not match the hash it announces: its firmware is broken")
    return device


async def _part(connection: Connection, offset: int, gate: asyncio.Semaphore) -> bytes:
    async with gate:
        part = await connection.ask(GetDescription(offset), DescriptionPart)
    return part.data


async def _calm(connection: Connection) -> Welcome:
    """Ends a session that another host, or an earlier run of this one, has left behind."""
    status = await next_status(connection)
    if status.state not in _SETTLED:
        connection.send_urgently(Stop((status.epoch + 1) & 0xFF))
        await next_status(connection, lambda status: status.state in _SETTLED)
    return await greet(connection)


async def _clears(connection: Connection, status: Status) -> bool:
    try:
        await connection.request(Clear(status.fault_number))
    except Refused:
        return False
    return True
