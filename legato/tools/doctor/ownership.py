"""Checks who owns the user's files: after a run with sudo some belong to root, and nobody else can write them."""

import getpass
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from legato.app.finding import Finding, fail, ok, warn
from legato.care.store import PeopleStore

JOURNAL = "-journal"
"""The suffix of SQLite's journal; one that was left behind has to be readable."""


def kept(store: PeopleStore) -> Iterator[Finding]:
    """The diary, then other files that this user cannot use; the home folder itself is checked with the disk."""
    diary = store.diary
    if os.path.lexists(diary):
        yield (
            _held_back("diary", diary, store.home)
            or _no_file(diary)
            or ok("diary", f"{diary}, owned by {owner(diary)}")
        )
    else:
        yield ok("diary", f"none yet; it will be {diary}")
    for path in (diary.with_name(diary.name + JOURNAL), store.home / "people", store.home / "routines"):
        found = os.access(path, os.F_OK) and _held_back("diary" if path.is_file() else path.name, path, store.home)
        if found:
            yield found
    if os.getuid() == 0 and (who := owner(store.home)) not in ("root", ""):
        advice = "run it without sudo: Legato never needs to be root"
        yield warn(
            "owner", f"this is root, and {store.home} belongs to {who}: files written now will belong to root", advice
        )


def owner(path: Path) -> str:
    """The owner's name, or number if it has no name; empty if unknown."""
    try:
        number = path.stat().st_uid
    except OSError:
        return ""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _held_back(check: str, path: Path, home: Path) -> Finding | None:
    is_folder = path.is_dir()
    if os.access(path, os.R_OK | os.W_OK | (os.X_OK if is_folder else 0)) or not path.exists():
        return None
    what = f"{path} belongs to {owner(path)}, and this user cannot {'write in' if is_folder else 'read and write'} it"
    advice = f"`sudo chown -R {_user()}: {home}`; this comes from a run with sudo, and Legato never needs to be root"
    return fail(check, what, advice)


def _no_file(diary: Path) -> Finding | None:
    """A diary that is a broken link, a directory or a FIFO, for which SQLite only says that it cannot open it."""
    try:
        if stat.S_ISREG(diary.stat().st_mode):
            return None
        what = "is not a regular file"
    except OSError as error:
        what = f"is a broken link ({(error.strerror or str(error)).lower()})"
    return fail("diary", f"{diary} {what}", "move it away; the next massage starts a new diary")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return str(os.getuid())
