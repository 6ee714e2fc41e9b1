"""The fault socket of a simulated device: faults come in, one a line, and each gets an answer."""

import asyncio
from dataclasses import replace
from typing import Final

from legato.profiles.device import Device
from legato.profiles.errors import InvalidFile
from legato.sim.faults.fault import OutOfReach
from legato.sim.faults.injector import Injector
from legato.sim.faults.script import parse

MOST: Final = 8
"""Connections at the same time; each takes a descriptor from the device. Beyond that one is closed at once."""

NAME: Final = "fault"
"""What messages call a line."""

_BEFORE: Final = b"{format: 1, faults: ["
"""A script begins so; a line goes on with its only fault."""


class FaultSocket:
    """Takes `{kind: hose_off, chamber: left_calf, for_s: 5}`, and `repair`, which ends all that is still wrong."""

    def __init__(self, injector: Injector, device: Device) -> None:
        self._injector = injector
        self._device = device
        self.connections = 0
        """How many there are."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection until it is closed."""
        self.connections += 1
        try:
            while self.connections <= MOST and (line := await reader.readline()):
                writer.write(self.answer(line.strip()).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):  # gone, or a line without end
            pass
        finally:
            self.connections -= 1
            writer.close()

    def answer(self, line: bytes) -> str:
        """Does what `line` asks for: `ok`, or what is wrong with it."""
        if line == b"repair":
            self._injector.end_all()
            return "ok"
        try:
            script = parse(_BEFORE + line + b"]}", NAME, self._device)
            for fault in script.faults:
                self._injector.begin(fault)
        except InvalidFile as error:
            return " | ".join(str(replace(p, column=max(1, p.column - len(_BEFORE)))) for p in error.problems)
        except OutOfReach as error:
            return str(error)
        return "ok"
