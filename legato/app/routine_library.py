"""The routine library: the built-in routines, and the user's own in a folder. Addressed by name, never by path."""

import logging
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from legato.app import people
from legato.care.errors import UnknownName
from legato.profiles import load
from legato.profiles.errors import FileProblem, InvalidFile
from legato.profiles.files import read_bytes
from legato.profiles.profile import ROUTINE_NAME, Profile

_LOG = logging.getLogger(__name__)

SUFFIX = ".yaml"

TOLD: Final = 10
"""How many misfits are named in the log; the others are counted."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The available routines, the built-in ones first, and the files that are not usable, with the reasons."""

    routines: tuple[Profile, ...]
    misfits: tuple[FileProblem, ...]


def folder() -> Path:
    """Where the user's own routines are stored."""
    return people.store().home / "routines"


def own() -> list[str]:
    """The names of the user's own routines, valid or not; one with the name of a built-in routine is ignored."""
    try:
        return [path.stem for path in _files() if not _misnamed(path)]
    except OSError:
        return []


def is_name(word: str) -> bool:
    """Whether a routine can be called so."""
    return re.fullmatch(ROUTINE_NAME, word) is not None


def is_builtin(name: str) -> bool:
    """Whether the routine is built in."""
    return name in load.builtin_profiles()


def is_there(name: str) -> bool:
    """Whether the user has a routine of this name, even if it is a broken link."""
    return is_name(name) and os.path.lexists(path(name))


def find(name: str) -> Profile:
    """The routine of this name; its problems are reported with its file name but no folder.

    Raises:
        UnknownName: there is no such routine.
        InvalidFile: its file cannot be read, is not valid, or holds a routine of another name.
    """
    if is_builtin(name):
        return load.profile(name)
    if not is_there(name):
        raise UnknownName("routine", name, [*load.builtin_profiles(), *own()])
    shown = path(name).name
    found = load.parse_profile(read_bytes(path(name), shown), shown)
    if found.name != name:
        what, hint = f"the name in this file is {found.name}", f"write name: {name}, or rename the file"
        raise InvalidFile(FileProblem(shown, 1, 1, what, hint))
    return found


def path(name: str) -> Path:
    """The file of one of the user's own routines."""
    return folder() / f"{name}{SUFFIX}"


def text(name: str) -> str:
    """The file of a routine that `find` finds."""
    if is_builtin(name):
        return files("legato.profiles").joinpath("library", f"{name}{SUFFIX}").read_text("utf-8")
    return read_bytes(path(name), path(name).name).decode("utf-8-sig")


def everything() -> tuple[Profile, ...]:
    """All available routines, the built-in ones first; unusable files among them are logged once."""
    found = shelf()
    _log_misfits(found.misfits)
    return found.routines


def shelf() -> Shelf:
    """Reads the folder; valid routines are found whatever else is in it."""
    routines, misfits = list(load.builtin_profiles().values()), list[FileProblem]()
    try:
        there = _files()
    except OSError as error:
        return Shelf(tuple(routines), (_problem(folder(), f"the folder cannot be read: {error.strerror}"),))
    for file in there:
        try:
            _insist_on_name(file)
            routines.append(find(file.stem))
        except InvalidFile as error:
            misfits.append(error.problems[0])
        except UnknownName:  # gone since the folder was listed
            continue
    return Shelf(tuple(routines), tuple(misfits))


def _files() -> list[Path]:
    """Files that may be meant as routines; hidden ones are half-written files and editors' locks."""
    try:
        there = sorted(folder().iterdir())
    except FileNotFoundError:
        return []
    return [path for path in there if path.suffix in (SUFFIX, ".yml") and not path.name.startswith(".")]


def _insist_on_name(path: Path) -> None:
    if why := _misnamed(path):
        raise InvalidFile(_problem(path, why))


def _misnamed(path: Path) -> str:
    """Why a file of this name cannot be a routine of the user's; empty if it can."""
    if path.suffix != SUFFIX:
        return f"the name of a routine's file must end in {SUFFIX}"
    if not is_name(path.stem):
        return "the name of a routine's file must be up to 48 lower-case letters, digits, - and _"
    return "a routine of this name is built in and takes precedence" if is_builtin(path.stem) else ""


def _problem(path: Path, what: str) -> FileProblem:
    return FileProblem(str(path), 1, 1, what, "rename it" if path != folder() else "check its permissions")


@lru_cache(maxsize=16)
def _log_misfits(misfits: tuple[FileProblem, ...]) -> None:
    """Logs what is left out; again only when it has changed."""
    for problem in misfits[:TOLD]:
        _LOG.warning("left out of the routines in %s: %s", folder(), problem)
    if len(misfits) > TOLD:
        _LOG.warning("and %d more; `legato doctor` lists them", len(misfits) - TOLD)
