"""The leg that routines speak of: zones, sides, faces, and where each zone lies.

Positions are centimetres above the sole along an adult leg of 80 cm from sole to groin; torso and back go on
from there. The stretches are estimates for an average adult: data for planning strokes, not measurements of a person.
"""

from enum import StrEnum
from typing import Literal


class Zone(StrEnum):
    """A part of the body that a routine may name."""

    FOOT = "foot"
    ANKLE = "ankle"
    CALF = "calf"
    SHIN = "shin"
    KNEE = "knee"
    POPLITEAL = "popliteal"
    THIGH = "thigh"
    HIP = "hip"
    SEAT = "seat"
    LOWER_BACK = "lower_back"
    TORSO = "torso"


class Side(StrEnum):
    """Which leg; an actuator that serves both at once is `both`."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Face(StrEnum):
    """Which face of the limb an actuator presses; `around` presses all of it, `inner` is towards the other leg."""

    FRONT = "front"
    BACK = "back"
    INNER = "inner"
    OUTER = "outer"
    AROUND = "around"


ZoneName = Literal["foot", "ankle", "calf", "shin", "knee", "popliteal", "thigh", "hip", "seat", "lower_back", "torso"]
SideName = Literal["left", "right", "both"]
FaceName = Literal["front", "back", "inner", "outer", "around"]
"""The same as text, for scripts: type checkers and editors cannot derive it from the enumerations."""

STRETCH_CM: dict[Zone, tuple[float, float]] = {
    Zone.FOOT: (0.0, 9.0),
    Zone.ANKLE: (9.0, 22.0),
    Zone.CALF: (22.0, 36.0),
    Zone.SHIN: (22.0, 36.0),
    Zone.KNEE: (36.0, 48.0),
    Zone.POPLITEAL: (36.0, 48.0),
    Zone.THIGH: (48.0, 78.0),
    Zone.SEAT: (78.0, 90.0),
    Zone.HIP: (78.0, 95.0),
    Zone.LOWER_BACK: (95.0, 112.0),
    Zone.TORSO: (95.0, 125.0),
}

FACE_OF: dict[Zone, Face] = {
    Zone.SHIN: Face.FRONT,
    Zone.POPLITEAL: Face.BACK,
    Zone.SEAT: Face.BACK,
    Zone.LOWER_BACK: Face.BACK,
}
"""The face a zone means by itself; zones that are not listed go all around."""


def faces_meet(a: Face, b: Face) -> bool:
    """Whether pressing face `a` reaches face `b`."""
    return a == b or Face.AROUND in (a, b)


def sides_meet(a: Side, b: Side) -> bool:
    """Whether acting on side `a` reaches side `b`."""
    return a == b or Side.BOTH in (a, b)
