"""Circles go round the leg where the device has chambers all round, and where it has not the report says what plays."""

from itertools import pairwise
from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.anatomy import Face
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.schedule import CompileNote, Schedule
from tests.profiles.planned import peak, plays, track

KNEE = "boots-6-knee"
CIRCLE: dict[str, Any] = {
    "do": "circle", "from": "knee", "pressure_mmhg": 20, "ripple_mmhg": 8, "period_s": 4, "times": 5
}  # fmt: skip
WIDE = CIRCLE | {"radius_cm": 18, "period_s": 8}
UP_BEHIND = {"do": "glide", "from": "calf", "to": "popliteal", "pressure_mmhg": 20, "speed_cm_s": 5, "times": 2}


def tops(schedule: Schedule, name: str) -> list[float]:
    """When a chamber comes to its highest pressure, in seconds."""
    curve = track(schedule, name)
    corners = zip(curve.times, curve.values, strict=True)
    return [t1 / 1000.0 for (_, v0), (t1, v1) in pairwise(corners) if v0 < v1 == max(curve.values)]


def notes(schedule: Schedule, asked: str) -> list[tuple[str, str, str]]:
    report = schedule.report
    return [(n.where, n.plays, n.why) for n in (*report.dropped, *report.clipped, *report.slowed) if n.asked == asked]


def with_chambers(**faces: Face) -> Device:
    """Boots with a cuff of boots-6 at each of these faces of the left knee, and nothing else."""
    boots = load.device("boots-6")
    knee = next(c for c in boots.chambers if c.id == "left_knee")
    mounts = tuple(knee.model_copy(update={"id": name, "face": face}) for name, face in faces.items())
    plain = {name: getattr(boots, name) for name in Device.model_fields}
    return Device(**plain | {"name": "round", "actuators": mounts})


def test_in_front_and_behind_alternate_half_a_turn_apart() -> None:
    schedule = plays(CIRCLE)
    both = plays(CIRCLE, on=KNEE)
    for side in ("left", "right"):
        front, back = tops(both, f"{side}_knee_front"), tops(both, f"{side}_knee_back")
        assert [b - a for a, b in pairwise(front)] == pytest.approx([4.0] * 4)
        assert back
        assert [(t - front[0]) % 4.0 for t in back] == pytest.approx([2.0] * len(back))
    assert notes(both, "circles") == []
    assert len(tops(schedule, "left_knee")) == 5


def test_with_sides_it_goes_front_side_back_side_a_quarter_apart() -> None:
    """As P2 of the plan of techniques: a hand that goes round, and none of it at once."""
    faces = {"front": Face.FRONT, "inner": Face.INNER, "outer": Face.OUTER, "under": Face.BACK}
    schedule = plays(CIRCLE | {"period_s": 8}, on=with_chambers(**faces))
    first = tops(schedule, "front")[0]
    order = {name: (tops(schedule, name)[0] - first) % 8.0 for name in faces}
    assert order == pytest.approx({"front": 0.0, "outer": 2.0, "under": 4.0, "inner": 6.0})


def test_a_wide_circle_goes_up_in_front_over_the_thigh_and_down_behind() -> None:
    schedule = plays(WIDE, on=KNEE)
    names = ("left_calf", "left_knee_front", "left_thigh_low", "left_knee_back")
    first = tops(schedule, names[0])
    turn = first[1] - first[0]
    assert [(tops(schedule, name)[0] - first[0]) % turn / turn for name in names] == pytest.approx(
        [0.0, 0.25, 0.5, 0.75], abs=0.01
    )


@pytest.mark.parametrize("step", ["3", "5", "7"])
def test_widening_circles_reach_the_back_of_the_knee_where_they_are_widest(step: str) -> None:
    boots = load.device(KNEE)
    schedule = compile(load.profile("deep_tissue_widening"), boots, envelope(boots))
    (span,) = [span for span in schedule.spans if span.step == step]
    behind, before = (
        [a for a, _ in track(schedule, name).spans(18.0) if span.start_ms < a < span.end_ms]
        for name in ("left_knee_back", "left_knee_front")
    )
    assert behind[-1] > before[-1]


