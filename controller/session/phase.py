"""The phases of a run as a person sees them, and what may be asked in each."""

from enum import Enum, auto
from typing import Final

from legato.controller.errors import Misuse


class Phase(Enum):
    """STARTING until the device has agreed to run.

    AWAY while the device is lost, BACK when it waits for a person to resume.
    """

    STARTING = auto()
    PLAYING = auto()
    PAUSED = auto()
    ASKING = auto()
    AWAY = auto()
    BACK = auto()
    STOPPING = auto()
    OVER = auto()


MAY: Final = {
    "pause": frozenset({Phase.PLAYING, Phase.PAUSED}),
    "resume": frozenset({Phase.PAUSED, Phase.ASKING, Phase.BACK}),
    "skip": frozenset({Phase.PLAYING, Phase.PAUSED, Phase.ASKING, Phase.BACK}),
    "set the intensity": frozenset({Phase.PLAYING, Phase.PAUSED, Phase.ASKING}),
    "answer": frozenset({Phase.ASKING}),
}
"""Stopping is missing here since it may always be asked."""

FED: Final = frozenset({Phase.STARTING, Phase.PLAYING, Phase.PAUSED, Phase.ASKING})
"""The phases in which the device is to be kept supplied, and in which its status counts."""

HELD_UP: Final = frozenset({Phase.PAUSED, Phase.AWAY, Phase.BACK})
"""The phases that last until a person does something, or the device is found, and in which nothing is asked."""

GONE: Final = frozenset({Phase.AWAY, Phase.BACK})
"""The phases in which the device knows nothing of this run."""


def insist(phase: Phase, what: str) -> None:
    """Raises Misuse where `what`, a key of `MAY`, may not be asked in `phase`."""
    if phase not in MAY[what]:
        raise Misuse(f"cannot {what} while {phase.name.lower()}")
