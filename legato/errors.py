"""What can go wrong, as one tree. The text of each is what a person is shown: a line, or one for each fault of a file.

    LegatoError
    ├── UsageError          what was asked for makes no sense; the text says what would
    │   ├── MissingExtra    it needs an optional part of Legato; the text says how to install it
    │   └── AlreadyExists   something of this name is there, and stays as it is
    ├── UnusableFile        a file is there and cannot be used
    ├── NotAllowed          it must not be done: for this person, on this device, or without a yes
    │   └── NotAdmitted     a massage must not begin; it says what would open the gate
    ├── LinkLost            whoever was asked does not answer, or has not confirmed
    ├── Failed              it was tried, and did not work
    ├── InvalidFile         a file breaks the rules of its format, at file:line:column
    ├── ProfileError        a routine is valid, and cannot be played
    │   └── CompileError    not on this device, or not for this person
    │       ├── NothingPlays
    │       └── ProofError
    ├── CareError           people and their diary
    │   ├── UnknownName
    │   └── DiaryError
    ├── ControllerError     a device and the way to it, see legato.controller.errors
    │   ├── Misuse
    │   ├── Refused
    │   ├── DeviceFaulted
    │   ├── PortLost        NoAnswer, BadLine, ProtocolError
    │   └── PortError       PortNotFound, PortBusy, PortForbidden, NotLegato, AnotherDevice, WrongProtocol
    └── ServiceError        what a running service refuses, see legato.service.devices.errors

None of them knows of exit codes (legato.cli.exit_codes has the table) or of HTTP (legato.service.http.problems has it).
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
    """What was asked for needs an optional part of Legato."""


class AlreadyExists(UsageError):
    """Something of this name is there already, and stays as it is."""


class UnusableFile(LegatoError):
    """A file that is there and cannot be used, or one that is not there."""


class NotAllowed(LegatoError):
    """It must not be done: for this person, on this device, at this moment, or without a yes."""


class NotAdmitted(NotAllowed):
    """The routine is not for this person, or not before something else.

    `needs` says what would open the gate: `acknowledge` the `cautions`, a `screening`, a `rest`, or nothing at all.
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
    """Whoever was asked does not answer any more, or has not confirmed what was asked."""


class Failed(LegatoError):
    """It was tried, and did not work."""
