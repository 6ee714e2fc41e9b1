"""A service with few descriptors that plays on a pair of boots, which are a process and a tty of their own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from tests.exhausted import open_descriptors
from tests.ports import free_port
from tests.running import ask, limited, ready, running, wait_until

NAME: Final = "boots"


@dataclass(frozen=True)
class Besieged:
    """The service; what it says on stderr goes to `log`, `environ` is how other commands find it."""

    url: str
    process: "subprocess.Popen[str]"
    boots: "subprocess.Popen[str]"
    log: Path
    environ: dict[str, str]

    @property
    def state(self) -> Any:
        """How the boots stand."""
        return self._told("")

    @property
    def readings(self) -> Any:
        """What they have told last; 404 where that is nothing."""
        return self._told("/readings")

    @property
    def descriptors(self) -> int:
        """How many the service has open."""
        return len(open_descriptors(self.process.pid))

    def _told(self, what: str) -> Any:
        """What is told of the boots; asked for again where too many ask, as a client is told to."""
        answers: list[Any] = []

        def is_told() -> bool:
            answers.append(ask(self.url, f"/devices/{NAME}{what}", method="GET"))
            return answers[-1] not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

        wait_until(is_told, told=lambda: answers[-1])
        return answers[-1]

    def until_doing(self, doing: str) -> None:
        """Waits until the boots do that."""
        wait_until(lambda: self.state["doing"] == doing, told=lambda: self.state)

    def start(self, **wish: object) -> None:
        """Begins a massage, of which the boots have told something."""
        ask(self.url, f"/devices/{NAME}/start", {"routine": "goddard", **wish})
        self.until_doing("running")
        wait_until(lambda: self.readings != HTTPStatus.NOT_FOUND, told=lambda: self.state)

    def emergency_stop(self) -> None:
        """Stops all at once, over a connection of its own."""
        answer = ask(self.url, "/emergency-stop")
        assert not isinstance(answer, int), f"HTTP {answer}"

    def clear(self) -> None:
        """Clears the emergency stop, so that the boots can play again."""
        ask(self.url, f"/devices/{NAME}/clear-fault")
        self.until_doing("idle")


@contextmanager
def besieged(descriptors: int, folder: Path) -> Iterator[Besieged]:
    """The service and its boots, idle, with all that they keep in `folder`."""
    tty, log = str(folder / NAME), folder / "log"
    environ = {"XDG_RUNTIME_DIR": str(folder), "LEGATO_HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder)}
    serve = ("serve", f"--port={tty}", f"--http-port={free_port()}")
    with running("sim", "--pty", tty, "--trace", str(folder / "trace.csv")) as boots, log.open("wb") as file:
        ready(boots)
        with limited(descriptors, *serve, log=file.fileno(), **environ) as process:
            assert process.stdout is not None
            word, _, url = process.stdout.readline().strip().partition(" ")
            assert word == "ready", log.read_text()
            service = Besieged(url, process, boots, log, environ)
            service.until_doing("idle")
            yield service
