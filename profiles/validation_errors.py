"""Validation errors in plain words: where in the file, what is there, and what would be right.

The JSON Schema is walked beside the file's tree, so that bounds and valid names are stated once, in the models.
"""

from dataclasses import dataclass, replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from legato.profiles.errors import FileProblem, Unfit, short, suggestion
from legato.profiles.expectation import Schema, expectation, resolved, shown
from legato.profiles.tree import Node, Place

MAX_PROBLEMS = 20
"""A file that is wrong throughout gets no longer explanation than a screen holds."""


def explain(error: ValidationError, root: Node, schema: Schema, file: str) -> list[FileProblem]:
    """The problems of a file whose `root` was refused against `schema`: in its order, at most `MAX_PROBLEMS`."""
    errors = [e for e in error.errors(include_url=False) if not _is_echo(e)]
    of_another_format = [e for e in errors if e["loc"] == ("format",) and e["type"] == "literal_error"]
    findings = [_finding(e, _spot(root, schema, e["loc"])) for e in of_another_format or errors]
    return sorted(FileProblem(file, *place, what, hint) for place, what, hint in findings)[:MAX_PROBLEMS]


def _is_echo(error: ErrorDetails) -> bool:
    """Whether a list is called too short only because its entries were refused."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


@dataclass(frozen=True, slots=True)
class _Spot:
    """What stands somewhere in the file (its holder, where nothing does), and what the schema says of it.

    `key` is where its name stands, `holder` what holds it, `names` are the fields that the holder may have.
    """

    name: str
    node: Node
    schema: Schema
    key: Place = (1, 1)
    holder: str = ""
    names: tuple[str, ...] = ()


def _spot(root: Node, schema: Schema, loc: tuple[int | str, ...]) -> _Spot:
    spot = _Spot(_whole(schema["properties"]), root, schema)
    for part in loc:
        if "discriminator" in spot.schema:
            chosen = {"$ref": spot.schema["discriminator"]["mapping"][part]}
            spot = replace(spot, name=f"a {part}", schema=resolved(chosen, schema))
        else:
            spot = _inside(spot, part, schema)
    return spot


def _whole(fields: Schema) -> str:
    """What has these fields: a file, or one step where a script makes it."""
    if "do" in fields:
        return f"a {fields['do']['const']}"
    return "a device" if "actuators" in fields else "a routine"


def _inside(spot: _Spot, part: int | str, root: Schema) -> _Spot:
    node = spot.node.child(part)
    if isinstance(part, int):
        return _Spot(f"an entry of {spot.name}", node, resolved(spot.schema["items"], root))
    fields = spot.schema["properties"]
    key = spot.node.keys.get(part, spot.node.place)
    return _Spot(part, node, resolved(fields.get(part, {}), root), key, spot.name, tuple(fields))


def _finding(error: ErrorDetails, spot: _Spot) -> tuple[Place, str, str]:
    """Where, what, and what would be right."""
    match error["type"]:
        case "missing":
            return spot.node.place, f"{spot.holder} lacks {spot.name}", f"add {spot.name}: {expectation(spot.schema)}"
        case "extra_forbidden":
            what = f'{spot.holder} has no field "{short(spot.name)}"'
            return spot.key, what, suggestion(spot.name, spot.names, "its fields are")
        case "union_tag_not_found" | "union_tag_invalid":
            return _unknown_kind(spot)
        case "value_error":
            return _unfit(error["ctx"]["error"], spot.node)
        case _:
            return _wrong_value(spot)


def _unfit(error: ValueError, node: Node) -> tuple[Place, str, str]:
    """What a check of ours did not like, at the value that it names, or else where the whole begins."""
    if isinstance(error, Unfit):
        return node.find(*error.at).place, str(error), error.hint
    return node.place, str(error), ""


def _unknown_kind(spot: _Spot) -> tuple[Place, str, str]:
    field, kinds = spot.schema["discriminator"]["propertyName"], spot.schema["discriminator"]["mapping"]
    chosen = spot.node.child(field)
    if chosen is spot.node:
        return chosen.place, f"{spot.name} lacks {field}:", f"add {field}: with one of {', '.join(kinds)}"
    what = f"{field} is {shown(chosen.plain())}, which is not known"
    return chosen.place, what, suggestion(str(chosen.value), kinds, "known are")


def _wrong_value(spot: _Spot) -> tuple[Place, str, str]:
    value = spot.node.plain()
    what = f"{spot.name} is {shown(value)}"
    if spot.name == "format":
        return spot.node.place, what, f"this Legato reads format {spot.schema['const']}"
    if "enum" in spot.schema and isinstance(value, str):
        return spot.node.place, what, suggestion(value, spot.schema["enum"], "it is one of")
    return spot.node.place, what, f"{expectation(spot.schema)} is expected"
