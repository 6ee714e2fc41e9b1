"""stdout and stderr, and with it the log: closed, gone, full, blocked, or with a handler that raises."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

from tests.matrix.stand import Scene, Told, Way

NOBODY: Final = "it is what would tell"
"""Where the log itself fails, nobody can be told before it works again."""


@contextmanager
def closed(number: int, scene: Scene) -> Iterator[Told]:
    """As from a supervisor that hands on no stream at all."""
    scene.redirected = f"{number}>&-"
    yield lambda: NOBODY


@contextmanager
def full(number: int, scene: Scene) -> Iterator[Told]:
    """A file on a disk that is full."""
    scene.redirected = f"{number}>/dev/full"
    yield lambda: NOBODY


@contextmanager
def unread(number: int, scene: Scene) -> Iterator[Told]:
    """A pipe whose reader has gone."""
    source, sink = os.pipe()
    os.close(source)
    _give(scene, number, sink)
    try:
        yield lambda: NOBODY
    finally:
        os.close(sink)


@contextmanager
def blocked(number: int, scene: Scene) -> Iterator[Told]:
    """A pipe whose reader sleeps; once it wakes it learns how much it has missed."""
    source, sink = os.pipe()
    _fill(sink)
    _give(scene, number, sink)
    try:
        yield partial(_woken, source) if number == 2 else lambda: NOBODY
    finally:
        os.close(source)
        os.close(sink)


@contextmanager
def raising(scene: Scene) -> Iterator[Told]:
    """A handler that somebody's monitoring has put into the process, and that fails at each line."""
    (scene.folder / "site").mkdir()
    (scene.folder / "site" / "sitecustomize.py").write_text(_RAISING)
    scene.environ["PYTHONPATH"] = str(scene.folder / "site")
    yield lambda: scene.said("INFO legato: chair:")


_RAISING: Final = """\
import logging
class Raising(logging.Handler):
    def emit(self, record):
        raise RuntimeError("injected")
logging.getLogger().addHandler(Raising())
"""


def _give(scene: Scene, number: int, sink: int) -> None:
    if number == 1:
        scene.stdout = sink
    else:
        scene.stderr = sink


def _fill(sink: int) -> None:
    os.set_blocking(sink, False)
    with suppress(BlockingIOError):
        while True:
            os.write(sink, b"." * 4096)
    os.set_blocking(sink, True)


def _woken(source: int) -> str:
    """The first line of the log behind what had filled the pipe."""
    text = b""
    while b"\n" not in text:
        text += os.read(source, 1 << 16)
    return text.lstrip(b".").splitlines()[0].decode()


WAYS: dict[str, dict[str, Way]] = {
    "stdout": {one.__name__: partial(one, 1) for one in (closed, full, unread, blocked)},
    "log": {**{one.__name__: partial(one, 2) for one in (closed, full, unread, blocked)}, "raising": raising},
}
