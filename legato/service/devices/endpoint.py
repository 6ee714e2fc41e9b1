"""Where a device of the service is to be found."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from legato.controller.ports.port import Port


def nowhere() -> str | None:
    """The `path` of a place that is no file of this computer."""
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """The device `id` is behind `port`, as a person wrote it; `open` opens that, and raises a PortError.

    `path` is the file, free of links, where `open` has found it last, or has looked for it; None where it is no file,
    or nobody knows which: what is sought by its USB numbers was not found.
    """

    id: str
    port: str
    open: Callable[[], Awaitable[Port]]
    is_simulated: bool = False
    path: Callable[[], str | None] = nowhere
