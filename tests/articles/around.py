"""What is measured of circles: whether the pressure goes round the knee, and how far it widens."""

from itertools import pairwise
from statistics import median

from legato.profiles.anatomy import Face, Zone
from legato.profiles.device import Channel
from legato.profiles.words import zone_word
from tests.articles.found import Found, judged
from tests.articles.played import Played

HALF_TURN = (0.35, 0.65)
"""The part of a turn after which the far side has its crest, where the pressure goes round."""


def circles(played: Played, step: str, times: int) -> Found:
    """Front and back of the knee are pressed in turn, half a turn apart, `times` in each set."""
    front, back = (_crests(played, step, face) for face in (Face.FRONT, Face.BACK))
    said = played.said("dropped", title=step)
    if not front or not back:
        return judged(False, "no two sides of the knee are pressed in turn", said)
    turn = median(b - a for a, b in pairwise(front))
    offsets = [min((t - a) % turn / turn for a in front if a <= t) for t in back if t >= front[0]]
    holds = all(HALF_TURN[0] <= x <= HALF_TURN[1] for x in offsets) and len(front) % times == 0
    far = f"{100 * min(offsets):.0f} to {100 * max(offsets):.0f} % of a turn"
    measured = f"a turn takes {turn:.1f} s; {len(front)} crests in front, {len(back)} behind, {far} later"
    return judged(holds, measured, said)


def slow(played: Played, step: str, least_s: float) -> Found:
    """A circle takes at least so long."""
    crests = max((played.crests(step, c) for c in _knees(played)), key=len, default=[])
    turns = [b - a for a, b in pairwise(crests)]
    said = played.said("dropped", title=step)
    return judged(bool(turns) and min(turns) >= least_s, f"{_shortest(turns)} a circle", said)


def widens(played: Played, steps: list[str], reach: str) -> Found:
    """The circles of each step take in more places than the one before, at last the zone `reach`."""
    places = [_places(played, step) for step in steps]
    grow = all(len(b) >= len(a) for a, b in pairwise(places)) and len(places[-1]) > len(places[0])
    measured = "; then ".join(", ".join(zone_word(Zone(zone)) for zone in own) or "nothing" for own in places)
    return judged(grow and reach in places[-1], measured, played.said("dropped", title=steps[-1]))


def _places(played: Played, step: str) -> list[str]:
    """The places that swing during a step, from below."""
    swinging = [c for c in played.chambers() if played.crests(step, c)]
    return list(dict.fromkeys(str(c.actuator.zone) for c in sorted(swinging, key=lambda c: c.actuator.from_cm)))


def _knees(played: Played) -> list[Channel]:
    return [c for c in played.chambers() if c.actuator.zone is Zone.KNEE]


def _crests(played: Played, step: str, face: Face) -> list[float]:
    """When what presses this face of the left knee has its crests."""
    knees = [c for c in played.chambers() if c.actuator.from_cm == 36 and c.actuator.face is face]
    return sorted(t for c in knees for t in played.crests(step, c))


def _shortest(turns: list[float]) -> str:
    return f"{min(turns):.1f} s at least" if turns else "no"
