"""Lymph drainage: down the leg one place at a time, up the leg from hand to hand, as the built-in routine plays it."""

import json
from itertools import pairwise

import pytest
from pydantic import TypeAdapter

from legato.profiles import load
from legato.profiles.audit.auditor import audit
from legato.profiles.compiler import compile as compile_profile
from legato.profiles.device import Device, Quantity
from legato.profiles.envelope import envelope
from legato.profiles.nominal_duration import asked_seconds
from legato.profiles.restrictions import Limit, Restrictions
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Drain
from tests.profiles.planned import played, plays

Presses = list[list[tuple[float, float]]]

CLOSED_MMHG = 5.0
"""Lymph drainage lets go to less than this; from here on nothing flows back through a place."""

UP = {
    "do": "drain",
    "from": "foot",
    "to": "thigh",
    "pressure_mmhg": 32,
    "end_pressure_mmhg": 20,
    "on_s": 8,
    "off_s": 20,
    "repeats": 1,
    "times": 3,
}
DRAINS = ["lymphedema_mld", "edema_upward"]


def lymph(name: str, device: Device) -> Schedule:
    routine = load.profile(name)
    return played(routine, device)


def laps(schedule: Schedule, step: str) -> list[Presses]:
    """For each turn of a step, place by place of the left leg from the sole up, when it is closed, in s."""
    channels = [c for c in schedule.device.channels if c.quantity is Quantity.PRESSURE]
    left = sorted((c for c in channels if not c.name.startswith("right_")), key=lambda c: c.actuator.from_cm)
    spans = [(s.start_ms, s.end_ms) for s in schedule.spans if s.step == step]
    closed = [schedule.tracks[c.index].spans(CLOSED_MMHG) for c in left]
    inside = [[[one for one in own if a < one[1] and one[0] < b] for own in closed] for a, b in spans]
    return [[[(a / 1000, b / 1000) for a, b in own] for own in lap if own] for lap in inside]


@pytest.mark.parametrize(
    ("name", "step", "times"),
    [("lymphedema_mld", "6.1", 1), ("edema_upward", "2", 24), ("edema_upward", "4", 3), ("edema_upward", "5", 20)],
)
def test_the_next_place_presses_before_the_last_one_lets_go(name: str, step: str, times: int, device: Device) -> None:
    """At least a second before, on every built-in device."""
    found = laps(lymph(name, device), step)
    assert found
    for lap in found:
        assert all(len(place) == times for place in lap)
        for here, there in pairwise(lap):
            assert all(a[1] - b[0] >= 1.0 for a, b in zip(here, there, strict=True))


@pytest.mark.parametrize(("on", "places", "lap_s"), [("boots-6-hip", 7, 81.3), ("boots-6", 6, 74.9)])
def test_every_place_has_eight_seconds_and_the_rest_is_twenty(on: str, places: int, lap_s: float) -> None:
    """8 s at full pressure, 12 s closed, and a lap of 50 to 90 s as lymph pumps have."""
    found = laps(lymph("lymphedema_mld", load.device(on)), "6.1")
    assert {len(lap) for lap in found} == {places}
    begins = [[place[0][0] for place in lap] for lap in found]
    assert all(b[0] - a[0] == pytest.approx(lap_s, abs=0.5) for a, b in pairwise(begins))
    assert all(b - a == pytest.approx(8.0, abs=0.2) for lap in begins for a, b in pairwise(lap))
    assert all(11.5 < end - start < 13.5 for lap in found for place in lap for start, end in place)
    assert all(b[0][0][0] - a[-1][0][1] == pytest.approx(21.0, abs=0.5) for a, b in pairwise(found))


def test_no_more_than_two_places_are_pressed_at_once() -> None:
    """From the second lap on; before the first, places that wait for it lie at light contact."""
    (lap,) = laps(plays(UP, use="lymph"), "1")
    assert all(here[1][1] < after_next[1][0] for here, after_next in zip(lap, lap[2:], strict=False))


@pytest.mark.parametrize("name", DRAINS)
def test_a_crest_is_no_more_than_35_mmhg_less_what_a_sensor_may_err(name: str, device: Device) -> None:
    schedule = lymph(name, device)
    pressed = [s.target for s in schedule.setpoints if device.channels[s.channel].quantity is Quantity.PRESSURE]
    assert max(pressed) <= 32.0


def test_down_the_leg_nothing_is_pressed_beside_the_place_whose_turn_it_is(device: Device) -> None:
    schedule = lymph("lymphedema_mld", device)
    (span,) = (s for s in schedule.spans if s.step == "4")
    closed = sorted(
        (*one, c.actuator.from_cm)
        for c in device.channels
        if c.quantity is Quantity.PRESSURE
        for one in schedule.tracks[c.index].spans(8.0)
        if span.start_ms < one[1] and one[0] < span.end_ms
    )
    assert closed
    assert all(b[0] > a[1] for a, b in pairwise(closed) if a[2] != b[2])


def test_with_repeats_the_last_press_of_a_place_waits_for_the_next_place() -> None:
    (lap,) = laps(plays(UP | {"on_s": 6, "off_s": 5, "repeats": 3, "times": 1}, use="lymph"), "1")
    for here, there in pairwise(lap):
        assert len(here) == 3
        assert here[-1][1] - there[0][0] > 1.0
        assert all(b[0] - a[1] > 5.0 for a, b in pairwise(here))


def test_a_slow_pump_makes_places_and_laps_longer_and_the_report_says_so() -> None:
    schedule = plays(UP | {"to": "calf", "on_s": 2}, on="wrap-3", use="lymph")
    lines = {note.asked: (note.plays, note.why) for note in schedule.report.slowed}
    assert lines == {"2 s a place": ("up to 2.8 s a place", "pump"), "every 27 s": ("every 29.8 s", "pump")}
    pairs = [(track, pairwise(zip(track.times, track.values, strict=True))) for track in schedule.tracks]
    held = [(b - a) / 1000 for track, own in pairs for (a, v), (b, w) in own if v == w == max(track.values) > 20]
    assert max(held) == pytest.approx(2.8, abs=0.06)


def test_where_a_person_may_be_pressed_for_less_the_next_place_comes_sooner() -> None:
    """8 s in one piece, coming and going included: what is cut off has lines, and nothing flows back."""
    device, routine = load.device("boots-6-hip"), load.profile("lymphedema_mld")
    person = Restrictions(hold_s=Limit(8.0, "a hold of one's own"))
    schedule = compile_profile(routine, device, envelope(device, routine.use, person))
    for lap in laps(schedule, "6.1"):
        assert all(here[0][1] - there[0][0] >= 1.0 for here, there in pairwise(lap))
    found = audit(routine, schedule)
    assert [str(one) for one in found.unreported] == []
    assert found.false_lines == ()


@pytest.mark.parametrize("on_s", [1.0, 1.5, 2.5])
def test_even_the_shortest_press_waits_for_the_next_place(on_s: float) -> None:
    (lap,) = laps(plays(UP | {"on_s": on_s, "times": 1}, use="lymph"), "1")
    assert all(here[0][1] - there[0][0] >= 1.0 for here, there in pairwise(lap))


@pytest.mark.parametrize(("step", "seconds"), [(UP, 180), (UP | {"from": "thigh", "to": "foot"}, 420)])
def test_a_drain_is_meant_to_last_as_long_as_its_presses_and_rests(step: dict[str, object], seconds: float) -> None:
    """Five zones of 8 s, three times over, with 20 s after each lap on the way up, and after each press down."""
    (drain,) = TypeAdapter(tuple[Drain]).validate_json(json.dumps([step]))
    assert asked_seconds(drain) == seconds
