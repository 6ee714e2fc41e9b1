"""Crests of a schedule: where pressure comes to a top that could be missed."""

import pytest

from legato.app.compile_for import compiled
from legato.profiles import load
from legato.profiles.crests import crests
from legato.profiles.schedule import SetPoint, Track


def tops(*points: tuple[int, float, int]) -> list[tuple[float, float, float, float]]:
    """The crests of a curve that is set at (ms, mmHg, ramp)."""
    track = Track.of([SetPoint(ms, 0, mmhg, ramp) for ms, mmhg, ramp in points], 60_000)
    return [(c.from_ms, c.top_ms, c.until_ms, c.target) for c in crests(track)]


def test_a_crest_is_from_where_it_rises_to_where_it_lets_go() -> None:
    assert tops((1000, 40.0, 2000), (8000, 6.0, 1000)) == [(1000, 3000, 8000, 40.0)]


def test_one_that_turns_at_once_has_no_plateau() -> None:
    assert tops((1000, 40.0, 2000), (3000, 6.0, 1000)) == [(1000, 3000, 3000, 40.0)]


def test_the_rise_may_have_steps_and_the_last_top_is_the_crest() -> None:
    assert tops((0, 6.0, 1000), (5000, 20.0, 1000), (8000, 40.0, 1000), (12000, 0.0, 500)) == [(0, 9000, 12000, 40.0)]


def test_each_crest_begins_where_the_last_one_has_let_go() -> None:
    points = [(t + s, v, 1000) for t in (0, 10_000) for s, v in ((0, 30.0), (5000, 6.0))]
    assert [crest[0] for crest in tops(*points)] == [0, 10_000]


@pytest.mark.parametrize("points", [(), ((0, 6.0, 1000),), ((0, 11.5, 1000), (5000, 0.0, 500))])
def test_contact_is_no_crest(points: tuple[tuple[int, float, int], ...]) -> None:
    assert tops(*points) == []


def test_a_ripple_on_a_hold_is_no_crest_of_its_own() -> None:
    ripple = [(5000 + i * 1000, 36.0 + 4 * (i % 2), 500) for i in range(6)]
    assert len(tops((0, 40.0, 1000), *ripple, (12_000, 0.0, 1000))) == 1


def test_goddard_has_the_crests_that_it_asks_for_on_both_legs() -> None:
    schedule = compiled(load.profile("goddard"), load.device("boots-6"))
    per_chamber = [len(crests(track)) for track in schedule.tracks]
    assert per_chamber[:6] == per_chamber[6:]
    assert sum(per_chamber) == 90
