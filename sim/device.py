"""A simulated device: the reference firmware, unchanged, on a board with a plant behind it, run by an event loop."""

import asyncio
from collections.abc import Callable
from random import Random

from firmware.core import Core
from profiles.device import Device
from profiles.schedule import TICK_MS
from sim.board import Board, config_for
from sim.pipes import unconnected
from sim.plant import Plant

CLOCK_MASK = (1 << 30) - 1
"""Device milliseconds are 30 bits wide."""

_TICK_S = TICK_MS / 1000.0


def nobody(now_us: int) -> None:
    """The `watch` of a device that nobody observes."""
    del now_us


class SimDevice:
    """Whoever plugs it in sets `send` and calls `feed`; `watch`, after all the firmware does, with the plant time."""

    def __init__(self, device: Device, seed: int, loop: asyncio.AbstractEventLoop) -> None:
        """`seed` decides noise, boot ids and where the device clock starts; `loop` gives the time, virtual or real."""
        self.send: Callable[[bytes], None] = unconnected
        self.watch: Callable[[int], None] = nobody
        self.device = device
        self.plant = Plant(device)
        self._loop = loop
        self._origin_s = loop.time()
        self._boots = Random(f"{seed}/boot")  # noqa: S311 - to tell boots apart, not to keep a secret
        self._board = Board(device, self.plant, seed)
        self._config = config_for(device)
        self._timer: asyncio.Handle | None = None
        self._ticks = self._boot_us = self._boot_ms = 0
        self._boot_s = 0.0
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
            self._boot_us = self.now_us
            self._boot_s = self._loop.time()
            self._boot_ms = self._boots.getrandbits(30)
            self._board.now_us = self._boot_us
            self.core = Core(self._config, self._board, self._boots.getrandbits(32))
            self._ticks = 0
            self._timer = self._loop.call_soon(self._tick)

    def stop(self) -> None:
        """Cut the power: outputs fall back, the firmware forgets. Without power already: nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._board.now_us = self.now_us
            self._board.lose_power()

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
        now_us = self._wake()
        self.core.tick(self._clock_ms(now_us))
        self._finish(now_us)
        # Ticks that a stalled process missed are gone, as they would be on a stalled board.
        self._ticks = max(self._ticks, int((self._loop.time() - self._boot_s) / _TICK_S)) + 1
        self._timer = self._loop.call_at(self._boot_s + self._ticks * _TICK_S, self._tick)

    def _wake(self) -> int:
        """Tell the board what time it is; returns plant time."""
        now_us = self._board.now_us = self.now_us
        return now_us

    def _finish(self, now_us: int) -> None:
        output = self.core.take_output()
        if output:
            self.send(output)
        self.watch(now_us)

    def _clock_ms(self, now_us: int) -> int:
        return (self._boot_ms + (now_us - self._boot_us + 500) // 1000) & CLOCK_MASK
