"""A routine of which nothing plays is refused, with the reasons; one that asks for nothing, or for hands, is not."""

import pytest

from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.playability import count_left_out, refuse_if_nothing_plays
from legato.profiles.profile import Profile
from legato.profiles.refusal import NothingPlays
from legato.profiles.restrictions import Limit, Means, Restrictions
from tests.profiles.planned import played

GLIDE = '{"do": "glide", "from": "ankle", "to": "calf", "pressure_mmhg": 30}'
SEAT = '{"do": "vibrate", "from": "seat", "intensity_pct": 40, "seconds": 5}'
HEAT = '{"do": "heat", "from": "calf", "seconds": 5}'
TOUCH = '{"do": "hold", "from": "calf", "pressure_mmhg": 5, "seconds": 5}'
COLD = '{"do": "cool", "from": "calf", "seconds": 5}'
CUE = '{"do": "cue", "say": "Sit down."}'
REST = '{"do": "rest", "seconds": 5}'


def insist(*steps: str, device: Device | None = None, restrictions: Restrictions | None = None) -> None:
    head = '"format": 1, "name": "evening", "title": "Evening"'
    profile = Profile.model_validate_json(f'{{{head}, "steps": [{", ".join(steps)}]}}')
    device = device or load.device("wrap-3")
    refuse_if_nothing_plays(profile, compile(profile, device, envelope(device, profile.use, restrictions)))


def test_a_routine_of_which_nothing_plays_is_refused_with_the_reason() -> None:
    with pytest.raises(
        NothingPlays, match=r"nothing of evening plays on wrap-3: step 1 \(vibrate seat\): wrap-3 has no "
    ):
        insist(SEAT)


def test_cues_and_rests_alone_are_no_massage() -> None:
    with pytest.raises(NothingPlays):
        insist(CUE, SEAT, REST)


def test_inside_repeat_and_together_nothing_is_nothing_too() -> None:
    with pytest.raises(NothingPlays, match=r"step 1\.1"):
        insist(f'{{"do": "repeat", "times": 2, "steps": [{{"do": "together", "steps": [{SEAT}, {REST}]}}]}}')


def test_a_cold_pack_beside_lost_strokes_is_no_massage() -> None:
    with pytest.raises(NothingPlays):
        insist(COLD, SEAT)


def test_a_cold_pack_on_a_zone_that_is_left_out_is_nothing_and_one_beside_it_is_something() -> None:
    narrow = Restrictions(left_out={Zone.CALF: "your veins"})
    with pytest.raises(NothingPlays, match=r"step 1 \(cool calf\): your veins"):
        insist(COLD, restrictions=narrow)
    insist(COLD.replace('"from"', '"from": "ankle", "to"'), restrictions=narrow)


def test_strokes_that_ask_for_no_strength_are_nothing() -> None:
    with pytest.raises(NothingPlays, match="ask for no pressure"):
        insist('{"do": "percuss", "from": "seat", "intensity_pct": 0, "seconds": 5}', device=load.device("chair-1"))


@pytest.mark.parametrize(
    ("steps", "restrictions"),
    [
        ((GLIDE,), Restrictions(cap_mmhg=Limit(4.0, "this is the limit that you set for yourself"))),
        ((HEAT,), Restrictions(forbidden={Means.HEAT: "no warmth on numb skin"})),
        ((COLD,), Restrictions(forbidden={Means.COLD: "no cold on numb skin"})),
    ],
)
def test_what_a_persons_limits_take_away_entirely_is_refused_with_their_reason(
    steps: tuple[str, ...], restrictions: Restrictions
) -> None:
    with pytest.raises(NothingPlays, match=r"set for yourself|on numb skin"):
        insist(*steps, restrictions=restrictions)


def test_many_reasons_are_named_up_to_three_and_the_rest_counted() -> None:
    strokes = (
        SEAT,
        *(f'{{"do": "percuss", "from": "{z}", "intensity_pct": 9, "seconds": 5}}' for z in ("calf", "seat")),
    )
    friction = '{"do": "friction", "from": "calf", "intensity_pct": 9, "seconds": 5}'
    hip = '{"do": "hold", "from": "hip", "pressure_mmhg": 30, "seconds": 5}'
    with pytest.raises(NothingPlays) as refused:
        insist(*strokes, friction, hip)
    assert str(refused.value).count("step ") == 3
    assert "; and 1 more reasons; choose" in str(refused.value)


@pytest.mark.parametrize("steps", [(CUE, REST), (REST,), (COLD,), (CUE, COLD), (SEAT, GLIDE), (SEAT, HEAT), (TOUCH,)])
def test_what_asks_for_nothing_or_for_hands_and_what_plays_in_part_is_no_refusal(steps: tuple[str, ...]) -> None:
    insist(*steps)


@pytest.mark.parametrize(
    ("routine", "device", "parts"),
    [
        ("doms_recovery", "boots-6-knee", 0),  # behind the knee nothing is held, on purpose
        ("doms_recovery", "boots-6", 0),
        ("neuromuscular", "boots-6-knee", 4),
    ],
)
def test_what_is_spared_on_purpose_is_no_part_that_is_left_out(routine: str, device: str, parts: int) -> None:
    profile, boots = load.profile(routine), load.device(device)
    assert count_left_out(played(profile, boots).report) == parts


def test_nor_is_bone_over_which_nothing_taps() -> None:
    tap = '{"do": "percuss", "from": "calf", "to": "seat", "intensity_pct": 40, "seconds": 5}'
    head = '"format": 1, "name": "evening", "title": "Evening"'
    profile, chair = Profile.model_validate_json(f'{{{head}, "steps": [{tap}]}}'), load.device("chair-1")
    report = played(profile, chair).report
    assert "no percussion over bone" in [note.why for note in report.dropped]
    assert count_left_out(report) == len([note for note in report.dropped if "over bone" not in note.why])
