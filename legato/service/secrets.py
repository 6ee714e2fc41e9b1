"""Secrets come from files only: a flag or a variable is seen by every process of the machine."""

import stat
from pathlib import Path

from legato.errors import UnusableFile
from legato.profiles.errors import InvalidFile
from legato.profiles.files import read_bytes

MIN_LENGTH = 16
"""A word that nobody guesses at ten tries a second."""


def secret(path: Path, what: str, min_length: int = MIN_LENGTH) -> str:
    """The word in the file `path`, without the end of its line; `what` says what it is for.

    The group of the file may read it, as a service under a user of its own needs; everybody else must not.

    Raises:
        UnusableFile: it cannot be read, others may read it, or it holds no word of at least `min_length` characters.
    """
    try:
        word = read_bytes(path, str(path)).decode("utf-8-sig").strip()
        mode = path.stat().st_mode
    except (InvalidFile, OSError, UnicodeDecodeError) as error:
        reason = error.problems[0].what if isinstance(error, InvalidFile) else "it is not text"
        raise UnusableFile(f"{path}: the {what} cannot be read: {reason}") from error
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise UnusableFile(f"{path}: everybody may read the {what}; chmod 600 {path}")
    if len(word) < min_length:
        wanted = f"at least {min_length} characters; `openssl rand -hex 16 > {path}` makes one"
        raise UnusableFile(f"{path}: the {what} is too short; {wanted}")
    return word
