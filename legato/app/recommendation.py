"""From a need, in somebody's own words, to routines that fit, and what to do besides or instead."""

from legato.app import people, wall_clock
from legato.app.compile_for import compiled, forms
from legato.app.target import Target, device_of
from legato.care.person import Person
from legato.care.recommend import Candidate, Recommendation, recommend
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.felt_zones import felt
from legato.profiles.playability import count_left_out
from legato.profiles.refusal import CompileError
from legato.profiles.restrictions import Restrictions


def recommended(need: str, target: Target, name: str | None, minutes: float | None) -> Recommendation:
    """What fits a need on a device, for somebody or for nobody in particular, within this many minutes.

    Raises:
        UnknownName: no known need is recognised, or there is no such device or person.
        InvalidFile: the person's file is not valid.
    """
    return fitting(need, device_of(target), people.named(name), minutes)


def fitting(need: str, device: Device, person: Person | None, minutes: float | None) -> Recommendation:
    """The same for a device and a person that have been loaded.

    Raises:
        UnknownName: no known need is recognised.
    """
    today = wall_clock.today()
    narrow = person.restrictions(today) if person else None
    result = person.screened(today) if person else None
    return recommend(need, lambda name: candidate(name, device, narrow, minutes), result, minutes)


def candidate(name: str, device: Device, narrow: Restrictions | None, within: float | None) -> Candidate:
    """What `device` makes of a routine for a person with these restrictions, `within` this many minutes."""
    profile = load.profile(name)
    there = forms(profile, device, narrow)
    try:
        profile = profile if within is None else there.within(within)
        schedule = compiled(profile, device, restrictions=narrow)
        full_minutes = there.full_s / 60 if within is None else None
    except CompileError:
        return Candidate(profile, None)
    minutes = schedule.duration_ms / 60_000 if schedule.setpoints else None
    return Candidate(profile, minutes, full_minutes, count_left_out(schedule.report), felt(schedule))
