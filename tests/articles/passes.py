"""Presses of a leg put together to passes, and what is said where some are missing."""

from collections.abc import Iterable, Sequence

from legato.profiles.device import Mount
from legato.profiles.stroke_reach import zones_covered
from legato.profiles.words import zone_word
from tests.articles.played import Played, Press

Pass = list[Press]


def passes(found: Sequence[Press]) -> list[Pass]:
    """Presses from below upward, each time in one; what lies no higher than the last place begins the next time."""
    out: list[Pass] = []
    for press in found:
        if out and _goes_on(out[-1][-1], press):
            out[-1].append(press)
        else:
            out.append([press])
    return out


def _goes_on(last: Press, press: Press) -> bool:
    beside = press.mount.from_cm == last.mount.from_cm and press.begins < last.ends
    return press.mount.from_cm > last.mount.from_cm or beside


def missing(played: Played, step: str, zones: Sequence[str]) -> list[str]:
    """What the report says of those of the `zones` in which a step presses nothing."""
    pressed = {zone for p in played.presses(step) for zone in reached(played, p)}
    return played.lost([zone for zone in zones if zone not in pressed], step)


def silent(played: Played, step: str | None) -> list[str]:
    """What the report says of a step that presses nothing at all."""
    return [] if played.presses(step) else played.said("dropped", title=step)


def turned(played: Played, step: str, zone: str = "") -> list[str]:
    """What the report says of a side of the leg, at a zone or anywhere, from which a step plays in place of its own."""
    said = played.said("dropped", title=step)
    return [line for line in said if " has there lies " in line and zone in line.partition("), ")[2].partition(":")[0]]


def reached(played: Played, press: Press) -> set[str]:
    """The zones that are pressed with it."""
    return {str(zone) for zone in zones_covered(press.mount, played.schedule.device)}


def word(mount: Mount) -> str:
    """What a place is called."""
    return zone_word(mount.zone)


def listed(words: Iterable[str]) -> str:
    """`ankle or calf`."""
    return " or ".join(sorted(words))
