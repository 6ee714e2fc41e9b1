"""A device process: whatever speaks the protocol at one end of a pty, and a notebook of what it did and when.

It says `ready PATH` on stdout, serves until its stdin ends, and then prints its notebook as JSON. Each device is a
module of its own that calls `serve`.
"""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from json import dumps

from bench.stress.machine import be_punctual
from bench.stress.spread import Stamp, percentile
from legato.sim.pipes import Wired, discard
from legato.sim.pty import PtyPort

PULSE_S = 0.01


@dataclass
class Notebook:
    """What a device process hands in.

    `origin_s` is when its work began, where the device decides that; `late_*` is by how much the process itself woke up
    late from 10 ms of sleep; bytes are counted at the device's end of the pty.
    """

    origin_s: float | None = None
    executed: list[Stamp] = field(default_factory=list)
    safe_s: list[float] = field(default_factory=list)
    """When an emergency stop had put the last valve to rest."""
    clock: tuple[float, float] = (0.0, 0.0)
    """A moment of the machine's clock, and the device's own at it, in ms."""
    received: int = 0
    sent: int = 0
    late_p99_ms: float = 0.0
    late_max_ms: float = 0.0
    is_realtime: bool = False


Maker = Callable[[asyncio.AbstractEventLoop, Notebook], Wired]
"""Makes the device; it writes into the notebook by itself."""


def serve(make: Maker) -> None:
    """Runs the device until stdin ends."""
    asyncio.run(_serve(make))


async def _serve(make: Maker) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    notebook = Notebook(is_realtime=be_punctual())
    port = PtyPort(Meter(make(loop, notebook), notebook), loop)
    loop.add_reader(sys.stdin, ended.set)
    pulse = asyncio.create_task(_feel_pulse(notebook, ended))
    print("ready", port.name, flush=True)
    await pulse
    loop.remove_reader(sys.stdin)
    port.close()
    print(dumps(asdict(notebook)), flush=True)


async def _feel_pulse(notebook: Notebook, ended: asyncio.Event) -> None:
    """Measures how punctual this process is, until `ended`."""
    loop = asyncio.get_running_loop()
    late_ms: list[float] = []
    while not ended.is_set():
        due_s = loop.time() + PULSE_S
        await asyncio.sleep(PULSE_S)
        late_ms.append((loop.time() - due_s) * 1000.0)
    notebook.late_p99_ms, notebook.late_max_ms = percentile(late_ms, 99), max(late_ms, default=0.0)


class Meter:
    """Counts the bytes between a device and its line."""

    def __init__(self, device: Wired, notebook: Notebook) -> None:
        self.send: Callable[[bytes], None] = discard
        self._device = device
        self._notebook = notebook
        device.send = self._out

    def feed(self, data: bytes) -> None:
        """Bytes from the host."""
        self._notebook.received += len(data)
        self._device.feed(data)

    def _out(self, data: bytes) -> None:
        self._notebook.sent += len(data)
        self.send(data)
