"""Observes the frames that reach a device, and counts them."""

from collections.abc import Callable

from legato.firmware import wire


class FrameObserver:
    """`arms` and `clears` count frames; `heard_us` is when the last sound frame of the device's session came."""

    def __init__(self, session: Callable[[], int], now_us: Callable[[], int]) -> None:
        self.arms = 0
        self.clears = 0
        self.heard_us = 0
        self._session = session
        self._now_us = now_us
        self._decoder = wire.Decoder()

    def hear(self, data: bytes) -> None:
        """Bytes, before the device gets them."""
        for kind, _, session, _ in self._decoder.feed(data):
            self.arms += kind == wire.ARM
            self.clears += kind == wire.CLEAR
            if kind == wire.ARM or session == self._session():
                self.heard_us = self._now_us()
