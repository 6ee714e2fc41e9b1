"""A `main.py` that is wired for another device is refused before the port is touched, with what does not fit."""

import os
from pathlib import Path

import pytest

from legato.tools.flash.image import BOARDS
from tests.front_door import Cli

MAIN = BOARDS["pico"].main.read_text()
DRIVES = "drives={6: 12, 7: 13, 8: 14, 9: 15}"


def flashed(cli: Cli, folder: Path, text: str, device: str = "wrap-3") -> tuple[int, str]:
    """What `legato flash --dry-run` says of a `main.py` like this."""
    main = folder / "main.py"
    main.write_text(text)
    code, _, err = cli("flash", "/no/such/port", "--device", device, "--main", str(main), "--dry-run")
    return code, err


@pytest.mark.parametrize("board", sorted(BOARDS))
def test_each_board_s_own_is_wired_for_wrap_3(cli: Cli, tmp_path: Path, board: str) -> None:
    assert flashed(cli, tmp_path, BOARDS[board].main.read_text()) == (0, "")


def test_wiring_for_another_device_is_refused(cli: Cli, tmp_path: Path) -> None:
    code, err = flashed(cli, tmp_path, MAIN, "boots-6")
    assert code == 2
    assert "main.py is not wired for boots-6: drives has channel 6, 7, 8, 9, which needs none; inputs lacks" in err
    code, err = flashed(cli, tmp_path, MAIN, "chair-1")
    assert code == 2
    assert "is not wired for chair-1" in err


@pytest.mark.parametrize(
    ("is_there", "instead", "said"),
    [
        ("pumps=(10,)", "pumps=(10, 16)", "pumps has 2 pins, but the device has 1 pumps"),
        (DRIVES, "drives={6: 12, 7: 13, 8: 14}", "drives lacks channel 9 (right_calf_heat)"),
        (DRIVES, "drives={6: 12, 7: 13, 8: 14, 9: 15, 10: 16}", "drives has channel 10, which needs none"),
        ("1: 1, ", "", "inputs lacks channel 1 (left_ankle)"),
        ("WIRING = Wiring(", "WIRING = wired(", "has no Wiring(...) with its pins written out"),
        ("pumps=(10,)", "pumps=PUMPS", "cannot be read"),
        ("import start", "import", "cannot be read"),
    ],
)
def test_what_does_not_fit_is_named(cli: Cli, tmp_path: Path, is_there: str, instead: str, said: str) -> None:
    assert is_there in MAIN
    code, err = flashed(cli, tmp_path, MAIN.replace(is_there, instead))
    assert (code, said in err) == (2, True), err


@pytest.mark.timeout(60)
def test_a_main_that_is_no_file_is_told_and_not_waited_for(cli: Cli, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.py")
    code, _, err = cli("flash", "/dev/null", "--device", "wrap-3", "--main", str(tmp_path / "main.py"), "--dry-run")
    assert (code, "main.py:1:1: this is a FIFO" in err) == (3, True)
