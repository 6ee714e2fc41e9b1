"""Keys: what is typed, and what it asks for."""

import asyncio
import os
import pty
import termios
from pathlib import Path

import pytest

from legato.errors import UsageError
from legato.terminal.keys import Key, listening, meanings


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (" ", [Key.PAUSE_OR_RESUME]),
        ("+=", [Key.MORE, Key.MORE]),
        ("-sq", [Key.LESS, Key.SKIP, Key.STOP]),
        ("X", [Key.EMERGENCY_STOP]),
        ("\x1b", [Key.EMERGENCY_STOP]),
        ("jk7", []),
    ],
)
def test_each_key_asks_for_one_thing(typed: str, asked: list[Key]) -> None:
    assert meanings(typed) == asked


@pytest.mark.parametrize("arrow", ["\x1b[A", "\x1bOP", "\x1b[1;5C", "\x1b[3~"])
def test_an_arrow_key_is_no_emergency(arrow: str) -> None:
    assert meanings(arrow) == []


def test_esc_before_and_after_an_arrow_key_still_stops() -> None:
    assert meanings("\x1b\x1b[A\x1b") == [Key.EMERGENCY_STOP, Key.EMERGENCY_STOP]


def test_the_terminal_is_as_before_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        before = termios.tcgetattr(theirs)
        assert asyncio.run(typed_into(ours, "s")) == [Key.SKIP]
        assert termios.tcgetattr(theirs) == before
    os.close(ours)


def test_keys_come_from_a_pipe_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as pipe:
        monkeypatch.setattr("sys.stdin", pipe)
        assert asyncio.run(typed_into(write, "q")) == [Key.STOP]
    os.close(write)


def test_a_pipe_that_ends_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        monkeypatch.setattr("sys.stdin", pipe)
        assert asyncio.run(heard_in_a_moment()) == []


def test_keys_from_a_regular_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(__file__).open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        with pytest.raises(UsageError, match="terminal or a pipe"):
            asyncio.run(heard_in_a_moment())


async def heard_in_a_moment() -> list[Key]:
    heard: list[Key] = []
    with listening(heard.append):
        await asyncio.sleep(0.05)
    return heard


async def typed_into(descriptor: int, text: str) -> list[Key]:
    """What is heard of `text`, typed without Enter."""
    heard: asyncio.Queue[Key] = asyncio.Queue()
    with listening(heard.put_nowait):
        os.write(descriptor, text.encode())
        return [await heard.get()]
