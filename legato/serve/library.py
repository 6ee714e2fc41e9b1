"""The routines of a service: the built-in ones, and the user's own in a folder of their own. Names, never paths."""

import re
from importlib.resources import files
from pathlib import Path

from care.errors import UnknownName
from legato import people
from profiles import load
from profiles.errors import InvalidFile
from profiles.profile import Profile

NAME = re.compile("[a-z0-9][a-z0-9_-]{0,47}")
SUFFIX = ".yaml"


def folder() -> Path:
    """Where the user's own routines are kept."""
    return people.store().home / "routines"


def own() -> list[str]:
    """The names of the user's own routines; one that has the name of a built-in one is never seen."""
    found = (path.stem for path in folder().glob(f"*{SUFFIX}"))
    return sorted(name for name in found if NAME.fullmatch(name) and not is_builtin(name))


def is_builtin(name: str) -> bool:
    """Whether Legato comes with it."""
    return name in load.builtin_profiles()


def find(name: str) -> Profile:
    """The routine of this name; what is wrong with it is told with the name of its file, but no folder.

    Raises:
        UnknownName: there is none.
        InvalidFile: its file is not valid any more.
    """
    if is_builtin(name):
        return load.profile(name)
    if not NAME.fullmatch(name) or not path(name).exists():
        raise UnknownName("routine", name, [*load.builtin_profiles(), *own()])
    shown = path(name).name
    return load.parse_profile(load.read_bytes(path(name), shown), shown)


def path(name: str) -> Path:
    """The file of one of the user's own routines."""
    return folder() / f"{name}{SUFFIX}"


def text(name: str) -> str:
    """The file of a routine that `find` finds."""
    if is_builtin(name):
        return files("profiles").joinpath("library", f"{name}{SUFFIX}").read_text("utf-8")
    return path(name).read_text("utf-8")


def everything() -> list[Profile]:
    """All routines that are valid, the built-in ones first."""
    return [*load.builtin_profiles().values(), *(profile for name in own() if (profile := _valid(name)))]


def _valid(name: str) -> Profile | None:
    try:
        return find(name)
    except InvalidFile:
        return None
