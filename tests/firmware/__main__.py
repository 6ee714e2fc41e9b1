"""`make firmware`: what shows that the firmware is real; the tests check the same.

All of it compiles to bytecode, a long random scenario gives the same digest on CPython as in MicroPython, no tick takes
memory, and the boards' programs start.
"""

import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from legato.profiles import load
from legato.tools.flash.device_file import as_micropython
from tests.firmware.interpreters import BOARDS, FILES, LOCKED, MICROPYTHON, SCENARIO, STUBS, compiled, output_of


def main() -> int:
    """1 where the digests differ; whatever else is wrong raises."""
    with TemporaryDirectory() as folder:
        size = sum(path.stat().st_size for path in compiled(Path(folder)))
    print(f"mpy-cross: {len(FILES)} of {len(FILES)} files compile, {size} bytes of bytecode")
    ours, theirs = output_of(sys.executable, SCENARIO), output_of(MICROPYTHON, SCENARIO)
    print(f"a long random scenario, every byte said and every output moved, as a digest:\n  {ours}  {theirs}", end="")
    print(f"  the first on CPython {platform.python_version()}, the second in {_version()}")
    print(f"with the heap locked: {output_of(MICROPYTHON, *LOCKED)}", end="")
    print(_boards())
    return 0 if ours == theirs else 1


def _version() -> str:
    return output_of(MICROPYTHON, "-c", "import sys; print(sys.version)").strip().partition("; ")[2]


def _boards() -> str:
    with TemporaryDirectory() as folder:
        (Path(folder) / "device.py").write_text(as_micropython(load.device("wrap-3")))
        seen = output_of(MICROPYTHON, BOARDS, folders=(STUBS, Path(folder))).splitlines()
    return "\n  ".join(["the programs of Pico and ESP32 with a stub of their pins:", *seen])


if __name__ == "__main__":
    sys.exit(main())
