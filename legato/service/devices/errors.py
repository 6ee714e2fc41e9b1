"""Why the service does not do what was asked; each says it in one line."""

from typing import Literal

from legato.errors import LegatoError


class ServiceError(LegatoError):
    """Base of the service's own refusals."""


class UnknownDevice(ServiceError):
    """No device of this name is configured."""


class UnknownRoutine(ServiceError):
    """No routine of this name is known."""


class Offline(ServiceError):
    """The device is not there at the moment."""


class NotNow(ServiceError):
    """It does not fit what the device does at the moment."""


class Unconfirmed(ServiceError):
    """A device that was asked to stop has not said that it has; the message names it, and what to do."""


class NotAdmitted(ServiceError):
    """The routine is not for this person, or not before something else.

    `needs` says what would open the gate: `acknowledge` the `cautions`, a `screening`, a `rest`, or nothing at all.
    """

    def __init__(
        self,
        message: str,
        needs: Literal["acknowledge", "screening", "rest", "nothing"],
        cautions: tuple[str, ...] = (),
    ) -> None:
        # All of it is in `args`, so that the worker process can raise it.
        super().__init__(message, needs, cautions)
        self.needs = needs
        self.cautions = cautions

    def __str__(self) -> str:
        return str(self.args[0])
