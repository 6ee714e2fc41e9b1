"""Copies files onto a board with mpremote, and verifies each by its hash."""

import re
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

from legato.errors import LinkLost
from legato.extras import insist_on
from legato.tools.flash.image import MAIN, Image

PATIENCE_S: Final = 300
"""Forty files at 115200 baud take about half a minute."""

_CLEAR: Final = """\
import os
def gone(path):
    try:
        is_folder = os.stat(path)[0] & 0x4000
    except OSError:
        return
    if is_folder:
        for name in os.listdir(path):
            gone(path + '/' + name)
        os.rmdir(path)
    else:
        os.remove(path)
for path in {old}:
    gone(path)
for path in {folders}:
    os.mkdir(path)
"""


class Remote:
    """The board on `port`, at its prompt; every call runs mpremote once, and none but `reset` resets the board."""

    def __init__(self, port: str) -> None:
        insist_on("mpremote")
        self._command = [sys.executable, "-m", "mpremote", "connect", port, "resume"]

    def platform(self) -> str:
        """The platform that its MicroPython reports."""
        return self._run("exec", "import sys; print(sys.platform)").strip()

    def put(self, image: Image) -> None:
        """Replaces any firmware with these files; `main.py` is removed first and written last."""
        folders = sorted({str(folder) for name in image for folder in PurePosixPath(name).parents} - {"."})
        self._run("exec", _CLEAR.format(old=(MAIN, "device.py", "firmware"), folders=folders))
        with tempfile.TemporaryDirectory() as folder:
            words: list[str] = []
            for number, (name, data) in enumerate(image.items()):
                source = Path(folder) / str(number)
                source.write_bytes(data)
                words += ["+", "cp", str(source), f":{name}"]
            self._run(*words[1:])

    def differing(self, image: Image) -> list[str]:
        """The files that differ from those on the board."""
        words = [word for name in image for word in ("+", "sha256sum", f":{name}")]
        found = re.findall(r"^[0-9a-f]{64}$", self._run(*words[1:]), re.MULTILINE)
        wanted = [sha256(data).hexdigest() for data in image.values()]
        if len(found) != len(wanted):
            return list(image)
        return [name for name, want, is_there in zip(image, wanted, found, strict=True) if want != is_there]

    def reset(self) -> None:
        """Restarts the board, like switching it off and on."""
        self._run("reset")

    def _run(self, *words: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [*self._command, *words],
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
                timeout=PATIENCE_S,
            )
        except subprocess.TimeoutExpired:
            raise LinkLost(f"the board did not answer within {PATIENCE_S} s") from None
        if done.returncode:
            why = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
            raise LinkLost(f"mpremote failed: {why[-1]}")
        return done.stdout
