"""What clients of the service may request: HTTP, MQTT and the panel see only this, never sessions or ports."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager
from typing import Annotated, Protocol

from pydantic import Field

from legato.app.model import Frozen
from legato.profiles.anatomy import Zone
from legato.profiles.device import HARD_CAP_MMHG, Device
from legato.profiles.envelope import SESSION_MAX_S
from legato.service.devices.state import DeviceState, News, Percent, Readings

Cap = Annotated[float, Field(ge=0, le=HARD_CAP_MMHG)]
"""In mmHg; 0 leaves a zone out."""


Minutes = Annotated[float, Field(ge=1, le=SESSION_MAX_S / 60)]
"""About how long a routine should last; if it cannot, the refusal says which lengths it can have."""


class Start(Frozen):
    """Which routine, for whom, whether its cautions are already `acknowledged`, and lower caps for some zones.

    It lasts about `minutes`; if null, as long as written or, if the person follows a course of it, its full length.

    A run on a simulated device enters the diary only if `keep_simulated` is set: it is marked there, and never
    counted.
    """

    routine: str
    person: str | None = None
    acknowledged: bool = False
    intensity: Percent = 100
    caps_mmhg: dict[Zone, Cap] = Field(default_factory=dict)
    minutes: Minutes | None = None
    keep_simulated: bool = False


class Bridge(Protocol):
    """The devices of a service, by the ids of its configuration.

    Every method that takes `which` raises UnknownDevice if there is none of that name. Those that change something
    also raise Offline if the device is not connected, NotNow if it is in the wrong state, and what the session
    raises. They return once the device has confirmed.
    """

    def states(self) -> Sequence[DeviceState]:
        """Every device, in the order of the configuration."""

    def state(self, which: str) -> DeviceState:
        """One device."""

    def description(self, which: str) -> Device | None:
        """The device's own description; None before it was first connected."""

    def stuck(self) -> Sequence[str]:
        """The devices whose control loop makes no progress, because of a bug in this process."""

    def readings(self, which: str) -> Readings | None:
        """The latest readings; None before the first."""

    def news(self) -> AbstractContextManager[AsyncIterator[News]]:
        """The current state of every device, then everything that happens; a slow reader loses the oldest readings."""

    async def start(self, which: str, wish: Start) -> DeviceState:
        """Starts a routine; returns when the device has begun to fill.

        Raises:
            UnknownRoutine: there is no such routine.
            NotAdmitted: it is not for this person, not now, or a caution has to be acknowledged first.
            NotPlayable: it cannot be played safely on this device, or cannot have that length.
        """

    async def pause(self, which: str) -> DeviceState:
        """Pauses session time and releases the pressure."""

    async def resume(self, which: str) -> DeviceState:
        """Continues after a pause or a lost connection."""

    async def skip(self, which: str) -> DeviceState:
        """Skips to the next mark, or stops if there is none. A paused run stays paused until `resume`."""

    async def set_intensity(self, which: str, percent: int) -> DeviceState:
        """Plays at `percent` of the compiled schedule."""

    async def cap_zone(self, which: str, zone: Zone, cap_mmhg: float) -> DeviceState:
        """Caps the pressure in a zone from the next start until the service ends; possible at any time.

        Raises:
            Offline: the device was never connected, so its zones are unknown.
            NotNow: it has no air chamber in this zone, or its own cap is lower.
        """

    async def answer(self, which: str, question: int) -> DeviceState:
        """Answers the cue with this id."""

    async def clear_fault(self, which: str) -> DeviceState:
        """Clears the latched fault or emergency stop, once the air is out."""

    async def stop(self, which: str) -> DeviceState:
        """Soft release, immediate if there is nothing to stop. `stop` in the result says whether it is confirmed."""

    async def stop_all(self) -> Sequence[DeviceState]:
        """Soft release of every device: all frames are sent before anything else; a failure affects no other device."""

    def cut_off(self, which: str | None = None) -> None:
        """Everything off and all vents open, on one device or all; possible at any time.

        All frames are sent when this returns, before anything is recorded, published or awaited; a failure at one
        device does not affect the others.
        """

    async def obeyed(self, which: str | None = None) -> Sequence[DeviceState]:
        """How they stand after `cut_off`, once they have confirmed it, are away, or have not in time; see `stop`."""

    async def emergency_stop(self, which: str | None = None) -> Sequence[DeviceState]:
        """`cut_off`, and then `obeyed`."""
