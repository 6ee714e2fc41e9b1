"""The import rules, checked in this tree and in a copy of it that breaks one."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).parents[1]


def linted(tree: Path) -> str:
    """What the check says of a tree, on one line."""
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    found = subprocess.run([*lint, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603
    return " ".join((found.stdout + found.stderr).split())


def copied(folder: Path) -> Path:
    """A copy of this tree to plant an import in."""
    unneeded = ignore_patterns(".*", "out", "build", "dist", "tests", "docs", "*.egg-info", "node_modules")
    return copytree(ROOT, folder / "copy", ignore=unneeded, symlinks=True)


def plant(file: Path, line: str) -> None:
    """Breaks a rule."""
    with file.open("a", encoding="utf-8") as code:
        code.write(f"\n{line}\n")
