"""Reads and validates the YAML files of this package; anything wrong raises an `InvalidFile` that says where."""

import json
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from legato.profiles.errors import FileProblem, InvalidFile, Unfit, lower_first
from legato.profiles.expectation import shown
from legato.profiles.files import read_bytes
from legato.profiles.tree import Node, Place, read

T = TypeVar("T")

LINES = "lines of name: value are expected"


def load_builtin(file: str, kind: TypeAdapter[T]) -> T:
    """A file that comes with this package, as a `kind`."""
    return parse(files("legato.care").joinpath(file).read_bytes(), file, kind)


def load(path: Path, kind: TypeAdapter[T]) -> T:
    """The file at `path` as a `kind`.

    Raises:
        InvalidFile: it cannot be read, or is not valid.
    """
    return parse(read_bytes(path, str(path)), str(path), kind)


def parse(data: bytes, name: str, kind: TypeAdapter[T]) -> T:
    """YAML as a `kind`; `name` is what messages call the file.

    Raises:
        InvalidFile: not valid; all its problems, each with line and column.
    """
    return validated(read(data, name, LINES), name, kind)


def validated(root: Node, name: str, kind: TypeAdapter[T]) -> T:
    """A parsed tree, as a `kind`.

    Raises:
        InvalidFile: not valid; all its problems, each with line and column.
    """
    try:
        return kind.validate_json(json.dumps(root.plain()))
    except ValidationError as e:
        raise InvalidFile(*sorted(_problem(error, root, name) for error in _relevant_errors(e))) from None


def _relevant_errors(error: ValidationError) -> list[ErrorDetails]:
    """The errors to report; for another format only that one, since everything else may be right there."""
    every = error.errors(include_url=False)
    return [one for one in every if _is_another_format(one)] or every


def _is_another_format(error: ErrorDetails) -> bool:
    return error["loc"] == ("format",) and error["type"] == "literal_error"


def _problem(error: ErrorDetails, root: Node, name: str) -> FileProblem:
    cause = error.get("ctx", {}).get("error")
    inside = cause.at if isinstance(cause, Unfit) else ()
    loc = tuple(part for part in (*error["loc"], *inside) if part != "[key]")
    place, node = _locate(root, loc)
    field = ".".join(map(str, loc)) or "the file"
    match error["type"]:
        case "extra_forbidden":
            return FileProblem(name, *place, f"{field} is not known here", "remove it, or correct its name")
        case "missing":
            return FileProblem(name, *place, f"{field} is missing", "add it")
        case "model_type" | "dict_type":
            return FileProblem(name, *place, f"{field} is {shown(node.plain())}", LINES)
        case "literal_error" if field == "format":
            return FileProblem(
                name, *place, f"format is {shown(node.plain())}", f"this Legato reads format {error['ctx']['expected']}"
            )
        case "value_error":
            return FileProblem(name, *place, f"{field} {_complaint(error, node)}", str(error["ctx"]["error"]))
        case _:
            return FileProblem(name, *place, f"{field} is {shown(node.plain())}", lower_first(error["msg"]))


def _complaint(error: ErrorDetails, node: Node) -> str:
    """How to name what a validator of ours rejected: a name, several fields together, or one value."""
    if "[key]" in error["loc"]:
        return "is not known here"
    return "does not fit together" if isinstance(node.value, dict) else f"is {shown(node.plain())}"


def _locate(root: Node, loc: tuple[int | str, ...]) -> tuple[Place, Node]:
    """The place to point at and the value there: the last one on the path to `loc` that exists in the file."""
    place, node = root.place, root
    for part in loc:
        inner = node.value
        if isinstance(inner, list) and isinstance(part, int):
            node = inner[part]
            place = node.place
        elif isinstance(inner, dict) and part in inner:
            place, node = node.keys[str(part)], inner[str(part)]
    return place, node
