"""`legato person`: the people of this computer and their settings."""

from collections.abc import Sequence

from legato.app import people
from legato.care.person import Person
from legato.errors import UsageError
from legato.terminal import output


def everyone(json: bool) -> None:
    """Who there is; the current one is marked."""
    found = people.everyone()
    if json:
        output.as_json([{"name": one.name, "current": one.is_current} for one in found])
    elif found:
        output.columns([("*" if one.is_current else " ", one.name) for one in found])
        for problem in people.store().misfits():
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
    person = people.new(name) if name is not None and name not in people.store().names() else people.one(name)
    given = {"comfort_cap_mmhg": comfort_cap_mmhg, "leg_cm": leg_cm, "conditions": conditions, "medicines": medicines}
    people.keep(_changed(person, {field: value for field, value in given.items() if value is not None}))
    show(person.name, json)


def show(name: str | None, json: bool) -> None:
    """The settings of one person; the answers of the screening have a command of their own."""
    found = people.settings_of(people.one(name))
    if json:
        output.as_json(found.model_dump(mode="json"))
        return
    output.data(found.name)
    output.data(f"  comfort cap: {_quantity(found.comfort_cap_mmhg, 'mmHg')}")
    output.data(f"  leg: {_quantity(found.leg_cm, 'cm')}")
    output.data(f"  conditions: {', '.join(found.conditions) or 'none given'}")
    output.data(f"  medicines: {', '.join(found.medicines) or 'none given'}")
    output.data(f"  file: {people.store().path(found.name)}")


def _changed(person: Person, given: dict[str, object]) -> Person:
    try:
        return people.changed(person, given)
    except UsageError as error:
        raise UsageError(f"legato person set: {error}") from None


def _quantity(value: float | None, unit: str) -> str:
    return "not set" if value is None else f"{value:g} {unit}"
