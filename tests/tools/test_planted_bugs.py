"""Bugs planted in the firmware are found by the soak, made small, and played again from their seed, byte for byte."""

from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

from legato.firmware import session
from legato.firmware.core import Core
from legato.tools.soak.many import verdict, verdicts
from tests.front_door import Cli

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "soak.md").read_text("utf-8")

Plant = Callable[[pytest.MonkeyPatch], None]

WITHIN = 40
"""So many sessions are enough to find any of them."""


def a_patient_deadman(monkeypatch: pytest.MonkeyPatch) -> None:
    """Goes on for 6 s without a word from the host."""
    monkeypatch.setattr(session, "SILENCE_MS", 6000)


def a_forgiving_latch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault is over once the air is out."""
    tick = Core.tick

    def forgive(core: Core, now_ms: int) -> None:
        tick(core, now_ms)
        if core._latch.code and core._hardware.is_vented():
            core._latch.clear()
            core._session.clear()

    monkeypatch.setattr(Core, "tick", forgive)


@pytest.mark.timeout(300)  # dozens of whole sessions
@pytest.mark.parametrize(
    ("plant", "invariant", "is_on_the_page"),
    [
        pytest.param(a_patient_deadman, "deadman", True, id="a patient deadman"),
        pytest.param(a_forgiving_latch, "latch", False, id="a forgiving latch"),
    ],
)
def test_a_planted_bug_is_found_made_small_and_played_again(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, plant: Plant, invariant: str, is_on_the_page: bool
) -> None:
    plant(monkeypatch)
    found = next(verdict for verdict in verdicts(range(4, 4 + WITHIN), jobs=1) if verdict.broken)
    assert [broken.invariant for broken in found.broken] == [invariant]

    code, out, _ = cli("soak", "--sessions", "1", "--seed", str(found.seed))
    assert code == 1
    assert out.startswith(f"seed {found.seed} FAILED: {found.broken[0]}\n")
    assert out.count("kind: ") == out.count("do: ") == 1
    assert f"its fingerprint: {found.fingerprint}\n" in out

    failure, _ends, _verdict, _ = out.rsplit("\n", 3)
    assert (indent(failure, "    ") in PAGE) == is_on_the_page

    monkeypatch.undo()
    mended = verdict(found.seed)
    assert mended.broken == ()
    assert mended.fingerprint != found.fingerprint
