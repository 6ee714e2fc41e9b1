"""Routines by the name that somebody types: built in, a path, NAME.yaml in this folder, or one of their own."""

from pathlib import Path

from legato.app import routine_library
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.terminal import output


def profile(name: str) -> Profile:
    """The routine that `name` means; says which file it is where the name leaves that open.

    Raises:
        InvalidFile: there is none, or it is not valid.
    """
    return load.profile(told(name))


def either(name: str) -> Profile | Device:
    """The routine or device that `name` means, likewise."""
    return load.either(told(name))


def told(name: str) -> str:
    """`name` as `profiles.load` understands it, and a word on where it was found if it is a name and a file."""
    if (path := in_folder(name)) is not None:
        output.say(f"{name} is {path} in this folder")
        return str(path)
    if not _is_open(name) or not routine_library.is_there(name):
        return name
    output.say(f"{name} is a routine of your own: {routine_library.path(name)}")
    return str(routine_library.path(name))


def in_folder(name: str) -> Path | None:
    """NAME.yaml in the current folder, where the name means nothing else."""
    path = Path(f"{name}{routine_library.SUFFIX}")
    return path if _is_open(name) and _is_there(path) else None


def _is_open(name: str) -> bool:
    """Whether this is a bare name of nothing that is built in, and no file as it stands."""
    is_path = "/" in name or Path(name).suffix in (".yaml", ".yml") or _is_there(Path(name))
    return not (is_path or load.is_builtin(name))


def _is_there(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have is the name of none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
