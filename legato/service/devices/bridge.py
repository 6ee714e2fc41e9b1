"""What clients of the service may ask: HTTP, MQTT and the panel see only this, and nothing of sessions and ports."""

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
"""How long a routine is to last, about; what of that it can, the refusal of it says."""


class Start(Frozen):
    """Which routine, for whom, whether its cautions are `acknowledged` already, and tighter caps for some zones.

    It lasts about `minutes`; without, as long as is written, or, where the person follows a course of it, in full.

    A run on a simulated device is in nobody's diary, unless `keep_simulated` asks for it: there it is marked, and
    counts for nothing.
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

    Every method that asks `which` raises UnknownDevice where there is none of that name; those that change something
    also raise Offline where the device is not there, NotNow where it does not fit what the device does, and what the
    session raises. They return once the device has confirmed.
    """

    def states(self) -> Sequence[DeviceState]:
        """Every device, in the order of the configuration."""

    def state(self, which: str) -> DeviceState:
        """One device."""

    def description(self, which: str) -> Device | None:
        """What the device says it is; None before it was there."""

    def stuck(self) -> Sequence[str]:
        """The devices whose control makes no progress: a mistake inside this process."""

    def readings(self, which: str) -> Readings | None:
        """The latest readings; None before the first."""

    def news(self) -> AbstractContextManager[AsyncIterator[News]]:
        """What happens from now on, after the present state of every device; the oldest readings go when it is slow."""

    async def start(self, which: str, wish: Start) -> DeviceState:
        """Begins a routine; returns when the device has begun to fill.

        Raises:
            UnknownRoutine: there is none of this name.
            NotAdmitted: it is not for this person, not now, or a caution has to be acknowledged first.
            NotPlayable: it cannot be made safe on this device, or has no such length there.
        """

    async def pause(self, which: str) -> DeviceState:
        """Holds session time and lets the pressure out."""

    async def resume(self, which: str) -> DeviceState:
        """Goes on after a pause or a loss."""

    async def skip(self, which: str) -> DeviceState:
        """Goes to the next mark; stops where there is none. What stands still stays there until `resume`."""

    async def set_intensity(self, which: str, percent: int) -> DeviceState:
        """Plays at `percent` of the compiled schedule."""

    async def cap_zone(self, which: str, zone: Zone, cap_mmhg: float) -> DeviceState:
        """Presses a zone no harder than this from the next start on, until the service ends; possible at any time.

        Raises:
            Offline: the device was never there, so that nobody knows its zones.
            NotNow: it has no air in this zone, or its own cap is lower.
        """

    async def answer(self, which: str, question: int) -> DeviceState:
        """Answers the cue with this id."""

    async def clear_fault(self, which: str) -> DeviceState:
        """Has the latched fault or emergency stop cleared, once the air is out."""

    async def stop(self, which: str) -> DeviceState:
        """Soft release; nothing to do is done at once. What is returned says in `stop` whether it is confirmed."""

    async def stop_all(self) -> Sequence[DeviceState]:
        """Soft release of every device: first all the frames, then all the rest; one that fails keeps no other."""

    def cut_off(self, which: str | None = None) -> None:
        """Everything off and open, on one device or on all; possible at any time.

        The frames are on their lines when this returns, before anything is recorded, told or waited for; one that fails
        keeps no other.
        """

    async def obeyed(self, which: str | None = None) -> Sequence[DeviceState]:
        """How they stand after `cut_off`, once they have confirmed it, are away, or have not in time; see `stop`."""

    async def emergency_stop(self, which: str | None = None) -> Sequence[DeviceState]:
        """`cut_off`, and then `obeyed`."""
