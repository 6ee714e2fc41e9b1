"""What the README shows works as shown."""

import ast
import re
from pathlib import Path

import pytest

import legato
from legato.profiles import load
from legato.profiles.profile import Profile
from legato.sim import clock

README = Path(__file__).parents[2] / "README.md"


def block(language: str) -> str:
    """The first fenced block in `language`."""
    return blocks(language)[0]


def blocks(language: str) -> list[str]:
    """All fenced blocks in `language`."""
    return re.findall(rf"```{language}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


@pytest.mark.timeout(240)  # a whole massage is replayed, and drawn
def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    # In the README the last step plays in real time; here a second of it will do.
    code = block("python").replace("legato.play(routine,", "legato.play(BRIEF,")
    exec(compile(code, "README.md", "exec"), {"BRIEF": brief()})  # noqa: S102 - our own README
    out = capsys.readouterr().out.splitlines()
    assert out[1].startswith("completed")
    assert out[-1] == "completed"


def test_the_example_for_notebooks_runs(capsys: pytest.CaptureFixture[str]) -> None:
    cell = compile(blocks("python")[1], "README.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    routine = legato.Routine("kneads", [legato.Knead("calf", pressure_mmhg=30, seconds=20)], title="Kneads")
    clock.run(eval(cell, {"legato": legato, "routine": routine}))  # noqa: S307 - our own README
    assert "kind='completed'" in capsys.readouterr().out


def brief() -> Profile:
    """A rest of a moment, vented."""
    text = b"{format: 1, name: brief, title: Brief, steps: [{do: rest, seconds: 0.5, vent: true}]}"
    found = load.parse(text, "brief.yaml")
    assert isinstance(found, Profile)
    return found


def test_the_routine_in_it_is_valid() -> None:
    found = load.parse(block("yaml").encode(), "README.md")
    assert isinstance(found, Profile)
    assert found.name == "evening"
