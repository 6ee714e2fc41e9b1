"""The public names of `legato`: all of them can be had, `help` shows them and no others, and says units and errors."""

import ast
import inspect
import pydoc
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import get_args

import pytest

import legato
from legato.profiles.steps import AnyStep

ROOT = Path(__file__).parents[2]
TREE = ast.parse((ROOT / "legato" / "__init__.py").read_text("utf-8"))
HELP = pydoc.plain(pydoc.render_doc(legato))
VERBS = ("compile", "connect", "device", "load", "play", "replay", "sweep")


def imported_for_type_checkers() -> dict[str, str]:
    block = next(node for node in TREE.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {name.asname or name.name: node.module or "" for node in imports for name in node.names}


def test_type_checkers_see_what_is_there() -> None:
    seen = imported_for_type_checkers()
    for name in legato.__all__:
        assert name in legato._HOME[seen[name]]
        assert getattr(sys.modules[seen[name]], name) is getattr(legato, name)
    assert sorted(name for names in legato._HOME.values() for name in names) == sorted(legato.__all__)


def test_every_kind_of_step_is_public() -> None:
    steps = get_args(get_args(AnyStep)[0])
    assert {step.__name__ for step in steps} == set(legato._HOME["legato.profiles.steps"])


def test_there_is_a_version_and_nothing_else() -> None:
    assert legato.__version__ == version("legato")
    with pytest.raises(AttributeError, match="module 'legato' has no attribute 'glide'"):
        legato.glide  # type: ignore[attr-defined] # noqa: B018 - to ask is the test
    assert set(dir(legato)) - {"__all__", "__doc__", "__version__"} == set(legato.__all__)


def test_help_shows_the_public_names_only() -> None:
    functions = re.search(r"\nFUNCTIONS\n(.*?)\n(?=[A-Z])", HELP, re.DOTALL)
    assert functions
    assert set(re.findall(r"^    (?:async )?(\w+)\(", functions[1], re.MULTILINE)) == set(VERBS)
    classes = set(re.findall(r"^    class (\w+)", HELP, re.MULTILINE))
    assert classes == set(legato.__all__) - {*VERBS, "Event"}
    data = re.search(r"\nDATA\n(.*?)\n(?=[A-Z])", HELP, re.DOTALL)
    assert data
    assert re.findall(r"^    (\w+)", data[1], re.MULTILINE) == ["Event", "__all__"]


@pytest.mark.parametrize("name", legato.__all__)
def test_every_public_name_is_explained(name: str) -> None:
    public = getattr(legato, name)
    assert len(inspect.getdoc(public) or "") > 20
    assert public.__doc__ is not None


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_names_the_errors_that_it_raises(verb: str) -> None:
    text = inspect.getdoc(getattr(legato, verb)) or ""
    errors = re.findall(r"^    (\w+): ", text.partition("Raises:\n")[2], re.MULTILINE)
    assert errors
    assert {one for one in errors if one != "OSError"} <= set(legato.__all__)


def test_units_and_shapes_are_said() -> None:
    assert "mmHg" in (inspect.getdoc(legato.Routine) or "")
    assert "(moments, channels, 3)" in (inspect.getdoc(legato.Replay.to_numpy) or "")
    assert "seconds" in (inspect.getdoc(legato.TraceTable) or "")


SCRIPT = ROOT / "tests" / "app" / "script_of_a_user.py"


@pytest.mark.timeout(600)  # where nothing is cached yet, mypy reads half the tree
def test_a_script_that_uses_all_of_it_is_well_typed() -> None:
    command = [sys.executable, "-m", "mypy", "--strict", str(SCRIPT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.stdout == "Success: no issues found in 1 source file\n", done.stdout


@pytest.mark.timeout(240)
def test_that_script_runs(tmp_path: Path) -> None:
    environ = {"PYTHONPATH": str(ROOT), "LEGATO_HOME": str(tmp_path / "home"), "PATH": ""}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, str(SCRIPT)], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "all of it was used"


def test_that_script_uses_all_of_it() -> None:
    used = set(re.findall(r"legato\.(\w+)", SCRIPT.read_text("utf-8")))
    assert set(legato.__all__) - used == set()
