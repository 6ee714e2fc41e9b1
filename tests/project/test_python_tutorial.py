"""docs/tutorials/python.md can be pasted block by block, and prints what the page shows."""

import ast
import asyncio
import re
from pathlib import Path

import pytest

from legato.sim import clock

PAGE = (Path(__file__).parents[2] / "docs" / "tutorials" / "python.md").read_text("utf-8")
CELLS = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def in_virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What plays takes no time."""
    monkeypatch.setattr(asyncio, "run", clock.run)


@pytest.mark.timeout(240)  # eight replays on a machine that may be busy
def test_every_block_prints_what_is_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for number, (code, shown) in enumerate(CELLS):
        exec(compile(code, f"python.md, block {number}", "exec"), names)  # noqa: S102 - our own page
        assert capsys.readouterr().out.rstrip() == shown.rstrip()
    assert {path.name for path in tmp_path.iterdir()} == {"calf.png", "sweep.png"}


def test_what_plays_can_be_pasted_into_a_notebook_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = next((code, shown) for code, shown in CELLS if "legato.connect(" in code)
    in_a_script = 'outcome = asyncio.run(gently("sim://wrap-3"))'
    in_a_notebook = 'outcome = await gently("sim://wrap-3")'
    assert in_a_script in code
    assert f"`{in_a_notebook}`" in PAGE
    names: dict[str, object] = {}
    exec(CELLS[0][0], names)  # noqa: S102 - our own page
    capsys.readouterr()
    cell = compile(code.replace(in_a_script, in_a_notebook), "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    clock.run(eval(cell, names))  # noqa: S307 - our own page
    assert capsys.readouterr().out.rstrip() == shown.rstrip()


def test_every_block_of_output_belongs_to_one_of_code() -> None:
    assert PAGE.count("```text") == sum(bool(shown) for _, shown in CELLS) > 4
    assert all(
        word in PAGE for word in ("legato.Routine(", "legato.replay(", "legato.sweep(", "axes.plot(", "legato.connect(")
    )
