"""One cell of the matrix: a real service with a real device process, while something beside them fails.

The device writes a trace; what it was commanded, sample by sample, is held against the compiled schedule.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError

import legato
from tests.matrix.trace import CHANNELS, DEVICE, lost_setpoints, rows, session_ms, stood_still
from tests.ports import free_port
from tests.running import ask, ready, running

BEATS: Final = 120
ROUTINE: Final = f"""\
format: 1
name: beats
title: Beats
steps:
  - do: repeat
    times: {BEATS}
    steps:
      - {{do: vibrate, from: calf, intensity_pct: 40, seconds: 0.5}}
      - {{do: rest, seconds: 0.5}}
"""

FAILS_AFTER_MS: Final = 1_000
STOPPED_AFTER_MS: Final = 5_500
"""Session time when what fails in mid-massage begins to, and when the massage is stopped: longer than the silence after
which a device lets go, and than the 2 s that it is always ahead.
"""

PATIENCE_S: Final = 120.0
"""How long anything may take on a machine that may have a lot to do."""

ENDS_WITHIN_S: Final = 60.0
"""How long the service may take to end: the diary has 10 s, the broker 2 s, whoever is connected some more."""


@dataclass
class Scene:
    """What a way to fail may change before the service begins, and look at afterwards."""

    folder: Path
    args: list[str] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    mqtt: dict[str, Any] | None = None
    stdout: int | None = None
    stderr: int | None = None
    before: str = ""
    redirected: str = ""
    """What a shell does before, and with the streams of, the service: `ulimit -f 0;` and `2>&-`."""
    wish: dict[str, Any] = field(default_factory=dict)
    meanwhile: Callable[["Scene"], None] = lambda _: None
    """Done once the massage plays."""
    url: str = ""
    pid: int = 0

    @property
    def log(self) -> str:
        """What the service has written to stderr, where that is not what fails."""
        file = self.folder / "log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        return ask(self.url, path, body, method)

    def state(self) -> Any:
        return self.ask("/devices/chair", method="GET")

    def said(self, *words: str) -> str:
        """The first line of the log that has all these words; empty where none comes."""
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            for line in self.log.splitlines():
                if all(word in line for word in words):
                    return line
            time.sleep(0.1)
        return ""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a cell; `wrong` is empty where all is as it should be."""

    started: str = ""
    lost: int | None = None
    of: int = 0
    stopped: str = ""
    told: str = ""
    wrong: str = ""


Told = Callable[[], str]
"""Says how it was told that something fails, or nothing where it was not."""

Way = Callable[[Scene], AbstractContextManager[Told]]
"""Breaks something for as long as it is entered."""


class Wrong(Exception):
    """The cell is wrong; the text says why."""


