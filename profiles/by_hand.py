"""By hand: what a person lays on and takes off again, where the device has no heater or cooler.

A boot can be opened only when it is empty, and nothing may press what lies under it. So all air goes first; the person
says when it lies there, the time is counted with nothing but that going on, and what follows waits until it is off.
"""

from profiles.anatomy import STRETCH_CM, sides_meet
from profiles.casting import Cast
from profiles.device import Chamber
from profiles.letgo import emptied
from profiles.rig import Rig
from profiles.steps import Cool, Heat, Say
from profiles.strokes.field import reached, takes_part
from profiles.strokes.passes import Pass, to_ticks
from profiles.strokes.stage import Levels
from profiles.words import figure, place_word

ANSWER_S = 600.0
"""Who fetches a pad or looks for a stone has as long as any question may wait."""


def by_hand(step: Heat | Cool, cast: Cast, played: Pass, rig: Rig, levels: Levels) -> list[Pass]:
    """The passes of a step of which a person does a part, and the device, which stands at `levels`, does `played`."""
    where = _and([_the(place_word(zone, {side})) for zone, side in cast.by_hand])
    minutes = f"{figure(step.seconds / 60.0)} min"
    lay, take = f"lay {step.by_hand} on {where}", f"take off what you laid on {where}"
    if _is_covered(step, cast, rig):
        lay = f"open what covers {where}, lay on {step.by_hand}, and close it again"
        take = f"open it, {take}, and close it again"
    on = _asked(f"{lay[0].upper()}{lay[1:]}. Answer when it lies there: then {minutes} are counted.")
    off = _asked(f"The {minutes} are over: {take}. Answer when it is off.")
    return [_counted(step, played, emptied(rig, levels), on), Pass(cues=((0, off),), mark=f"Off with it: {where}")]


def _counted(step: Heat | Cool, played: Pass, letting_go: Pass, on: Say) -> Pass:
    """Once all air is out the person is asked; from then on the time is counted, and the device does its part."""
    at = letting_go.ticks
    later = {channel: tuple((at + t, v) for t, v in corners) for channel, corners in played.curves.items()}
    cues = ((at, on), *((at + t, say) for t, say in played.cues))
    return Pass(later | dict(letting_go.curves), at + max(played.ticks, to_ticks(step.seconds)), cues)


def _is_covered(step: Heat | Cool, cast: Cast, rig: Rig) -> bool:
    chambers = [c.actuator for c in reached(step, rig.device, (Chamber,))]
    return any(
        takes_part(chamber, STRETCH_CM[zone]) and sides_meet(chamber.side, side)
        for chamber in chambers
        for zone, side in cast.by_hand
    )


def _asked(say: str) -> Say:
    return Say(do="cue", say=say, wait=True, timeout_s=ANSWER_S)


def _the(place: str) -> str:
    return place if place.startswith("both ") else f"the {place}"


def _and(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
