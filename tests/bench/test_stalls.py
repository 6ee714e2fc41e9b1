"""The picture of a host that stalls or dies; that it does so over a real pty is for `python -m bench --stalls`."""

from pathlib import Path

import pytest

from bench.stalls import STALLS, draw
from legato.errors import UsageError

ROWS = [(n / 10, 40.0, 40.0) for n in range(-40, 90)]


def test_the_picture_shows_every_stall(tmp_path: Path) -> None:
    draw([ROWS for _ in STALLS], tmp_path / "stalls.svg")
    assert (tmp_path / "stalls.svg").stat().st_size > 10_000


def test_no_picture_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use \.png"):
        draw([ROWS for _ in STALLS], tmp_path / "stalls.txt")
