"""The latched fault: one at a time, the first cause, sent again and again until the host has seen it."""

from .ticks import ticks_add, ticks_diff

REPEAT_MS = 250


class FaultLatch:
    """`number` counts the faults since power-on, 1..255 and round; `code` is 0 while nothing is latched."""

    def __init__(self) -> None:
        self.number = 0
        self.code = 0
        self.channel = 0
        self.a = 0
        self.b = 0
        self.device_ms = 0
        self.session_ms = 0
        self._is_seen = True
        self._sent_ms = 0

    def set(self, code: int, channel: int, a: int, b: int, device_ms: int, session_ms: int) -> None:
        """Latch. It is due to be sent at once."""
        self.number = self.number % 255 + 1
        self.code = code
        self.channel = channel
        self.a = a
        self.b = b
        self.device_ms = device_ms
        self.session_ms = session_ms
        self._is_seen = False
        self._sent_ms = ticks_add(device_ms, -REPEAT_MS)

    def see(self, number: int) -> None:
        """The host has seen fault `number`."""
        if number == self.number:
            self._is_seen = True

    def clear(self) -> None:
        self.code = 0
        self._is_seen = True

    def is_due(self, now_ms: int) -> bool:
        """Whether to send it (again), counting this as sent."""
        if self._is_seen or ticks_diff(now_ms, self._sent_ms) < REPEAT_MS:
            return False
        self._sent_ms = now_ms
        return True
