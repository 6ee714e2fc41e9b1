"""The firmware in a real MicroPython: it compiles, behaves as on CPython to the byte, and needs no memory to tick."""

import sys
from pathlib import Path

import pytest

from legato.profiles import load
from legato.tools.calibration.linear_fit import Line, calibrated
from legato.tools.flash.device_file import as_micropython
from tests.firmware.interpreters import (
    BOARDS,
    FILES,
    LOCKED,
    MICROPYTHON,
    SCENARIO,
    SCRIPTS,
    STUBS,
    compiled,
    output_of,
)


def test_every_file_compiles_to_bytecode(tmp_path: Path) -> None:
    assert {path.parent.name for path in FILES} >= {"firmware", "ports", "mcu", "pico", "esp32", "unix"}
    assert all(path.stat().st_size for path in compiled(tmp_path))


@pytest.fixture(scope="module")
def in_the_vm() -> str:
    """What the scenario prints in the VM."""
    return output_of(MICROPYTHON, SCENARIO)


def test_a_long_random_scenario_gives_the_same_bytes_on_both_interpreters(in_the_vm: str) -> None:
    assert in_the_vm == output_of(sys.executable, SCENARIO)


def test_the_scenario_visits_every_state_and_most_faults(in_the_vm: str) -> None:
    states, faults = in_the_vm.partition("states ")[2].split(" faults ")
    assert states == "[0, 1, 2, 3, 4, 5, 6]"
    assert len(faults.split(",")) >= 6


def test_a_tick_allocates_nothing_also_where_it_tells_status_and_fault() -> None:
    ticks, told = output_of(MICROPYTHON, *LOCKED).split(" told ")
    assert ticks.startswith("60000 ticks, ")
    assert int(ticks.split(", ")[1]) > 5000
    # Every state, and faults of every origin: the host's, a guard's, the session's and a drive's.
    assert told == "[0, 1, 2, 3, 4, 5, 6] [1, 4, 7, 9, 10]\n"


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the boards' programs do in the VM with a stub of `machine`: four lines a board."""
    folder = tmp_path_factory.mktemp("board")
    (folder / "device.py").write_text(as_micropython(load.device("wrap-3")))
    return output_of(MICROPYTHON, BOARDS, folders=(STUBS, folder)).splitlines()


def test_a_board_starts_with_every_coil_off_and_only_then_enables_them(boards: list[str]) -> None:
    assert boards[0::4] == [f"off True {[0] * 13} 0"] * 2


def test_a_board_shifts_dump_vents_and_fills_in_this_order(boards: list[str]) -> None:
    dump, vents, fills = [1], [1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]
    assert boards[1::4] == [f"coils {dump + vents + fills}"] * 2


def test_a_board_switches_pump_and_master_and_gives_a_heater_half_its_power(boards: list[str]) -> None:
    assert boards[2::4] == ["power 1 1 32767"] * 2


def test_a_board_reads_10_mmhg_from_its_zero_and_tells_what_is_not_connected(boards: list[str]) -> None:
    lost = 0xFFFF
    assert boards[3::4] == [f"reads {[99, 99, lost, 0, 0, 0, 250, lost, 600, 600]}"] * 2


def test_a_board_takes_zero_and_span_from_the_calibration(tmp_path: Path) -> None:
    device = load.device("wrap-3")
    off = Line(8.0, 1.1)
    (tmp_path / "device.py").write_text(as_micropython(calibrated(device, {"left_foot": off})))
    folders = (STUBS, tmp_path)
    printed = output_of(MICROPYTHON, SCRIPTS / "calibrated.py", folders=folders)
    # 20 mmHg on a sensor that shows 8 mmHg at zero and a tenth too much; the one beside it is as the data sheet says.
    shown = [int(word) for word in printed.split()]
    assert shown == [pytest.approx(200, abs=2), pytest.approx(300, abs=2)]
