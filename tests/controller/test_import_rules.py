"""The import rules of the host's room hold, and the check of each sees an import that breaks it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

ROOT = Path(__file__).parents[2]
WIRE = "of the firmware the host imports the wire and nothing else"
SIMULATOR = "the host never knows whether it talks to a simulator"
LAYERS = "in the host's room each folder imports only folders below it"
CIRCLES = "nowhere do files or folders import each other in a circle"

PLANTED = [
    (WIRE, "link/endpoint.py", "from legato.firmware.core import Core"),
    (WIRE, "session/hold_tracker.py", "from legato.firmware import session"),
    (SIMULATOR, "ports/opening.py", "from legato.sim.pipes import MemoryPipe"),
    (LAYERS, "ports/tcp.py", "from legato.controller.session.session import Session"),
    (LAYERS, "session/phase.py", "from legato.controller.pair.pair import Pair"),
    (LAYERS, "errors.py", "from legato.controller.link.traffic import Traffic"),
    (CIRCLES, "ports/port.py", "from legato.controller.ports.opening import open_port"),
    (CIRCLES, "session/phase.py", "from legato.controller.session.playback import Playback"),
]


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[str, str], str]:
    """What import-linter says of the tree once a line is added to a file of the host."""

    def check(file: str, line: str) -> str:
        tree = tmp_path / "tree"
        tree.mkdir()
        (tree / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
        for folder in ("bench", "care", "controller", "firmware", "legato", "profiles", "sim"):
            copytree(ROOT / folder, tree / folder, symlinks=True, ignore=ignore_patterns("__pycache__"))
        with (tree / "controller" / file).open("a") as source:
            source.write(f"\n{line}\n")
        lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
        found = subprocess.run([*lint, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603
        return " ".join((found.stdout + found.stderr).split())

    return check


@pytest.mark.parametrize("rule", [WIRE, SIMULATOR, LAYERS, CIRCLES])
def test_it_holds(checked: Callable[[str, str], str], rule: str) -> None:
    assert f"{rule} KEPT" in checked("errors.py", "# nothing")


@pytest.mark.parametrize(("rule", "file", "line"), PLANTED)
def test_an_import_that_breaks_it_is_seen(checked: Callable[[str, str], str], rule: str, file: str, line: str) -> None:
    assert f"{rule} BROKEN" in checked(file, line)
