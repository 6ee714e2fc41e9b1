"""The built-in routines as different people get them, and the routines that needs and courses speak of."""

from collections.abc import Callable
from datetime import date

import pytest

from legato.care.conditions import conditions
from legato.care.courses import courses
from legato.care.needs import needs
from legato.care.screening import DatedAnswer, screen
from legato.profiles import load
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Motor, Quantity
from legato.profiles.envelope import envelope
from legato.profiles.schedule import Schedule

Answering = Callable[..., dict[str, DatedAnswer]]


@pytest.fixture
def played(answering: Answering, today: date) -> Callable[..., Schedule]:
    """A built-in routine as somebody gets it who answered the named questions as told."""

    def play(name: str, device: str, **told: str) -> Schedule:
        profile, target = load.profile(name), load.device(device)
        return compile(profile, target, envelope(target, profile.use, screen(answering(**told), today).restrictions))

    return play


def highest(schedule: Schedule, quantity: Quantity) -> float:
    tracks = zip(schedule.device.channels, schedule.tracks, strict=True)
    return max(max(track.values) for channel, track in tracks if channel.quantity is quantity)


@pytest.mark.parametrize("name", load.builtin_profiles())
def test_nobody_without_feeling_gets_heat_or_more_than_30_mmhg(name: str, played: Callable[..., Schedule]) -> None:
    schedule = played(name, "wrap-3", sensory_loss="yes")
    assert highest(schedule, Quantity.TEMPERATURE) == 0
    assert highest(schedule, Quantity.PRESSURE) <= 30


@pytest.mark.parametrize("name", load.builtin_profiles())
def test_nobody_who_is_pregnant_gets_percussion(name: str, played: Callable[..., Schedule]) -> None:
    schedule = played(name, "chair-1", pregnancy="yes")
    for channel, track in zip(schedule.device.channels, schedule.tracks, strict=True):
        assert not isinstance(channel.actuator, Motor) or max(track.values) == 0


@pytest.mark.parametrize("name", load.builtin_profiles())
def test_routines_name_only_questions_that_are_asked(name: str) -> None:
    profile = load.profile(name)
    assert {*profile.needs, *profile.not_with} <= set(conditions())


def test_every_routine_helps_with_some_need() -> None:
    assert {fit.routine for need in needs() for fit in need.routines} == set(load.builtin_profiles())


@pytest.mark.parametrize("name", [c.name for c in courses().values() if c.routine])
def test_every_course_plays_a_routine_that_is_built_in(name: str) -> None:
    assert courses()[name].routine in load.builtin_profiles()
