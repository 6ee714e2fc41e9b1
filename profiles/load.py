"""Routine and device files, read and checked.

A file with `actuators:` is a device, anything else is a routine. What is wrong with either is an `InvalidFile`.
"""

import json
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from legato.profiles.device import Device
from legato.profiles.device_review import misfits, remarks
from legato.profiles.envelope import in_force
from legato.profiles.errors import FileProblem, InvalidFile, suggestion
from legato.profiles.files import read_bytes
from legato.profiles.profile import Profile
from legato.profiles.schema import MODELS, Kind, schema
from legato.profiles.tree import ROUTINE, read
from legato.profiles.validation_errors import explain

Folder = Literal["library", "devices"]
_HOLDS: dict[Folder, str] = {"library": "routine", "devices": "device"}
_NO_ROUTINE = "this is a device (it has actuators)", "a routine is expected"


def load(path: Path) -> Profile | Device:
    """The routine or device in the file at `path`.

    Raises:
        InvalidFile: it cannot be read, or is not valid.
    """
    return parse(read_bytes(path, str(path)), str(path))


def parse(data: bytes, name: str) -> Profile | Device:
    """The routine or device in YAML; `name` is what messages call it.

    A device has the limits that are in force where its chambers lie, so that its firmware is built with them.

    Raises:
        InvalidFile: not valid; all its problems, each with line and column.
    """
    root = read(data, name)
    if not isinstance(root.value, dict):
        what = "the file holds no fields"
        raise InvalidFile(FileProblem(name, *root.place, what, ROUTINE))
    kind: Kind = "device" if "actuators" in root.value else "profile"
    try:
        found = MODELS[kind].model_validate_json(json.dumps(root.plain()))
    except ValidationError as e:
        raise InvalidFile(*explain(e, root, schema(kind), name)) from None
    if isinstance(found, Profile):
        return found
    if problems := misfits(found, root, name):
        raise InvalidFile(*problems)
    return in_force(found)


def parse_profile(data: bytes, name: str) -> Profile:
    """The same, of a routine.

    Raises:
        InvalidFile: not valid, or a device.
    """
    found = parse(data, name)
    if isinstance(found, Profile):
        return found
    raise InvalidFile(FileProblem(name, 1, 1, *_NO_ROUTINE))


def device_remarks(name_or_path: str) -> list[FileProblem]:
    """What is probably unintended in a device file, or in that of a built-in device, each at its place.

    Raises:
        InvalidFile: no such name or file, or not valid.
    """
    found = device(name_or_path)
    if name_or_path in _builtin_names("devices"):
        file = f"{name_or_path}.yaml"
        return remarks(found, read(_folder("devices").joinpath(file).read_bytes(), file), file)
    return remarks(found, read(read_bytes(Path(name_or_path), name_or_path), name_or_path), name_or_path)


def either(name_or_path: str) -> Profile | Device:
    """A built-in routine or device by name, or whichever of the two is in a file.

    Raises:
        InvalidFile: no such name or file, or not valid.
    """
    return _find(name_or_path, "library", "devices")


def profile(name_or_path: str) -> Profile:
    """A built-in routine by name, or the routine in a file.

    Raises:
        InvalidFile: no such name or file, or not a valid routine.
    """
    found = _find(name_or_path, "library")
    if not isinstance(found, Profile):
        raise InvalidFile(FileProblem(name_or_path, 1, 1, *_NO_ROUTINE))
    return found


def device(name_or_path: str) -> Device:
    """A built-in device by name, or the device in a file.

    Raises:
        InvalidFile: no such name or file, or not a valid device.
    """
    found = _find(name_or_path, "devices")
    if not isinstance(found, Device):
        raise InvalidFile(
            FileProblem(name_or_path, 1, 1, "this is a routine (it has no actuators)", "a device is expected")
        )
    return found


def is_builtin(name: str) -> bool:
    """Whether a routine or a device of this name comes with Legato."""
    return any(name in _builtin_names(folder) for folder in _HOLDS)


def builtin_profiles() -> dict[str, Profile]:
    """The routines that come with Legato, by name, in alphabetical order."""
    return {name: profile(name) for name in _builtin_names("library")}


def builtin_devices() -> dict[str, Device]:
    """The devices that come with Legato, by name, in alphabetical order."""
    return {name: device(name) for name in _builtin_names("devices")}


def _find(name_or_path: str, *folders: Folder) -> Profile | Device:
    for folder in folders:
        if name_or_path in _builtin_names(folder):
            return _builtin(folder, name_or_path)
    if is_file(name_or_path):
        return load(Path(name_or_path))
    what = f"no {' or '.join(_HOLDS[folder] for folder in folders)} of this name is built in"
    choices = suggestion(name_or_path, [name for f in folders for name in _builtin_names(f)], "built in are")
    raise InvalidFile(FileProblem(name_or_path, 1, 1, what, f"{choices}; a path needs a slash or .yaml"))


def is_file(name_or_path: str) -> bool:
    """Whether this means a file rather than a name."""
    path = Path(name_or_path)
    return "/" in name_or_path or path.suffix in (".yaml", ".yml") or _exists(path)


def _exists(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have is the name of none."""
    try:
        return path.exists()
    except OSError:
        return False


@cache
def _builtin(folder: Folder, name: str) -> Profile | Device:
    return parse(_folder(folder).joinpath(f"{name}.yaml").read_bytes(), f"{name}.yaml")


@cache
def _builtin_names(folder: Folder) -> tuple[str, ...]:
    files_there = (entry.name for entry in _folder(folder).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in files_there if re.fullmatch(r"[^.].*\.yaml", name)))


def _folder(folder: Folder) -> Traversable:
    return files("legato.profiles").joinpath(folder)
