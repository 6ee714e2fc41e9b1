"""What all targets that read files want of a reader: the value, or the one error that says where and what."""

from collections.abc import Callable

from legato.profiles.errors import InvalidFile

MOST_LINES = 60
LONGEST_LINE = 2000


def check_reader(read: Callable[[bytes], object], data: bytes) -> None:
    """Raises where `read` ends with anything but a value, or problems at places that the file has."""
    try:
        read(data)
    except InvalidFile as error:
        _check_told(error, data)


def _check_told(error: InvalidFile, data: bytes) -> None:
    lines = data.decode("utf-8", "replace").splitlines()
    assert error.problems
    assert all(1 <= p.line <= len(lines) + 1 and p.column >= 1 and p.what for p in error.problems)
    told = str(error).splitlines()
    assert len(told) <= MOST_LINES
    assert max(map(len, told)) <= LONGEST_LINE