def until(is_so: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """What `is_so` comes to; Wrong where it does not."""
    deadline_s = time.monotonic() + patience_s
    while time.monotonic() < deadline_s:
        with suppress(OSError, URLError, ValueError, KeyError, TypeError):
            if found := is_so():
                return found
        time.sleep(0.05)
    raise Wrong(what)


@contextmanager
def served(scene: Scene, tty: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`legato serve` with all that the scene asks for."""
    port = free_port()
    scene.url = f"http://127.0.0.1:{port}"
    settings = scene.folder / "legato.yaml"
    told = {"port": port, "devices": [{"id": "chair", "port": tty}], **({"mqtt": scene.mqtt} if scene.mqtt else {})}
    settings.write_text(json.dumps(told))
    served_by = [sys.executable, "-m", "legato", "serve", "--config", str(settings), *scene.args]
    command = ["/bin/sh", "-c", f'{scene.before} exec "$0" "$@" {scene.redirected}', *served_by]
    environ = {**os.environ, "LEGATO_HOME": str(scene.home), "XDG_RUNTIME_DIR": str(scene.folder), **scene.environ}
    with (scene.folder / "out").open("wb") as out, (scene.folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command,
            stdin=subprocess.DEVNULL,
            stdout=out if scene.stdout is None else scene.stdout,
            stderr=log if scene.stderr is None else scene.stderr,
            env=environ,
        )
    scene.pid = process.pid
    with process:
        try:
            yield process
        finally:
            process.kill()


def cell(way: Way, folder: Path) -> Found:
    """Plays, has it fail, stops, and looks at what the device did.

    Once more where the machine had so much to do that the device was lost: that shows nothing about the service.
    """
    for attempt in ("first", "second"):
        found = _tried(way, folder / attempt)
        if not (found.wrong and stood_still(folder / attempt / "trace.csv")):
            break
    return found


def _tried(way: Way, folder: Path) -> Found:
    scene = Scene(folder)
    (scene.home / "routines").mkdir(parents=True)
    (scene.home / "routines" / "beats.yaml").write_text(ROUTINE)
    (scene.home / "people").mkdir()
    (scene.home / "people" / "anna.yaml").write_text("format: 1\nname: anna\n")
    trace, tty = folder / "trace.csv", str(folder / "tty")
    found = Found()
    with running("sim", "--device", DEVICE, "--pty", tty, "--trace", str(trace)) as sim:
        ready(sim)
        with way(scene) as telling, served(scene, tty) as process:
            try:
                found = _played(scene, process, trace, telling)
            except Wrong as wrong:
                return Found(wrong=f"{wrong}; the log ends with: {scene.log[-500:]}")
    return found


def _played(scene: Scene, process: "subprocess.Popen[bytes]", trace: Path, telling: Told) -> Found:
    began_s = time.monotonic()
    until(lambda: _insist_alive(process, scene) and scene.state()["doing"] == "idle", "the service does not start")
    started = f"{time.monotonic() - began_s:.1f} s"
    until(lambda: _begun(scene), "the massage does not start")
    until(lambda: session_ms(trace) >= FAILS_AFTER_MS, "the massage does not run")
    scene.meanwhile(scene)
    with suppress(Wrong):
        until(lambda: session_ms(trace) >= STOPPED_AFTER_MS, "", STOPPED_AFTER_MS / 1000 + 5)
    schedule = legato.compile(scene.home / "routines" / "beats.yaml", DEVICE)
    lost, of = lost_setpoints(schedule, trace, STOPPED_AFTER_MS)
    called_s = time.monotonic()
    stopped = _stopped(scene, trace)
    stopped += f" {1000 * (time.monotonic() - called_s):.0f} ms"
    told = telling()
    process.terminate()
    try:
        code = process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        raise Wrong("SIGTERM does not end the service") from None
    wrong = [
        f"{lost} of {of} set-points lost" if lost else "",
        "" if told else "nobody is told",
        f"it ended with {code}" if code else "",
    ]
    return Found(started, lost, of, stopped, told, "; ".join(filter(None, wrong)))


def _insist_alive(process: "subprocess.Popen[bytes]", scene: Scene) -> bool:
    if process.poll() is not None:
        raise Wrong(f"the service ends with {process.returncode} instead of starting: {scene.log[-500:]}")
    return True


def _begun(scene: Scene) -> bool:
    """Asks once; a start that is refused is wrong at once."""
    state = scene.ask("/devices/chair/start", {"routine": "beats", "acknowledged": True, **scene.wish})
    if isinstance(state, int) and state != 409:
        raise Wrong(f"the start is refused with {state}")
    doing = scene.state()["doing"]
    if doing == "found":
        raise Wrong("the device was lost as the massage began")
    return bool(doing in ("starting", "running"))


def _stopped(scene: Scene, trace: Path) -> str:
    """By the device's own account, and by the service's."""
    scene.ask("/emergency-stop")
    until(lambda: rows(trace)[-1][-1] == "faulted", "the device does not stop")
    until(lambda: all(float(row[3]) == 0 for row in rows(trace)[-len(CHANNELS) :]), "the device goes on")
    until(lambda: scene.state()["doing"] == "estop", "the stop is not confirmed")
    return "yes"
