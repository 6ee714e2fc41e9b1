"""`legato person`: the people of this computer and their settings."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from legato.app import people
from legato.care.person import Person
from legato.errors import UsageError
from legato.terminal import output


def everyone(json: bool) -> None:
    """Who there is; the current one is marked."""
    store = people.store()
    current = store.current_name()
    rows = [(name, name == current) for name in store.names()]
    if json:
        output.as_json([{"name": name, "current": is_current} for name, is_current in rows])
    elif rows:
        output.columns([("*" if is_current else " ", name) for name, is_current in rows])
        for problem in store.misfits():
            output.say(f"cannot be used: {problem}")
    else:
        output.say("nobody yet; `legato screen --person NAME` begins with someone")


def use(name: str) -> None:
    """Makes someone the current person."""
    people.store().use(name)
    output.say(f"{name} is the current person")


def change(
    name: str | None,
    comfort_cap_mmhg: float | None,
    leg_cm: float | None,
    conditions: Sequence[str] | None,
    medicines: Sequence[str] | None,
    json: bool,
) -> None:
    """Changes what is given and leaves the rest; someone who is not there yet is made."""
    store = people.store()
    person = people.new(name) if name is not None and name not in store.names() else people.one(name)
    given = {"comfort_cap_mmhg": comfort_cap_mmhg, "leg_cm": leg_cm, "conditions": conditions, "medicines": medicines}
    store.save(changed(person, {field: value for field, value in given.items() if value is not None}))
    if store.current_name() not in store.names():
        store.use(person.name)
    show(person.name, json)


def show(name: str | None, json: bool) -> None:
    """The settings of one person; the answers of the screening have a command of their own."""
    person = people.one(name)
    settings = person.model_dump(mode="json", exclude={"answers", "format"})
    if json:
        output.as_json(settings)
        return
    output.data(person.name)
    output.data(f"  comfort cap: {_quantity(person.comfort_cap_mmhg, 'mmHg')}")
    output.data(f"  leg: {_quantity(person.leg_cm, 'cm')}")
    output.data(f"  conditions: {', '.join(person.conditions) or 'none given'}")
    output.data(f"  medicines: {', '.join(person.medicines) or 'none given'}")
    output.data(f"  file: {people.store().path(person.name)}")


def changed(person: Person, changes: dict[str, Any]) -> Person:
    """`person` with other settings.

    Raises:
        UsageError: one of them is not valid.
    """
    settings = {k: tuple(v) if isinstance(v, list) else v for k, v in changes.items()}
    try:
        return Person.model_validate({**dict(person), **settings})
    except ValidationError as error:
        first = error.errors()[0]
        what = str(first.get("ctx", {}).get("error", first["msg"]))
        raise UsageError(f"legato person set: {first['loc'][0]}: {what[:1].lower()}{what[1:]}") from None


def _quantity(value: float | None, unit: str) -> str:
    return "not set" if value is None else f"{value:g} {unit}"
