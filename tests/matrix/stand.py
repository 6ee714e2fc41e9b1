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
from profiles.schedule import Schedule
from tests.ports import free_port
from tests.running import ask, ready, running

DEVICE: Final = "chair-1"
"""Its motors do at once what they are told: no set-point hides behind slow air."""

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
"""Session time when what fails in mid-massage begins to, and when the massage is stopped: longer than the 1.5 s of
silence after which a device lets go, and than the 2 s that it is always ahead.
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
    """Plays, has it fail, stops, and looks at what the device did."""
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
    until(lambda: _session_ms(trace) >= FAILS_AFTER_MS, "the massage does not run")
    scene.meanwhile(scene)
    with suppress(Wrong):
        until(lambda: _session_ms(trace) >= STOPPED_AFTER_MS, "", STOPPED_AFTER_MS / 1000 + 5)
    lost, of = lost_setpoints(legato.compile(scene.home / "routines" / "beats.yaml", DEVICE), trace)
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
    return bool(scene.state()["doing"] in ("starting", "running"))


def _stopped(scene: Scene, trace: Path) -> str:
    """By the device's own account, and by the service's."""
    scene.ask("/emergency-stop")
    until(lambda: _rows(trace)[-1][-1] == "faulted", "the device does not stop")
    until(lambda: all(float(row[3]) == 0 for row in _rows(trace)[-len(_channels()) :]), "the device goes on")
    until(lambda: scene.state()["doing"] == "estop", "the stop is not confirmed")
    return "yes"


def _channels() -> tuple[str, ...]:
    return tuple(channel.name for channel in legato.device(DEVICE).channels)


def _rows(trace: Path) -> list[list[str]]:
    """Whole samples of the trace: t_ms, session_ms, actuator, commanded, measured, felt, unit, state."""
    return [line.split(",") for line in trace.read_text().rpartition("\n")[0].splitlines()[1:]]


def _session_ms(trace: Path) -> int:
    rows = _rows(trace)
    return int(rows[-1][1]) if rows and rows[-1][-1] == "running" else 0


def lost_setpoints(schedule: Schedule, trace: Path) -> tuple[int, int]:
    """How many of the set-points that were due by the end were never seen to be carried out, and of how many."""
    index = {name: number for number, name in enumerate(_channels())}
    wrong: set[tuple[int, int]] = set()
    seen_ms = 0
    for _, at, name, commanded, *_, state in _rows(trace):
        if state == "running":
            seen_ms = max(seen_ms, int(at))
            if not _is_right(schedule, index[name], int(at), float(commanded)):
                wrong.add((index[name], int(at)))
    due = [point for point in schedule.setpoints if point.when_ms + point.ramp_ms < STOPPED_AFTER_MS]
    lost = [point for point in due if point.when_ms + point.ramp_ms > seen_ms or _missed(schedule, point, wrong)]
    return len(lost), len(due)


LATE_MS: Final = 250
"""A set-point so late is late, and not lost: half of what lies between two."""


def _is_right(schedule: Schedule, channel: int, at_ms: int, commanded: float) -> bool:
    """Whether this is commanded, or was just now, up to half a unit."""
    recent = [schedule.targets_at(max(0, ms))[channel] for ms in range(at_ms - LATE_MS, at_ms + 20, 10)]
    return at_ms < LATE_MS or min(recent) - 0.5 <= commanded <= max(recent) + 0.5


def _missed(schedule: Schedule, point: Any, wrong: set[tuple[int, int]]) -> bool:
    """Whether a sample between this set-point and the next of its channel was not what it asks for."""
    after = [other.when_ms for other in schedule.setpoints if other.channel == point.channel]
    until_ms = min((at for at in after if at > point.when_ms), default=schedule.duration_ms)
    return any(channel == point.channel and point.when_ms <= at < until_ms for channel, at in wrong)
