"""By hand: what a person lays on and takes off again, where the device has no heater or cooler.

A boot can be opened only when it is empty, and nothing may press what lies under it. So all air goes first; the person
says when it lies there, the time is counted with nothing but that going on, and what follows waits until it is off.
"""

from dataclasses import replace

from legato.profiles.actuator_selection import ActuatorSelection
from legato.profiles.anatomy import STRETCH_CM, sides_meet
from legato.profiles.compile_context import CompileContext
from legato.profiles.device import Chamber
from legato.profiles.hold_limiter import vent_all
from legato.profiles.schedule import Cue
from legato.profiles.segments import Segment, to_ticks
from legato.profiles.steps import Cool, Heat
from legato.profiles.stroke_reach import reached, takes_part
from legato.profiles.strokes.stroke_context import Levels
from legato.profiles.words import figure, place_word

ANSWER_S = 600.0
"""Who fetches a pad or looks for a stone has as long as any question may wait."""

NAMED = 3
"""Places that a title names."""


def by_hand(
    step: Heat | Cool, cast: ActuatorSelection, played: Segment, context: CompileContext, levels: Levels
) -> list[Segment]:
    """The segments of a step of which a person does a part, and the device, which stands at `levels`, does `played`."""
    places = [_the(place_word(zone, {side})) for zone, side in cast.by_hand]
    where, counted = _and(places), _counted_words(step.seconds)
    what = f"{step.by_hand}, on {where}"
    lay, take = f"put {step.by_hand} on {where}", f"take off what you put on {where}"
    if _is_covered(step, cast, context):
        lay = f"open what covers {where}, put on {step.by_hand}, and close it again"
        take = f"open it, {take}, and close it again"
    on = _asked(f"{lay[0].upper()}{lay[1:]}. Confirm when it is in place: the {counted} start then.")
    off = _asked(f"The {counted} are over: {take}. Confirm when it is off.")
    mark = f"Take it off: {_short(places)}"
    return [
        _counted(step, played, vent_all(context, levels), replace(on, lays=what)),
        Segment(cues=(replace(off, takes_off=what),), mark=mark),
    ]


def _counted(step: Heat | Cool, played: Segment, letting_go: Segment, on: Cue) -> Segment:
    """Once all air is out the person is asked; from then on the time is counted, and the device does its part."""
    at = letting_go.ticks
    later = {channel: tuple((at + t, v) for t, v in corners) for channel, corners in played.curves.items()}
    cues = tuple(cue.later(at) for cue in (on, *played.cues))
    return Segment(later | dict(letting_go.curves), at + max(played.ticks, to_ticks(step.seconds)), cues)


def _is_covered(step: Heat | Cool, cast: ActuatorSelection, context: CompileContext) -> bool:
    chambers = [c.actuator for c in reached(step, context.device, (Chamber,))]
    return any(
        takes_part(chamber, STRETCH_CM[zone]) and sides_meet(chamber.side, side)
        for chamber in chambers
        for zone, side in cast.by_hand
    )


def _asked(say: str) -> Cue:
    return Cue(0, say, wait=True, timeout_s=ANSWER_S)


def _counted_words(seconds: float) -> str:
    """Below two minutes in seconds: nobody lays anything on for 0.33 min."""
    return f"{figure(seconds)} s" if seconds < 120.0 else f"{figure(seconds / 60.0)} min"


def _the(place: str) -> str:
    return place if place.startswith("both ") else f"the {place}"


def _and(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _short(places: list[str]) -> str:
    """The places in a title, which is to be read at a glance: some of them where there are many."""
    more = len(places) - NAMED
    return _and(places) if more <= 0 else _and([*places[:NAMED], f"{more} more"])
