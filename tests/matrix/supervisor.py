"""NOTIFY_SOCKET and the watchdog of systemd, in every way in which they can be wrong."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.matrix.stand import Scene, Told, Way


@contextmanager
def _told(scene: Scene, address: str, **more: str) -> Iterator[Told]:
    scene.environ |= {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "300000", **more}
    yield lambda: scene.said("the supervisor")


@contextmanager
def absent(scene: Scene) -> Iterator[Told]:
    """Its path is not there."""
    with _told(scene, str(scene.folder / "absent")) as told:
        yield told


@contextmanager
def refusing(scene: Scene) -> Iterator[Told]:
    """Its path is there, and nobody listens."""
    address = str(scene.folder / "refusing")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(address)
    with _told(scene, address) as told:
        yield told


@contextmanager
def full(scene: Scene) -> Iterator[Told]:
    """It is there and takes nothing more."""
    address = str(scene.folder / "full")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end, _told(scene, address) as told:
        end.bind(address)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.setblocking(False)
            other.connect(address)
            try:
                while True:
                    other.send(b"x")
            except BlockingIOError:
                yield told


@contextmanager
def going(scene: Scene) -> Iterator[Told]:
    """It goes away in mid-massage."""
    address = str(scene.folder / "going")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end, _told(scene, address) as told:
        end.bind(address)

        def go(_: Scene) -> None:
            end.close()
            os.unlink(address)  # noqa: PTH108

        scene.meanwhile = go
        yield told


@contextmanager
def stream(scene: Scene) -> Iterator[Told]:
    """It is a socket of another type."""
    address = str(scene.folder / "stream")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as end, _told(scene, address) as told:
        end.bind(address)
        yield told


@contextmanager
def nonsense(address: str, scene: Scene, **more: str) -> Iterator[Told]:
    """What is told is no address at all."""
    with _told(scene, address, **more) as told:
        yield told


@contextmanager
def watched(microseconds: str, scene: Scene) -> Iterator[Told]:
    """The watchdog's time makes no sense; there is nothing to be told where nobody asks for anything."""
    scene.environ["WATCHDOG_USEC"] = microseconds
    yield lambda: "it asks for nothing"


WAYS: dict[str, dict[str, Way]] = {
    "supervisor": {
        **{one.__name__: one for one in (absent, refusing, full, going, stream)},
        "a folder": partial(nonsense, "/"),
        "too long": partial(nonsense, "/" + "x" * 500),
        "abstract, absent": partial(nonsense, "@legato-nobody"),
        "vsock": partial(nonsense, "vsock:2:1234"),
        "watchdog 0": partial(watched, "0"),
        "watchdog huge": partial(watched, "9" * 5000),
        "watchdog 1 us": partial(watched, "1"),
    }
}
