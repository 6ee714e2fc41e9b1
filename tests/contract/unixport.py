"""The firmware in a real MicroPython VM behind a pseudo terminal, for the tests of the contract and `make conform`."""

import os
import subprocess
import sys
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from legato.profiles import load
from legato.tools.flash.device_file import as_micropython

ROOT = Path(__file__).parents[2]
MICROPYTHON = Path(sys.executable).parent / "micropython"


@contextmanager
def behind_a_terminal(device: str, folder: Path) -> Iterator[str]:
    """The name of a terminal behind which the firmware for `device` runs; `folder` gets its `device.py`."""
    (folder / "device.py").write_text(as_micropython(load.device(device)))
    master, slave = os.openpty()
    tty.setraw(slave)
    command = [str(MICROPYTHON), str(ROOT / "firmware" / "ports" / "unix" / "main.py")]
    environment = {**os.environ, "MICROPYPATH": f"{ROOT}:{folder}"}
    with subprocess.Popen(command, stdin=master, stdout=master, env=environment) as vm:  # noqa: S603 - our own tool
        try:
            yield os.ttyname(slave)
        finally:
            vm.kill()
            os.close(master)
            os.close(slave)
