"""A gradient is per zone of the body: a routine means the same on six chambers a leg, on four, and on a chair."""

import json
from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.anatomy import STRETCH_CM, Zone
from legato.profiles.device import Chamber, Device
from legato.profiles.strokes.gradient import zones_from, zones_up
from tests.profiles.planned import plays

SEQUENCE = {"do": "sequence", "from": "ankle", "to": "thigh", "pressure_mmhg": 45, "step_mmhg": 5, "hold_s": 5}


def boots(*chambers: tuple[str, float, float]) -> Device:
    """A left boot with these chambers: zone, from and to in cm."""
    air = {"kind": "chamber", "side": "left", "pump": "main", "slack_l": 0.3, "compliance_ml_mmhg": 1.0}
    actuators = [
        air | {"id": f"{zone}_{i}", "zone": zone, "from_cm": low, "to_cm": high, "vent_bore_mm": 4.0}
        for i, (zone, low, high) in enumerate(chambers)
    ]
    pumps = [{"name": "main", "flow_l_min": 15.0}]
    head = {"format": 1, "name": "boots", "title": "Boots", "pumps": pumps}
    return Device.model_validate_json(json.dumps(head | {"actuators": actuators}))


SIX = boots(("foot", 0, 9), ("ankle", 9, 22), ("calf", 22, 36), ("knee", 36, 48), ("thigh", 48, 63), ("thigh", 63, 78))
FOUR = boots(("foot", 0, 20), ("calf", 20, 40), ("knee", 40, 50), ("thigh", 48, 78))
WITHOUT_ANKLE_AND_KNEE = boots(("foot", 0, 9), ("calf", 22, 36), ("thigh", 48, 78))
MANY = boots(*((zone, low, low + 6.5) for zone, low in [
    ("ankle", 9), ("ankle", 15.5), ("calf", 22), ("calf", 29), ("knee", 36), ("knee", 41.5), ("thigh", 48),
    ("thigh", 54), ("thigh", 60), ("thigh", 66), ("thigh", 71.5)]))  # fmt: skip


def peaks(device: Device, *steps: dict[str, Any], use: str = "comfort") -> dict[float, float]:
    """The peak in mmHg of every chamber that is pressed, by the height of its middle in cm."""
    schedule = plays(*steps, on=device, use=use)
    found = {}
    for channel, track in zip(device.channels, schedule.tracks, strict=True):
        mount = channel.actuator
        if isinstance(mount, Chamber) and max(track.values) > 6.0:
            found[(mount.from_cm + mount.to_cm) / 2.0] = max(track.values)
    return found


def at(found: dict[float, float], cm: float) -> float:
    """What is felt at a height: that of the nearest chambers, linear between them."""
    below, above = max(h for h in found if h <= cm), min(h for h in found if h >= cm)
    return (
        found[below]
        if below == above
        else found[below] + (found[above] - found[below]) * (cm - below) / (above - below)
    )


@pytest.mark.parametrize("device", [SIX, FOUR, WITHOUT_ANKLE_AND_KNEE, MANY, load.device("boots-6")])
def test_a_sequence_from_ankle_to_thigh_ends_three_steps_lower_on_every_device(device: Device) -> None:
    found = peaks(device, SEQUENCE)
    assert at(found, 63.0) == pytest.approx(30, abs=1.0)
    assert at(found, 29.0) == pytest.approx(40, abs=1.0)


def test_of_a_chair_too_a_gradient_is_per_zone() -> None:
    chair = load.device("chair-1")
    found = peaks(chair, SEQUENCE | {"from": "foot", "to": "hip"})
    expected = {h: 45 - 5 * zones_up(h) for h in found}
    assert found == pytest.approx(expected, abs=0.26)
    assert len(found) >= 3


def test_the_knee_is_a_zone_of_the_way_whether_it_is_held_down_or_not() -> None:
    with_knee, eased = peaks(SIX, SEQUENCE), peaks(SIX, SEQUENCE | {"knee_mmhg": 20})
    assert eased[42.0] == 20.0
    assert {h: v for h, v in with_knee.items() if h != 42.0} == {h: v for h, v in eased.items() if h != 42.0}


def test_a_drain_goes_evenly_zone_by_zone() -> None:
    drain = {"do": "drain", "from": "foot", "to": "thigh", "pressure_mmhg": 40, "end_pressure_mmhg": 20, "repeats": 1}
    for device in (SIX, FOUR, WITHOUT_ANKLE_AND_KNEE):
        found = peaks(device, drain, use="lymph")
        assert at(found, 29.0) == pytest.approx(30, abs=1.0)
        assert found[max(found)] == pytest.approx(20, abs=0.3)


def test_a_preparation_goes_down_zone_by_zone() -> None:
    drain = {"do": "drain", "from": "thigh", "to": "foot", "pressure_mmhg": 20, "end_pressure_mmhg": 40, "repeats": 1}
    assert at(peaks(SIX, drain, use="lymph"), 29.0) == pytest.approx(30, abs=0.3)


@pytest.mark.parametrize(
    ("zone", "zones"),
    [("foot", 0), ("ankle", 1), ("calf", 2), ("shin", 2), ("knee", 3), ("popliteal", 3), ("thigh", 4), ("hip", 5)],
)
def test_the_order_of_the_zones(zone: str, zones: float) -> None:
    assert zones_up(sum(STRETCH_CM[Zone(zone)]) / 2.0) == zones


def test_seat_and_back_go_on_in_between() -> None:
    seat, back, torso = (zones_up(sum(STRETCH_CM[zone]) / 2.0) for zone in (Zone.SEAT, Zone.LOWER_BACK, Zone.TORSO))
    assert 4 < seat < 5 < back < torso == 6


def test_what_lies_before_the_first_zone_gets_what_the_first_gets() -> None:
    foot = SIX.actuators[0]
    assert zones_from(Zone.ANKLE, foot, down=False) == 0.0
    assert zones_from(Zone.ANKLE, foot, down=True) == 1.0
