"""What is measured of the way from place to place: how it grows, how it is handed on, and how it goes down."""

from collections.abc import Sequence
from itertools import pairwise

from tests.articles.found import Found, judged
from tests.articles.passes import Pass, passes, reached, word
from tests.articles.played import Played, Press

CLOSED_MMHG = 5.0
"""From here on nothing flows back through a place."""


def grows(played: Played, steps: list[str], zones: list[str]) -> Found:
    """Each step reaches as far as its zone, and no further."""
    tops = {step: max(played.presses(step), key=lambda p: p.mount.from_cm, default=None) for step in steps}
    short = [step for step, zone in zip(steps, zones, strict=True) if not _is_at(played, tops[step], zone)]
    words = [word(top.mount) if top else "nothing" for top in tops.values()]
    said = [line for step in short for line in played.said("dropped", title=step)]
    return judged(not short, f"reaching {', then '.join(words)}", said)


def _is_at(played: Played, press: Press | None, zone: str) -> bool:
    return press is not None and zone in reached(played, press)


def takes_over(played: Played, step: str) -> Found:
    """Going up, the next place is closed at least a second before the last one opens, so that nothing flows back."""
    closed = played.presses(above=CLOSED_MMHG)
    laps = [_places(one, closed) for one in passes(played.presses(step))]
    shared = [here[1] - there[0] for lap in laps for here, there in pairwise(lap)]
    least = min(shared, default=0.0)
    measured = f"{len(laps)} passes of {len(laps[0])} places" if laps else "nothing"
    holds = least >= 1.0 and {len(lap) for lap in laps} == {len(laps[0])}
    return judged(holds, f"{measured}, the next place closed {least:.1f} s or more before the last one opens")


def _places(one: Pass, closed: Sequence[Press]) -> list[tuple[float, float]]:
    """From when to when each place of a pass is `closed`: what lies beside each other is one place."""
    heights = dict.fromkeys(p.mount.from_cm for p in one)
    around = [c for c in closed if any(c.mount.id == p.mount.id and c.begins <= p.begins <= c.ends for p in one)]
    own = [[c for c in around if c.mount.from_cm == height] for height in heights]
    return [(min(c.begins for c in place), max(c.ends for c in place)) for place in own]


def descends(played: Played, steps: list[str], zones: list[str]) -> Found:
    """Each of the zones is pressed for the first time after all that lie above it."""
    own = sorted((p for step in steps for p in played.presses(step)), key=lambda p: p.begins)
    firsts = {p.mount.id: p for p in reversed(own)}.values()
    order = sorted(firsts, key=lambda p: p.begins)
    heights = [p.mount.from_cm for p in order]
    missing = [zone for zone in zones if not any(zone in reached(played, p) for p in own)]
    holds = bool(own) and not missing and heights == sorted(heights, reverse=True)
    route = " → ".join(dict.fromkeys(word(p.mount) for p in order))
    return judged(holds, route or "nothing", played.lost(missing, *steps))
