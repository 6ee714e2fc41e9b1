"""A broker that sends without end, in a process of its own: `python -m tests.matrix.flooding PER_SECOND SECONDS QOS`.

It says `ready PORT`. Whoever comes is welcome, and everything of his is acknowledged at once; from his first
message on he gets so many messages a second for so long, as a hostile broker or another client may send them:
commands that there are not, wishes, births of Home Assistant, announcements of nobody.
"""

import itertools
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Final

TOPICS: Final = (
    (b"legato/home/chair/set/xy", b"1"),
    (b"legato/home/chair/set/intensity", b"100"),
    (b"elsewhere", b""),
    (b"homeassistant/status", b"online"),
    (b"homeassistant/device/legato_nobody/config", b"{}"),
)

CONNECT: Final = 1
PUBLISH: Final = 3
SUBSCRIBE: Final = 8
PINGREQ: Final = 12

EVERY_S: Final = 0.01
"""A burst each time: nobody sleeps for less."""


def main(per_second: str, seconds: str, qos: str) -> None:
    """Serves until its stdin ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print("ready", server.getsockname()[1], flush=True)
        flood = partial(_flood, per_second=int(per_second), seconds=float(seconds), qos=int(qos))
        threading.Thread(target=_serve, args=(server, flood), daemon=True).start()
        sys.stdin.read()


def _serve(server: socket.socket, flood: Callable[[socket.socket], None]) -> None:
    with suppress(OSError):
        while True:
            come, _ = server.accept()
            threading.Thread(target=_talked, args=(come, flood), daemon=True).start()


def _talked(come: socket.socket, flood: Callable[[socket.socket], None]) -> None:
    """As MQTT 3.1.1 has it; whoever asks for 5 is told that there is none. Answers go out between two bursts."""
    flooding: threading.Thread | None = None
    with come, suppress(OSError, IndexError):
        for kind, body in _packets(come):
            if kind >> 4 == CONNECT:
                come.sendall(b"\x20\x02\x00" + (b"\x00" if body[6] == 4 else b"\x01"))
            elif kind >> 4 == SUBSCRIBE:
                come.sendall(b"\x90\x03" + body[:2] + b"\x01")
            elif kind >> 4 == PUBLISH and kind & 6:
                (length,) = struct.unpack_from("!H", body)
                come.sendall(b"\x40\x02" + body[2 + length : 4 + length])
                if flooding is None:
                    flooding = threading.Thread(target=flood, args=(come,), daemon=True)
                    flooding.start()
            elif kind >> 4 == PINGREQ:
                come.sendall(b"\xd0\x00")


def _packets(come: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Each by its first byte, and what follows its length."""
    with come.makefile("rb") as file:
        while kind := file.read(1):
            length, shift = 0, 0
            while (digit := file.read(1)[0]) & 0x80:
                length, shift = length | (digit & 0x7F) << shift, shift + 7
            yield kind[0], file.read(length | digit << shift)


def _flood(come: socket.socket, per_second: int, seconds: float, qos: int) -> None:
    numbers, topics = itertools.cycle(range(1, 1 << 16)), itertools.cycle(TOPICS)
    burst = max(1, round(per_second * EVERY_S))
    began_s = time.monotonic()
    with suppress(OSError):
        for n in range(round(seconds / EVERY_S)):
            come.sendall(b"".join(_publish(*next(topics), qos, next(numbers)) for _ in range(burst)))
            time.sleep(max(0.0, began_s + n * EVERY_S - time.monotonic()))


def _publish(topic: bytes, payload: bytes, qos: int, number: int) -> bytes:
    body = struct.pack("!H", len(topic)) + topic + (struct.pack("!H", number) if qos else b"") + payload
    return bytes([PUBLISH << 4 | qos << 1, len(body)]) + body


if __name__ == "__main__":
    main(*sys.argv[1:])
