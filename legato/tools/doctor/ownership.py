"""Checks of who owns what a person keeps: after a run with sudo some of it is root's, and nobody else can write it."""

import getpass
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from legato.app.finding import Finding, fail, ok, warn
from legato.care.store import PeopleStore

JOURNAL = "-journal"
"""SQLite's own, behind the name of the database; one that is left cannot be passed over."""


def kept(store: PeopleStore) -> Iterator[Finding]:
    """The diary, then what else is kept and is not at this user's disposal; the home itself is a matter of the disk."""
    diary = store.diary
    if os.path.lexists(diary):
        yield _held_back("diary", diary, store.home) or _no_file(diary) or ok("diary", f"{diary}, of {owner(diary)}")
    else:
        yield ok("diary", f"none yet; it will be {diary}")
    for path in (diary.with_name(diary.name + JOURNAL), store.home / "people", store.home / "routines"):
        found = os.access(path, os.F_OK) and _held_back("diary" if path.is_file() else path.name, path, store.home)
        if found:
            yield found
    if os.getuid() == 0 and (who := owner(store.home)) not in ("root", ""):
        advice = "run it without sudo: Legato never needs to be root"
        yield warn(
            "owner", f"this is root, and {store.home} belongs to {who}: what is written now will be root's", advice
        )


def owner(path: Path) -> str:
    """Whose it is, by name where the user has one; empty where nobody can tell."""
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
    what = f"{path} belongs to {owner(path)}, and this user may not {'write in' if is_folder else 'read and write'} it"
    advice = f"`sudo chown -R {_user()}: {home}`; a run with sudo leaves such, and Legato never needs to be root"
    return fail(check, what, advice)


def _no_file(diary: Path) -> Finding | None:
    """A diary that is a link to nothing, a directory or a FIFO, of which SQLite only says that it does not open."""
    try:
        if stat.S_ISREG(diary.stat().st_mode):
            return None
        what = "is no file"
    except OSError as error:
        what = f"is a link that leads nowhere ({(error.strerror or str(error)).lower()})"
    return fail("diary", f"{diary} {what}", "move it away; the next massage begins a new diary")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return str(os.getuid())
