"""Why the service does not do what was asked; each says it in one line."""

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


class NotPlayable(ServiceError):
    """The routine cannot be made safe on this device, or has no such length there."""


class Busy(ServiceError):
    """Too much is being worked on at the moment."""


class TooLong(ServiceError):
    """It took longer than anybody may wait, and was given up."""
