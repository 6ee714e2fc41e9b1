"""How large a packet the broker takes: what it says, or what it shows by hanging up. Pure."""

from typing import Final

TOO_LARGE: Final = 149
"""Reason code of MQTT 5: packet too large."""

AGAIN: Final = 2
"""So many connections in a row that ended at one message: it is the message."""


class PacketLimit:
    """Which messages are left out. A broker of MQTT 3.1.1 that hangs up at one has no word for why."""

    def __init__(self) -> None:
        self.most: int | None = None
        """Bytes of a packet that the broker takes; None is that no limit is known."""
        self._largest_taken = 0
        self._flying: tuple[int, str] | None = None
        self._ended_at = ""
        self._times = 0

    def takes(self, size: int) -> bool:
        """Whether a packet of so many bytes may be sent."""
        return self.most is None or size <= self.most

    def tells(self, most: int | None) -> None:
        """A new connection; a broker of MQTT 5 tells its limit where there is one."""
        self._flying = None
        if most is not None:
            self.most = most

    def sent(self, size: int, topic: str) -> None:
        """A packet is on its way, and not known to be taken."""
        self._flying = max(self._flying or (0, ""), (size, topic))

    def taken(self) -> None:
        """The broker has confirmed everything that was sent."""
        if self._flying is not None:
            self._largest_taken = max(self._largest_taken, self._flying[0])
        self._flying = None

    def lost(self, code: int | None) -> str | None:
        """The connection has ended; the topic of the message that was too large, where that is plain by now."""
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
        """Whether the last connection ended at a message that was larger than any that was taken."""
        return bool(self._ended_at)
