"""The envelope: for each chamber the tightest limit, and which one it is."""

import pytest

from legato.profiles import load
from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face, Zone
from legato.profiles.device import Device
from legato.profiles.envelope import ChamberLimits, envelope
from legato.profiles.profile import Use
from legato.profiles.restrictions import Limit, Restrictions


def limits(device: Device, name: str, use: Use = Use.SPORT, restrictions: Restrictions | None = None) -> ChamberLimits:
    """The limits of the chamber `name`."""
    index = next(channel.index for channel in device.channels if channel.name == name)
    return envelope(device, use, restrictions).chambers[index]


def with_zone(zone: str, **changes: object) -> Device:
    """The default device with its first chamber moved to `zone` and changed."""
    boots = load.device("boots-6")
    plain = boots.model_dump(mode="json")
    (from_cm, to_cm), face = STRETCH_CM[Zone(zone)], FACE_OF.get(Zone(zone), Face.AROUND)
    plain["actuators"][0] |= {"zone": zone, "face": face, "from_cm": from_cm, "to_cm": to_cm, **changes}
    return Device.model_validate(plain, strict=False)


@pytest.mark.parametrize(
    ("use", "cap_mmhg", "why"),
    [
        (Use.COMFORT, 70, "default cap for comfort routines 70 mmHg"),
        (Use.SPORT, 90, "default cap for sport routines 90 mmHg"),
        (Use.LYMPH, 50, "default cap for lymph routines 50 mmHg"),
    ],
)
def test_what_a_routine_is_for_caps_the_pressure(use: Use, cap_mmhg: float, why: str) -> None:
    foot = limits(load.device("boots-6"), "left_foot", use)
    assert (foot.cap_mmhg, foot.cap.why) == (cap_mmhg, why)


@pytest.mark.parametrize(
    ("zone", "cap_mmhg", "hold_s", "why"),
    [
        ("calf", 80, 60, "calf cap 80 mmHg"),
        ("shin", 80, 60, "shin cap 80 mmHg"),
        ("knee", 40, 30, "knee cap 40 mmHg"),
        ("popliteal", 20, 3, "popliteal cap 20 mmHg"),
        ("thigh", 90, 120, "default cap for sport routines 90 mmHg"),
    ],
)
def test_delicate_zones_get_less_and_not_for_long(zone: str, cap_mmhg: float, hold_s: float, why: str) -> None:
    chamber = limits(with_zone(zone), "left_foot")
    assert (chamber.cap_mmhg, chamber.hold_s, chamber.cap.why) == (cap_mmhg, hold_s, why)


def test_a_device_may_be_tighter_than_all_defaults() -> None:
    chamber = limits(with_zone("knee", cap_mmhg=25, hold_s=10), "left_foot")
    assert chamber.cap.why == "device cap of left_foot 25 mmHg"
    assert chamber.hold.why == "longest hold of left_foot 10 s"


def test_a_person_may_want_less_but_never_gets_more() -> None:
    boots = load.device("boots-6")
    wish, generous = Limit(30, "your wish"), Limit(60, "your wish")
    assert limits(boots, "left_foot", restrictions=Restrictions(cap_mmhg=wish)).cap == wish
    assert limits(boots, "left_knee", restrictions=Restrictions(cap_mmhg=generous)).cap_mmhg == 40


def test_a_person_may_need_shorter_holds() -> None:
    short = Limit(5, "your skin")
    assert limits(load.device("boots-6"), "left_foot", restrictions=Restrictions(hold_s=short)).hold == short


def test_leaving_out_the_back_of_the_knee_leaves_out_a_cuff_around_the_knee_and_nothing_else() -> None:
    boots, veins = load.device("boots-6"), Restrictions(left_out={Zone.POPLITEAL: "your veins"})
    assert limits(boots, "left_knee", restrictions=veins).cap == Limit(0, "your veins")
    assert limits(boots, "left_calf", restrictions=veins) == limits(boots, "left_calf")


def test_a_lymph_routine_holds_no_longer_than_90_s() -> None:
    foot = limits(load.device("boots-6"), "left_foot", Use.LYMPH)
    assert (foot.hold_s, foot.hold.why) == (90, "longest hold in lymph routines 90 s")


def test_there_are_limits_for_every_chamber_and_nothing_else(device: Device) -> None:
    assert set(envelope(device).chambers) == {c.index for c in device.channels if c.quantity == "pressure"}


def test_a_session_ends_after_an_hour_whatever_the_device_allows() -> None:
    boots = load.device("boots-6")
    assert envelope(boots.model_copy(update={"session_s": 7200})).session_s == 3600
    assert envelope(boots.model_copy(update={"session_s": 900})).session_s == 900
