"""Limits go by the stretch of the body that an actuator covers, whatever it is called."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legato.profiles import load
from legato.profiles.anatomy import Face, Zone
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import ZONE_CAP_MMHG, ZONE_HOLD_S, envelope, in_force, personal_cap
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Limit, Restrictions
from legato.profiles.schedule import CompileNote, Schedule
from legato.profiles.stroke_reach import places, zones_under
from legato.sim.board import config_for

AIR = {"kind": "chamber", "pump": "main", "slack_l": 1.0, "compliance_ml_mmhg": 3}
LEFT = [("l1", "foot", 0, 24), ("l2", "calf", 20, 46), ("l3", "thigh", 42, 64), ("l4", "thigh", 60, 80)]
RIGHT = [("r1", "foot", 0, 24.5), ("r2", "calf", 20.5, 46), ("r3", "thigh", 42.5, 64), ("r4", "thigh", 60.5, 80)]
FIRM = {"do": "sequence", "from": "foot", "to": "thigh", "pressure_mmhg": 85, "step_mmhg": 5, "hold_s": 20}


def device(*actuators: dict[str, Any]) -> Device:
    """A device as its file is read."""
    head = {"format": 1, "name": "shop-boot", "title": "Shop", "pumps": [{"name": "main", "flow_l_min": 8}]}
    found = load.parse(json.dumps(head | {"actuators": actuators}).encode(), "shop.yaml")
    assert isinstance(found, Device)
    return found


def chamber(name: str, zone: str, from_cm: float, to_cm: float, **more: Any) -> dict[str, Any]:
    side = "right" if name.startswith("r") else "left"
    return AIR | {"id": name, "zone": zone, "side": side, "from_cm": from_cm, "to_cm": to_cm} | more


def boots() -> Device:
    """Four overlapping chambers a leg, left and right measured one by one."""
    return device(*(chamber(*place) for place in LEFT + RIGHT))


def played(on: Device, *steps: dict[str, Any], narrow: Restrictions | None = None) -> Schedule:
    head = {"format": 1, "name": "firm", "title": "Firm", "use": "sport"}
    profile = Profile.model_validate_json(json.dumps(head | {"steps": steps}))
    return compile(profile, on, envelope(on, profile.use, narrow))


def peaks(schedule: Schedule) -> dict[str, float]:
    return {c.name: max(track.values) for c, track in zip(schedule.device.channels, schedule.tracks, strict=True)}


def named(notes: tuple[CompileNote, ...], name: str) -> list[CompileNote]:
    return [note for note in notes if name in note.where.split(", ")]


def test_what_covers_the_knee_has_the_knees_cap_whatever_it_is_called() -> None:
    found = peaks(played(boots(), FIRM))
    assert [found[name] for name in ("l2", "l3", "r2", "r3")] == [40.0] * 4
    assert found["l1"] == 81.5, "it lies between the middles of foot (85 mmHg) and ankle (80 mmHg)"


def test_the_report_says_by_name_which_chamber_covers_what() -> None:
    clipped = played(boots(), FIRM).report.clipped
    for name in ("l2", "l3", "r2", "r3"):
        lines = [(note.plays, note.why) for note in named(clipped, name)]
        assert ("40 mmHg", "it covers the knee (knee cap 40 mmHg)") in lines


def test_left_and_right_that_differ_by_a_little_get_the_same() -> None:
    found = peaks(played(boots(), FIRM))
    assert [found[f"l{n}"] for n in range(1, 5)] == [found[f"r{n}"] for n in range(1, 5)]


def test_what_covers_the_knee_is_held_no_longer_than_the_knee() -> None:
    hold = {"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 60}
    (note,) = named(played(boots(), hold).report.clipped, "l2")
    assert note.plays.endswith("s in one piece")
    assert float(note.plays.split()[0]) <= 30.0
    assert note.why == "it covers the knee (longest knee hold 30 s)"


def test_a_knee_left_out_for_a_person_leaves_out_all_that_covers_it() -> None:
    schedule = played(boots(), FIRM, narrow=Restrictions(left_out={Zone.KNEE: "your knee"}))
    found = peaks(schedule)
    assert [found[name] for name in ("l2", "l3", "r2", "r3")] == [0.0] * 4
    assert found["l1"] > 0.0 < found["l4"]
    (note,) = named(schedule.report.dropped, "l2")
    assert (note.plays, note.why) == ("nothing", "it covers the knee (left out: your knee)")


def test_a_persons_cap_for_a_zone_holds_for_all_that_covers_it() -> None:
    schedule = played(boots(), FIRM, narrow=Restrictions(zone_caps_mmhg={Zone.KNEE: Limit(15, "your nerve")}))
    assert [peaks(schedule)[name] for name in ("l2", "l3")] == [15.0, 15.0]


def test_the_gentler_knee_of_a_stroke_goes_by_the_stretch_too() -> None:
    for step in (FIRM, {"do": "glide", "from": "foot", "to": "thigh", "pressure_mmhg": 60}):
        assert peaks(played(boots(), step | {"knee_mmhg": 25}))["l2"] == 25.0


@pytest.mark.parametrize("kind", ["heater", "motor", "roller"])
def test_nothing_of_any_kind_touches_a_zone_that_is_left_out(kind: str) -> None:
    more: dict[str, Any] = {"action": "percussion", "min_hz": 3, "max_hz": 30} if kind == "motor" else {}
    pad = {"id": "pad", "kind": kind, "zone": "thigh", "side": "left", "from_cm": 40, "to_cm": 60} | more
    on = device(pad)
    assert personal_cap(on.actuators[0], on, Restrictions(left_out={Zone.KNEE: "your knee"})) == Limit(
        0.0, "it covers the knee (left out: your knee)"
    )


def test_nothing_taps_on_bone_that_only_its_stretch_shows() -> None:
    head = {"id": "head", "kind": "motor", "action": "percussion", "zone": "thigh", "side": "left"}
    on = device(head | {"from_cm": 40, "to_cm": 60, "min_hz": 3, "max_hz": 30})
    schedule = played(on, {"do": "percuss", "from": "thigh", "intensity_pct": 30, "seconds": 10})
    assert peaks(schedule)["head"] == 0.0
    lines = [(note.where, note.plays, note.why) for note in schedule.report.dropped]
    assert lines == [("head", "nothing", "it covers the knee, and there is no percussion over bone")]


def test_the_back_of_the_knee_has_its_own_limits_where_only_the_back_is_pressed() -> None:
    around, behind = (
        in_force(device(chamber("l1", "thigh", 36, 48, face=face))).chambers[0] for face in (Face.AROUND, Face.BACK)
    )
    assert {(c.face, c.cap_mmhg, c.hold_s) for c in (around, behind)} == {("around", 40, 30), ("back", 20, 3)}


def test_the_firmware_is_built_with_the_limits_of_the_stretch() -> None:
    on = boots()
    l2 = config_for(on).channels[1]
    assert l2.air is not None
    assert (l2.cap, l2.air.hold_ms) == (80, 30_000)
    assert (on.chambers[1].cap_mmhg, on.chambers[1].hold_s) == (40, 30)


def test_a_device_that_describes_itself_more_loosely_is_not_trusted() -> None:
    loose = boots().chambers[1].model_copy(update={"cap_mmhg": 110.0, "hold_s": 120.0})
    on = Device(format=1, name="loose", title="Loose", pumps=boots().pumps, actuators=(loose,))
    limits = envelope(on).chambers[0]
    assert (limits.cap_mmhg, limits.hold_s) == (40, 30)
    assert config_for(on).channels[0].cap == 80


def test_built_in_devices_are_described_as_tightly_as_their_stretches_ask() -> None:
    for on in load.builtin_devices().values():
        written = Device.model_validate_json(on.model_dump_json())
        assert in_force(written) == written == on


STRETCHES = st.tuples(st.integers(0, 119), st.integers(1, 60)).map(lambda at: (at[0], min(at[0] + at[1], 127)))


@given(STRETCHES, st.sampled_from(Zone), st.sampled_from(Face))
def test_the_label_decides_nothing(stretch: tuple[int, int], label: Zone, face: Face) -> None:
    (one,), (other,) = (device(chamber("l1", zone, *stretch, face=face)).chambers for zone in (label, Zone.FOOT))
    assert (one.cap_mmhg, one.hold_s) == (other.cap_mmhg, other.hold_s)


@given(STRETCHES, st.sampled_from(Face))
def test_a_chamber_has_the_tightest_limits_of_all_that_it_takes_part_in(stretch: tuple[int, int], face: Face) -> None:
    (one,) = device(chamber("l1", "foot", *stretch, face=face)).chambers
    for zone in zones_under(one):
        if zone is not Zone.POPLITEAL or face is Face.BACK:
            assert one.cap_mmhg <= ZONE_CAP_MMHG.get(zone, 110.0)
            assert one.hold_s <= ZONE_HOLD_S.get(zone, 120.0)


def test_chambers_of_one_leg_are_never_one_place() -> None:
    on = device(*(chamber(f"l{n}", "calf", 4 * n, 4 * n + 12) for n in range(6)))
    assert len(places(on.channels)) == 6


def test_places_follow_each_other_up_the_leg_whichever_leg_was_measured_first() -> None:
    on = device(*(chamber(*place) for place in RIGHT + LEFT))
    line = [[c.name for c in place] for place in places(on.channels)]
    assert line == [["r1", "l1"], ["r2", "l2"], ["r3", "l3"], ["r4", "l4"]]
