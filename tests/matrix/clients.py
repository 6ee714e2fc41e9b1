"""Who listens over HTTP: scrapers of /metrics and listeners to events that never read, break off, or talk nonsense."""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Final
from urllib.request import urlopen

from tests.matrix.stand import Scene, Told, Way, until

EACH: Final = 20
METRICS: Final = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
EVENTS: Final = "GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SOCKET: Final = (
    "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@contextmanager
def deaf(request: str, scene: Scene) -> Iterator[Told]:
    """They ask, and never read the answer."""
    with _held(scene, request * 50) as told:
        yield told


@contextmanager
def broken(request: str, scene: Scene) -> Iterator[Told]:
    """They ask, and reset the connection."""

    def go(scene: Scene) -> None:
        for _ in range(EACH):
            with _asked(scene, request) as end:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    scene.meanwhile = go
    yield lambda: _counted(scene)


@contextmanager
def raving(request: str, scene: Scene) -> Iterator[Told]:
    """They ask, and then send nonsense."""
    with _held(scene, request + os.urandom(1 << 16).decode("latin-1")) as told:
        yield told


@contextmanager
def _held(scene: Scene, request: str) -> Iterator[Told]:
    """Connections that have asked, and stay open until the end."""
    with ExitStack() as stack:

        def go(scene: Scene) -> None:
            for _ in range(EACH):
                stack.enter_context(_asked(scene, request))

        scene.meanwhile = go
        yield lambda: _counted(scene)


def _asked(scene: Scene, request: str) -> socket.socket:
    end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    end.settimeout(5)
    with suppress(OSError):
        end.connect(("127.0.0.1", int(scene.url.rpartition(":")[2])))
        end.setblocking(False)
        end.send(request.encode("latin-1"))
    return end


def _counted(scene: Scene) -> str:
    """What /metrics counts of those who listen; whoever floods it from here has it refused to us for a while, too."""
    return str(until(lambda: _metrics(scene), "the metrics are not told"))


def _metrics(scene: Scene) -> str:
    with urlopen(f"{scene.url}/metrics", timeout=60) as answer:  # noqa: S310 - our own address
        lines = answer.read().decode().splitlines()
    return "; ".join(line for line in lines if line.startswith(("legato_clients ", "legato_clients_cut_off_total ")))


WAYS: dict[str, dict[str, Way]] = {
    name: {way.__name__: partial(way, request) for way in (deaf, broken, raving)}
    for name, request in (("metrics", METRICS), ("events", EVENTS), ("websocket", SOCKET))
}
