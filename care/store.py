"""The store of people: one YAML file each, and which of them is the current one.

Every write is atomic: after a power failure, or for a concurrent reader, there is the old file or the new one. An
invalid file is reported and never overwritten.
"""

import os
import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML

from legato.care.errors import UnknownName
from legato.care.person import Name, Person
from legato.care.yaml_files import load
from legato.profiles.errors import FileProblem, InvalidFile
from legato.profiles.files import read_bytes

_PERSON = TypeAdapter(Person)
_NAME: TypeAdapter[str] = TypeAdapter(Name)


class PeopleStore:
    """The people in a home folder, which is created with the first of them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._people = home / "people"
        self._current = home / "current"

    @property
    def diary(self) -> Path:
        """The path of the diary of all people."""
        return self.home / "diary.sqlite3"

    def names(self) -> tuple[str, ...]:
        """All names in alphabetical order, including those with invalid files; files with other names are ignored."""
        return tuple(sorted(path.stem for path in self._people.glob("*.yaml") if _may_be_called(path.stem)))

    def path(self, name: str) -> Path:
        """The file of the person `name`."""
        return self._people / f"{name}.yaml"

    def load(self, name: str) -> Person:
        """The person `name`.

        Raises:
            UnknownName: there is nobody of this name.
            InvalidFile: the file is not valid.
        """
        if name not in self.names():
            raise UnknownName("person", name, self.names())
        person = load(self.path(name), _PERSON)
        if person.name != name:
            what = f"the name in this file is {person.name}"
            raise InvalidFile(FileProblem(str(self.path(name)), 1, 1, what, f"write name: {name}, or rename the file"))
        return person

    def misfits(self) -> Iterator[FileProblem]:
        """The first problem of each invalid person file."""
        for name in self.names():
            try:
                self.load(name)
            except InvalidFile as error:
                yield error.problems[0]

    def save(self, person: Person) -> None:
        """Save `person`.

        Raises:
            InvalidFile: the existing file is not valid, and is left unchanged.
        """
        if person.name in self.names():
            self.load(person.name)
        _replace(self.path(person.name), _yaml(person))

    def current(self) -> Person | None:
        """The current person; None before one was chosen.

        Raises:
            UnknownName: the chosen one no longer exists.
            InvalidFile: the file is not valid.
        """
        name = self._chosen()
        return None if name is None else self.load(name)

    def current_name(self) -> str | None:
        """The name of the current person, whether or not that person still exists.

        None before one was chosen, or if the name cannot be read.
        """
        try:
            return self._chosen()
        except InvalidFile:
            return None

    def use(self, name: str) -> Person:
        """Make `name` the current person.

        Raises:
            UnknownName: there is nobody of this name.
            InvalidFile: the file is not valid.
        """
        person = self.load(name)
        _replace(self._current, f"{name}\n")
        return person

    def _chosen(self) -> str | None:
        if not os.path.lexists(self._current):
            return None
        return read_bytes(self._current, str(self._current)).decode("utf-8-sig", "replace").strip()


def _may_be_called(word: str) -> bool:
    try:
        _NAME.validate_python(word)
    except ValidationError:
        return False
    return True


def _yaml(person: Person) -> str:
    text = StringIO()
    YAML().dump(person.model_dump(mode="json", exclude_none=True), text)
    return text.getvalue()


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    new = Path(name)
    try:
        # Closing writes what is left in the buffer, so it may fail, too.
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as e:
        new.unlink(missing_ok=True)
        raise OSError(e.errno, e.strerror, str(path)) from e
