"""`legato flash`, through the real mpremote, onto a real MicroPython VM behind a terminal; its folder is the board."""

import os
import subprocess
import sys
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from legato.firmware import wire
from legato.profiles import load
from legato.sim.board import config_for
from legato.tools.flash import copying, image
from legato.tools.flash.image import Board
from tests.front_door import Cli

MICROPYTHON = Path(sys.executable).parent / "micropython"
RESTART = "import sys\ndef reset():\n    open('restarted', 'w').close()\n    sys.exit()\n"
FLASH = ("--device", "wrap-3", "--yes")


@dataclass
class Fake:
    """A board: `port` is its prompt, `files` its file system."""

    port: str
    files: Path
    vm: "subprocess.Popen[bytes]"

    def names(self) -> set[str]:
        return {path.relative_to(self.files).as_posix() for path in self.files.rglob("*") if path.is_file()}


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """A VM at its prompt, with leftovers of an older firmware; it counts as a Pico."""
    files, modules = tmp_path / "board", tmp_path / "modules"
    (files / "firmware" / "ports").mkdir(parents=True)
    (files / "firmware" / "ports" / "stale.py").write_text("stale = 1\n")
    (files / "main.py").write_text("old = 1\n")
    (files / "notes.txt").write_text("mine\n")
    modules.mkdir()
    (modules / "machine.py").write_text(RESTART)
    monkeypatch.setitem(image.BOARDS, "pico", Board("pico", "linux"))
    master, slave = os.openpty()
    tty.setraw(slave)
    environment = {**os.environ, "MICROPYPATH": f":{modules}"}
    with subprocess.Popen(MICROPYTHON, cwd=files, stdin=master, stdout=master, stderr=master, env=environment) as vm:  # noqa: S603
        try:
            yield Fake(os.ttyname(slave), files, vm)
        finally:
            vm.kill()
            os.close(master)
            os.close(slave)


def test_a_board_gets_every_file_and_loses_every_stale_one_and_restarts(cli: Cli, board: Fake) -> None:
    code, out, err = cli("flash", board.port, *FLASH)
    assert (code, err) == (0, "")
    assert "all hashes match" in out
    board.vm.wait(20)  # mpremote does not
    files = image.image(load.device("wrap-3"), image.BOARDS["pico"], None, compiled=False)
    assert board.names() == {*files, "notes.txt", "restarted"}
    assert all((board.files / name).read_bytes() == data for name, data in files.items())


def test_what_was_flashed_runs_as_the_device_that_was_asked_for(cli: Cli, board: Fake) -> None:
    assert cli("flash", board.port, *FLASH, "--mpy")[0] == 0
    script = "from device import config; from firmware.core import Core; from firmware.board import Io\n"
    script += "c = config(b'12345678'); Core(c, Io(), 1).tick(0); print(c.desc_hash.hex(), c.version)"
    run = subprocess.run([MICROPYTHON, "-c", script], cwd=board.files, capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.split(" ", 1) == [config_for(load.device("wrap-3")).desc_hash.hex(), f"{wire.FIRMWARE}\n"]
    assert "firmware/core.mpy" in board.names()
    assert "firmware/core.py" not in board.names()


def test_a_file_that_arrives_wrong_is_named_and_the_board_not_restarted(
    cli: Cli, board: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = copying.Remote.put

    def spoil(remote: copying.Remote, files: image.Image) -> None:
        put(remote, files)
        (board.files / "firmware" / "chamber_monitor.py").write_text("spoilt")

    monkeypatch.setattr(copying.Remote, "put", spoil)
    code, _, err = cli("flash", board.port, *FLASH)
    assert (code, "restarted" in board.names()) == (1, False)
    assert err.startswith("not copied correctly: firmware/chamber_monitor.py;")


def test_another_kind_of_board_is_left_as_it_is(cli: Cli, board: Fake) -> None:
    before = board.names()
    code, _, err = cli("flash", board.port, *FLASH, "--board", "esp32")
    assert (code, board.names()) == (6, before)
    assert "linux, not esp32" in err


def test_nothing_is_copied_unasked(cli: Cli, board: Fake) -> None:
    before = board.names()
    code, _, err = cli("flash", board.port, "--device", "wrap-3", "--no-input")
    assert (code, board.names()) == (2, before)
    assert "--yes" in err


def test_a_device_at_work_is_never_interrupted(cli: Cli, tmp_path: Path) -> None:
    line = tmp_path / "massager"
    command = [sys.executable, "-m", "legato", "sim", "--device", "wrap-3", "--pty", str(line)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sim:  # noqa: S603 - our own interpreter
        try:
            assert sim.stdout is not None
            sim.stdout.readline()
            code, _, err = cli("flash", str(line), *FLASH)
        finally:
            sim.kill()
    assert code == 6
    assert "a device is running there (idle)" in err


def test_a_port_without_a_prompt_is_said_to_have_none(cli: Cli) -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    try:
        code, _, err = cli("flash", os.ttyname(slave), *FLASH)
    finally:
        os.close(master)
        os.close(slave)
    assert (code, "there is no MicroPython prompt" in err) == (4, True)


def test_the_files_can_be_seen_before_and_the_firmware_starts_last(cli: Cli) -> None:
    code, out, _ = cli("flash", "/no/such/port", "--device", "wrap-3", "--board", "esp32", "--dry-run")
    names = [line.split()[0] for line in out.splitlines()]
    assert (code, names[-2:]) == (0, ["device.py", "main.py"])
    assert {"firmware/core.py", "firmware/ports/runtime.py", "firmware/ports/mcu/start.py"} <= set(names)
    assert not any("unix" in name or "pico" in name for name in names)


@pytest.mark.parametrize(
    ("args", "said"),
    [(("--device", "boots-6"), "wired for wrap-3"), (("--device", "wrap-3", "--board", "uno"), "pico, esp32")],
)
def test_what_does_not_fit_together_is_refused_before_the_port_is_touched(
    cli: Cli, args: tuple[str, ...], said: str
) -> None:
    code, _, err = cli("flash", "/no/such/port", *args)
    assert (code, said in err) == (2, True)
