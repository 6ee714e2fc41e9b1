"""Output that nobody takes: the massage goes on, and whoever reads late gets whole lines."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import pytest

from legato.cli.exit_codes import Exit
from legato.process import nonblocking_output
from legato.process.nonblocking_output import Outlet, unhurried
from tests.running import wait_until

LEGATO = [sys.executable, "-m", "legato"]
CTRL_S = b"\x13"
LINES = [f"{number:05d} {'.' * 200}\n" for number in range(3_000)]


@contextmanager
def pipe() -> Iterator[tuple[int, TextIO]]:
    """Where a pipe is read, and where it is written; no thread is left at it."""
    source, sink = os.pipe()
    with os.fdopen(sink, "w") as stdout:
        yield source, stdout
        os.close(source)
        for thread in threading.enumerate():
            if thread.name == "stdout":
                thread.join()


def taken(source: int, count: int) -> bytes:
    """The next `count` bytes, as soon as they are there."""
    data = b""
    while len(data) < count:
        data += os.read(source, count - len(data))
    return data


def print_all_in_time() -> None:
    """A line a millisecond: what a thread has met in the meantime is noticed."""
    for line in LINES:
        print(line, end="", flush=True)
        threading.Event().wait(0.001)


def fill(sink: int) -> int:
    """Writes until the pipe takes nothing more; how many bytes that were."""
    os.set_blocking(sink, False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            count += os.write(sink, bytes(4096))
    os.set_blocking(sink, True)
    return count


def test_a_reader_that_has_stopped_does_not_stop_the_writer() -> None:
    with pipe() as (source, stdout):
        before = fill(stdout.fileno())
        stuck = Outlet(stdout.fileno())
        stuck.write(LINES[0].encode())
        wait_until(stuck._pieces.empty)
        for line in LINES[1:]:
            stuck.write(line.encode())
        kept = "".join(LINES[: 1 + nonblocking_output.KEPT]).encode()
        assert stuck.left_out == len(LINES) - 1 - nonblocking_output.KEPT
        assert taken(source, before + len(kept))[before:] == kept
        stuck.finish()


def test_whoever_reads_late_still_gets_all_that_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    whole = "".join(LINES[: nonblocking_output.KEPT]).encode()
    with pipe() as (source, stdout):
        reader = threading.Thread(target=lambda: read.append(taken(source, len(whole))))
        monkeypatch.setattr(sys, "stdout", stdout)
        with unhurried():
            for line in LINES[: nonblocking_output.KEPT]:
                print(line, end="", flush=True)
            reader.start()
        reader.join()
    assert read == [whole]


def test_what_was_left_out_is_counted_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nonblocking_output, "PATIENCE_S", 0.05)
    with pipe() as (_, stdout):
        monkeypatch.setattr(sys, "stdout", stdout)
        with unhurried():
            for line in LINES:
                print(line, end="", flush=True)
    assert "pieces of output were dropped" in capsys.readouterr().err


def test_a_reader_that_has_gone_ends_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    source, sink = os.pipe()
    os.close(source)
    with os.fdopen(sink, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        with unhurried(), pytest.raises(BrokenPipeError):
            print_all_in_time()


def test_a_listing_that_nobody_reads_ends_and_makes_no_fuss() -> None:
    source, sink = os.pipe()
    os.close(source)
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*LEGATO, "profiles"], stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.PIPE, check=False
    )
    os.close(sink)
    assert done.returncode == Exit.UNREAD
    assert not re.search(b"error|exception|pipe|read", done.stderr, re.IGNORECASE)


def test_a_terminal_that_stands_still_takes_no_key_away() -> None:
    terminal, inside = os.openpty()
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [*LEGATO, "play", "goddard", "--port", "sim://boots-6"], stdin=inside, stdout=inside, stderr=subprocess.DEVNULL
    ) as play:
        os.close(inside)
        screen = b""
        while b"round trip" not in screen:
            screen += os.read(terminal, 1 << 16)
        os.write(terminal, CTRL_S)
        time.sleep(0.5)
        os.write(terminal, b"x")
        try:
            assert play.wait(20) == Exit.EMERGENCY_STOP
        finally:
            play.kill()
            os.close(terminal)
