"""What goes to a broker and what comes from it, whatever the library in between."""

from dataclasses import dataclass
from typing import Final

NOTHING: Final = "None"
"""The payload of a value that there is none of at the moment; Home Assistant reads this word as unknown."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be published; one that is `retained` with an empty payload removes what the broker keeps."""

    topic: str
    payload: str
    retained: bool = True
    qos: int = 1
    is_fleeting: bool = False
    """What sensors say waits behind everything else."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that has come; `expires_s` is what MQTT 5 tells of its remaining life."""

    topic: str
    payload: bytes
    is_retained: bool = False
    expires_s: int | None = None
