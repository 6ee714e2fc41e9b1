"""The people on this computer: their names, the current one, and the settings of each."""

import os
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from legato.app.model import Frozen, Input
from legato.care.conditions import Cap
from legato.care.home import home
from legato.care.person import LegLength, Person, Words
from legato.care.store import PeopleStore
from legato.errors import AlreadyExists, UsageError
from legato.profiles.errors import lower_first
from legato.profiles.expectation import shown

NOBODY = "there is nobody yet; `legato screen --person NAME` adds someone"


class PersonName(Frozen):
    """One person in a list."""

    name: str
    is_current: bool


class Settings(Frozen):
    """What is stored about a person, apart from the answers of the screening."""

    name: str
    comfort_cap_mmhg: float | None
    leg_cm: float | None
    conditions: tuple[str, ...]
    medicines: tuple[str, ...]


class Change(Input):
    """Settings to change; those not given are kept."""

    comfort_cap_mmhg: Cap | None = None
    leg_cm: LegLength | None = None
    conditions: Words | None = None
    medicines: Words | None = None


def store() -> PeopleStore:
    """Where the people on this computer are stored."""
    return PeopleStore(home(os.environ))


def one(name: str | None) -> Person:
    """The person `name`, or the current one.

    Raises:
        UsageError: nobody is named, and nobody is current.
        UnknownName: there is no such person.
        InvalidFile: the person's file is not valid.
    """
    person = chosen(name)
    if person is None:
        raise UsageError(NOBODY)
    return person


def named(name: str | None) -> Person | None:
    """The person `name`; None without a name.

    Raises:
        UnknownName: there is no such person.
        InvalidFile: the person's file is not valid.
    """
    return None if name is None else store().load(name)


def person_of(given: object) -> Person | None:
    """What a script has given for a person: a name, or nothing for whoever is current.

    Raises:
        UsageError: it is something else.
        UnknownName, InvalidFile: see `chosen`.
    """
    if given is not None and not isinstance(given, str):
        raise UsageError(f"expected the name of a person, not {shown(given)}")
    return chosen(given)


def chosen(name: str | None) -> Person | None:
    """The person `name`, or the current one; None if nobody has been chosen yet.

    Raises:
        UnknownName: there is no such person, or the current person no longer exists.
        InvalidFile: the person's file is not valid.
    """
    return named(name) or store().current()


def new(name: str) -> Person:
    """Someone of whom only the name is known; not saved yet.

    Raises:
        UsageError: the name cannot be that of a file.
    """
    try:
        return Person(format=1, name=name)
    except ValidationError:
        what = "use up to 32 letters, digits, - and _"
        raise UsageError(f'"{name}" is not a valid name: {what}') from None


def keep(person: Person) -> None:
    """Saves a person; the first one becomes current.

    Raises:
        InvalidFile: the existing file is not valid, and is left unchanged.
    """
    store().save(person)
    ensure_current(person.name)


def ensure_current(name: str) -> None:
    """Makes this person the current one if there is none, or if that one no longer exists."""
    kept = store()
    if kept.current_name() not in kept.names():
        kept.use(name)


def everyone() -> list[PersonName]:
    """Everyone on this computer, including those whose file is not valid."""
    kept = store()
    current = kept.current_name()
    return [PersonName(name=name, is_current=name == current) for name in kept.names()]


def settings(name: str) -> Settings:
    """The settings of a person; raises what `one` raises."""
    return settings_of(one(name))


def settings_of(person: Person) -> Settings:
    """The settings of a person, without the answers of the screening."""
    return Settings(**{field: getattr(person, field) for field in Settings.model_fields})


def begin(name: str) -> Settings:
    """Adds a person.

    Raises:
        AlreadyExists: there already is such a person.
        UsageError: the name cannot be that of a file.
    """
    if name in store().names():
        raise AlreadyExists(f"{name} already exists")
    person = new(name)
    keep(person)
    return settings_of(person)


def change(name: str, changes: Change) -> Settings:
    """Changes the given settings and keeps the others; raises what `one` and `changed` raise."""
    person = changed(one(name), changes.model_dump(exclude_none=True))
    store().save(person)
    return settings_of(person)


def changed(person: Person, changes: Mapping[str, Any]) -> Person:
    """`person` with changed settings; not saved yet.

    Raises:
        UsageError: one of them is not valid.
    """
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in changes.items()}
    try:
        return Person.model_validate({**dict(person), **given})
    except ValidationError as error:
        first = error.errors()[0]
        what = str(first.get("ctx", {}).get("error", first["msg"]))
        raise UsageError(f"{first['loc'][0]}: {lower_first(what)}") from None
