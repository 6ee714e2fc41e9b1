"""The built-in devices: what a person can plug in, and whether its figures hang together."""

from legato.profiles import load
from legato.profiles.air import vent_seconds
from legato.profiles.anatomy import STRETCH_CM
from legato.profiles.device import Chamber, Device, Heater, Motor, Roller


def test_these_devices_are_built_in() -> None:
    names = ["boot-6-left", "boot-6-right", "boots-6", "boots-6-hip", "boots-6-knee", "chair-1", "wrap-3"]
    assert list(load.builtin_devices()) == names


def test_a_file_is_called_as_its_device(device: Device) -> None:
    assert load.device(device.name) == device


def test_every_vent_brings_110_mmhg_to_8_within_4_s(device: Device) -> None:
    assert max(vent_seconds(chamber, 110.0, 8.0) for chamber in device.chambers) <= 4.0


def test_every_chamber_lies_at_the_zone_it_is_named_for(device: Device) -> None:
    for actuator in device.actuators:
        low, high = STRETCH_CM[actuator.zone]
        assert low < actuator.to_cm
        assert actuator.from_cm < high


def test_both_legs_are_built_alike_but_no_two_sensors_are(device: Device) -> None:
    by_place: dict[tuple[float, str], list[Chamber]] = {}
    for chamber in device.chambers:
        by_place.setdefault((chamber.from_cm, chamber.zone), []).append(chamber)
    for pair in by_place.values():
        assert len({chamber.model_dump_json(exclude={"id", "side", "sensor"}) for chamber in pair}) == 1
    assert len({chamber.sensor.offset_mmhg for chamber in device.chambers}) == len(device.chambers)


def test_boots_run_from_sole_to_groin_without_a_gap() -> None:
    left, right = load.device("boots-6").chambers[:6], load.device("boots-6").chambers[6:]
    for leg, side in ((left, "left"), (right, "right")):
        names = ["foot", "ankle", "calf", "knee", "thigh_low", "thigh_high"]
        assert [chamber.id for chamber in leg] == [f"{side}_{name}" for name in names]
        assert [leg[0].from_cm, *[c.to_cm for c in leg]] == [*[c.from_cm for c in leg], 78]


def test_the_hip_garment_goes_with_the_same_boots() -> None:
    boots, with_hip = load.device("boots-6").chambers, load.device("boots-6-hip").chambers
    assert with_hip[:12] == boots
    assert [(c.id, c.zone, c.side) for c in with_hip[12:]] == [("hip", "hip", "both"), ("torso", "torso", "both")]


def test_wraps_have_a_small_pump_and_warmth_at_foot_and_calf() -> None:
    wraps = load.device("wrap-3")
    assert [pump.flow_l_min for pump in wraps.pumps] == [2.5]
    assert {(a.zone, a.side) for a in wraps.actuators if isinstance(a, Heater)} == {
        (zone, side) for zone in ("foot", "calf") for side in ("left", "right")
    }


def test_a_chair_reaches_from_the_sole_to_the_back() -> None:
    chair = load.device("chair-1")
    assert {c.zone for c in chair.chambers} == {"foot", "calf", "seat"}
    assert {a.zone for a in chair.actuators if isinstance(a, Roller)} == {"foot", "lower_back"}
    assert {(a.zone, a.action) for a in chair.actuators if isinstance(a, Motor)} == {
        ("seat", "percussion"),
        ("lower_back", "percussion"),
        ("calf", "vibration"),
    }
