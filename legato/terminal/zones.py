"""What the live view shows of a device: its zones, and what is commanded and measured there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Zone:
    """One channel of a device, on the left side, the right, or both."""

    name: str
    side: str
    from_cm: float
    unit: str

    @property
    def place(self) -> str:
        """Its name without the side, which has a column of its own."""
        words = self.name.replace("_", " ").replace("-", " ").replace(".", " ").split()
        return " ".join(word for word in words if word not in {"left", "right"})


class Latest(Protocol):
    """The latest readings, in the order of the zones, and the health of the link."""

    @property
    def commanded(self) -> Sequence[float]: ...
    @property
    def measured(self) -> Sequence[float | None]: ...
    @property
    def slack_ms(self) -> int: ...
    @property
    def rtt_ms(self) -> float: ...
    @property
    def lost(self) -> int: ...
    @property
    def resent(self) -> int: ...
    @property
    def bad_frames(self) -> int: ...
    @property
    def late_max_ms(self) -> int: ...
