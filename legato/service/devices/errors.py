"""Why the service refuses a request; each message is one line."""

from legato.errors import LegatoError


class ServiceError(LegatoError):
    """Base class of the service's own refusals."""


class UnknownDevice(ServiceError):
    """No device of this name is configured."""


class UnknownRoutine(ServiceError):
    """No routine of this name is known."""


class Offline(ServiceError):
    """The device is not connected."""


class NotNow(ServiceError):
    """The request does not fit the current state of the device."""


class Unconfirmed(ServiceError):
    """A device has not confirmed a stop; the message names it, and says what to do."""


class NotPlayable(ServiceError):
    """The routine cannot be played safely on this device, or cannot have that length."""


class Busy(ServiceError):
    """Too many jobs are in progress."""


class TooLong(ServiceError):
    """It took longer than the time limit and was abandoned."""
