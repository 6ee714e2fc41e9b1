"""The targets by name, and the inputs that are kept for each: every file of `corpus/NAME/` is run by the tests."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
PROFILES = HERE.parents[1] / "profiles"

TARGETS = tuple(sorted(path.stem for path in (HERE / "targets").glob("*.py")))

LIBRARIES = {"routine": (PROFILES / "library", PROFILES / "devices")}
"""Folders whose files are a target's inputs as well."""


def check_of(name: str) -> Callable[[bytes], None]:
    """The function of a target that raises on what must not be."""
    check: Callable[[bytes], None] = import_module(f"tests.fuzz.targets.{name}").check
    return check


def folders(name: str) -> tuple[Path, ...]:
    """Where a target's inputs are: those kept for it, and libraries that have more."""
    return (HERE / "corpus" / name, *LIBRARIES.get(name, ()))


def inputs(name: str) -> list[Path]:
    """Every input of a target, in alphabetical order."""
    return sorted(path for folder in folders(name) for path in folder.iterdir())
