"""What every fault has: when it begins, how long it lasts, and how it is brought about on the bench."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from legato.profiles.device import Device, Name
from legato.sim.device import SimDevice
from legato.sim.faults.cable import Cable

Undo = Callable[[], None]

FaultPlace = Literal["line", "device", "plant", "sensor", "host"]


class UnknownTarget(ValueError):
    """The device has nothing of this name; `field` says which field of the fault named it."""

    def __init__(self, field: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"{field} is {name}, which this device does not have")
        self.field = field
        self.name = name
        self.known = known


class OutOfReach(RuntimeError):
    """This fault cannot be brought about here."""


class HostProcess(Protocol):
    """The process that drives the device, as far as it is in reach."""

    def freeze(self) -> None:
        """Stop it in its tracks, as SIGSTOP does; raises OutOfReach."""

    def thaw(self) -> None:
        """Let it go on."""

    def kill(self) -> None:
        """End it for good, as SIGKILL does; raises OutOfReach."""


@dataclass(frozen=True, slots=True)
class FaultBench:
    """Everything that a fault may touch."""

    device: SimDevice
    cable: Cable
    host: HostProcess
    loop: asyncio.AbstractEventLoop


class InjectedFault(BaseModel):
    """One thing that goes wrong at `at_s`, seconds after the bench was set up, and is right again `for_s` later.

    Without `for_s` it stays for good.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    place: ClassVar[FaultPlace]

    at_s: Annotated[float, Field(ge=0, le=3600)] = 0.0
    for_s: Annotated[float, Field(gt=0, le=3600)] | None = None

    def check(self, device: Device) -> None:
        """Whether it can be brought about on `device`; raises UnknownTarget."""

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        """Bring it about now, with chance from `rng`; returns what ends it."""
        raise NotImplementedError


class OfChamber(InjectedFault):
    """A fault of one chamber, named as in the device description."""

    place = "plant"

    chamber: Name

    def check(self, device: Device) -> None:
        self.number(device)

    def number(self, device: Device) -> int:
        """The chamber's number; raises UnknownTarget."""
        names = tuple(c.id for c in device.chambers)
        if self.chamber not in names:
            raise UnknownTarget("chamber", self.chamber, names)
        return names.index(self.chamber)
