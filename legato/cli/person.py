"""`legato person`: the people on this computer and their settings. Imports are deferred until needed."""

from typing import TYPE_CHECKING, Annotated

import typer

from legato.cli.options import JsonOption, Name, PersonOption
from legato.errors import UsageError

if TYPE_CHECKING:
    from legato.care.person import Person

app = typer.Typer(help="The people on this computer and their settings.", no_args_is_help=True)


@app.command("list")
def everyone(json: JsonOption = False) -> None:
    """List everybody; the current one is marked."""
    from legato.app import people
    from legato.terminal import output

    found = people.everyone()
    if json:
        output.as_json([{"name": one.name, "current": one.is_current} for one in found])
    elif found:
        output.columns([("*" if one.is_current else " ", one.name) for one in found])
        for problem in people.store().misfits():
            output.say(f"cannot be used: {problem}")
    else:
        output.say("nobody yet; `legato screen --person NAME` adds someone")


@app.command("use")
def use(name: Name) -> None:
    """Make somebody the current person."""
    from legato.app import people
    from legato.terminal import output

    people.store().use(name)
    output.say(f"{name} is the current person")


@app.command("set", epilog="Example: legato person set --comfort-cap 40 --medicine warfarin")
def change(
    name: PersonOption = None,
    comfort_cap: Annotated[float | None, typer.Option(metavar="MMHG", help="Never more pressure than this.")] = None,
    leg: Annotated[float | None, typer.Option(metavar="CM", help="From the sole to the groin.")] = None,
    condition: Annotated[list[str] | None, typer.Option(help="For the therapist's page; may be repeated.")] = None,
    medicine: Annotated[list[str] | None, typer.Option(help="For the therapist's page; may be repeated.")] = None,
    json: JsonOption = False,
) -> None:
    """Change settings; those not given are kept. A new name adds a person."""
    from legato.app import people

    person = people.new(name) if name is not None and name not in people.store().names() else people.one(name)
    given = {"comfort_cap_mmhg": comfort_cap, "leg_cm": leg, "conditions": condition, "medicines": medicine}
    people.keep(_changed(person, {field: value for field, value in given.items() if value is not None}))
    show(person.name, json)


@app.command("show")
def show(name: Annotated[str | None, typer.Argument(metavar="NAME")] = None, json: JsonOption = False) -> None:
    """Show somebody's settings."""
    from legato.app import people
    from legato.terminal import output

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


def _changed(person: "Person", given: dict[str, object]) -> "Person":
    from legato.app import people

    try:
        return people.changed(person, given)
    except UsageError as error:
        raise UsageError(f"legato person set: {error}") from None


def _quantity(value: float | None, unit: str) -> str:
    return "not set" if value is None else f"{value:g} {unit}"
