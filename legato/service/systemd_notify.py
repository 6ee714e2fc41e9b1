"""What systemd wants to know of a service: that it is ready, that it is well, that it is about to end."""

import logging
import os
import socket
from collections.abc import Mapping
from typing import Final

_LOG = logging.getLogger(__name__)

LEAST_S: Final = 0.1
"""A watchdog that wants to hear more often would find nothing else done."""


class Supervisor:
    """Whoever started this process, if they listen; where they do not, it is logged once and ends nothing."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._why = ""
        self.patience_s = watchdog_s(environ)

    def tell(self, word: str) -> bool:
        """Sends `word`, such as READY=1; whether it was taken, or nobody asked for it."""
        if not self._address:
            return True
        try:
            self._send(word.encode())
        except OSError as error:
            self._complain(f"{self._address!a}: {error.strerror or error}")
            return False
        self._why = ""
        return True

    def _send(self, word: bytes) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as end:
            # One whose queue is full must not hold up a massage.
            end.setblocking(False)
            # A leading @ stands for the zero byte of a name that is not in the file system.
            end.connect("\0" + self._address[1:] if self._address.startswith("@") else self._address)
            end.sendall(word)

    def _complain(self, why: str) -> None:
        if why != self._why:
            self._why = why
            _LOG.warning("the supervisor is not told how it goes: NOTIFY_SOCKET %.200s", why)


def watchdog_s(environ: Mapping[str, str] = os.environ) -> float | None:
    """After how many seconds without WATCHDOG=1 systemd ends this process; None: it does not."""
    microseconds, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", str(os.getpid()))
    # In uint64, as systemd has it; 0 is none.
    if pid != str(os.getpid()) or not (microseconds.isascii() and microseconds.isdecimal() and len(microseconds) <= 20):
        return None
    return max(int(microseconds) / 1e6, LEAST_S) if int(microseconds) else None
