"""Moves each hard limit of the firmware by a tenth, one at a time in a copy, and shows which test notices.

Tests of behaviour are asked first, the table of figures last; a limit that none notices ends with exit code 1.
"""

import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from tests.firmware.test_limits import FIGURES

ROOT = Path(__file__).parents[1]
TESTS = [
    "tests/firmware/test_limits.py",
    "tests/firmware/test_mirrored_figures.py",
    "tests/firmware/test_faults_heat.py",
]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS]
BY_FIGURE = "no_hard_limit_moves"


def main() -> int:
    """The table, a limit a line."""
    unnoticed = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copytree(ROOT, copy, ignore=ignore_patterns(".*", "out", "build", "dist"), symlinks=True)
        for (module, name), value in FIGURES.items():
            found = _noticed(copy, copy / "firmware" / f"{module}.py", name, value)
            unnoticed += found == "nothing"
            print(f"{module}.{name:<20} {value:>7}  {found}", flush=True)
    return int(unnoticed > 0)


def _noticed(copy: Path, path: Path, name: str, value: int) -> str:
    """The first test that notices, behaviour before figures."""
    text = path.read_text()
    moved = value + max(1, value // 10)
    path.write_text(re.sub(rf"^{name} = .*$", f"{name} = {moved}", text, flags=re.MULTILINE))
    try:
        return _first_failure(copy, f"not {BY_FIGURE}") or _first_failure(copy, BY_FIGURE) or "nothing"
    finally:
        path.write_text(text)


def _first_failure(copy: Path, only: str) -> str:
    told = subprocess.run([*PYTEST, "-k", only], cwd=copy, capture_output=True, text=True, check=False).stdout  # noqa: S603
    failed = re.search(r"^FAILED \S+?::(\S+)", told, re.MULTILINE)
    return failed[1] if failed else ""


if __name__ == "__main__":
    sys.exit(main())
