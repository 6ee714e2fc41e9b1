"""Measurements of whole processes: start of the command line, memory of a replay, play over a real tty, install."""

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import legato
from bench.budget import Measure

_LEGATO = (sys.executable, "-m", "legato")
_CHECKOUT = Path(legato.__file__).parents[1]
_PLAYED = """\
format: 1
name: bench_play
title: Ten seconds of pulses
steps:
  - {do: pulse, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 5}
"""


def measures() -> Iterator[Measure]:
    """The figures one by one, each as soon as it is known."""
    yield _help()
    yield _stop()
    yield _memory()
    yield _play()
    yield from _install()


def _help() -> Measure:
    seconds = [_seconds([*_LEGATO, "--help"]) for _ in range(7)]
    return Measure("legato --help, median of 7", 1000.0 * statistics.median(seconds), "ms", 300)


def _stop() -> Measure:
    """From the start of the process to the moment when its request is on the wire, to somebody who is no service."""
    with socket.create_server(("127.0.0.1", 0)) as service:
        service.settimeout(30)
        url = f"http://127.0.0.1:{service.getsockname()[1]}"
        seconds = [_seconds_to_stop(service, {**os.environ, "LEGATO_URL": url}) for _ in range(15)]
    what = "legato stop, process start to its request, median of 15"
    return Measure(what, 1000.0 * statistics.median(seconds), "ms", 150, remark=f"worst {1000.0 * max(seconds):.0f} ms")


def _seconds_to_stop(service: socket.socket, environ: dict[str, str]) -> float:
    began_s = perf_counter()
    with subprocess.Popen([*_LEGATO, "stop"], env=environ, stderr=subprocess.DEVNULL) as command:  # noqa: S603
        asking, _ = service.accept()
        with asking:
            asking.recv(1 << 16)
            seconds = perf_counter() - began_s
            asking.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        command.wait()
    return seconds


def _memory() -> Measure:
    """Peak memory of the largest child: the replay of an hour's routine, picture included."""
    with tempfile.TemporaryDirectory() as folder:
        _run([*_LEGATO, "replay", "rls_evening", "--out", folder])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    megabytes = peak / 1024.0 if sys.platform.startswith("linux") else peak / 1024.0**2
    return Measure("peak memory of a replay", megabytes, "MB", 150, remark="rls_evening, 58 minutes, picture included")


def _play() -> Measure:
    """The worst execution error that the device itself tells of, played by one process to another over a pty."""
    with tempfile.TemporaryDirectory() as folder:
        routine = Path(folder) / "bench_play.yaml"
        routine.write_text(_PLAYED)
        with subprocess.Popen([*_LEGATO, "sim"], stdout=subprocess.PIPE, text=True) as device:  # noqa: S603
            try:
                port = (device.stdout.readline() if device.stdout else "").split()[-1]
                lines = _run([*_LEGATO, "play", str(routine), "--port", port, "--json"]).splitlines()
            finally:
                device.terminate()
    late_ms = [event["late_max_ms"] for event in map(json.loads, lines) if "late_max_ms" in event]
    return Measure("execution error, worst (real pty)", max(late_ms), "ms", 10, remark="two processes in real time")


def _install() -> Iterator[Measure]:
    """A fresh virtual environment with `legato[all]`, from the registry or the cache of pip."""
    constraints = _CHECKOUT / "constraints.txt"
    with tempfile.TemporaryDirectory() as folder:
        began_s = perf_counter()
        _run([sys.executable, "-m", "venv", folder])
        empty_mb = _megabytes(Path(folder))
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        _run([*pip, "--constraint", str(constraints), f"{_CHECKOUT}[all]"])
        yield Measure("install legato[all]", perf_counter() - began_s, "s", 60, remark="fresh environment")
        remark = f"beside the {empty_mb:.0f} MB of an empty environment"
        yield Measure("size of that install", _megabytes(Path(folder)) - empty_mb, "MB", 230, remark=remark)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def _seconds(command: list[str]) -> float:
    began_s = perf_counter()
    _run(command)
    return perf_counter() - began_s


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
