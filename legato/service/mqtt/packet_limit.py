"""How large a packet the broker accepts: as it says, or as its disconnections show. Pure."""

from typing import Final

TOO_LARGE: Final = 149
"""Reason code of MQTT 5: packet too large."""

AGAIN: Final = 2
"""After this many connections in a row that ended at the same message, the message is the cause."""


class PacketLimit:
    """Which messages not to send. An MQTT 3.1.1 broker that disconnects at one cannot say why."""

    def __init__(self) -> None:
        self.most: int | None = None
        """The largest packet that the broker accepts, in bytes; None if no limit is known."""
        self._largest_taken = 0
        self._flying: tuple[int, str] | None = None
        self._ended_at = ""
        self._times = 0

    def takes(self, size: int) -> bool:
        """Whether a packet of `size` bytes may be sent."""
        return self.most is None or size <= self.most

    def tells(self, most: int | None) -> None:
        """A new connection; an MQTT 5 broker reports its limit, if it has one."""
        self._flying = None
        if most is not None:
            self.most = most

    def sent(self, size: int, topic: str) -> None:
        """A packet was sent, and is not acknowledged yet."""
        self._flying = max(self._flying or (0, ""), (size, topic))

    def taken(self) -> None:
        """The broker has acknowledged everything that was sent."""
        if self._flying is not None:
            self._largest_taken = max(self._largest_taken, self._flying[0])
        self._flying = None

    def lost(self, code: int | None) -> str | None:
        """The connection has ended; returns the topic of the message that was too large, if that is certain by now."""
        flying = self._flying
        if flying is None or flying[0] <= self._largest_taken:
            self._ended_at, self._times = "", 0
            return None
        size, topic = flying
        self._times = self._times + 1 if topic == self._ended_at else 1
        self._ended_at = topic
        if code != TOO_LARGE and self._times < AGAIN:
            return None
        self.most = size - 1
        return topic

    @property
    def is_suspected(self) -> bool:
        """Whether the last connection ended at a message larger than any that was accepted."""
        return bool(self._ended_at)
