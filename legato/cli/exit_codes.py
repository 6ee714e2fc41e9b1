"""How each command ends: the exit codes, the table that maps errors to them, and one line for what went wrong."""

from enum import IntEnum
from typing import Final

import typer

from legato.errors import (
    CareError,
    CompileError,
    ControllerError,
    DeviceFaulted,
    Failed,
    InvalidFile,
    LegatoError,
    LinkLost,
    Misuse,
    NotAllowed,
    PortError,
    Refused,
    UnknownName,
    UnusableFile,
    UsageError,
)
from legato.extras import EXTRAS, without


class Exit(IntEnum):
    """Exit codes of every command; scripts rely on them. A signal gives 128 plus its number, as in shells."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INVALID_FILE = 3
    PORT = 4
    LINK_LOST = 5
    REFUSED = 6
    EMERGENCY_STOP = 7
    DEVICE_FAULT = 8
    HANGUP = 129
    INTERRUPT = 130
    QUIT = 131
    UNREAD = 141
    TERMINATED = 143


OUTCOME_EXIT: Final[dict[str, Exit]] = {
    "completed": Exit.DONE,
    "stopped": Exit.DONE,
    "link_lost": Exit.LINK_LOST,
    "refused": Exit.REFUSED,
    "emergency_stopped": Exit.EMERGENCY_STOP,
    "device_fault": Exit.DEVICE_FAULT,
}
"""The exit code for each outcome of a run."""

_EXITS: Final[tuple[tuple[type[LegatoError], Exit], ...]] = (
    (UsageError, Exit.USAGE),
    (UnknownName, Exit.USAGE),
    (CareError, Exit.FAILED),
    (InvalidFile, Exit.INVALID_FILE),
    (UnusableFile, Exit.INVALID_FILE),
    (CompileError, Exit.REFUSED),
    (NotAllowed, Exit.REFUSED),
    (Refused, Exit.REFUSED),
    (PortError, Exit.PORT),
    (DeviceFaulted, Exit.DEVICE_FAULT),
    (Misuse, Exit.FAILED),
    (ControllerError, Exit.LINK_LOST),
    (LinkLost, Exit.LINK_LOST),
    (Failed, Exit.FAILED),
)
"""The first match counts."""


def exit_of(kind: type[LegatoError]) -> Exit:
    """The exit code of a kind of error."""
    return next((code for known, code in _EXITS if issubclass(kind, known)), Exit.FAILED)


def explained(error: BaseException) -> tuple[int, str]:
    """The exit code and message for whatever ended a command; an unexpected error gets one line, `internal error`."""
    match error:
        case typer.TyperException():
            return error.exit_code, _usage(error)
        case KeyboardInterrupt():
            return Exit.INTERRUPT, "interrupted"
        case ModuleNotFoundError() if (missing := (error.name or "").partition(".")[0]) in EXTRAS:
            return Exit.USAGE, without(missing)
        case BaseExceptionGroup() if len(error.exceptions) == 1:
            return explained(error.exceptions[0])
        case LegatoError() if not isinstance(error, Misuse):
            return exit_of(type(error)), str(error)
        case OSError() if error.strerror:
            where = f"{error.filename}: " if error.filename is not None else ""
            return Exit.FAILED, where + error.strerror.lower()
        case _:
            return Exit.FAILED, f"internal error: {type(error).__name__}: {error}; LEGATO_DEBUG=1 shows where"


def is_unread(error: BaseException) -> bool:
    """Whether `error` means that nobody reads the output, which is not reported; typer turns it into an exit."""
    match error:
        case SystemExit():
            return isinstance(error.__context__, BrokenPipeError)
        case BaseExceptionGroup():
            return all(map(is_unread, error.exceptions))
        case _:
            return isinstance(error, BrokenPipeError)


def _usage(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    name = context.command_path if context else "legato"
    message = error.format_message()
    # The message is empty if no command was given: the help has then been shown.
    return message and f"{name}: {message} See `{name} --help`."
