"""The loop that every port runs: bytes in, a tick every 10 ms, bytes out."""

from ..core import Core
from ..ticks import TICK_MS, ticks_add, ticks_diff

LATEST_MS = 2 * TICK_MS
"""A loop that needs more than three ticks for one round has lost control of its valves: no watchdog is fed for it."""


class Runtime:
    """The interpreter, its clock and its line, as the loop needs them; a port is one of these."""

    def now_ms(self) -> int:
        """Device ms, masked to 30 bits."""
        raise NotImplementedError

    def read(self, wait_ms: int) -> bytes | None:
        """What has arrived within `wait_ms`, which may be nothing; None when nothing will come any more."""
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        """Sends without waiting; what the line does not take is lost."""
        raise NotImplementedError

    def before_tick(self, now_ms: int) -> None:
        """Called before each tick."""

    def after_tick(self) -> None:
        """Called once a tick has moved its outputs, unless it came too late: the place to feed a watchdog."""


def serve(core: Core, runtime: Runtime) -> None:
    """Runs the firmware until the line has come to its end."""
    due_ms = runtime.now_ms()
    data: bytes | None = b""
    while data is not None:
        data = runtime.read(max(0, ticks_diff(due_ms, runtime.now_ms())))
        if data:
            core.receive(data, runtime.now_ms())
        now_ms = runtime.now_ms()
        late_ms = ticks_diff(now_ms, due_ms)
        if late_ms >= 0:
            runtime.before_tick(now_ms)
            core.tick(now_ms)
            if late_ms <= LATEST_MS:
                runtime.after_tick()
            due_ms = ticks_add(_latest(due_ms, now_ms), TICK_MS)
        runtime.write(core.take_output())


def _latest(due_ms: int, now_ms: int) -> int:
    """When the present tick was due; those that were missed before it are gone."""
    return due_ms if ticks_diff(now_ms, due_ms) < TICK_MS else now_ms
