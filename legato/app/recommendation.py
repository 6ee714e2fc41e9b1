"""From a need, in somebody's own words, to routines that fit, and what to do beside or instead."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from legato.app import people, wall_clock
from legato.app.compile_for import compiled, forms
from legato.app.model import Frozen
from legato.app.target import Target, device_of
from legato.care import recommend
from legato.care.danger import TriageLevel as Advice
from legato.care.person import Person
from legato.care.recommend import Candidate, Recommendation
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.felt_zones import felt
from legato.profiles.playability import count_left_out
from legato.profiles.refusal import CompileError
from legato.profiles.restrictions import Restrictions


class Suggested(Frozen):
    """A routine that fits, and why; the length is the longest within the `minutes` that were given.

    Where none were, it can be asked to last up to `full_minutes`.
    """

    routine: str
    why: str
    minutes: float
    full_minutes: float | None
    left_out: int
    cautions: tuple[str, ...]


class PassedOver(Frozen):
    """A routine that is not offered, and why."""

    routine: str
    why: str


class HandStep(Frozen):
    """What to do by hand for some seconds, so many times over."""

    seconds: int
    say: str
    times: int


class ByHand(Frozen):
    """A technique without a device, step by step."""

    guide: str
    title: str
    minutes: float
    cautions: tuple[str, ...]
    steps: tuple[HandStep, ...]


class WarnedOf(Frozen):
    """A sign of danger that was told: what it means, by the two letters of each language, and its source."""

    sign: str
    says: Mapping[str, str]
    source: str


class Recommended(Frozen):
    """What to do about a need, best first; the `signs`, then `doctor_first`, are to be said before anything else.

    With the `answer` emergency or doctor there is nothing beside the signs: no massage. With screening none is offered
    before one.
    """

    answer: Advice
    signs: tuple[WarnedOf, ...]
    needs: tuple[str, ...]
    doctor_first: tuple[str, ...]
    cautions: tuple[str, ...]
    routines: tuple[Suggested, ...]
    passed: tuple[PassedOver, ...]
    by_hand: tuple[ByHand, ...]
    instead: tuple[str, ...]
    doctor: tuple[str, ...]


def endangered(need: str) -> Recommended | None:
    """What to do about a danger that is told, which waits for no device and no person; None where there is none."""
    found = recommend.endangered(need)
    return _recommended(found) if found else None


def recommended(need: str, target: Target, name: str | None, minutes: float | None) -> Recommended:
    """What fits a need on a device, for somebody or for nobody in particular, within so many minutes.

    Raises:
        UnknownName: nothing that anybody knows is told of; there is no such device, or nobody of this name.
        InvalidFile: the person's file is not valid.
    """
    return fitting(need, device_of(target), people.named(name), minutes)


def fitting(need: str, device: Device, person: Person | None, minutes: float | None) -> Recommended:
    """The same for a device and a person that are known.

    Raises:
        UnknownName: nothing that anybody knows is told of.
    """
    today = wall_clock.today()
    narrow = person.restrictions(today) if person else None
    result = person.screened(today) if person else None
    return _recommended(
        recommend.recommend(need, lambda name: candidate(name, device, narrow, minutes), result, minutes)
    )


def candidate(name: str, device: Device, narrow: Restrictions | None, within: float | None) -> Candidate:
    """What `device` makes of a routine for somebody who is so restricted, and has as many minutes as `within`."""
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


def _recommended(found: Recommendation) -> Recommended:
    told: dict[str, Any] = TypeAdapter(Recommendation).dump_python(found, mode="json")
    return Recommended.model_validate(told)
