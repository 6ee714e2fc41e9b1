"""What a device cannot play leaves no silent gap: its time goes, and the second of two pauses, and a line says so."""

from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.audit.auditor import audit
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.envelope import envelope
from legato.profiles.schedule import CompileNote, Schedule
from tests.profiles.planned import plays

HOLD: dict[str, Any] = {"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 5, "rest_s": 0}
CIRCLE: dict[str, Any] = {"do": "circle", "from": "knee", "pressure_mmhg": 20}
REST: dict[str, Any] = {"do": "rest", "seconds": 12}
LATER = HOLD | {"from": "foot"}
WHY = "nothing plays of the circle knee before it"


def gone(schedule: Schedule) -> list[CompileNote]:
    return [note for note in schedule.report.dropped if note.plays == "no rest"]


def lasts_s(schedule: Schedule, step: str) -> list[float]:
    return [(s.end_ms - s.start_ms) / 1000.0 for s in schedule.spans if s.step == step]


def longest_quiet_s(schedule: Schedule) -> float:
    """The longest time in which nothing is above light contact, from the first press to the last."""
    busy = sorted(span for track in schedule.tracks for span in track.spans(8.0))
    longest, until = 0.0, busy[0][1]
    for start, end in busy:
        longest, until = max(longest, start - until), max(until, end)
    return longest / 1000.0


def test_the_rest_after_a_step_that_is_dropped_goes_too() -> None:
    schedule = plays(HOLD, REST, CIRCLE, REST, LATER, on="chair-1")
    assert [lasts_s(schedule, number) for number in "234"] == [[12.0], [0.0], [0.0]]
    assert gone(schedule) == [CompileNote("step 4 (rest)", "all", "rest of 12 s", "no rest", WHY)]


def test_every_one_of_a_repeat_goes() -> None:
    sets = {"do": "repeat", "times": 3, "steps": [CIRCLE, REST]}
    schedule = plays(HOLD, REST, sets, LATER, on="chair-1")
    assert lasts_s(schedule, "3.2") == [0.0, 0.0, 0.0]
    assert [note.step for note in gone(schedule)] == ["step 3.2 (rest)"]


def test_the_only_pause_between_two_strokes_stays() -> None:
    schedule = plays(HOLD, CIRCLE, REST, LATER, on="chair-1")
    assert lasts_s(schedule, "3") == [12.0]
    assert gone(schedule) == []


def test_nothing_is_waited_for_before_the_first_stroke() -> None:
    schedule = plays(CIRCLE, REST, LATER, on="chair-1")
    assert lasts_s(schedule, "2") == [0.0]


def test_a_rest_that_lets_the_air_out_stays() -> None:
    assert gone(plays(HOLD, REST, CIRCLE, REST | {"vent": True}, on="chair-1")) == []


def test_inside_a_together_it_is_the_same() -> None:
    branch = {"do": "repeat", "times": 1, "steps": [HOLD, REST, CIRCLE, REST, HOLD]}
    schedule = plays({"do": "together", "steps": [branch, LATER]}, on="chair-1")
    assert lasts_s(schedule, "1.1.4") == [0.0]
    assert [(note.step, note.asked) for note in gone(schedule)] == [("step 1 (rest)", "rest of 12 s")]


@pytest.mark.parametrize("name", ["knee_circles", "goddard", "deep_tissue_widening"])
def test_on_the_chair_no_pause_is_longer_than_one_that_is_written(name: str) -> None:
    """49 s of silence were left of the circles, of which the chair has nothing.

    The longest pauses that are left: a stroke's own rest, a breath of 12 s, and the way of the next stroke up to a bag.
    """
    routine, chair = load.profile(name), load.device("chair-1")
    schedule = compile(routine, chair, envelope(chair))
    assert longest_quiet_s(schedule) <= 26.0
    assert audit(routine, schedule).agrees


def test_the_chair_gives_the_five_passes_that_it_can() -> None:
    """Of ankle to thigh it has calf and seat; of circles round the kneecap nothing, which is said before it begins."""
    chair = load.device("chair-1")
    schedule = compile(load.profile("goddard"), chair, envelope(chair))
    passes = schedule.spans[0]
    for name in ("left_calf", "right_calf", "seat"):
        index = next(c.index for c in chair.channels if c.name == name)
        pressed = [a for a, _ in schedule.tracks[index].spans(20.0) if passes.start_ms <= a < passes.end_ms]
        assert len(pressed) == 5
    assert [(n.step, n.where, n.plays) for n in schedule.report.dropped] == [
        ("step 1.1 (glide ankle to thigh)", "ankle, knee", "nothing"),
        ("step 1.1 (glide ankle to thigh)", "seat", "behind"),
        ("step 1.3.1 (circle knee)", "knee", "nothing"),
        ("step 1.3.2 (rest)", "all", "no rest"),
        ("step 1.4 (glide calf to back of the knee)", "back of the knee", "nothing"),
    ]


def test_where_it_has_what_it_takes_the_chair_circles() -> None:
    """With a wide circle around the knee it comes to the calves, and ripples there: there is one bag at each."""
    schedule = plays(CIRCLE | {"radius_cm": 16, "times": 4}, on="chair-1")
    lines = [(n.where, n.asked, n.plays) for n in schedule.report.dropped]
    assert lines == [("knee", "circle", "nothing"), ("both calves", "circles", "a ripple")]
