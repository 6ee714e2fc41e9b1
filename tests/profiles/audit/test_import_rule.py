"""The auditor shares nothing with what it audits, and the check of that rule sees an import that breaks it."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).parents[3]
RULE = "the auditor shares nothing with what it audits"


def _linted(tree: Path) -> str:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    found = subprocess.run([*lint, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603
    return " ".join((found.stdout + found.stderr).split())


def test_the_auditor_imports_nothing_of_what_plans() -> None:
    assert f"{RULE} KEPT" in _linted(ROOT)


def test_a_forbidden_import_is_seen(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    unneeded = ignore_patterns(".*", "out", "build", "dist", "tests", "docs", "*.egg-info", "node_modules")
    copytree(ROOT, copy, ignore=unneeded, symlinks=True)
    with (copy / "profiles/audit/static.py").open("a") as file:
        file.write("\nfrom legato.profiles.strokes.static import hold\n")
    assert f"{RULE} BROKEN" in _linted(copy)
