"""Where a device of the service is to be found, and how it is kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from legato.controller.ports.port import Port

RECONNECT_S: Final = 120.0
"""How long a device that is lost in mid-routine is waited for before the run is over."""


def nowhere() -> str | None:
    """The `path` of an end that is no file of this computer."""
    return None


@dataclass(frozen=True, slots=True)
class PortEnd:
    """A device is behind `port`, as a person wrote it; `open` opens that, and raises a PortError.

    `path` is the file, free of links, where `open` has found it last, or has looked for it; None where it is no file,
    or nobody knows which: what is sought by its USB numbers was not found.
    """

    port: str
    open: Callable[[], Awaitable[Port]]
    is_simulated: bool = False
    path: Callable[[], str | None] = nowhere


@dataclass(frozen=True, slots=True)
class DeviceEndpoint:
    """The device `id` is at one end, or, being a pair that plays as one, at two."""

    id: str
    ends: tuple[PortEnd, ...]

    @property
    def port(self) -> str:
        """Its port, or both."""
        return " + ".join(end.port for end in self.ends)

    @property
    def is_simulated(self) -> bool:
        """Whether nothing of it is real."""
        return all(end.is_simulated for end in self.ends)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How long a device that is lost in mid-routine is waited for, and what becomes of a fault that is found latched.

    It is kept, and told (`keep_fault`); cleared (`clear_fault`); or else such a device counts as one that is not there.
    """

    reconnect_s: float = RECONNECT_S
    keep_fault: bool = True
    clear_fault: bool = False
