"""The errors of this package, worded for the person at the terminal."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from legato.profiles.errors import LegatoError, suggestion

T = TypeVar("T")


class CareError(LegatoError):
    """Base class; its text is one line to show."""


class UnknownName(CareError):
    """A person, course or need that does not exist; the text names those that do, followed by `beside`."""

    def __init__(self, kind: str, name: str, known: Iterable[str], beside: str = "") -> None:
        choices = list(known)
        hint = suggestion(name, choices, "known are") if choices else "there is none yet"
        super().__init__(f'there is no {kind} "{name}"; {hint}{beside}')


class DiaryError(CareError):
    """The diary cannot be read or written."""


def named(kind: str, name: str, known: Mapping[str, T]) -> T:
    """The one of this name.

    Raises:
        UnknownName: there is none.
    """
    if name not in known:
        raise UnknownName(kind, name, known)
    return known[name]
