"""What is measured of strokes up the leg: where they begin, how far they reach, how often and on which sides."""

from collections.abc import Sequence
from itertools import pairwise

from legato.profiles.anatomy import Face, Side
from tests.articles.found import Found, judged
from tests.articles.passes import Pass, listed, missing, passes, reached, silent, turned, word
from tests.articles.played import Played, Press

AT_ONCE_S = 1.0
"""Left and right within this are together: they share a pump."""


def begins(played: Played, step: str, zone: str) -> Found:
    """Every pass begins at `zone`."""
    own = passes(played.presses(step))
    firsts = {word(one[0].mount) for one in own}
    holds = bool(own) and all(one[0].mount.zone == zone for one in own)
    measured = f"{len(own)} passes, beginning at {listed(firsts) or 'nothing'}"
    return judged(holds, measured, missing(played, step, [zone]))


def reaches(played: Played, step: str, zones: list[str]) -> Found:
    """Every pass goes through `zones` in this order."""
    own = passes(played.presses(step))
    routes = {" → ".join(dict.fromkeys(word(p.mount) for p in one)) for one in own}
    holds = bool(own) and all(_in_order(played, one, zones) for one in own)
    return judged(holds, f"each pass {listed(routes) or 'nothing'}", missing(played, step, zones))


def _in_order(played: Played, one: Pass, zones: Sequence[str]) -> bool:
    """Whether each zone has a press, and none of them before one of the zone below."""
    firsts = [next((p.begins for p in one if zone in reached(played, p)), None) for zone in zones]
    known = [t for t in firsts if t is not None]
    return len(known) == len(zones) and known == sorted(known)


def times(played: Played, step: str, times: int) -> Found:
    """`times` passes on each leg, every place as often."""
    legs = [played.presses(step, side) for side in (Side.LEFT, Side.RIGHT)]
    counts = [len(passes(leg)) for leg in legs]
    places = {sum(p.mount.id == name for p in leg) for leg in legs for name in {p.mount.id for p in leg}}
    holds = counts == [times, times] and places == {times}
    return judged(holds, f"{counts[0]} passes left and {counts[1]} right", silent(played, step))


def again(played: Played, step: str) -> Found:
    """The next pass begins at the lowest place, once the highest has let go."""
    own = passes(played.presses(step))
    waits = [later[0].begins - max(p.ends for p in one) for one, later in pairwise(own)]
    low = {one[0].mount.from_cm for one in own}
    holds = bool(waits) and min(waits) > 0.0 and len(low) == 1
    pause = f"{min(waits):.1f} to {max(waits):.1f} s after the last one has let go" if waits else "never"
    return judged(holds, f"the next pass begins at {listed({word(one[0].mount) for one in own})} {pause}")


def upward(played: Played, steps: list[str]) -> Found:
    """Within each of the steps every pass begins at its lowest place: what runs down is a pass for every place."""
    strokes = [passes(played.presses(step)) for step in steps]
    down = sum(one[0].mount.from_cm > min(p.mount.from_cm for o in own for p in o) for own in strokes for one in own)
    count = sum(len(own) for own in strokes)
    holds = count > 0 and down == 0 and any(len(one) > 1 for own in strokes for one in own)
    return judged(holds, f"{count} passes up each leg, {down} down", [] if count else played.said("dropped"))


def both_sides(played: Played, step: str) -> Found:
    """Both legs at once, each place pressed all around."""
    left, right = (played.presses(step, side) for side in (Side.LEFT, Side.RIGHT))
    apart = max((abs(a.begins - b.begins) for a, b in zip(left, right, strict=False)), default=9.9)
    around = [p for p in left if p.mount.face is Face.AROUND or _has_partner(p, left)]
    at_once = bool(left) and len(left) == len(right) and apart <= AT_ONCE_S
    measured = f"both legs at most {apart:.1f} s apart, {len(around)} of {len(left)} presses on all sides of the leg"
    said = turned(played, step) if at_once else silent(played, step)
    return judged(at_once and len(around) == len(left), measured, said)


def _has_partner(press: Press, among: Sequence[Press]) -> bool:
    """Whether the same place is pressed from the other side meanwhile."""
    beside = (p for p in among if p.begins < press.ends and p.ends > press.begins and p is not press)
    return any(p.mount.from_cm == press.mount.from_cm and p.mount.face != press.mount.face for p in beside)
