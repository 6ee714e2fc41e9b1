"""Where a device of the service is to be found."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from controller.port import Port


@dataclass(frozen=True, slots=True)
class Place:
    """The device `id` is behind `port`, as a person wrote it; `open` opens that, and raises a PortError."""

    id: str
    port: str
    open: Callable[[], Awaitable[Port]]
    is_simulated: bool = False
