"""The diary: locked, gone, full, damaged, or on a disk that hangs. What cannot be written is told, and tried again."""

import os
import resource
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from legato.care.diary import Diary
from tests.matrix.stand import Scene, Told, Way

_FOR_ANNA = {"person": "anna", "keep_simulated": True}


def _begun(scene: Scene) -> Path:
    """A diary that is there already; the massage is anna's, and goes into it."""
    scene.wish = _FOR_ANNA
    path = scene.home / "diary.sqlite3"
    Diary(path, datetime.now(UTC)).close()
    return path


@contextmanager
def locked(scene: Scene) -> Iterator[Told]:
    """Another program writes into it, and does not end."""
    with closing(sqlite3.connect(_begun(scene), isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield lambda: scene.said("the diary is not up to date yet", "has locked it")


@contextmanager
def damaged(scene: Scene) -> Iterator[Told]:
    """It becomes nonsense in mid-massage; what there was is moved aside."""
    path = _begun(scene)
    scene.meanwhile = lambda _: _overwrite(path)
    yield lambda: scene.said("the diary was damaged")


@contextmanager
def a_folder(scene: Scene) -> Iterator[Told]:
    """Somebody puts a folder in its place in mid-massage."""
    path = _begun(scene)

    def put(_: Scene) -> None:
        path.unlink()
        path.mkdir()

    scene.meanwhile = put
    yield lambda: scene.said("the diary is not up to date yet")


@contextmanager
def full(scene: Scene) -> Iterator[Told]:
    """From mid-massage on no file of the service and its workers can grow; its log goes into a pipe."""
    _begun(scene)
    source, sink = os.pipe()
    scene.stderr = sink
    pouring = threading.Thread(target=_pour, args=(source, scene.folder / "log"), daemon=True)
    pouring.start()
    scene.meanwhile = _fill
    try:
        yield lambda: scene.said("the diary is not up to date yet")
    finally:
        os.close(sink)


@contextmanager
def hung(scene: Scene) -> Iterator[Told]:
    """Whoever reads or writes it in mid-massage never comes back."""
    _begun(scene)
    scene.meanwhile = hang
    yield lambda: scene.said("the diary is not up to date yet", "given up")


def _overwrite(path: Path) -> None:
    path.write_bytes(b"\xff" * 20_000)


def _pour(source: int, log: Path) -> None:
    with log.open("ab", buffering=0) as file:
        while data := os.read(source, 1 << 16):
            file.write(data)
    os.close(source)


def _fill(scene: Scene) -> None:
    for number in [scene.pid, *_workers(scene)]:
        resource.prlimit(number, resource.RLIMIT_FSIZE, (0, 0))


def hang(scene: Scene) -> None:
    """Every worker process of the service stands still, as in a system call that does not return."""
    for number in _workers(scene):
        os.kill(number, signal.SIGSTOP)


def _workers(scene: Scene) -> Iterator[int]:
    for thread in Path(f"/proc/{scene.pid}/task").iterdir():
        for number in (thread / "children").read_text().split():
            if b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes():
                yield int(number)


WAYS: dict[str, dict[str, Way]] = {
    "diary": {"locked": locked, "damaged": damaged, "a folder": a_folder, "full": full, "hung": hung}
}
