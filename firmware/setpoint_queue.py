"""The set-point queue: a first-in first-out ring over arrays that are allocated once."""

from array import array


class SetPointQueue:
    """Rows of (when in session ms, channel, target in half-units, ramp in ms), in the order in which they were put."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._when = array("i", [0] * slots)
        self._channel = array("B", [0] * slots)
        self._target = array("B", [0] * slots)
        self._ramp = array("i", [0] * slots)
        self.clear()

    def clear(self) -> None:
        self._first = 0
        self._count = 0

    @property
    def free(self) -> int:
        """How many rows fit in."""
        return self._slots - self._count

    def put(self, when_ms: int, channel: int, target: int, ramp_ms: int) -> None:
        """Append a row; the caller has made sure that one is free."""
        at = (self._first + self._count) % self._slots
        self._when[at] = when_ms
        self._channel[at] = channel
        self._target[at] = target
        self._ramp[at] = ramp_ms
        self._count += 1

    def due(self, session_ms: int) -> bool:
        """Whether the oldest row is to be executed at or before `session_ms`."""
        return self._count > 0 and self._when[self._first] <= session_ms

    @property
    def when_ms(self) -> int:
        """When the oldest row is due."""
        return self._when[self._first]

    @property
    def channel(self) -> int:
        """The channel of the oldest row."""
        return self._channel[self._first]

    @property
    def target(self) -> int:
        """The target of the oldest row, in half-units."""
        return self._target[self._first]

    @property
    def ramp_ms(self) -> int:
        """The ramp of the oldest row."""
        return self._ramp[self._first]

    def drop(self) -> None:
        """Forget the oldest row."""
        self._first = (self._first + 1) % self._slots
        self._count -= 1
