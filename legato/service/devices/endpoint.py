"""Where to find a device of the service, and how to handle its loss and faults."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from legato.controller.ports.port import Port

RECONNECT_S: Final = 120.0
"""How long to wait for a device that is lost during a routine before the run ends."""


def nowhere() -> str | None:
    """The `path` of an end that is not a file on this computer."""
    return None


@dataclass(frozen=True, slots=True)
class PortEnd:
    """One device, on `port` as a person wrote it; `open` opens it, and raises a PortError.

    `path` is the file, with links resolved, where `open` last found it or looked for it; None if it is not a file,
    or if a device sought by its USB ids was not found.
    """

    port: str
    open: Callable[[], Awaitable[Port]]
    is_simulated: bool = False
    path: Callable[[], str | None] = nowhere


@dataclass(frozen=True, slots=True)
class DeviceEndpoint:
    """The device `id` with its port or, for a pair that plays as one, its two ports."""

    id: str
    ends: tuple[PortEnd, ...]

    @property
    def port(self) -> str:
        """Its port, or both ports."""
        return " + ".join(end.port for end in self.ends)

    @property
    def is_simulated(self) -> bool:
        """Whether it is entirely simulated."""
        return all(end.is_simulated for end in self.ends)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How long to wait for a device that is lost during a routine, and what to do if it has a latched fault.

    The fault is kept and reported (`keep_fault`) or cleared (`clear_fault`); otherwise the device counts as offline.
    """

    reconnect_s: float = RECONNECT_S
    keep_fault: bool = True
    clear_fault: bool = False
