"""docs/tutorials/python.md can be pasted block by block, and prints what the page shows."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "tutorials" / "python.md").read_text("utf-8")
CELLS = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", PAGE, re.DOTALL | re.MULTILINE)


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


def test_every_block_of_output_belongs_to_one_of_code() -> None:
    assert PAGE.count("```text") == sum(bool(shown) for _, shown in CELLS) > 4
    assert all(word in PAGE for word in ("legato.Routine(", "legato.replay(", "legato.sweep(", "axes.plot("))
