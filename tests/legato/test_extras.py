"""A command whose extra is not installed says which one brings what it needs, and is a usage error."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from legato.errors import EXTRAS

HIDING = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

import importlib.util
really = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in {hidden!r} else really(name, package)
sys.meta_path.insert(0, Hidden())

from legato.cli import run
sys.exit(run({args!r}))
"""


def without_extras(*args: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process in which no module of an extra can be found."""
    script = HIDING.format(hidden=set(EXTRAS), args=list(args))
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - our own interpreter


@pytest.mark.parametrize(
    ("args", "extra"),
    [
        (("serve",), "serve"),
        (("config", "show"), "serve"),
        (("service", "uninstall"), "serve"),
        (("stop",), "serve"),
        (("mqtt", "check"), "mqtt"),
        (("mqtt", "purge"), "mqtt"),
        (("flash", "/dev/nowhere", "--device", "wrap-3", "--dry-run", "--mpy"), "flash"),
    ],
)
def test_the_extra_to_install_is_named(args: tuple[str, ...], extra: str) -> None:
    done = without_extras(*args)
    assert done.returncode == 2, done.stderr
    assert f"`pip install 'legato[{extra}]'` brings it" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [
        ("profiles",),
        ("check", "goddard", "--device", "wrap-3"),
        ("preview", "goddard"),
        ("replay", "foot_relax", "--device", "wrap-3", "--out", "OUT"),
        ("screen", "--questions"),
        ("faults",),
        ("--help",),
    ],
)
def test_what_needs_no_extra_goes_on_without_them(args: tuple[str, ...], tmp_path: Path) -> None:
    done = without_extras(*(str(tmp_path) if arg == "OUT" else arg for arg in args))
    assert done.returncode == 0, done.stderr


def test_every_extra_that_a_person_installs_is_known_by_its_modules() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    named = {extra: project["optional-dependencies"][extra] for extra in ("flash", "mqtt", "serve")}
    packages = {(extra, need.partition(">")[0].replace("-", "_")) for extra, needs in named.items() for need in needs}
    assert {(extra, module) for module, extra in EXTRAS.items() if extra != "test"} == packages
