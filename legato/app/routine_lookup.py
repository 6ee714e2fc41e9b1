"""Looks up a routine by the name that somebody types: built in, a path, NAME.yaml in this folder, or their own."""

from dataclasses import dataclass
from pathlib import Path

from legato.app import routine_library
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile


@dataclass(frozen=True, slots=True)
class Located:
    """The `source` that a name refers to, as `profiles.load` takes it; with a `remark` if a bare name was a file."""

    source: str
    remark: str = ""

    def profile(self) -> Profile:
        """The routine.

        Raises:
            InvalidFile: it does not exist or is not valid.
        """
        return load.profile(self.source)

    def either(self) -> Profile | Device:
        """The routine or device; raises the same."""
        return load.either(self.source)


def locate(name: str) -> Located:
    """Which routine or device `name` refers to, whether it exists or not."""
    if (path := in_folder(name)) is not None:
        return Located(str(path), f"{name} is {path} in this folder")
    if not _is_open(name) or not routine_library.is_there(name):
        return Located(name)
    own = routine_library.path(name)
    return Located(str(own), f"{name} is a routine of your own: {own}")


def in_folder(name: str) -> Path | None:
    """NAME.yaml in the current folder, if it exists and the name refers to nothing else."""
    path = Path(f"{name}{routine_library.SUFFIX}")
    return path if _is_open(name) and _is_there(path) else None


def _is_open(name: str) -> bool:
    """Whether this is a bare name, neither built in nor itself an existing file."""
    is_path = "/" in name or Path(name).suffix in (".yaml", ".yml") or _is_there(Path(name))
    return not (is_path or load.is_builtin(name))


def _is_there(path: Path) -> bool:
    """Whether there is such a file; false for a name that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
