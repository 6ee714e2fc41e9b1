"""A real mosquitto for tests: on a free port, in a folder of the test's, gone with the test."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.running import wait_until

PATIENCE_S = 30.0
BOOTS = "legato/home/boots"


def executable(name: str = "mosquitto") -> str:
    """The program of this name. `make test` installs it where it can."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    assert found, f"{name} is not installed; on Debian: apt-get install mosquitto mosquitto-clients"
    return found


class Mosquitto:
    """One broker; anybody may do anything unless `lines` of configuration say otherwise."""

    def __init__(
        self, folder: Path, lines: Sequence[str] = ("allow_anonymous true",), listener: Sequence[str] = ()
    ) -> None:
        self.port = free_port()
        self._folder = folder
        self._config = folder / "mosquitto.conf"
        self._process: subprocess.Popen[bytes] | None = None
        head = ["user root", f"listener {self.port} 127.0.0.1", *listener, f"log_dest file {folder / 'log'}"]
        self._config.write_text("\n".join([*head, "log_type all", *lines, ""]))

    @property
    def is_running(self) -> bool:
        """Whether it was started, and neither stopped nor killed since."""
        return self._process is not None

    def start(self) -> "Mosquitto":
        """Returns when it answers."""
        command = [executable(), "-c", str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        deadline_s = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, f"mosquitto ended: {self.log()}"
            assert time.monotonic() < deadline_s, f"mosquitto does not answer: {self.log()}"
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """An orderly end: with persistence, what is retained is written down."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None

    def kill(self) -> None:
        """As when the power goes."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._process = None

    def log(self) -> str:
        """What it has logged so far."""
        file = self._folder / "log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


@pytest.fixture
def brokers(tmp_path: Path) -> Iterator[Callable[..., Mosquitto]]:
    """Brokers, each in a folder of its own: `brokers(*lines, listener=())`."""
    made: list[Mosquitto] = []

    def make(*lines: str, listener: tuple[str, ...] = ()) -> Mosquitto:
        folder = tmp_path / f"broker-{len(made)}"
        folder.mkdir()
        made.append(Mosquitto(folder, lines or ("allow_anonymous true",), listener).start())
        return made[-1]

    yield make
    for one in made:
        one.kill()


@pytest.fixture
def there(brokers: Callable[..., Mosquitto]) -> Mosquitto:
    """A broker where anybody may do anything."""
    return brokers()


@dataclass
class Terminal:
    """Two lines of a shell: one publishes, one watches."""

    port: int
    watched: Path

    def pub(self, name: str, payload: str = "", device: str = BOOTS) -> None:
        command = [executable("mosquitto_pub"), "-p", str(self.port), "-q", "1", "-t", f"{device}/set/{name}"]
        subprocess.run([*command, "-m", payload], check=True)  # noqa: S603

    def sees(self, topic: str, *parts: str) -> None:
        """Waits for a line of this topic with these words in it; what came before counts."""
        wait_until(lambda: any(all(part in line for part in parts) for line in self.lines(topic)))

    def lines(self, topic: str) -> list[str]:
        whole = self.watched.read_text().rpartition("\n")[0].splitlines()
        return [line.partition(" ")[2] for line in whole if line.startswith(f"{topic} ")]


@contextmanager
def terminal(there: Mosquitto, folder: Path, topics: str = "legato/#") -> Iterator[Terminal]:
    watched = folder / f"watched-{len(list(folder.glob('watched-*')))}"
    command = [executable("mosquitto_sub"), "-p", str(there.port), "-q", "1", "-v", "-t", topics]
    with watched.open("w") as file, subprocess.Popen(command, stdout=file) as process:  # noqa: S603
        try:
            yield Terminal(there.port, watched)
        finally:
            process.kill()
