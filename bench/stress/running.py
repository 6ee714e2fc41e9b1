"""Processes that take part: a module each, spoken to in lines, and what they hand in as JSON."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

_LONGEST_LINE = 1 << 24


@asynccontextmanager
async def running(module: str, *arguments: str) -> AsyncIterator[Process]:
    """Gone in the end, whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: Process) -> str:
    """The next line it says; raises RuntimeError where it has ended."""
    if process.stdout is None or not (line := await process.stdout.readline()):
        raise RuntimeError("a process of the trial has ended early; what it has to say is above")
    return line.decode().strip()


async def tell(process: Process, line: str) -> None:
    """Says `line` to it."""
    if process.stdin is not None:
        process.stdin.write(line.encode() + b"\n")
        await process.stdin.drain()


async def handed_in(process: Process) -> dict[str, Any]:
    """Its last line, which is JSON; a device ends once its stdin does. Raises RuntimeError where there is none."""
    if process.stdin is not None:
        process.stdin.close()
    output, _ = await process.communicate()
    if not output:
        raise RuntimeError("a process of the trial has handed in nothing; what it has to say is above")
    told: dict[str, Any] = json.loads(output.splitlines()[-1])
    return told
