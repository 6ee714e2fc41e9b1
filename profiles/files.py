"""A file's bytes, whatever is at its path: anything but a plain file is reported, and never waited for."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from legato.profiles.errors import FileProblem, InvalidFile
from legato.profiles.tree import MAX_BYTES

STDIN: Final = "/dev/stdin"
STDOUT: Final = "/dev/stdout"
STDERR: Final = "/dev/stderr"

_BY_NUMBER: Final = ("/dev/fd/", "/proc/self/fd/")

FORBIDDEN: Final = "this file may not be read"

_KINDS: Final = (
    (stat.S_ISDIR, "this is a directory", "name a file in it"),
    (stat.S_ISFIFO, "this is a FIFO (a named pipe), not a file", "remove it, or put a file in its place"),
    (stat.S_ISSOCK, "this is a socket, not a file", "remove it, or put a file in its place"),
    (stat.S_ISCHR, "this is a device of the system, not a file", "name a file"),
    (stat.S_ISBLK, "this is a disk, not a file", "name a file"),
)


def read_bytes(path: Path, name: str) -> bytes:
    """The file, or just enough of it to see that it is too large; `name`, not its folder, is in messages.

    Raises:
        InvalidFile: it cannot be read, or is not a file.
    """
    try:
        if is_handed_down(path, STDIN):
            return _beginning(path, os.O_RDONLY)
        what, hint = _no_file(path)
        if not what:
            # Should a FIFO have come into its place meanwhile, it is found empty instead of waited for.
            return _beginning(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        what, hint = _unreadable(path, error)
    raise InvalidFile(FileProblem(name, 1, 1, what, hint))


def is_handed_down(path: Path, *streams: str) -> bool:
    """Whether a shell has opened it for this process, by number or as one of `streams` (`legato check <(program)`).

    It may be a pipe, and is waited for then; it can be read once only.
    """
    return str(path) in streams or str(path).startswith(_BY_NUMBER)


def _beginning(path: Path, flags: int) -> bytes:
    with open(path, "rb", opener=lambda file, _: os.open(file, flags)) as file:
        return file.read(MAX_BYTES + 1)


def _no_file(path: Path) -> tuple[str, str]:
    """What is there instead of a file, asked before it is opened: that alone resets some boards behind a port."""
    found = path.stat()
    # systemd masks a file by a link to this one, which reads as empty.
    if os.path.samestat(found, os.stat(os.devnull)):  # noqa: PTH116 - samestat wants its like
        return "", ""
    return kind(found)


def kind(found: os.stat_result) -> tuple[str, str]:
    """What is there instead of a file, and what would help; nothing for a file."""
    return next(((what, hint) for is_it, what, hint in _KINDS if is_it(found.st_mode)), ("", ""))


def _unreadable(path: Path, error: Exception) -> tuple[str, str]:
    match error:
        case FileNotFoundError() if path.is_symlink():
            return (
                f"this link leads to nothing (it names {path.readlink().name})",
                "put a file there, or remove the link",
            )
        case FileNotFoundError():
            return "there is no such file", "check the path"
        case IsADirectoryError():
            return "this is a directory", "name a file in it"
        case PermissionError():
            return FORBIDDEN, "check its permissions"
        case OSError(errno=errno.ELOOP):
            return "this link leads in a circle", "remove it, or have it name a file"
        case _:
            return f"this file cannot be read: {getattr(error, 'strerror', None) or error}", "check the path"
