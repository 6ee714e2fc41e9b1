"""The events of a session in words."""

from collections.abc import Callable
from typing import Any

from legato.controller.session.events import (
    Connected,
    CueShown,
    Ended,
    Event,
    Fault,
    Found,
    Intensity,
    Lost,
    Moved,
    Notice,
    Outcome,
    Overdue,
    Paused,
    Resting,
    Resumed,
    Shortfall,
    Step,
)
from legato.controller.session.evidence import in_words

_ZONES_NAMED = 4

_SAYS: dict[type[Event], Callable[[Any], str]] = {
    Connected: lambda e: f"connected: {e.device}, firmware {e.firmware}",
    Step: lambda e: str(e.mark.title),
    CueShown: lambda e: f'"{e.cue.say}"',
    Moved: lambda e: f"skipped to {e.mark.title}; it goes on from there when somebody resumes",
    Paused: lambda e: "paused, pressure let out" + (f"; its time runs on: {e.laid_on}" if e.laid_on else ""),
    Overdue: lambda e: f"its time is over. {take_off(e.what)}",
    Resting: lambda e: f"the leg rests for another {e.seconds:.0f} s first",
    Resumed: lambda _: "resumed",
    Intensity: lambda e: f"intensity {e.percent} %",
    Fault: lambda e: f"fault: {e.name}" + (f" at {e.channel}" if e.channel else ""),
    Lost: lambda e: f"link lost: {e.cause}; the device vents by itself",
    Found: lambda e: f"found again: {e.device}",
    Notice: lambda e: str(e.text),
    Ended: lambda e: ending(e.outcome),
}


def sentence(event: Event) -> str | None:
    """The event as a person would say it; None for those that are too frequent, or too small, to read."""
    says = _SAYS.get(type(event))
    return says(event) if says else None


def ending(outcome: Outcome) -> str:
    """How it ended, why, and on what evidence."""
    figures = in_words(outcome.evidence)
    because = f": {outcome.cause}" if outcome.cause else ""
    weak = f"; {shortfall(outcome.shortfall)}" if outcome.shortfall else ""
    off = f". {take_off(outcome.laid_on)}" if outcome.laid_on else ""
    return outcome.kind.replace("_", " ") + because + (f" ({figures})" if figures else "") + weak + off


def take_off(laid_on: str) -> str:
    """What a person has to do with what lies on the leg, once nothing asks for it any more."""
    return f"Take off what lies on the leg: {laid_on}."


def shortfall(found: Shortfall) -> str:
    """Which crests stayed below, and what may be why."""
    worst = sorted(found.zones, key=lambda zone: zone.lowest_pct)
    zones = [f"{z.channel} {z.below} of {z.crests}, lowest {z.lowest_pct} %" for z in worst[:_ZONES_NAMED]]
    more = [f"{len(worst) - _ZONES_NAMED} more"] if len(worst) > _ZONES_NAMED else []
    what = f"{found.below} of {found.crests} crests stayed below 80 % of their target ({'; '.join(zones + more)})"
    return f"{what}: a bigger leg, a loose fit, a leak or a weak pump"