def test_the_back_of_the_knee_is_passed_for_3_s_at_most_and_has_its_break() -> None:
    """The kneecap goes on at its own pace meanwhile: nobody waits for what may be touched in passing only."""
    schedule = plays(CIRCLE | {"times": 14}, on=KNEE)
    spans = track(schedule, "left_knee_back").spans(8.0)
    assert len(spans) >= 3
    assert max(b - a for a, b in spans) <= 3000.0
    assert min(later[0] - before[1] for before, later in pairwise(spans)) >= 10_000.0
    assert peak(schedule, "left_knee_back") == 20.0
    assert notes(schedule, "14 times") == [("backs of both knees", "4 times", "longest popliteal hold 3 s")]
    assert min(b - a for a, b in pairwise(tops(schedule, "left_knee_front"))) == pytest.approx(4.0)


def test_a_back_of_the_knee_that_comes_once_says_once() -> None:
    assert notes(plays(CIRCLE | {"times": 3}, on=KNEE), "3 times")[0][1] == "once"


def test_what_lies_in_front_only_ripples() -> None:
    schedule = plays(CIRCLE | {"face": "front"}, on=KNEE)
    assert notes(schedule, "circles") == [("both knees", "a ripple", "one chamber at the knee")]
    assert peak(schedule, "left_knee_back") == 0.0


def test_a_single_cuff_only_ripples_and_the_report_says_so() -> None:
    (note,) = plays(CIRCLE).report.dropped
    assert note == CompileNote("step 1 (circle knee)", "both knees", "circles", "a ripple", "one chamber at the knee")


def test_cuffs_one_above_the_other_go_round_nothing_and_the_report_says_so() -> None:
    (note,) = plays(WIDE).report.dropped
    assert (note.where, note.asked) == ("both calves, both knees, both thighs", "circles")
    assert (note.plays, note.why) == ("one place after the other", "one chamber at each place")


def test_a_roller_goes_to_and_fro_and_the_report_says_so() -> None:
    schedule = plays(CIRCLE | {"from": "lower_back"}, on="chair-1")
    assert notes(schedule, "circles") == [("lower back", "to and fro", "a roller only goes up and down")]


def test_two_cuffs_of_one_knee_that_face_each_other_need_no_word() -> None:
    assert notes(plays(CIRCLE, on=with_chambers(front=Face.FRONT, side=Face.OUTER)), "circles") == []


@pytest.mark.parametrize(
    "step",
    [UP_BEHIND, UP_BEHIND | {"to": "thigh", "face": "back"}, UP_BEHIND | {"from": "popliteal", "to": "thigh"}],
    ids=["calf to back of the knee", "calf to thigh behind", "back of the knee to thigh"],
)
def test_a_stroke_over_the_back_of_the_knee_leaves_the_kneecap_alone(step: dict[str, Any]) -> None:
    schedule = plays(step, on=KNEE)
    assert peak(schedule, "left_knee_back") == peak(schedule, "right_knee_back") == 20.0
    assert peak(schedule, "left_knee_front") == peak(schedule, "right_knee_front") == 0.0


def test_it_runs_upward_and_is_there_when_the_crest_is() -> None:
    schedule = plays(UP_BEHIND, on=KNEE)
    (calf, _), (behind, _) = tops(schedule, "left_calf"), tops(schedule, "left_knee_back")
    assert behind - calf == pytest.approx(14 / 5, abs=0.02)
    held = [b - a for a, b in track(schedule, "left_knee_back").spans(19.5)]
    assert min(held) > 1000.0


def test_where_there_is_a_cuff_all_around_it_plays_there() -> None:
    assert peak(plays(UP_BEHIND), "left_knee") == 20.0


@pytest.mark.parametrize(
    "step",
    [
        {"do": "hold", "from": "calf", "to": "thigh", "pressure_mmhg": 30, "seconds": 10},
        {"do": "knead", "from": "calf", "to": "thigh", "pressure_mmhg": 30, "rate_hz": 0.1, "seconds": 20},
        {"do": "sequence", "from": "foot", "to": "thigh", "pressure_mmhg": 40},
        {"do": "pulse", "from": "knee", "pressure_mmhg": 30, "times": 2},
        {"do": "drain", "from": "foot", "to": "thigh", "repeats": 2},
    ],
    ids=lambda step: str(step["do"]),
)
def test_the_back_of_the_knee_is_neither_held_nor_kneaded(step: dict[str, Any]) -> None:
    schedule = plays(step, on=KNEE)
    assert peak(schedule, "left_knee_back") == 0.0
    assert peak(schedule, "left_knee_front") > 12.0
    said = [(n.where, n.plays, n.why) for n in schedule.report.dropped]
    assert said == [("backs of both knees", "nothing", "the back of the knee is only ever stroked")]
