"""The `legato play` that holds a port: asked by a signal to stop, and awaited until it has released the port."""

import asyncio
import os
import signal
from itertools import pairwise
from pathlib import Path, PurePath
from typing import Final

from legato.controller.ports.port_owner import owner_pid

RELEASE_S: Final = 10.0
"""How long a `play` may take to vent and close its port; it allows itself four seconds."""

LOOK_S: Final = 0.05


def player_at(path: str) -> int | None:
    """The process of this user that plays on the port at `path`; None if nobody, or somebody else, has it open."""
    pid = owner_pid(path)
    return pid if pid is not None and pid != os.getpid() and _plays(pid) else None


async def asked_to_stop(pid: int, path: str) -> bool:
    """Asks the player `pid` to stop; returns whether it released the port at `path` in time.

    If the pid has meanwhile been reused by another process, that process is not signalled.
    """
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        if player_at(path) == pid:
            # It handles the signal itself: it vents the device first, then writes the diary.
            signal.pidfd_send_signal(handle, signal.SIGTERM)
        return await _released(pid, path)
    except (ProcessLookupError, PermissionError):
        return owner_pid(path) != pid
    finally:
        os.close(handle)


async def _released(pid: int, path: str) -> bool:
    try:
        async with asyncio.timeout(RELEASE_S):
            while owner_pid(path) == pid:  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        return False
    return True


def _plays(pid: int) -> bool:
    """Whether it is a `legato play` of the calling user."""
    process = Path(f"/proc/{pid}")
    try:
        is_ours = process.stat().st_uid == os.getuid()
        words = process.joinpath("cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return False
    return is_ours and any(PurePath(word).name == "legato" and then == "play" for word, then in pairwise(words))
