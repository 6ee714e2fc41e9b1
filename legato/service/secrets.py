"""Secrets come from files only: flags and variables may be visible to other processes."""

import stat
from pathlib import Path

from legato.errors import UnusableFile
from legato.profiles.errors import InvalidFile
from legato.profiles.files import read_bytes

MIN_LENGTH = 16
"""Long enough that nobody guesses it at ten attempts a second."""


def secret(path: Path, what: str, min_length: int = MIN_LENGTH) -> str:
    """The secret in the file `path`, without surrounding white space; `what` names it in messages.

    The file's group may read it, as a service with its own user needs; others must not.

    Raises:
        UnusableFile: it cannot be read, others may read it, or it has fewer than `min_length` characters.
    """
    try:
        word = read_bytes(path, str(path)).decode("utf-8-sig").strip()
        mode = path.stat().st_mode
    except (InvalidFile, OSError, UnicodeDecodeError) as error:
        reason = error.problems[0].what if isinstance(error, InvalidFile) else "it is not text"
        raise UnusableFile(f"{path}: the {what} cannot be read: {reason}") from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise UnusableFile(f"{path}: anybody can read the {what}; run chmod 600 {path}")
    if len(word) < min_length:
        wanted = f"it needs at least {min_length} characters; `openssl rand -hex 16 > {path}` makes one"
        raise UnusableFile(f"{path}: the {what} is too short; {wanted}")
    return word
