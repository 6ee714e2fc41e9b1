"""What a JSON Schema expects, and what a file says instead, in words."""

from typing import Any

from legato.profiles.errors import short

Schema = dict[str, Any]


def resolved(part: Schema, root: Schema) -> Schema:
    """A part of the schema `root` without its "or nothing", and without the detour through the definitions."""
    chosen: Schema = part["anyOf"][0] if "anyOf" in part else part
    return root["$defs"][chosen["$ref"].rpartition("/")[2]] if "$ref" in chosen else chosen


def expectation(schema: Schema) -> str:
    """What would be right: `a number from 0 to 110`."""
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    match schema.get("type"):
        case "number":
            return "a number" + _range(schema)
        case "integer":
            return "a whole number" + _range(schema)
        case "null":
            return "nothing (leave it out)"
        case "boolean":
            return "true or false"
        case "string":
            return _text(schema)
        case "array":
            return "a list" + _length(schema, "Items", "entries")
        case _:
            return "a mapping (name: value)"


def shown(value: object) -> str:
    """A value of the file as a person would recognise it."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case str():
            return f'the text "{short(value)}"'
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "a mapping"
        case int() | float():
            return str(value)
        case _:
            return f"of type {type(value).__name__}"


def _range(schema: Schema) -> str:
    low, above, high = schema.get("minimum"), schema.get("exclusiveMinimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    bounds = [(" above ", above), (" from ", low), (", at most ", high)]
    return "".join(f"{word}{bound:g}" for word, bound in bounds if bound is not None)


def _text(schema: Schema) -> str:
    if schema.get("pattern", "").startswith("^[a-z0-9]"):
        return "a name of small letters, digits, - and _"
    return "text" + _length(schema, "Length", "characters")


def _length(schema: Schema, of: str, unit: str) -> str:
    low, high = schema.get(f"min{of}", 0), schema.get(f"max{of}")
    return f" of {low} to {high} {unit}" if high is not None else ""
