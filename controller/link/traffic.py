"""What a run costs on the line, counted by kind of message."""

from dataclasses import dataclass


@dataclass(slots=True)
class Traffic:
    """Bytes sent, whole frames with their delimiter, re-sends included; set-points are counted once.

    `watermark_bytes` are set-point frames without a set-point: they only say that nothing comes for a while.
    """

    setpoint_bytes: int = 0
    setpoints: int = 0
    watermark_bytes: int = 0
    heartbeat_bytes: int = 0
    other_bytes: int = 0
    received_bytes: int = 0
    resent: int = 0

    @property
    def bytes_per_setpoint(self) -> float:
        """Bytes of the frames that carry set-points, for each set-point; 0 before the first."""
        return self.setpoint_bytes / self.setpoints if self.setpoints else 0.0
