"""What can go wrong, as one tree. The text of each is what a person sees: one line, or one line per fault in a file.

    LegatoError
    ├── UsageError          the request makes no sense; the text says what would
    │   ├── MissingExtra    an optional part of Legato is needed; the text says how to install it
    │   └── AlreadyExists   something of this name exists, and is left unchanged
    ├── UnusableFile        a file is missing or cannot be used
    ├── NotAllowed          it is not permitted: for this person, on this device, or without a yes
    │   └── NotAdmitted     a massage must not start; `needs` says what would permit it
    ├── LinkLost            the device or service does not answer, or has not confirmed
    ├── Failed              it was attempted and did not work
    ├── InvalidFile         a file breaks the rules of its format, at file:line:column
    ├── ProfileError        a routine is valid but cannot be played
    │   └── CompileError    not on this device, or not for this person
    │       ├── NothingPlays
    │       └── ProofError
    ├── CareError           people and their diary
    │   ├── UnknownName
    │   └── DiaryError
    ├── ControllerError     a device and the connection to it, see legato.controller.errors
    │   ├── Misuse
    │   ├── Refused
    │   ├── DeviceFaulted
    │   ├── PortLost        NoAnswer, BadLine, ProtocolError
    │   └── PortError       PortNotFound, PortBusy, PortForbidden, NotLegato, AnotherDevice, WrongProtocol
    └── ServiceError        what a running service refuses, see legato.service.devices.errors

None of them knows about exit codes (the table is in legato.cli.exit_codes) or HTTP (legato.service.http.problems).
"""

from typing import Literal

from legato.care.errors import CareError, DiaryError, UnknownName
from legato.controller.errors import ControllerError, DeviceFaulted, Misuse, PortError, PortLost, Refused
from legato.profiles.errors import InvalidFile, LegatoError, UsageError
from legato.profiles.refusal import CompileError, NothingPlays, ProfileError, ProofError

__all__ = [
    "AlreadyExists",
    "CareError",
    "CompileError",
    "ControllerError",
    "DeviceFaulted",
    "DiaryError",
    "Failed",
    "InvalidFile",
    "LegatoError",
    "LinkLost",
    "MissingExtra",
    "Misuse",
    "NotAdmitted",
    "NotAllowed",
    "NothingPlays",
    "PortError",
    "PortLost",
    "ProfileError",
    "ProofError",
    "Refused",
    "UnknownName",
    "UnusableFile",
    "UsageError",
]


class MissingExtra(UsageError):
    """The request needs an optional part of Legato."""


class AlreadyExists(UsageError):
    """Something of this name already exists, and is left unchanged."""


class UnusableFile(LegatoError):
    """A file that exists but cannot be used, or that does not exist."""


class NotAllowed(LegatoError):
    """It is not permitted: for this person, on this device, at this moment, or without a yes."""


class NotAdmitted(NotAllowed):
    """The routine is not for this person, or not before something else.

    `needs` says what would permit it: to `acknowledge` the `cautions`, a `screening`, a `rest`, or nothing at all.
    """

    def __init__(
        self,
        message: str,
        needs: Literal["acknowledge", "screening", "rest", "nothing"],
        cautions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.needs = needs
        self.cautions = cautions


class LinkLost(LegatoError):
    """The device or service no longer answers, or has not confirmed a request."""


class Failed(LegatoError):
    """It was attempted and did not work."""
