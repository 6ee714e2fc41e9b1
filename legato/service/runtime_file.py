"""Where a running service says that it runs. Only the standard library is used here: `legato stop` must not wait.

Its file of state holds what tells it from all others: address, process and when that began, the home folder that it
keeps, and a secret by which it proves itself (see proof.py); where they are used also `token_file` and `tls_cert`.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = "service.json"

SYSTEM: Final = Path("/run/legato")
"""Where the service of the whole machine says it."""

MOST_BYTES: Final = 65_536
"""Of a file of state; a whole one has some 300."""


class Doubt(Exception):
    """A file of state that must not be believed, and why."""


class Running(NamedTuple):
    """A service. `started` is when its process began, in the kernel's ticks since the computer did; 0 is not known."""

    url: str
    pid: int = 0
    started: int = 0
    home: str = ""
    secret: str = ""
    token_file: str | None = None
    tls_cert: str | None = None

    @property
    def name(self) -> str:
        """How to call it before a person."""
        return f"the service at {self.url} (process {self.pid})" if self.pid else f"the service at {self.url}"

    @property
    def full_name(self) -> str:
        """The same, with whose it is: for somebody who has to do something about it."""
        whose = user(self.pid) if self.pid else ""
        return f"the service at {self.url} (process {self.pid}, user {whose})" if whose else self.name


def own_folder(environ: Mapping[str, str]) -> Path:
    """Where a service of this user says it: the folder that systemd made, the user's own, or a temporary one."""
    if given := environ.get("RUNTIME_DIRECTORY"):
        return Path(given.split(":", maxsplit=1)[0])
    if given := environ.get("XDG_RUNTIME_DIR"):
        return Path(given) / "legato"
    import tempfile

    return Path(tempfile.gettempdir()) / f"legato-{os.getuid()}"


def announce(running: Running, environ: Mapping[str, str]) -> Path:
    """Says that a service runs; returns the file, which only this user may write.

    Beside a service of this user that keeps another home it has a file of its own: neither hides the other.

    Raises:
        OSError: it cannot be written.
    """
    folder = own_folder(environ)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    new = folder / f".{FILE}.{os.getpid()}"
    # Whoever has the secret could pass for the service; that of the whole machine has to be known to everybody on it.
    mode = 0o644 if folder == SYSTEM else 0o600
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        json.dump(running._asdict(), file)
    is_taken = (folder / FILE).is_dir() or _has_another_home(folder / FILE, running)
    return new.replace(folder / (f"service-{os.getpid()}.json" if is_taken else FILE))


def withdraw(file: Path) -> None:
    """Says that it runs no more, unless another service has said since that it does."""
    try:
        if read(file).pid == os.getpid():
            file.unlink(missing_ok=True)
    except (Doubt, FileNotFoundError):
        return


def files(environ: Mapping[str, str]) -> Iterator[Path]:
    """The files of state that there are: of this user's services, and of this machine's."""
    own = own_folder(environ)
    for folder in dict.fromkeys((own, SYSTEM)):
        try:
            yield from sorted(folder.glob("service*.json"))
        except OSError:
            continue


def read(file: Path) -> Running:
    """What a file of state says.

    Raises:
        Doubt: it must not be believed, or makes no sense.
        FileNotFoundError: there is none.
    """
    try:
        told = json.loads(_trusted_text(file))
    except (ValueError, RecursionError) as error:
        raise Doubt("it is broken") from error
    fields: dict[str, Any] = {key: told.get(key) for key in Running._fields} if isinstance(told, dict) else {}
    is_whole = all(isinstance(fields.get(key), kind) for key, kind in _FIELDS.items())
    if not is_whole or fields["pid"] <= 0 or not fields["secret"]:
        raise Doubt("it is broken, or of another version of Legato")
    return Running(**fields)


_FIELDS: Final[dict[str, Any]] = {
    "url": str,
    "pid": int,
    "started": int,
    "home": str,
    "secret": str,
    "token_file": str | None,
    "tls_cert": str | None,
}


def is_vouched_for(running: Running) -> bool:
    """Whether the kernel vouches for the process; raises Doubt where it has ended, or its number is another's now."""
    try:
        os.kill(running.pid, 0)
    except (ProcessLookupError, OverflowError):
        raise Doubt("it has ended without saying so") from None
    except PermissionError:
        pass
    now = started(running.pid)
    if now and running.started and now != running.started:
        raise Doubt("it has ended, and its number is another process's by now")
    return bool(now and now == running.started)


def started(pid: int) -> int:
    """When a process began, in the kernel's ticks since the computer did; 0 where the kernel does not tell."""
    try:
        # The name in brackets may hold anything, also brackets.
        return int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


def user(pid: int) -> str:
    """Whose process it is: the name of the user, or the number of one without a name; empty where it is not known."""
    import pwd

    try:
        uid = Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return ""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _trusted_text(file: Path) -> str:
    """The text of a plain file that only its owner may write, who is this user, root, or this machine's service."""
    try:
        # A pipe must not be waited for.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if file.is_symlink():
            raise Doubt("it is a link to nothing") from None
        raise
    except OSError as error:
        raise Doubt(f"it cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        _insist_on_owner(os.fstat(descriptor), file.parent)
        return os.read(descriptor, MOST_BYTES).decode("utf-8")
    finally:
        os.close(descriptor)


def _insist_on_owner(found: os.stat_result, folder: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Doubt("it is no file")
    if found.st_uid not in (0, os.getuid()) and folder != SYSTEM:
        raise Doubt("it is another user's")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or folder.stat().st_mode & stat.S_IWOTH:
        raise Doubt("others may write it")


def _has_another_home(file: Path, running: Running) -> bool:
    """Whether a service that lives says there that it keeps another home."""
    try:
        other = read(file)
        is_vouched_for(other)
    except (Doubt, FileNotFoundError):
        return False
    return other.pid != running.pid and other.home != running.home
