"""A simulated device: the reference firmware, unchanged, on a board with a plant behind it, run by an event loop."""

import asyncio
from collections.abc import Callable
from random import Random

from legato.firmware.core import Core
from legato.profiles.device import Device
from legato.profiles.schedule import TICK_MS
from legato.sim.board import SimBoard, config_for
from legato.sim.clock import VirtualLoop
from legato.sim.pipes import discard
from legato.sim.plant import Plant

CLOCK_MASK = (1 << 30) - 1
"""Device milliseconds are 30 bits wide."""

_TICK_S = TICK_MS / 1000.0

WATCHDOG_US = 1_000_000
"""A firmware that has not fed the board's watchdog for this long is reset by it."""

SLOWEST = 3.0
"""A loop that takes longer than three ticks for every round does not feed the watchdog, however busy it is."""


def ignore(now_us: int) -> None:
    """The `watch` of a device that nobody observes."""
    del now_us


def cannot_skip(when: float) -> bool:
    """Real time has to be waited for."""
    del when
    return False


def as_simulated(device: Device) -> Device:
    """`device` as the simulator describes it over the wire."""
    return device.model_copy(update={"simulated": True})


class SimDevice:
    """Whoever plugs it in sets `send` and calls `feed`; `watch`, after all the firmware does, with the plant time."""

    def __init__(self, device: Device, seed: int, loop: asyncio.AbstractEventLoop) -> None:
        """`seed` decides noise, boot ids and where the device clock starts; `loop` gives the time, virtual or real."""
        self.send: Callable[[bytes], None] = discard
        self.watch: Callable[[int], None] = ignore
        self.is_watched = True
        """Whether the board has a watchdog."""
        self.device = as_simulated(device)
        self.plant = Plant(device)
        self._loop = loop
        self._skip_to = loop.skip_to if isinstance(loop, VirtualLoop) else cannot_skip
        self._origin_s = loop.time()
        self._boots = Random(f"{seed}/boot")  # noqa: S311 - to tell boots apart, not to keep a secret
        self.board = SimBoard(device, self.plant, seed)
        self._config = config_for(self.device)
        self._timer: asyncio.Handle | None = None
        self._rate = self._slowness = 1.0
        self._ticks = self._since_us = self._since_ms = 0
        self._since_s = 0.0
        self._fed_us = 0
        self._period_s = _TICK_S
        self.core: Core

    @property
    def is_powered(self) -> bool:
        """Whether the firmware runs."""
        return self._timer is not None

    @property
    def now_us(self) -> int:
        """Plant time: microseconds since the device was made, powered or not."""
        return round((self._loop.time() - self._origin_s) * 1e6)

    @property
    def now_ms(self) -> int:
        """The device's own clock, to the nearest millisecond; valid while powered."""
        return self._clock_ms(self.now_us)

    def start(self) -> None:
        """Switch the power on: the firmware boots, with a new boot id and clock. Powered already: nothing."""
        if self._timer is None:
            self._boot()
            self._timer = self._loop.call_soon(self._tick)

    def stop(self) -> None:
        """Cut the power: outputs fall back, the firmware forgets. Without power already: nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self.board.now_us = self.now_us
            self.board.lose_power()

    def set_pace(self, *, rate: float | None = None, slowness: float | None = None) -> None:
        """Let the device's clock run at `rate` of what is right, and its control loop take `slowness` times as long."""
        now_ms = self.now_ms
        self._rate = rate or self._rate
        self._slowness = slowness or self._slowness
        self._count_from(now_ms)

    def feed(self, data: bytes) -> None:
        """Bytes that the line brings; without power nobody hears them."""
        if self._timer is not None:
            now_us = self._wake()
            self.core.receive(data, self._clock_ms(now_us))
            self._finish(now_us)

    def felt(self) -> list[float]:
        """What is felt of every channel now, in channel order and units."""
        now_us = self.now_us
        self.plant.advance(now_us)
        return [felt_at(now_us) for felt_at in self.plant.felt]

    def _tick(self) -> None:
        """Tick now, and on in virtual time for as long as nobody else has anything to do."""
        next_s = self._tick_once()
        while self._skip_to(next_s):
            next_s = self._tick_once()
        self._timer = self._loop.call_at(next_s, self._tick)

    def _tick_once(self) -> float:
        """Returns the loop's time of the next tick."""
        now_us = self._wake()
        if self._slowness <= SLOWEST:
            self._fed_us = now_us
        try:
            self.core.tick(self._clock_ms(now_us))
        except Exception:
            self.stop()
            raise
        self._finish(now_us)
        # Ticks that a stalled process missed are gone, as they would be on a stalled board.
        self._ticks = max(self._ticks, int((self._loop.time() - self._since_s) / self._period_s)) + 1
        return self._since_s + self._ticks * self._period_s

    def _wake(self) -> int:
        """Set the board's time; returns plant time. A firmware that has overslept wakes up from a reset."""
        now_us = self.now_us
        if self.is_watched and now_us - self._fed_us > WATCHDOG_US:
            self.board.now_us = self._fed_us + WATCHDOG_US
            self.board.lose_power()
            self._boot()
        self.board.now_us = now_us
        return now_us

    def _boot(self) -> None:
        """The firmware starts, with a new boot id and clock."""
        self._count_from(self._boots.getrandbits(30))
        self.board.now_us = self._fed_us = self._since_us
        self.core = Core(self._config, self.board, self._boots.getrandbits(32))

    def _finish(self, now_us: int) -> None:
        output = self.core.take_output()
        if output:
            self.send(output)
        self.watch(now_us)

    def _count_from(self, device_ms: int) -> None:
        """From now on, clock and ticks count from here."""
        self._since_us = self.now_us
        self._since_ms = device_ms
        self._since_s = self._loop.time()
        self._ticks = 0
        self._period_s = _TICK_S * self._slowness / self._rate

    def _clock_ms(self, now_us: int) -> int:
        return (self._since_ms + int((now_us - self._since_us) * self._rate + 500) // 1000) & CLOCK_MASK
