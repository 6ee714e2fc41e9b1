"""A flood of connections to one address of this computer: bounded in rate and number, and over when its stdin ends.

`python -m tests.siege.crowd PORT`. Callers say nothing, begin a request, ask properly, or listen without reading; the
oldest leaves when the next one comes.
"""

import select
import socket
import sys
from collections import deque
from contextlib import suppress
from itertools import cycle
from typing import Final

A_SECOND: Final = 200
AT_ONCE: Final = 300

ELSEWHERE: Final = "127.0.0.2"
"""Where they call from: what one address may ask for in a second is not taken from another."""

LISTEN: Final = b"GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
ASK: Final = b"GET /api/v1/devices HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF: Final = ASK[:30]
SAYINGS: Final = (b"", b"", HALF, ASK, LISTEN)


def calls(port: int, saying: bytes) -> socket.socket:
    """One caller more; what is not taken is not said."""
    caller = socket.socket()
    caller.setblocking(False)
    caller.bind((ELSEWHERE, 0))
    caller.connect_ex(("127.0.0.1", port))
    with suppress(OSError):
        caller.send(saying)
    return caller


def crowd(port: int) -> None:
    """Goes on until stdin ends."""
    callers: deque[socket.socket] = deque()
    for saying in cycle(SAYINGS):
        if select.select([sys.stdin], [], [], 1.0 / A_SECOND)[0]:
            return
        callers.append(calls(port, saying))
        if len(callers) > AT_ONCE:
            callers.popleft().close()


if __name__ == "__main__":
    crowd(int(sys.argv[1]))
