"""A routine for use in scripts: constructed, or read from a file, whose comments it keeps."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import PrivateAttr

from legato.app import routine_library, routine_lookup
from legato.errors import UsageError
from legato.profiles import load
from legato.profiles.expectation import shown
from legato.profiles.files import read_bytes
from legato.profiles.profile import Profile
from legato.profiles.yaml_writer import edited, text_of


@dataclass(frozen=True, slots=True)
class _Source:
    """The text that a routine was read from, and its content; not part of comparisons."""

    text: str = field(default="", compare=False)
    held: Profile | None = field(default=None, compare=False)


class Routine(Profile):
    """A routine: `Routine("evening", [Glide("ankle", "thigh", pressure_mmhg=35), Rest(10)], title="Evening")`.

    It describes the leg, not a device: zones, pressures in mmHg (0 to 110), speeds in cm/s, times in seconds. The
    `name` has lower-case letters, digits, `-` and `_`; `use` is "comfort" (at most 70 mmHg), "sport" (90) or
    "lymph" (50). It is immutable; `replace` returns a changed copy.

    Raises:
        UsageError: it is not valid; the text says what would be right.
    """

    _source: _Source = PrivateAttr(default_factory=_Source)

    def to_yaml(self) -> str:
        """The text of its file; for a routine that was read from a file, that text with only the changes applied.

        Comments are kept. Once anything has changed, spaces within `{brackets}` and between field and value are not.
        """
        return edited(self._source.text, self._source.held, self) if self._source.held else text_of(self)

    def replace(self, **changes: Any) -> Self:
        """The same routine with other values, by name: `routine.replace(title="Short", steps=routine.steps[:2])`.

        Raises:
            UsageError: the result is not valid; the text says what would be right.
        """
        other = super().replace(**changes)
        other._source = self._source  # noqa: SLF001 - the same class
        return other

    @classmethod
    def read(cls, name_or_path: str | Path) -> Self:
        """The routine of this name (built in, NAME.yaml in this folder, or among your own), or in this file.

        Raises:
            InvalidFile: it does not exist or is not valid: `file:line:column`, what is wrong and what would be right.
        """
        name = str(name_or_path)
        if name in load.builtin_profiles():
            return cls._of(load.profile(name), routine_library.text(name))
        path = _path(name)
        if path is None:
            return cls._of(load.profile(name), "")
        data = read_bytes(path, str(path))
        return cls._of(load.parse_profile(data, str(path)), data.decode("utf-8-sig"))

    @classmethod
    def _of(cls, profile: Profile, text: str) -> Self:
        fields = {name: getattr(profile, name) for name in cls.model_fields}
        made = cls.model_construct(profile.model_fields_set, **fields)
        made._source = _Source(text, profile)  # noqa: SLF001 - the same class
        return made


def routine_of(given: object) -> Profile:
    """A routine from the object itself, its name or its path.

    Raises:
        UsageError: it is something else.
        InvalidFile: there is none with this name or at this path, or it is not valid.
    """
    match given:
        case Profile():
            return given
        case str() | Path():
            return Routine.read(given)
    raise UsageError(f"expected a routine (a name, a path or a Routine), not {said(given)}")


def said(given: object) -> str:
    """An unexpected value, as shown in an error."""
    return shown(list(given) if isinstance(given, tuple) else given)


def _path(name: str) -> Path | None:
    """The file that is meant; None if the name is not that of a file."""
    if load.is_file(name):
        return Path(name)
    if (path := routine_lookup.in_folder(name)) is not None:
        return path
    return routine_library.path(name) if routine_library.is_there(name) else None
