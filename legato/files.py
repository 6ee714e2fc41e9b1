"""Files that are written: whole or not at all, and never in the place of something else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_native_id
from typing import TextIO

from legato.errors import UsageError
from legato.profiles.files import STDERR, STDOUT, is_handed_down, kind


def insist_on_file(path: Path) -> None:
    """Lets nothing be written where something else than a file is: a FIFO would be waited for, a device be replaced.

    What a shell has opened for this process (`>(program)`) may be written.

    Raises:
        UsageError: it is there, and no file.
        OSError: nobody can know.
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
    """A text file to write, which is at `path` only once the block ends well; otherwise nothing is left behind.

    Of two that are written to the same path at a time, by two processes or threads, the one that ends last is there.

    Raises:
        UsageError: something else than a file is there.
        OSError: it cannot be written; it says which file, which the system does not where a disk is full.
    """
    if is_handed_down(path, STDOUT, STDERR):
        raise UsageError(f"{path}: this is a stream, and it takes a file: it is there whole or not at all")
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
