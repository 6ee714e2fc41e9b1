"""Outgoing and incoming messages, independent of the MQTT library."""

from dataclasses import dataclass
from typing import Final

NOTHING: Final = "None"
"""The payload for a missing value; Home Assistant reads this word as unknown."""


STATE_CHARS: Final = 255
"""The maximum length of a plain value: Home Assistant discards a longer state (`MAX_LENGTH_STATE_STATE`)."""

TEXT_BYTES: Final = 700
"""The maximum length of a text in an event, in UTF-8: twenty cautions then stay below the 16,384 bytes of attributes
that Home Assistant's recorder stores (`MAX_STATE_ATTRS_BYTES`); if there are more, it stores none.
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish; one that is `retained` with an empty payload removes what the broker retains."""

    topic: str
    payload: str
    retained: bool = True
    qos: int = 1
    is_fleeting: bool = False
    """Sensor readings are sent after everything else."""

    @property
    def packet_bytes(self) -> int:
        """The length of the PUBLISH packet, without properties (MQTT 5, 3.3)."""
        body = 2 + len(self.topic.encode()) + (2 if self.qos else 0) + 1 + len(self.payload.encode())
        return 1 + _length_bytes(body) + body


@dataclass(frozen=True, slots=True)
class Incoming:
    """A received message; `expires_s` is its remaining lifetime (MQTT 5)."""

    topic: str
    payload: bytes
    is_retained: bool = False
    expires_s: int | None = None


def _length_bytes(body: int) -> int:
    """The size of the remaining-length field: seven bits per byte."""
    return max(1, -(-body.bit_length() // 7))
