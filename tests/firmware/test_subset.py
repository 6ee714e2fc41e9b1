"""The firmware keeps to the Python that MicroPython runs: checked on the syntax tree, so that no VM is needed here."""

import ast
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[2] / "firmware").rglob("*.py"))

MODULES = {"array", "binascii", "struct"}
PORT_MODULES = {"device", "firmware", "machine", "os", "select", "sys", "time"}
"""What a port may import beside: its interpreter, `device` (from `legato firmware`), and the firmware by its name."""
METHODS = {"bit_length", "cast", "removeprefix", "removesuffix", "to_bytes", "translate"}
NODES = {
    ast.AsyncFunctionDef: "async",
    ast.Delete: "del",
    ast.Div: "a division that makes a float",
    ast.Match: "match",
    ast.Set: "a set",
    ast.TryStar: "except*",
}


def faults_of(tree: ast.AST, modules: set[str] = MODULES) -> list[str]:
    """What in this file MicroPython, or a board without floats, would choke on."""
    found = (NODES.get(type(node)) or _import(node, modules) or _expression(node) for node in ast.walk(tree))
    return [why for why in found if why]


def _import(node: ast.AST, allowed: set[str]) -> str:
    match node:
        case ast.Import(names=names):
            modules = [name.name for name in names]
        case ast.ImportFrom(module=module, level=0):
            modules = [module or ""]
        case _:
            return ""
    return "" if {module.split(".")[0] for module in modules} <= allowed else f"import {modules}"


def _expression(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=float()):
            return "a float"
        case ast.Slice(step=ast.AST()):
            return "a slice with a step"
        case ast.List(elts=elements) if any(isinstance(element, ast.Starred) for element in elements):
            return "a star in a list"
        case ast.Dict(keys=keys) if None in keys:
            return "stars in a dict"
        case ast.arguments(posonlyargs=[_, *_]):
            return "positional-only arguments"
        case ast.Attribute(attr=name) if name in METHODS:
            return f".{name}"
    return ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_file_keeps_to_the_subset(path: Path) -> None:
    modules = MODULES | PORT_MODULES if "ports" in path.parts else MODULES
    assert faults_of(ast.parse(path.read_text()), modules) == []


@pytest.mark.parametrize(
    "source",
    [
        "import dataclasses",
        "from typing import Any",
        "from firmware import wire",
        "from legato.firmware import wire",
        "from __future__ import annotations",
        "x = 0.5",
        "x = a / b",
        "x = b[::2]",
        "x = [*a, 1]",
        "x = {**a}",
        "def f(a, /): pass",
        "match x:\n    case 1: pass",
        "n = (5).bit_length()",
        "del a[0]",
    ],
)
def test_the_check_sees_what_is_forbidden(source: str) -> None:
    assert faults_of(ast.parse(source)) != []
