"""A copy of the diary as an older Legato wrote it, made before the first change to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from filecmp import cmp
from itertools import count
from pathlib import Path


def back_up(path: Path, version: int) -> None:
    """Copy the diary at `path` to a file beside it: `diary-version-3.sqlite3` for one of version 3.

    The copy is complete or does not exist. Nothing is overwritten; an existing copy with the same contents is enough.
    The caller must hold the diary's write lock, so that nobody else writes or makes copies.

    Raises:
        sqlite3.Error, OSError: it cannot be made, such as on a full disk.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    # Like the diary, readable only by its owner.
    partial.touch(mode=0o600)
    try:
        # A separate connection: SQLite does not copy one with an open write transaction.
        with closing(sqlite3.connect(path)) as diary, closing(sqlite3.connect(partial)) as copy:
            # A process killed here leaves one file behind, not two.
            copy.execute("PRAGMA journal_mode = OFF")
            diary.backup(copy)
        _keep(partial, beside(path, f"version-{version}"))
    finally:
        partial.unlink(missing_ok=True)


def beside(path: Path, what: str) -> Iterator[Path]:
    """Names beside `path` that say `what` is there: `diary-WHAT.sqlite3`, `diary-WHAT-1.sqlite3` and so on."""
    yield path.with_name(f"{path.stem}-{what}{path.suffix}")
    for n in count(1):
        yield path.with_name(f"{path.stem}-{what}-{n}{path.suffix}")


def _keep(new: Path, names: Iterator[Path]) -> None:
    for name in names:
        if not name.exists():
            # SQLite syncs the folder before it touches the diary, together with its journal.
            new.rename(name)
            return
        if cmp(new, name, shallow=False):
            return
