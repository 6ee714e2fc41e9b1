"""Writing files: whole or not at all, and never over something that is not a regular file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_native_id
from typing import TextIO

from legato.errors import UsageError
from legato.profiles.files import STDERR, STDOUT, is_handed_down, kind


def insist_on_file(path: Path) -> None:
    """Refuses to write over anything but a regular file: a FIFO would block, a device node would be replaced.

    What a shell has opened for this process (`>(program)`) may be written.

    Raises:
        UsageError: it exists and is not a regular file.
        OSError: this cannot be determined.
    """
    if is_handed_down(path, STDOUT, STDERR):
        return
    try:
        what, _ = kind(path.stat())
    except FileNotFoundError:
        return
    if what:
        raise UsageError(f"{path}: {what}; name a file that may be written")


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """A text file to write. It appears at `path` only once the block ends without an error; otherwise nothing remains.

    If two processes or threads write to the same path at the same time, the one that finishes last wins.

    Raises:
        UsageError: something other than a file is there.
        OSError: it cannot be written. It always names the file; the system does not when a disk is full.
    """
    if is_handed_down(path, STDOUT, STDERR):
        raise UsageError(f"{path}: this is a stream; name a file, which is written whole or not at all")
    insist_on_file(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{get_native_id()}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
        partial.replace(path)
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise
    finally:
        partial.unlink(missing_ok=True)
