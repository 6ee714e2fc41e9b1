"""One hunt: `python -m tests.fuzz.hunt TARGET FOLDER [libFuzzer's own flags]`.

What covers something new goes into FOLDER, what crashes beside it. libFuzzer ends the process.
"""

import sys
from pathlib import Path

import atheris

from tests.fuzz.kept import check_of, folders

INSTRUMENTED = ["care", "controller", "firmware", "profiles", "ruamel", "sim"]
"""Where coverage is counted. ruamel, because what it does not refuse cleanly comes out as ours."""


def hunt(name: str, found: Path, flags: list[str]) -> None:
    """Until a crash, or until a flag ends it."""
    found.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=INSTRUMENTED):
        check = check_of(name)
    prefix = f"-artifact_prefix={found.parent}/{name}-"
    atheris.Setup([sys.argv[0], prefix, *flags, str(found), *map(str, folders(name))], check)
    atheris.Fuzz()


if __name__ == "__main__":
    hunt(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
