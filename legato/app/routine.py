"""A routine as a script has it: made by calling it, or read from a file, whose comments it keeps."""

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
    """The text that a routine was read from, and what was in it; it makes no routine another."""

    text: str = field(default="", compare=False)
    held: Profile | None = field(default=None, compare=False)


class Routine(Profile):
    """A routine: `Routine("evening", [Glide("ankle", "thigh", pressure_mmhg=35), Rest(10)], title="Evening")`.

    It speaks of the leg and of no device: zones, pressures in mmHg (0 to 110), speeds in cm/s, times in seconds. The
    `name` is of small letters, digits, `-` and `_`; `use` is "comfort" (caps the pressure at 70 mmHg), "sport" (90) or
    "lymph" (50). It cannot be changed; `replace` gives another one.

    Raises:
        UsageError: it is not valid; the text says what would be right.
    """

    _source: _Source = PrivateAttr(default_factory=_Source)

    def to_yaml(self) -> str:
        """The text of a file that holds it; of one that was read, the text that was read with only the changes in it.

        Comments stay. Spaces within `{brackets}` and between a field and its value are not kept where anything changed.
        """
        return edited(self._source.text, self._source.held, self) if self._source.held else text_of(self)

    def replace(self, **changes: Any) -> Self:
        """The same routine with other values, by name: `routine.replace(title="Short", steps=routine.steps[:2])`.

        Raises:
            UsageError: it is not valid so; the text says what would be right.
        """
        other = super().replace(**changes)
        other._source = self._source  # noqa: SLF001 - it is one of us
        return other

    @classmethod
    def read(cls, name_or_path: str | Path) -> Self:
        """The routine of this name (built in, NAME.yaml in this folder, or among your own), or in this file.

        Raises:
            InvalidFile: there is none, or it is not valid: `file:line:column`, what is wrong and what would be right.
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
        made._source = _Source(text, profile)  # noqa: SLF001 - it is one of us
        return made


def routine_of(given: object) -> Profile:
    """A routine by itself, by its name or by its path.

    Raises:
        UsageError: it is something else.
        InvalidFile: there is none of this name or at this path, or it is not valid.
    """
    match given:
        case Profile():
            return given
        case str() | Path():
            return Routine.read(given)
    raise UsageError(f"a routine is expected: a name, a path or a Routine; this is {said(given)}")


def said(given: object) -> str:
    """Something unexpected."""
    return shown(list(given) if isinstance(given, tuple) else given)


def _path(name: str) -> Path | None:
    """The file that is meant; None where the name is of none."""
    if load.is_file(name):
        return Path(name)
    if (path := routine_lookup.in_folder(name)) is not None:
        return path
    return routine_library.path(name) if routine_library.is_there(name) else None
