"""The ring: in which order a circle comes to the chambers, and what it is where they do not lie round the leg."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from legato.profiles.anatomy import Face, faces_meet
from legato.profiles.compile_context import chambers
from legato.profiles.device import Channel, Mount, Roller
from legato.profiles.stroke_reach import Place, overlap_cm, places
from legato.profiles.words import zone_word

_UP = (Face.AROUND, Face.FRONT, Face.OUTER)
_DOWN = (Face.BACK, Face.INNER)

Lack = tuple[tuple[Channel, ...], str, str]
"""These channels play no circle; what they play, and why."""


def ring(cast: Iterable[Channel]) -> list[Place]:
    """The chambers in the order in which a circle comes to them: up in front, over the top and down behind.

    At a single place that is front, outer side, back, inner side. What goes all around the leg is on the way up.
    """
    line = places(chambers(cast))
    up = [_facing(place, face) for place in line for face in _UP]
    down = [_facing(place, face) for place in reversed(line) for face in _DOWN]
    return [station for station in (*up, *down) if station]


def lacks(cast: Iterable[Channel]) -> Iterator[Lack]:
    """What a leg gets instead of circles; nothing where pressure does go round."""
    own = tuple(cast)
    pressing = tuple(chambers(own))
    rolling = tuple(c for c in own if isinstance(c.actuator, Roller))
    if len(ring(pressing)) == 1:
        yield pressing, "a ripple", f"one chamber at the {zone_word(pressing[0].actuator.zone)}"
    elif pressing and not _goes_round([c.actuator for c in pressing]):
        yield pressing, "one place after the other", "one chamber at each place"
    if rolling:
        yield rolling, "to and fro", "a roller only goes up and down"


def _goes_round(mounts: Iterable[Mount]) -> bool:
    """Whether two chambers lie at different faces of the same stretch."""
    return any(
        not faces_meet(a.face, b.face) and overlap_cm((a.from_cm, a.to_cm), (b.from_cm, b.to_cm)) > 0.0
        for a, b in combinations(mounts, 2)
    )


def _facing(place: Place, face: Face) -> Place:
    return tuple(channel for channel in place if channel.actuator.face is face)
