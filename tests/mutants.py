"""Moves each hard limit of the firmware by a tenth, up and down, one at a time in a copy, and shows which test notices.

Only tests of behaviour are asked, not the tables of figures; where none of them notices, that ends with exit code 1.
"""

import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from tests.firmware.test_limits import FIGURES

ROOT = Path(__file__).parents[1]
BEHAVIOUR = [
    f"tests/firmware/test_{name}.py"
    for name in ("limits", "limits_filling", "exhaust", "faults", "faults_heat", "session_time")
]
"""In this order, which is that of how long they take."""

FIGURE = "no_hard_limit_moves"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]


def main() -> int:
    """The table, a limit and a direction a line."""
    unseen = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copytree(ROOT, copy, ignore=ignore_patterns(".*", "out", "build", "dist"), symlinks=True)
        if failing := _first_failure(copy):
            sys.exit(f"{failing} fails although nothing is moved")
        for (module, name), value in FIGURES.items():
            by = max(1, value // 10)
            for moved in (value + by, value - by):
                found = _noticed(copy, copy / "firmware" / f"{module}.py", name, moved)
                unseen += not found
                print(f"{f'{module}.{name}':<32} {value:>7} -> {moved:<7} {found or 'NO BEHAVIOUR'}", flush=True)
    print(f"{2 * len(FIGURES) - unseen} of {2 * len(FIGURES)} are noticed by what the firmware does")
    return int(unseen > 0)


def _noticed(copy: Path, path: Path, name: str, moved: int) -> str:
    """The first test of behaviour that fails while the limit is moved."""
    text = path.read_text()
    path.write_text(re.sub(rf"^{name} = .*$", f"{name} = {moved}", text, flags=re.MULTILINE))
    try:
        return _first_failure(copy)
    finally:
        path.write_text(text)


def _first_failure(copy: Path) -> str:
    command = [*PYTEST, "-k", f"not {FIGURE}", *BEHAVIOUR]
    told = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False).stdout  # noqa: S603
    failed = re.search(r"^FAILED \S+?::(\S+)", told, re.MULTILINE)
    return failed[1] if failed else ""


if __name__ == "__main__":
    sys.exit(main())
