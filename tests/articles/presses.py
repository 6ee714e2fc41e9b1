"""What is measured of presses: how firm, how long, how often, and what is left alone."""

from itertools import pairwise

from legato.profiles.anatomy import Face, Side, Zone, faces_meet
from legato.profiles.device import Channel, Quantity, Roller
from legato.profiles.words import zone_word
from tests.articles.found import Found, judged
from tests.articles.passes import missing, passes, reached, silent, turned, word
from tests.articles.played import Played


def firm(played: Played, step: str | None = None, least: float = 0.0, most: float = 110.0) -> Found:
    """The highest pressure is from `least` to `most` mmHg."""
    own = [p for side in (Side.LEFT, Side.RIGHT) for p in played.presses(step, side)]
    top = max(own, key=lambda p: p.top, default=None)
    if top is None:
        return judged(False, "nothing is pressed", silent(played, step))
    return judged(least <= top.top <= most, f"at most {top.top:.0f} mmHg, at {word(top.mount)}")


def faces(played: Played, step: str, face: str) -> Found:
    """Every press reaches this face of the leg."""
    own = played.presses(step)
    found = {p.mount.face for p in own}
    holds = bool(own) and all(faces_meet(one, Face(face)) for one in found)
    sides = " and ".join("all around" if one is Face.AROUND else f"the {one} only" for one in sorted(found))
    return judged(holds, f"{len(own)} presses, {sides or 'none'}", silent(played, step) or turned(played, step))


def brief(played: Played, step: str, zone: str, most_s: float) -> Found:
    """Nowhere in `zone` one piece lasts longer than `most_s`."""
    own = [p for p in played.presses(step) if zone in reached(played, p)]
    longest = max((p.ends - p.begins for p in own), default=0.0)
    measured = f"{len(own)} presses there, the longest {longest:.1f} s"
    return judged(bool(own) and longest <= most_s, measured, missing(played, step, [zone]))


def spares(played: Played, step: str, zone: str, but: str) -> Found:
    """The step presses at `but` and leaves `zone` alone."""
    own = played.presses(step)
    at, there = ([p for p in own if p.mount.zone == name] for name in (zone, but))
    measured = f"{len(there)} presses at the {zone_word(Zone(but))}, {len(at)} at the {zone_word(Zone(zone))}"
    return judged(bool(there) and not at, measured, missing(played, step, [but]) or turned(played, step, zone))


def fades(played: Played, step: str) -> Found:
    """Each pass is lighter than the one before."""
    own = [max(p.top for p in one) for one in passes(played.presses(step))]
    holds = len(own) > 2 and all(b <= a + 0.3 for a, b in pairwise(own)) and own[-1] < own[0] - 2
    return judged(holds, f"{len(own)} passes, from {own[0]:.0f} to {own[-1]:.0f} mmHg" if own else "nothing")


def pulses(played: Played, step: str, on_s: float, period_s: float, times: int) -> Found:
    """Every place is squeezed `times` over, for about `on_s` in each period."""
    own = played.presses(step)
    at = [p for p in own if p.mount.id == own[0].mount.id]
    periods = [b.begins - a.begins for a, b in pairwise(at)]
    lasting = [p.ends - p.begins for p in at]
    holds = bool(periods) and len(at) == times and all(abs(p - period_s) <= 0.2 * period_s for p in periods)
    holds = holds and all(on_s <= s <= 2.5 * on_s for s in lasting)
    measured = f"{len(at)} squeezes"
    if periods:
        measured += f", one every {min(periods):.0f} s, {min(lasting):.0f} s long with rise and fall"
    return judged(holds, measured, played.said("slowed", title=step) if len(at) == times else silent(played, step))


def kneads(played: Played, step: str, least: int) -> Found:
    """A place swells and sinks at least so many times, or a roller works on it."""
    swells = {c.actuator.id: len(played.crests(step, c)) for c in played.chambers()}
    rolled = [c for c in played.schedule.device.channels if isinstance(c.actuator, Roller)]
    turns = {c.actuator.id: _rolled(played, step, c) for c in rolled if c.quantity is Quantity.INTENSITY}
    moved = [f"{name} swells {times} times" for name, times in swells.items() if times >= least]
    moved += [f"{name} rolls for {seconds:.0f} s" for name, seconds in turns.items() if seconds]
    said = [] if any(swells.values()) else played.said("dropped", title=step)
    return judged(bool(moved), ", ".join(moved) or "nothing swells so often", said)


def _rolled(played: Played, step: str, channel: Channel) -> float:
    """How long a roller works during a step, in s."""
    spans = played.tracks[channel.index].spans(0.0)
    parts = [min(b / 1000, end) - max(a / 1000, start) for start, end in played.windows(step) for a, b in spans]
    return sum(part for part in parts if part > 0)
