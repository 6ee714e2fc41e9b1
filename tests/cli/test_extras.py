"""A command whose extra is not installed says which one brings what it needs, and is a usage error."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from legato.extras import EXTRAS
from tests.ports import free_port
from tests.running import ask, ready, running, wait_until

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

from legato.cli.main import run
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
        (("service", "install", "--user", "--print"), "serve"),
        (("mqtt", "check"), "mqtt"),
        (("mqtt", "purge"), "mqtt"),
        (("flash", "/dev/nowhere", "--device", "wrap-3", "--dry-run", "--mpy"), "flash"),
        (("preview", "goddard", "--picture", "plan.png"), "pictures"),
        (("profiles", "--picture", "all.png"), "pictures"),
        (("diff", "goddard", "foot_relax", "--picture", "diff.png"), "pictures"),
        (("history", "--picture", "pain.png"), "pictures"),
        (("course", "export", "knots_6_weeks"), "calendar"),
    ],
)
def test_the_extra_to_install_is_named(args: tuple[str, ...], extra: str) -> None:
    done = without_extras(*args)
    assert done.returncode == 2, done.stderr
    assert f"run `pip install 'legato[{extra}]'`" in done.stderr
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
        ("config", "show"),
        ("doctor",),
        ("--help",),
    ],
)
def test_what_needs_no_extra_goes_on_without_them(args: tuple[str, ...], tmp_path: Path) -> None:
    done = without_extras(*(str(tmp_path) if arg == "OUT" else arg for arg in args))
    assert done.returncode == 0, done.stderr


def test_a_replay_without_the_extra_for_pictures_says_that_there_is_none(tmp_path: Path) -> None:
    done = without_extras("replay", "foot_relax", "--device", "wrap-3", "--out", str(tmp_path))
    assert done.returncode == 0
    assert "no picture was drawn: this needs matplotlib" in done.stderr
    assert "run `pip install 'legato[pictures]'`" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"trace.csv", "schedule.csv", "summary.json"}
    assert "picture" not in done.stdout


@pytest.fixture
def massager(tmp_path: Path) -> Iterator[Path]:
    """A simulated device on a tty, and settings that name it and one that is away."""
    tty = tmp_path / "massager"
    settings = f"devices:\n- {{id: wrap, port: {tty}}}\n- {{id: boots, port: {tmp_path / 'gone'}}}\n"
    (tmp_path / "legato.yaml").write_text(settings)
    with running("sim", "--device", "wrap-3", "--pty", str(tty)) as sim:
        ready(sim)
        yield tty


@pytest.mark.parametrize("flags", [(), ("--emergency",)])
def test_a_stop_by_the_ports_needs_the_base_install_only(
    massager: Path, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    by_port = without_extras("stop", "--port", str(massager), *flags)
    done = "emergency stop: everything is off and all vents are open" if flags else "stopped"
    assert (by_port.returncode, by_port.stderr) == (0, f"{massager}: {done}\n")
    by_settings = without_extras("stop", "--config", str(tmp_path / "legato.yaml"), *flags)
    assert by_settings.returncode == 5
    assert f"wrap: {done}\n" in by_settings.stderr
    assert "boots: not stopped: " in by_settings.stderr


@pytest.mark.parametrize("args", [(), ("--emergency",), ("wrap",), ("--port", "PORT")])
def test_a_stop_by_a_running_service_needs_the_base_install_only(
    massager: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    with running("serve", "--config", str(tmp_path / "legato.yaml"), "--http-port", str(free_port())) as serve:
        url = ready(serve)
        wait_until(lambda: ask(url, "/devices/wrap", method="GET")["doing"] == "idle")
        done = without_extras("stop", *(str(massager) if arg == "PORT" else arg for arg in args))
    stopped = "emergency stop: everything is off and all vents are open" if "--emergency" in args else "stopped"
    assert f"wrap: {stopped}\n" in done.stderr
    assert done.returncode == (0 if args and args != ("--emergency",) else 5)


def test_every_extra_that_a_person_installs_is_known_by_its_modules() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    named = {
        extra: project["optional-dependencies"][extra] for extra in ("calendar", "flash", "mqtt", "pictures", "serve")
    }
    packages = {(extra, need.partition(">")[0].replace("-", "_")) for extra, needs in named.items() for need in needs}
    assert {(extra, module) for module, extra in EXTRAS.items() if extra != "test"} == packages
