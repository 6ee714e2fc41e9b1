"""How long to wait for an answer before sending again: RFC 6298, with a floor for short lines."""

from typing import Final

PATIENCE_S: Final = 5.0
"""How long something goes again and again before the device counts as gone."""

FLOOR_S: Final = 0.05
CEILING_S: Final = 1.0
INITIAL_S: Final = 0.1
_ALPHA: Final = 1 / 8
_BETA: Final = 1 / 4


class Retry:
    """Smoothed round trip and its variation. Only answers to frames sent once are samples (Karn's rule)."""

    def __init__(self) -> None:
        self.round_trip_s = 0.0
        self._variation_s = 0.0

    @property
    def timeout_s(self) -> float:
        """How long to wait."""
        if not self.round_trip_s:
            return INITIAL_S
        return min(max(self.round_trip_s + 4 * self._variation_s, FLOOR_S), CEILING_S)

    def sample(self, round_trip_s: float) -> None:
        """Takes the round trip of a frame that was sent once."""
        if self.round_trip_s:
            self._variation_s += _BETA * (abs(self.round_trip_s - round_trip_s) - self._variation_s)
            self.round_trip_s += _ALPHA * (round_trip_s - self.round_trip_s)
        else:
            self.round_trip_s, self._variation_s = round_trip_s, round_trip_s / 2
