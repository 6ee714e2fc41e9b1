"""Notifies systemd of the service's state: ready, well, or about to end."""

import logging
import os
import socket
from collections.abc import Mapping
from typing import Final

_LOG = logging.getLogger(__name__)

LEAST_S: Final = 0.1
"""A watchdog with a shorter interval would keep the service from doing anything else."""


class Supervisor:
    """The process that supervises this one, if any; a failure to reach it is logged once and has no other effect."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._why = ""
        self.patience_s = watchdog_s(environ)

    def tell(self, word: str) -> bool:
        """Sends `word`, such as READY=1; returns whether it was delivered, or nobody wants it."""
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
            # A supervisor whose queue is full must not delay a massage.
            end.setblocking(False)
            # A leading @ stands for the zero byte of an abstract socket name.
            end.connect("\0" + self._address[1:] if self._address.startswith("@") else self._address)
            end.sendall(word)

    def _complain(self, why: str) -> None:
        if why != self._why:
            self._why = why
            _LOG.warning("cannot notify the supervisor: NOTIFY_SOCKET %.200s", why)


def watchdog_s(environ: Mapping[str, str] = os.environ) -> float | None:
    """After how many seconds without WATCHDOG=1 systemd kills this process; None if it does not."""
    microseconds, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", str(os.getpid()))
    # A uint64, as in systemd; 0 means none.
    if pid != str(os.getpid()) or not (microseconds.isascii() and microseconds.isdecimal() and len(microseconds) <= 20):
        return None
    return max(int(microseconds) / 1e6, LEAST_S) if int(microseconds) else None
