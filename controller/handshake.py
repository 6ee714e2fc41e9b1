"""How host and device get to know each other: one round trip to a known device, a few more to a new one."""

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Final

from controller import names
from controller.answers import DescriptionPart, Status, Welcome
from controller.errors import DeviceFaulted, NoAnswer, NotLegato, Refused
from controller.line import Line
from controller.messages import Clear, GetDescription, Hello, Stop
from controller.retry import PATIENCE_S
from firmware import wire
from profiles import canonical
from profiles.device import Device

PART_BYTES: Final = 128
AT_ONCE: Final = 6
"""Parts of a description asked for at once, so that one lost part does not hold up the others."""

CLEAR_TRIES: Final = 20
CLEAR_PAUSE_S: Final = 0.5
"""A fault can be cleared once the air is out, which takes a few seconds."""

Known = MutableMapping[bytes, Device]
"""Descriptions by their hash, so that each travels once."""

_SETTLED: Final = frozenset({wire.IDLE, wire.FAULTED})


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the handshake tells: who it is, and what it can do."""

    welcome: Welcome
    device: Device


async def shake_hands(line: Line, known: Known, *, clear_fault: bool) -> Greeting:
    """Makes `line` ready to arm.

    Raises:
        NotLegato, WrongProtocol: not our device, or not our version of it.
        DeviceFaulted: a fault is latched, and `clear_fault` is off or clearing is refused.
        PortLost: the line failed.
    """
    welcome = await _welcome(line)
    device = known.get(welcome.description_hash) or await _description(line, welcome)
    known[welcome.description_hash] = device
    if welcome.state not in _SETTLED:
        welcome = await _calmed(line)
    if welcome.state == wire.FAULTED:
        await _cleared(line, clear_fault=clear_fault)
    return Greeting(welcome, device)


async def _welcome(line: Line) -> Welcome:
    try:
        return await line.ask(Hello(), Welcome)
    except NoAnswer as silence:
        what = "something else speaks there" if line.link.bad_frames else "nothing answers"
        raise NotLegato(f"no Legato device on this port: {what}") from silence


async def _description(line: Line, welcome: Welcome) -> Device:
    """Fetches the description; raises NotLegato where it is not one, or not the one that was announced."""
    gate = asyncio.Semaphore(AT_ONCE)
    offsets = range(0, welcome.description_len, PART_BYTES)
    parts = await asyncio.gather(*(_part(line, offset, gate) for offset in offsets))
    try:
        device = canonical.from_wire(b"".join(parts))
    except canonical.BadDescription as bad:
        raise NotLegato(str(bad)) from bad
    if canonical.description_hash(device) != welcome.description_hash:
        raise NotLegato("the device's description does not match the hash it announces: its firmware is broken")
    return device


async def _part(line: Line, offset: int, gate: asyncio.Semaphore) -> bytes:
    async with gate:
        part = await line.ask(GetDescription(offset), DescriptionPart)
    return part.data


async def _calmed(line: Line) -> Welcome:
    """Ends a session that another host, or an earlier life of this one, has left behind."""
    status = await _next(line, lambda _: True)
    if status.state not in _SETTLED:
        line.post(Stop((status.epoch + 1) & 0xFF))
        await _next(line, lambda status: status.state in _SETTLED)
    return await _welcome(line)


async def _cleared(line: Line, *, clear_fault: bool) -> None:
    status = await _next(line, lambda status: status.state == wire.FAULTED)
    what = names.fault(status.fault_code)
    if not clear_fault:
        raise DeviceFaulted(f"the device holds a fault: {what}; look after it, then clear it to go on")
    for _ in range(CLEAR_TRIES):
        if await _clears(line, status):
            await _next(line, lambda status: status.state == wire.IDLE)
            return
        await asyncio.sleep(CLEAR_PAUSE_S)
    raise DeviceFaulted(f"the device does not let its fault be cleared: {what}")


async def _next(line: Line, is_so: Callable[[Status], bool]) -> Status:
    """The next status of which `is_so` holds; raises NoAnswer where none comes: no heartbeat watches the line yet."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await line.until(is_so)
    except TimeoutError as silence:
        raise NoAnswer(f"the device does not come to rest within {PATIENCE_S:g} s") from silence


async def _clears(line: Line, status: Status) -> bool:
    try:
        await line.request(Clear(status.fault_number))
    except Refused:
        return False
    return True
