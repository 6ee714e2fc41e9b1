"""Where a running service says that it runs. Only the standard library is used here: `legato stop` must not wait.

The file holds `{"url": ..., "pid": ...}`, and where they are used `token_file` and `tls_cert`.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

FILE: Final = "service.json"

SYSTEM: Final = Path("/run/legato")
"""Where the service of the whole machine says it."""


class Running(NamedTuple):
    """A service: its address, its process, and the files that a client needs to be let in."""

    url: str
    pid: int = 0
    token_file: str | None = None
    tls_cert: str | None = None


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

    Raises:
        OSError: it cannot be written.
    """
    folder = own_folder(environ)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    new = folder / f".{FILE}.{os.getpid()}"
    new.write_text(json.dumps(running._asdict()), "utf-8")
    return new.replace(folder / FILE)


def withdraw(file: Path) -> None:
    """Says that it runs no more, unless another service has said since that it does."""
    found = _read(file)
    if found is not None and found.pid == os.getpid():
        file.unlink(missing_ok=True)


def find(environ: Mapping[str, str]) -> Running | None:
    """The service to talk to: the one that LEGATO_URL names, this user's, or the machine's; None where none runs."""
    if url := environ.get("LEGATO_URL"):
        return Running(url, token_file=environ.get("LEGATO_TOKEN_FILE"))
    for folder in _folders(environ):
        found = _read(folder / FILE)
        if found is not None and _is_alive(found.pid):
            return found
    return None


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    own = own_folder(environ)
    yield own
    if own != SYSTEM:
        yield SYSTEM


def _read(file: Path) -> Running | None:
    """What a file says; None where it is missing, is another's who must not be trusted, or makes no sense."""
    try:
        owner = file.stat().st_uid
        told = json.loads(file.read_text("utf-8"))
        running = Running(**told)
    except (OSError, ValueError, TypeError):
        return None
    return running if owner in (0, os.getuid()) or file.parent == SYSTEM else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
