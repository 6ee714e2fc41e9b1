"""Every built-in routine on every built-in device: report and schedule agree."""

import pytest

from legato.profiles import load
from legato.profiles.anatomy import Side, Zone
from legato.profiles.audit.auditor import audit
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.pairing import pair
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Limit, Means, Restrictions
from tests.profiles.planned import played

PAIRS = [("boot-6-left", "boot-6-right"), ("boots-6", "wrap-3")]


def test_what_deviates_is_in_the_report_and_every_line_is_true(routine: Profile, device: Device) -> None:
    found = audit(routine, played(routine, device))
    assert [str(one) for one in found.unreported] == []
    assert found.false_lines == ()


@pytest.mark.parametrize("names", PAIRS)
def test_a_pair_is_audited_like_one_device(routine: Profile, names: tuple[str, str]) -> None:
    device = pair(*(load.device(name) for name in names)).device
    found = audit(routine, played(routine, device))
    assert [str(one) for one in found.unreported] == []
    assert found.false_lines == ()


def test_a_line_may_name_both_of_one_place_and_one_of_another() -> None:
    """The left leg is in a boot to the thigh, the right one in a wrap to below the knee."""
    device = pair(load.device("boots-6"), load.device("wrap-3")).device
    step = {"do": "glide", "from": "ankle", "to": "thigh", "face": "back", "pressure_mmhg": 20}
    routine = Profile.model_validate({"format": 1, "name": "test", "title": "Test", "steps": [step]}, strict=False)
    schedule = played(routine, device)
    assert "both ankles, both calves, left knee, left thigh" in [note.where for note in schedule.report.dropped]
    assert audit(routine, schedule).agrees


PERSON = Restrictions(
    cap_mmhg=Limit(28.0, "a cap of one's own"),
    hold_s=Limit(25.0, "a hold of one's own"),
    forbidden={Means.HEAT: "numb skin"},
    left_out={Zone.KNEE: "a sore knee"},
)


def test_the_limits_of_a_person_show_up_as_lines(routine: Profile) -> None:
    device = load.device("boots-6-hip")
    found = audit(routine, compile(routine, device, envelope(device, routine.use, PERSON)))
    assert [str(one) for one in found.unreported] == []
    assert found.false_lines == ()


def test_legs_that_are_measured_one_by_one_are_audited_as_two_alike(routine: Profile) -> None:
    """No left and right of a built boot lie at the same height to the millimetre."""
    device = load.device("boots-6")
    shifted = [
        a.model_copy(update={"from_cm": a.from_cm + 0.5, "to_cm": a.to_cm + 0.5}) if a.side is Side.RIGHT else a
        for a in device.actuators
    ]
    fields = {name: getattr(device, name) for name in Device.model_fields}
    measured = Device(**fields | {"actuators": tuple(shifted)})
    found = audit(routine, played(routine, measured))
    assert [str(one) for one in found.unreported] == []
    assert found.false_lines == ()
