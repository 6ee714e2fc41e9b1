"""What a person may not get is dropped by the compiler, with the reason in its report."""

from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.anatomy import STRETCH_CM, Side, Zone
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Cooler, Device, Quantity
from legato.profiles.envelope import ROLLER_FULL_MMHG, envelope
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Limit, Means, Restrictions
from tests.profiles.planned import peak, plays

HEAT = {"do": "heat", "from": "calf", "temp_c": 39, "seconds": 60}
COOL = {"do": "cool", "from": "calf", "seconds": 60}
PERCUSS = {"do": "percuss", "from": "seat", "intensity_pct": 30, "seconds": 20}
VIBRATE = {"do": "vibrate", "from": "calf", "intensity_pct": 30, "seconds": 20}
GLIDE = {"do": "glide", "from": "ankle", "to": "thigh", "pressure_mmhg": 35}


@pytest.mark.parametrize(
    ("means", "step", "device", "where"),
    [
        (Means.HEAT, HEAT, "wrap-3", "calf"),
        (Means.COLD, COOL, "wrap-3", "calf"),
        (Means.PERCUSSION, PERCUSS, "chair-1", "seat"),
        (Means.VIBRATION, VIBRATE, "chair-1", "calf"),
    ],
)
def test_a_forbidden_means_is_dropped_with_the_persons_reason(
    means: Means, step: dict[str, Any], device: str, where: str
) -> None:
    allowed, narrow = Restrictions(), Restrictions(forbidden={means: "your nerves"})
    dropped = plays(step, GLIDE, on=device, person=narrow).report.dropped
    assert (where, step["do"], "nothing", "your nerves") in [(n.where, n.asked, n.plays, n.why) for n in dropped]
    assert "your nerves" not in [n.why for n in plays(step, GLIDE, on=device, person=allowed).report.dropped]


def test_a_cold_pack_laid_on_by_hand_is_forbidden_too() -> None:
    schedule = plays(COOL, GLIDE, on="boots-6", person=Restrictions(forbidden={Means.COLD: "your nerves"}))
    assert schedule.cues == ()


@pytest.mark.parametrize(
    ("device", "to", "said"), [("boots-6", "knee", "both ankles and both knees"), ("wrap-3", "calf", "both ankles")]
)
def test_no_cold_pack_is_laid_on_a_zone_that_is_left_out(device: str, to: str, said: str) -> None:
    step = COOL | {"from": "ankle", "to": to, "seconds": 600}
    schedule = plays(step, on=device, person=Restrictions(left_out={Zone.CALF: "your veins"}))
    on, off = (cue.say for cue in schedule.cues)
    assert f"what covers {said}, put on a cold pack" in on
    assert f"what you put on {said}, and" in off
    dropped = [(note.where, note.asked, note.plays, note.why) for note in schedule.report.dropped]
    assert ("calf", "cool", "nothing", "your veins") in dropped


def test_nor_on_one_that_shares_its_stretch() -> None:
    narrow = Restrictions(left_out={Zone.CALF: "your veins"})
    schedule = plays(COOL | {"from": "shin"}, GLIDE, on="boots-6", person=narrow)
    assert schedule.cues == ()


def test_a_cooler_leaves_a_zone_alone_too_where_a_cold_pack_lies_beside_it() -> None:
    low, high = STRETCH_CM[Zone.CALF]
    pad = Cooler(id="pad", kind="cooler", zone=Zone.CALF, side=Side.BOTH, from_cm=low, to_cm=high)
    plain = {name: getattr(load.device("boots-6"), name) for name in Device.model_fields}
    cooled = Device(**plain | {"actuators": (*plain["actuators"], pad)})
    step = COOL | {"from": "ankle", "to": "calf"}
    schedule = plays(step, on=cooled, person=Restrictions(left_out={Zone.CALF: "your veins"}))
    assert peak(schedule, "pad") == 0
    assert peak(plays(step, on=cooled), "pad") > 0


def test_a_personal_cap_clips_and_says_why() -> None:
    schedule = plays(GLIDE, on="boots-6", person=Restrictions(cap_mmhg=Limit(20, "your wish")))
    assert peak(schedule, "left_calf") == 20
    assert {note.why for note in schedule.report.clipped} == {"your wish"}


@pytest.mark.parametrize(
    "step",
    [
        {"do": "glide", "from": "foot", "pressure_mmhg": 45},
        {"do": "knead", "from": "foot", "pressure_mmhg": 45, "seconds": 30},
        {"do": "friction", "from": "lower_back", "intensity_pct": 60, "seconds": 20},
    ],
    ids=lambda step: step["do"],
)
def test_a_personal_cap_holds_for_rollers_too(step: dict[str, Any]) -> None:
    schedule = plays(step, on="chair-1", person=Restrictions(cap_mmhg=Limit(28, "your wish")))
    assert max(peak(schedule, "sole_roller"), peak(schedule, "back_roller")) == 40
    assert ("40 %", "your wish") in [(note.plays, note.why) for note in schedule.report.clipped]


def test_a_zone_that_is_left_out_is_never_touched() -> None:
    schedule = plays(GLIDE, on="boots-6", person=Restrictions(left_out={Zone.POPLITEAL: "your veins"}))
    assert peak(schedule, "left_knee") == 0
    assert peak(schedule, "left_calf") == 35
    assert "your veins" in [note.why for note in schedule.report.dropped]


def test_motors_leave_a_zone_alone_too() -> None:
    schedule = plays(PERCUSS, GLIDE, on="chair-1", person=Restrictions(left_out={Zone.SEAT: "your disc"}))
    assert peak(schedule, "seat_percussion") == 0


@pytest.mark.parametrize("cap_mmhg", [10, 30])
def test_a_narrowed_routine_stays_inside_its_envelope(routine: Profile, device: Device, cap_mmhg: float) -> None:
    restrictions = Restrictions(
        cap_mmhg=Limit(cap_mmhg, "your wish"),
        hold_s=Limit(20, "your skin"),
        forbidden=dict.fromkeys(Means, "your nerves"),
        left_out={Zone.POPLITEAL: "your veins"},
    )
    schedule = compile(routine, device, envelope(device, routine.use, restrictions))
    for channel, track in zip(device.channels, schedule.tracks, strict=True):
        if channel.quantity is Quantity.PRESSURE:
            assert max(track.values) <= cap_mmhg
        if channel.actuator.kind == "roller" and channel.quantity is Quantity.INTENSITY:
            assert max(track.values) <= 100 * cap_mmhg / ROLLER_FULL_MMHG
        if channel.quantity is Quantity.TEMPERATURE or channel.actuator.kind == "motor":
            assert max(track.values) == 0
