"""What can go wrong at the host: few exceptions, each of which says what to do.

Ours (`Misuse`) and the other end's (`ProtocolError`, `Refused`) are different things, and a lost line is an `OSError`
like any other. A session raises these; a running `play` turns them into an outcome.
"""

from legato.profiles.errors import LegatoError


class ControllerError(LegatoError):
    """Base of everything the host raises on purpose; the message is one line a person can act on."""


class Misuse(ControllerError):
    """The caller asked for something that makes no sense now, such as a resume where nothing is paused."""


class Refused(ControllerError):
    """The device answered a request with a refusal; `code` is the wire's answer code."""

    def __init__(self, request: str, code: int, reason: str) -> None:
        super().__init__(f"the device refuses {request}: {reason}")
        self.code = code


class DeviceFaulted(ControllerError):
    """The device holds a latched fault, which has to be cleared before anything plays."""


class PortLost(ControllerError, ConnectionError):
    """The line or the device behind it went away."""


class NoAnswer(PortLost):
    """The device stopped answering: still there, perhaps, but nothing to rely on."""


class BadLine(NoAnswer):
    """There is no answer because frames arrive damaged; the message says how many."""


class ProtocolError(PortLost):
    """The other end broke a rule of the protocol: which one, in which state, and with which frame."""

    def __init__(self, rule: str, state: str, frame: bytes) -> None:
        super().__init__(f"{rule} (in state {state}, frame {frame.hex(' ')})")
        self.rule = rule
        self.state = state
        self.frame = frame


class PortError(ControllerError):
    """A port cannot be used at all; trying again without changing something will not help."""


class PortNotFound(PortError):
    """There is no such port."""


class PortBusy(PortError):
    """Another program has the port open; `path` is where, if it is a file."""

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


class PortForbidden(PortError):
    """The operating system does not let this user open the port."""


class NotLegato(PortError):
    """Something is there, but it does not speak this protocol."""


class AnotherDevice(PortError):
    """Another device than the one that was lost is on its port now."""


class WrongProtocol(PortError):
    """One of our devices, with a protocol version that this host does not speak."""
