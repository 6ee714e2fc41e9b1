"""The second wall: compares what the device reports with what the schedule asked for.

The firmware has limits of its own; this wall stands even if they fail, and it knows what the firmware does not: the
whole schedule. Figures are [E] estimates, wider than the firmware's so that the nearer wall acts first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from legato.controller.link.device_messages import Status
from legato.firmware import wire
from legato.profiles.air import fill_seconds
from legato.profiles.device import Chamber, Device
from legato.profiles.envelope import in_force
from legato.profiles.schedule import Schedule

CAP_MARGIN_MMHG: Final = 10.0
FAR_ABOVE_MMHG: Final = 20.0
FAR_ABOVE_MS: Final = 2_500
"""A person who moves adds 15 mmHg for up to 2 s; this is more, for longer."""

FAR_BELOW: Final = 0.5
"""A chamber that has not reached this part of what is commanded does not follow."""

COMMANDED_MARGIN: Final = 2.0
"""The device may not command more than the schedule by more than this: rounding, and one status of delay."""

_WORTH_WATCHING_MMHG: Final = 12.0
_VENT_MS: Final = 8_000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What does not fit: which channel, why, and the figures."""

    channel: str
    why: str
    commanded: float
    measured: float


class PlausibilityCheck:
    """Takes every status of a run; `check` returns the first disagreement that has lasted too long."""

    def __init__(self, schedule: Schedule) -> None:
        self._chambers = [
            (c.index, c.name, c.actuator) for c in in_force(schedule.device).channels if isinstance(c.actuator, Chamber)
        ]
        self._peaks = _peaks(schedule)
        self._patience_ms = {i: _fill_allowance_ms(schedule.device, chamber) for i, _, chamber in self._chambers}
        self._above_since: dict[int, int] = {}
        self._below_since: dict[int, int] = {}

    def check(self, status: Status) -> Disagreement | None:
        """`status` against the schedule; statuses come in order of device time."""
        for index, name, chamber in self._chambers:
            measured, commanded = status.measured[index], status.commanded[index]
            if measured is None:
                continue
            why = self._judge(index, chamber, measured, commanded, status)
            if why:
                return Disagreement(name, why, commanded, measured)
        return None

    def _judge(self, index: int, chamber: Chamber, measured: float, commanded: float, status: Status) -> str:
        if measured > chamber.cap_mmhg + CAP_MARGIN_MMHG:
            return f"measures over its cap of {chamber.cap_mmhg:g} mmHg"
        if commanded > self._peaks[index] + COMMANDED_MARGIN:
            return f"is commanded above all that the schedule asks ({self._peaks[index]:g} mmHg)"
        if self._lasts(self._above_since, index, measured > commanded + FAR_ABOVE_MMHG, status) > self._above_ms(
            status
        ):
            return f"stays more than {FAR_ABOVE_MMHG:g} mmHg above what is commanded"
        is_low = commanded > _WORTH_WATCHING_MMHG and measured < commanded * FAR_BELOW
        if self._lasts(self._below_since, index, is_low, status) > self._patience_ms[index]:
            return "does not follow what is commanded"
        return ""

    def _above_ms(self, status: Status) -> int:
        """While nothing plays the air may take its time to leave."""
        return FAR_ABOVE_MS if status.state == wire.RUNNING else _VENT_MS

    @staticmethod
    def _lasts(since: dict[int, int], index: int, is_so: bool, status: Status) -> int:
        """For how many ms of device time it has been so."""
        if not is_so:
            since.pop(index, None)
            return 0
        return (status.device_ms - since.setdefault(index, status.device_ms)) & 0x3FFFFFFF


def _peaks(schedule: Schedule) -> Sequence[float]:
    """The highest target of each channel."""
    peaks = [0.0] * len(schedule.device.channels)
    for setpoint in schedule.setpoints:
        peaks[setpoint.channel] = max(peaks[setpoint.channel], setpoint.target)
    return peaks


def _fill_allowance_ms(device: Device, chamber: Chamber) -> int:
    """Twice the time the pump needs from empty to the cap, for every chamber that shares it: it fills one at a time."""
    pump = device.pump_of(chamber)
    sharing = [c for c in device.chambers if c.pump == chamber.pump]
    total_s = 0.0
    for other in sharing:
        total_s += fill_seconds(other, pump, 0.0, other.cap_mmhg, slack=True)
    return round(2000.0 * total_s)
