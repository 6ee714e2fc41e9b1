"""Real processes of ours for tests: they come up, answer over HTTP, and are gone in the end whatever happens."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def wait_until(is_so: Callable[[], bool], patience_s: float = 40.0, told: Callable[[], object] = str) -> None:
    """Waits until it is so; where it does not come to that, it fails with what is `told` instead."""
    deadline_s = time.monotonic() + patience_s
    while time.monotonic() < deadline_s:
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail(f"it did not come to that: {told()}")


def running(*args: str, **environ: str) -> AbstractContextManager["subprocess.Popen[str]"]:
    """`legato` with these arguments; whatever happens, it is gone afterwards."""
    return _running(_legato(args), environ)


def limited(
    descriptors: int, *args: str, log: int = subprocess.PIPE, **environ: str
) -> AbstractContextManager["subprocess.Popen[str]"]:
    """The same, where it may never have more than so many descriptors; what it says on stderr goes to `log`."""
    return _running(["/bin/sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", *_legato(args)], environ, log)


def _legato(args: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "legato", *args]


@contextmanager
def _running(
    command: Sequence[str], environ: Mapping[str, str], log: int = subprocess.PIPE
) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **environ}
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: "subprocess.Popen[str]") -> str:
    """What follows `ready` on stdout."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("ready "), process.stderr.read() if process.stderr else ""
    return line.split()[1]


def until_shown(terminal: int, word: bytes) -> None:
    """Reads what is shown on a terminal until this is."""
    seen = b""
    while word not in seen:
        seen += os.read(terminal, 1 << 16)


def unplug(sim: "subprocess.Popen[str]", tty: str) -> None:
    """Takes the simulated device away, and first its link: the terminal may soon be that of another test's device."""
    Path(tty).unlink()
    sim.kill()
    sim.wait()


def ask(url: str, path: str, body: object = None, method: str = "POST", token: str | None = None) -> Any:
    """What the service at `url` answers; an error's status where there is one."""
    data = None if method == "GET" else json.dumps(body).encode() if body is not None else b""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    request = Request(f"{url}/api/v1{path}", data, headers, method=method)  # noqa: S310 - our own address
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            text = answer.read()
    except HTTPError as error:
        with error:
            return error.code
    return json.loads(text) if text else None
