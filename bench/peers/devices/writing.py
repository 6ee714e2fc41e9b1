"""What all stand-ins share: a line, and a notebook for what is written to the actuators."""

import time
from collections.abc import Callable

from bench.stress.spread import Stamp
from bench.stress.stand import Notebook
from legato.sim.pipes import discard


class Writing:
    """Base of the stand-ins; they override `feed`."""

    def __init__(self, notebook: Notebook) -> None:
        self.send: Callable[[bytes], None] = discard
        self._notebook = notebook
        self._held = bytearray()

    def feed(self, data: bytes) -> None:
        """Bytes from the host."""
        raise NotImplementedError

    def write(self, actuator: int, value: int) -> None:
        """The actuator goes to `value` now."""
        self._notebook.executed.append(Stamp(time.monotonic(), actuator, value))
