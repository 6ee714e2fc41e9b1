"""What systemd wants to know of a service: that it is ready, that it is well, that it is about to end."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


def tell(word: str, environ: Mapping[str, str] = os.environ) -> None:
    """Sends `word`, such as READY=1, to whoever started this process with `Type=notify`; nobody listens elsewhere."""
    address = environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # One that does not listen any more ends no massage.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as end:
        end.setblocking(False)
        # A leading @ stands for the zero byte of a name that is not in the file system.
        end.connect("\0" + address[1:] if address.startswith("@") else address)
        end.sendall(word.encode())


def watchdog_s(environ: Mapping[str, str] = os.environ) -> float | None:
    """After how many seconds without WATCHDOG=1 systemd ends this process; None: it does not."""
    microseconds, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", str(os.getpid()))
    return int(microseconds) / 1e6 if microseconds.isdecimal() and pid == str(os.getpid()) else None
