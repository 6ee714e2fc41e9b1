"""The file by which a running service can be found. Uses only the standard library: `legato stop` must not wait.

This runtime file identifies the service: its URL, its process and when that started, the home folder that it uses,
and a secret by which it proves its identity (see identity.py); also `token_file` and `tls_cert`, if they are set.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = "service.json"

SYSTEM: Final = Path("/run/legato")
"""Where the system-wide service has its runtime file."""

MOST_BYTES: Final = 65_536
"""The maximum size of a runtime file; a complete one has about 300 bytes."""


class Doubt(Exception):
    """A runtime file that must not be trusted, and why."""


class Running(NamedTuple):
    """A service. `started` is when its process started, in kernel clock ticks since boot; 0 is unknown."""

    url: str
    pid: int = 0
    started: int = 0
    home: str = ""
    secret: str = ""
    token_file: str | None = None
    tls_cert: str | None = None

    @property
    def name(self) -> str:
        """Its name in messages."""
        return f"the service at {self.url} (process {self.pid})" if self.pid else f"the service at {self.url}"

    @property
    def full_name(self) -> str:
        """Its name with the user that it belongs to, for somebody who has to do something about it."""
        whose = user(self.pid) if self.pid else ""
        return f"the service at {self.url} (process {self.pid}, user {whose})" if whose else self.name


def own_folder(environ: Mapping[str, str]) -> Path:
    """The folder of the runtime file: the one that systemd made, the user's own, or a temporary one."""
    if given := environ.get("RUNTIME_DIRECTORY"):
        return Path(given.split(":", maxsplit=1)[0])
    if given := environ.get("XDG_RUNTIME_DIR"):
        return Path(given) / "legato"
    import tempfile

    return Path(tempfile.gettempdir()) / f"legato-{os.getuid()}"


def announce(running: Running, environ: Mapping[str, str]) -> Path:
    """Writes the runtime file of a service; returns its path. Only this user may write it.

    If another service of this user uses another home, this one gets a separate file, so that neither hides the other.

    Raises:
        OSError: it cannot be written.
    """
    folder = own_folder(environ)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    new = folder / f".{FILE}.{os.getpid()}"
    # Anybody with the secret could impersonate the service; that of the system-wide service must be readable by all.
    mode = 0o644 if folder == SYSTEM else 0o600
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        json.dump(running._asdict(), file)
    is_taken = (folder / FILE).is_dir() or _has_another_home(folder / FILE, running)
    return new.replace(folder / (f"service-{os.getpid()}.json" if is_taken else FILE))


def withdraw(file: Path) -> None:
    """Removes the runtime file, unless another service has written it since."""
    try:
        if read(file).pid == os.getpid():
            file.unlink(missing_ok=True)
    except (Doubt, FileNotFoundError):
        return


def files(environ: Mapping[str, str]) -> Iterator[Path]:
    """The existing runtime files, of this user's services and the system-wide one."""
    own = own_folder(environ)
    for folder in dict.fromkeys((own, SYSTEM)):
        try:
            yield from sorted(folder.glob("service*.json"))
        except OSError:
            continue


def read(file: Path) -> Running:
    """The content of a runtime file.

    Raises:
        Doubt: it must not be trusted, or makes no sense.
        FileNotFoundError: it does not exist.
    """
    try:
        content = json.loads(_trusted_text(file))
    except (ValueError, RecursionError) as error:
        raise Doubt("it is corrupt") from error
    fields: dict[str, Any] = {key: content.get(key) for key in Running._fields} if isinstance(content, dict) else {}
    is_whole = all(isinstance(fields.get(key), kind) for key, kind in _FIELDS.items())
    if not is_whole or fields["pid"] <= 0 or not fields["secret"]:
        raise Doubt("it is corrupt, or from another version of Legato")
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
    """Whether the kernel confirms the process; raises Doubt if it has ended, or its pid has been reused."""
    try:
        os.kill(running.pid, 0)
    except (ProcessLookupError, OverflowError):
        raise Doubt("its process has ended without removing it") from None
    except PermissionError:
        pass
    now = started(running.pid)
    if now and running.started and now != running.started:
        raise Doubt("its process has ended, and another process has its pid now")
    return bool(now and now == running.started)


def started(pid: int) -> int:
    """When a process started, in kernel clock ticks since boot; 0 if unknown."""
    try:
        # The process name is in brackets, and may itself contain brackets.
        return int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


def user(pid: int) -> str:
    """The user of a process: the name, or the number if it has no name; empty if unknown."""
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
    """The text of a regular file that only its owner may write: this user, root, or the system-wide service."""
    try:
        # O_NONBLOCK, so as not to wait on a pipe.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if file.is_symlink():
            raise Doubt("it is a broken link") from None
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
        raise Doubt("it is not a regular file")
    if found.st_uid not in (0, os.getuid()) and folder != SYSTEM:
        raise Doubt("it belongs to another user")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or folder.stat().st_mode & stat.S_IWOTH:
        raise Doubt("other users may write to it")


def _has_another_home(file: Path, running: Running) -> bool:
    """Whether the file belongs to a live service that uses another home."""
    try:
        other = read(file)
        is_vouched_for(other)
    except (Doubt, FileNotFoundError):
        return False
    return other.pid != running.pid and other.home != running.home
