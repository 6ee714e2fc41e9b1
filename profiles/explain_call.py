"""What is wrong with a call that makes a step or a routine, in the words that a file would get."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from legato.profiles.expectation import resolved
from legato.profiles.tree import Node
from legato.profiles.validation_errors import explain


def explained(error: ValidationError, model: type[BaseModel], data: Mapping[str, Any]) -> str:
    """What was refused of `data` and what would be right, a line each; which step it is, where it is one of several."""
    schema = model.model_json_schema()
    ways: list[str] = []
    problems = explain(error, _node(data, "", ways), {**schema, **resolved(schema, schema)}, model.__name__)
    lines = (f"{model.__name__}: {ways[p.line]}{p.what}" + (f"; {p.hint}" if p.hint else "") for p in problems)
    return "\n".join(dict.fromkeys(lines))


def _node(value: Any, way: str, ways: list[str]) -> Node:
    """`value` as the tree of a file; instead of a line, a node has its index in `ways`, which leads to its step."""
    place = (len(ways), 1)
    ways.append(way)
    if isinstance(value, BaseModel):
        value = {field.alias or name: getattr(value, name) for name, field in type(value).model_fields.items()}
    if isinstance(value, list | tuple):
        prefix = way.removesuffix(": ") + "." if way else ""
        return Node(place, [_node(item, f"{prefix}steps[{n}]: ", ways) for n, item in enumerate(value)])
    if isinstance(value, Mapping):
        fields = {name: _node(item, way, ways) for name, item in value.items()}
        return Node(place, fields, {name: node.place for name, node in fields.items()})
    return Node(place, value)
