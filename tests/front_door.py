"""What tests of commands, and of what stands behind them, share: a home, a plan, the command line, a stand-in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from legato.cli.main import run
from legato.profiles import load
from legato.profiles.schedule import CompileNote, CompileReport, Mark, Schedule, SetPoint
from tests.stand_in_service import Cli as Cli
from tests.stand_in_service import Service, found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of each test's own: people and diary of whoever runs the tests are nobody's business."""
    monkeypatch.setenv("LEGATO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def no_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No service runs but what a test brings: somebody may be in the one of this computer."""
    monkeypatch.delenv("LEGATO_URL", raising=False)
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setattr("legato.service.runtime_file.SYSTEM", tmp_path / "run" / "none")


@pytest.fixture
def plan() -> Schedule:
    """A crest up both legs of `wrap-3` twice in a minute: foot, ankle, calf to 40 mmHg, ten seconds apart."""
    points = [
        SetPoint(start_ms + at_ms, channel, target, 2000)
        for start_ms in (0, 30_000)
        for channel in range(6)
        for at_ms, target in ((channel % 3 * 8000, 40.0), (channel % 3 * 8000 + 8000, 0.0))
    ]
    marks = (Mark(0, 0, "Glide foot to calf (1 of 2)"), Mark(30_000, 1, "Glide foot to calf (2 of 2)"))
    report = CompileReport(slowed=(CompileNote("Glide foot to calf", "", "4 cm/s", "2 cm/s", "pump"),))
    return Schedule("crest", load.device("wrap-3"), tuple(sorted(points)), 60_000, marks, report=report)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """`code, stdout, stderr = cli("check", "goddard")`"""

    def call(*args: str) -> tuple[int, str, str]:
        code = run(list(args))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def screened(cli: Cli, tmp_path: Path) -> Callable[..., None]:
    """Screens somebody from a file: the named questions as told, all others with no."""

    def screen(person: str, **told: str) -> None:
        _, out, _ = cli("screen", "--questions", "--json")
        answers = {question["id"]: "no" for question in json.loads(out)} | told
        path = tmp_path / "answers.yaml"
        path.write_text(json.dumps(answers))
        assert cli("screen", "--person", person, "--answers", str(path))[0] == 0

    return screen


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that every command finds."""
    with found(Service(), monkeypatch) as server:
        yield server
        for listener in server.listeners:
            listener.put(None)
