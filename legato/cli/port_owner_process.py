"""The `legato play` that owns a port: asked by a signal to stop, and waited for until it has let go."""

import asyncio
import os
import signal
from itertools import pairwise
from pathlib import Path, PurePath
from typing import Final

from legato.controller.ports.port_owner import owner_pid

RELEASE_S: Final = 10.0
"""How long a `play` may take to let the pressure out and close its port; it gives itself four seconds."""

LOOK_S: Final = 0.05


def player_at(path: str) -> int | None:
    """The process of this user that plays on the port at `path`; None where nobody, or somebody else, has it open."""
    pid = owner_pid(path)
    return pid if pid is not None and pid != os.getpid() and _plays(pid) else None


async def asked_to_stop(pid: int, path: str) -> bool:
    """Has the player `pid` stop; whether it has let go of the port at `path` in time.

    A number that went to another process meanwhile is not signalled.
    """
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        if player_at(path) == pid:
            # Its own way out: the device lets its pressure out first, and the diary is kept.
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
    """Whether it is `legato play`, of the user who asks."""
    process = Path(f"/proc/{pid}")
    try:
        is_ours = process.stat().st_uid == os.getuid()
        words = process.joinpath("cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return False
    return is_ours and any(PurePath(word).name == "legato" and then == "play" for word, then in pairwise(words))
