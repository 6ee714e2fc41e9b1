"""What goes to a broker and what comes from it, whatever the library in between."""

from dataclasses import dataclass
from typing import Final

NOTHING: Final = "None"
"""The payload of a value that there is none of at the moment; Home Assistant reads this word as unknown."""


STATE_CHARS: Final = 255
"""Of a plain value: Home Assistant knows nothing of a state that is longer (`MAX_LENGTH_STATE_STATE`)."""

TEXT_BYTES: Final = 700
"""Of a text in an event, in UTF-8: with twenty cautions it stays below the 16,384 bytes of attributes that Home
Assistant's recorder keeps (`MAX_STATE_ATTRS_BYTES`); of more than that it keeps nothing.
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be published; one that is `retained` with an empty payload removes what the broker keeps."""

    topic: str
    payload: str
    retained: bool = True
    qos: int = 1
    is_fleeting: bool = False
    """What sensors say waits behind everything else."""

    @property
    def packet_bytes(self) -> int:
        """How long the PUBLISH packet is, without properties (MQTT 5, 3.3)."""
        body = 2 + len(self.topic.encode()) + (2 if self.qos else 0) + 1 + len(self.payload.encode())
        return 1 + _length_bytes(body) + body


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that has come; `expires_s` is what MQTT 5 tells of its remaining life."""

    topic: str
    payload: bytes
    is_retained: bool = False
    expires_s: int | None = None


def _length_bytes(body: int) -> int:
    """Of the remaining length: seven bits a byte."""
    return max(1, -(-body.bit_length() // 7))
