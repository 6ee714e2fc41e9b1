"""The home of Legato 0.1 that is kept in tests/home_0_1, and copies of it that a test may change."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

FOLDER = Path(__file__).parent / "home_0_1"


def restore(home: Path) -> None:
    """Puts that home at `home`, as 0.1 left it."""
    copytree(FOLDER / "home", home)
    restore_diary("diary", home / "diary.sqlite3")


def restore_diary(dump: str, path: Path) -> None:
    """Makes the diary at `path` of one of the dumps."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript((FOLDER / f"{dump}.sql").read_text("utf-8"))
