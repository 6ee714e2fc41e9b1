"""The device process of Legato at the work: the true firmware on the simulator, whose outputs are stamped."""

import asyncio
import time

from bench.stress.spread import Stamp
from bench.stress.stand import Notebook, serve
from bench.stress.work import device, intensity_channels
from legato.firmware import wire
from legato.sim.board import HALF_UNITS, SimBoard
from legato.sim.device import SimDevice
from legato.sim.plant import Plant


class StampedBoard(SimBoard):
    """Writes down when an output changes to something: what the firmware does, not what it says."""

    def __init__(self, motors: SimDevice, plant: Plant, notebook: Notebook) -> None:
        super().__init__(motors.device, plant, seed=0)
        self._actuator = {channel: i for i, channel in enumerate(intensity_channels(motors.device))}
        self._notebook = notebook

    def drive(self, channel: int, value: int) -> None:
        at_s = time.monotonic()
        super().drive(channel, value)
        if value:
            self._notebook.executed.append(Stamp(at_s, self._actuator[channel], value // HALF_UNITS))


def made(loop: asyncio.AbstractEventLoop, notebook: Notebook) -> SimDevice:
    """Eight motors, switched on; the work begins when the device says that session time runs."""
    motors = SimDevice(device(), 0, loop)
    motors.board = StampedBoard(motors, motors.plant, notebook)

    def note_origin(_now_us: int) -> None:
        session_ms = motors.core.session_ms(motors.now_ms)
        if notebook.origin_s is None and motors.core.state == wire.RUNNING and session_ms > 0:
            notebook.origin_s = loop.time() - session_ms / 1000.0

    motors.watch = note_origin
    motors.start()
    notebook.clock = _moment(motors)
    return motors


def _moment(motors: SimDevice) -> tuple[float, float]:
    """When, by the machine's clock, the device's clock stood where.

    A clock that shows whole milliseconds has just come to what it shows when that changes.
    """
    before_ms = now_ms = motors.now_ms
    while now_ms == before_ms:
        now_ms = motors.now_ms
    return time.monotonic(), float(now_ms)


if __name__ == "__main__":
    serve(made)
