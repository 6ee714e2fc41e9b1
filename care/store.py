"""Where people are kept: one YAML file each, and which of them is the current one.

Every write is atomic: whoever reads, or loses power, finds the old file or the new one. A file that was edited into
nonsense is reported and never written over.
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
from legato.care.reading import load
from legato.profiles.errors import FileProblem, InvalidFile
from legato.profiles.files import read_bytes

_PERSON = TypeAdapter(Person)
_NAME: TypeAdapter[str] = TypeAdapter(Name)


class PeopleStore:
    """The people under a home folder; the folder appears with the first of them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._people = home / "people"
        self._current = home / "current"

    @property
    def diary(self) -> Path:
        """Where the diary of all people is."""
        return self.home / "diary.sqlite3"

    def names(self) -> tuple[str, ...]:
        """Everyone, in alphabetical order, even if the file is not valid; no other file is a person's."""
        return tuple(sorted(path.stem for path in self._people.glob("*.yaml") if _may_be_called(path.stem)))

    def path(self, name: str) -> Path:
        """The file of the person `name`."""
        return self._people / f"{name}.yaml"

    def load(self, name: str) -> Person:
        """The person `name`.

        Raises:
            UnknownName: nobody of this name.
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
        """What is wrong with each person whose file is not valid."""
        for name in self.names():
            try:
                self.load(name)
            except InvalidFile as error:
                yield error.problems[0]

    def save(self, person: Person) -> None:
        """Keep `person`.

        Raises:
            InvalidFile: the file that is there is not valid, and is left as it is.
        """
        if person.name in self.names():
            self.load(person.name)
        _replace(self.path(person.name), _yaml(person))

    def current(self) -> Person | None:
        """The person in use; None before anyone was chosen.

        Raises:
            UnknownName: the one chosen is gone.
            InvalidFile: the file is not valid.
        """
        name = self._chosen()
        return None if name is None else self.load(name)

    def current_name(self) -> str | None:
        """The name of the person in use, whether or not that person still exists.

        None before anyone was chosen, and where nobody can read who it was.
        """
        try:
            return self._chosen()
        except InvalidFile:
            return None

    def use(self, name: str) -> Person:
        """Make `name` the current person.

        Raises:
            UnknownName: nobody of this name.
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
        # Closing writes what is left, so it may fail as well.
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as e:
        new.unlink(missing_ok=True)
        raise OSError(e.errno, e.strerror, str(path)) from e
