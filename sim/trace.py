"""The trace: what was commanded, measured and felt, ten times a second and at every change of state.

CSV with the columns of `HEADER`. `t_ms` is time on the device since the trace began; a sample is one row a channel.
Where a sensor gives no reading, nothing is measured: the cell is empty.
"""

from hashlib import sha256
from typing import TextIO

from legato.firmware import wire
from legato.profiles.device import Quantity
from legato.sim.device import SimDevice

HEADER = "t_ms,session_ms,actuator,commanded,measured,felt,unit,state\n"
PERIOD_US = 100_000
LET_GO_MMHG = 5.0

STATE_NAMES = {
    wire.IDLE: "idle",
    wire.ARMED: "armed",
    wire.REFILL: "refill",
    wire.RUNNING: "running",
    wire.PAUSED: "paused",
    wire.STOPPING: "stopping",
    wire.FAULTED: "faulted",
}


class Trace:
    """Writes the trace of a device to a text file, from now on; an `error` of the file ends the trace, nothing else."""

    def __init__(self, device: SimDevice, file: TextIO) -> None:
        """Watch `device`; it must be powered. The file stays the caller's to close."""
        self.error: OSError | None = None
        self._device = device
        self._file = file
        self._hash = sha256()
        self._begin_us = self._due_us = device.now_us
        self._state = device.core.state
        channels = device.device.channels
        self._columns = [(f",{c.name},", f",{c.unit},") for c in channels]
        self._pressures = [c.index for c in channels if c.quantity is Quantity.PRESSURE]
        self.is_over = False
        """Whether, in the latest sample, no session ran and every chamber was felt below 5 mmHg."""
        self._write(HEADER)
        device.watch = self._look

    @property
    def sha256(self) -> str:
        """Hash over every byte written so far."""
        return self._hash.hexdigest()

    def _look(self, now_us: int) -> None:
        """Called after everything the firmware does; most of the time there is nothing to write."""
        state = self._device.core.state
        if now_us >= self._due_us or state != self._state:
            self._state = state
            self._sample(now_us)
            while self._due_us <= now_us:
                self._due_us += PERIOD_US

    def _sample(self, now_us: int) -> None:
        core = self._device.core
        head = f"{(now_us - self._begin_us + 500) // 1000},{core.session_ms(self._device.now_ms)}"
        state = f"{STATE_NAMES[core.state]}\n"
        all_felt = self._device.felt()
        quiet = all(all_felt[channel] < LET_GO_MMHG for channel in self._pressures)
        self.is_over = quiet and core.state in (wire.IDLE, wire.FAULTED)
        values = zip(self._columns, core.commanded(), core.readings, all_felt, strict=True)
        self._write(
            "".join(
                f"{head}{name}{commanded * 0.5:.1f},{_measured(measured)},{felt:.1f}{unit}{state}"
                for (name, unit), commanded, measured, felt in values
            )
        )

    def _write(self, text: str) -> None:
        if self.error is not None:
            return
        try:
            self._file.write(text)
        except OSError as error:
            self.error = error
        else:
            self._hash.update(text.encode())


def _measured(tenths: int) -> str:
    return "" if tenths == wire.INVALID else f"{tenths * 0.1:.1f}"
