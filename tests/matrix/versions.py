"""Every supported Python that is here, with the oldest and with the newest dependencies: do the tests pass?

The oldest are the lower bounds of pyproject.toml (or the first release after it with a wheel for that Python), as far
as the tools of the tests let them stand, which stay as in constraints.txt. The newest are what there is today.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parents[2]
WORK: Final = HERE / ".venv" / "matrix"
UV: Final = (sys.executable, "-m", "uv")
AGES: Final = {"oldest": "lowest-direct", "newest": "highest"}
ALL: Final = ("--numprocesses=2", "--dist=loadgroup")
SUPPORTED: Final = ("3.11", "3.12", "3.13")


class Cell(NamedTuple):
    """One environment, and how the tests ended in it."""

    python: str
    age: str
    said: str
    is_wrong: bool


def main(*tests: str) -> int:
    """1 where a test fails in any environment. `tests` is what to run, all by default."""
    found = dict(_interpreters())
    cells = [_cell(version, found[version], age, tests) for version in found for age in AGES]
    for cell in cells:
        print(f"Python {cell.python:5} {cell.age}  {cell.said}")
    for version in SUPPORTED:
        if version not in found:
            print(f"Python {version:5} is not here, and was not tried")
    return int(any(cell.is_wrong for cell in cells))


def _interpreters() -> Iterator[tuple[str, str]]:
    listed = subprocess.run([HERE / ".ci" / "pythons"], check=True, capture_output=True, text=True)  # noqa: S603
    for line in listed.stdout.splitlines():
        version, _, path = line.partition(" ")
        yield version, path


def _cell(version: str, interpreter: str, age: str, tests: tuple[str, ...]) -> Cell:
    folder = WORK / f"{version}-{age}"
    log = WORK / f"{folder.name}.txt"
    print(f"Python {version} with the {age} dependencies: {log.relative_to(HERE)}", file=sys.stderr)
    python = _installed(folder, version, interpreter, age)
    # An old package may use what a newer one beside it will not have for ever.
    bearing = ["-W", "default::DeprecationWarning"] if age == "oldest" else []
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *bearing, *(tests or ALL)]
    with log.open("w") as file:
        code = subprocess.run(command, cwd=HERE, stdout=file, stderr=file, check=False).returncode  # noqa: S603
    lines = log.read_text("utf-8", "replace").splitlines() or ["no output"]
    return Cell(version, age, lines[-1].strip("= "), code != 0)


def _installed(folder: Path, version: str, interpreter: str, age: str) -> Path:
    """The interpreter of an environment with exactly what was resolved, made anew."""
    wanted, tools = WORK / f"{folder.name}.requirements", WORK / "tools.requirements"
    WORK.mkdir(parents=True, exist_ok=True)
    tools.write_text("\n".join(_tools()))
    resolve = ["--resolution", AGES[age], "--python-version", version, "--constraint", str(tools)]
    extras = ["--extra", "all", "--extra", "test"]
    _uv(
        "pip",
        "compile",
        "--quiet",
        "--upgrade",
        "--no-build",
        "--output-file",
        str(wanted),
        *resolve,
        *extras,
        "pyproject.toml",
    )
    _uv("venv", "--quiet", "--clear", "--seed", "--python", interpreter, str(folder))
    python = folder / "bin" / "python"
    _uv("pip", "install", "--quiet", "--no-build", "--python", str(python), "--requirements", str(wanted))
    _uv("pip", "install", "--quiet", "--no-deps", "--python", str(python), "--editable", ".")
    return python


def _tools() -> list[str]:
    """The lines of constraints.txt that are about what only the tests use."""
    wanted = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]["optional-dependencies"]["test"]
    names = {_normal(re.split("[<>=]", one)[0]) for one in wanted}
    lines = (HERE / "constraints.txt").read_text().splitlines()
    return [line for line in lines if _normal(line.partition("==")[0]) in names]


def _normal(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def _uv(*args: str) -> None:
    subprocess.run([*UV, *args], cwd=HERE, check=True)  # noqa: S603
