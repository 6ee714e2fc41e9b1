"""An MQTT broker in every way in which it can be bad; each is a real mosquitto, or a few lines that play one."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

from tests.matrix.stand import Scene, Told, Way
from tests.mosquitto import Mosquitto, executable
from tests.ports import free_port
from tests.running import ready

Talk = Callable[[socket.socket], None]

GARBAGE: Final = bytes(range(256)) * 64
PATIENCE_S: Final = 60.0

FLOOD_PER_S: Final = 20_000
FLOOD_S: Final = 300.0
"""Several times what the service takes, and for longer than a cell takes."""


@contextmanager
def refusing(scene: Scene) -> Iterator[Told]:
    """Nobody listens there."""
    scene.mqtt = _at(free_port())
    yield lambda: scene.said("cannot be reached", "refused")


@contextmanager
def nowhere(scene: Scene) -> Iterator[Told]:
    """Its name is not known."""
    scene.mqtt = {"host": "broker.invalid"}
    yield lambda: scene.said("cannot be reached")


@contextmanager
def talking(talk: Talk, words: str, scene: Scene) -> Iterator[Told]:
    """Whoever comes is talked to in this way."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, talk), daemon=True).start()
        scene.mqtt = _at(server.getsockname()[1])
        yield lambda: scene.said("mqtt://", words)
        server.shutdown(socket.SHUT_RDWR)


@contextmanager
def locked(scene: Scene) -> Iterator[Told]:
    """The file with the password is not there."""
    scene.mqtt = {**_at(free_port()), "username": "legato", "password_file": str(scene.folder / "none")}
    yield lambda: scene.said("password")


@contextmanager
def untrusted(scene: Scene) -> Iterator[Told]:
    """The authority that it is to be known by is not there."""
    scene.mqtt = {**_at(free_port()), "ca_file": str(scene.folder / "none")}
    yield lambda: scene.said("cannot be reached")


@contextmanager
def mosquitto(
    meanwhile: Callable[[Mosquitto], None], lines: tuple[str, ...], words: str, scene: Scene
) -> Iterator[Told]:
    """A mosquitto with this configuration, to which this happens in mid-massage."""
    (scene.folder / "broker").mkdir()
    there = Mosquitto(scene.folder / "broker", ("allow_anonymous true", *lines)).start()
    scene.mqtt = _at(there.port)
    scene.meanwhile = lambda _: meanwhile(there)
    try:
        yield lambda: scene.said(*words.split(" | "))
    finally:
        _resume(there)
        there.kill()


@contextmanager
def flooding(qos: int, words: str, scene: Scene) -> Iterator[Told]:
    """It sends without end; a process of its own, since in ours it would delay whoever measures."""
    command = [sys.executable, "-m", "tests.matrix.flooding", str(FLOOD_PER_S), str(FLOOD_S), str(qos)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as there:  # noqa: S603
        try:
            scene.mqtt = _at(int(ready(there)))
            yield lambda: scene.said(words)
        finally:
            there.kill()


def _at(port: int) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": port, "keepalive_s": 5}


def _serve(server: socket.socket, talk: Talk) -> None:
    with suppress(OSError):
        while True:
            come, _ = server.accept()
            threading.Thread(target=_talked, args=(come, talk), daemon=True).start()


def _talked(come: socket.socket, talk: Talk) -> None:
    with come, suppress(OSError):
        come.settimeout(PATIENCE_S)
        come.recv(4096)
        talk(come)


def _silent(come: socket.socket) -> None:
    come.recv(1)


def _hangs_up(_: socket.socket) -> None:
    pass


def _resets(come: socket.socket) -> None:
    come.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _refuses(come: socket.socket) -> None:
    come.sendall(b"\x20\x03\x00\x86\x00")


def _raves(come: socket.socket) -> None:
    while True:
        come.sendall(GARBAGE)


def _dribbles(come: socket.socket) -> None:
    """Says hello, a byte a second, for ever."""
    for byte in b"\x20\x03\x00\x00\x00" + b"\x30\x7f" * 1000:
        come.sendall(bytes([byte]))
        time.sleep(1)


def _never_reads(come: socket.socket) -> None:
    """Says hello, and takes nothing from then on."""
    come.sendall(b"\x20\x03\x00\x00\x00")
    threading.Event().wait(PATIENCE_S)


def _is_huge(come: socket.socket) -> None:
    """Says hello, and begins a packet of 256 MB."""
    come.sendall(b"\x20\x03\x00\x00\x00\x30\xff\xff\xff\x7f" + struct.pack("!H", 24) + b"legato/home/chair/set/xy")
    while True:
        come.sendall(bytes(1 << 16))


def _nothing(_: Mosquitto) -> None:
    pass


def _stops(there: Mosquitto) -> None:
    """It stands still, and its connections with it."""
    assert there._process is not None
    os.kill(there._process.pid, signal.SIGSTOP)


def _resume(there: Mosquitto) -> None:
    if there._process is not None:
        os.kill(there._process.pid, signal.SIGCONT)


def _restarts(there: Mosquitto) -> None:
    there.kill()
    there.start()


def _takes_over(there: Mosquitto) -> None:
    """Somebody else uses our id."""
    for _ in range(4):
        command = [executable("mosquitto_pub"), "-i", "legato-home", "-p", str(there.port), "-t", "x", "-m", "x"]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        time.sleep(0.3)


WAYS: dict[str, dict[str, Way]] = {
    "broker": {
        "refusing": refusing,
        "nowhere": nowhere,
        "silent": partial(talking, _silent, "cannot be reached"),
        "hangs up": partial(talking, _hangs_up, "cannot be reached"),
        "resets": partial(talking, _resets, "cannot be reached"),
        "refuses login": partial(talking, _refuses, "Bad user name or password"),
        "raves": partial(talking, _raves, "cannot be reached"),
        "dribbles": partial(talking, _dribbles, "cannot be reached"),
        "never reads": partial(talking, _never_reads, "cannot be reached"),
        "256 MB packet": partial(talking, _is_huge, "it sends a packet of 268435455 bytes"),
        "floods": partial(flooding, 0, "too many commands: 20 commands a second are handled"),
        "floods with QoS 2": partial(flooding, 2, "it sends with QoS 2, but QoS 1 was requested"),
        "password missing": locked,
        "authority missing": untrusted,
        "dies": partial(mosquitto, Mosquitto.kill, (), "mqtt:// | lost: "),
        "restarts": partial(mosquitto, _restarts, (), "mqtt:// | lost: "),
        "stands still": partial(mosquitto, _stops, (), "mqtt:// | lost: "),
        "taken over": partial(mosquitto, _takes_over, (), "mqtt:// | lost: "),
        "small packets": partial(mosquitto, _nothing, ("max_packet_size 1500",), "is not published | 1500 bytes"),
        "denies all": partial(mosquitto, _nothing, ("acl_file /dev/null",), "is not published | refused it"),
    }
}
