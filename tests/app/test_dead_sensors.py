"""A built-in routine where one pressure sensor is dead: the pressure stays within what the firmware promises."""

import pytest

from legato.app.compile_for import compiled
from legato.profiles import load
from tests.app.dead_sensors import peak, promised_mmhg

A_LITTLE = 1.15
"""The nominal rise is that at 20 mmHg; and a full bladder gets some of what an empty one beside it is given."""


@pytest.mark.parametrize(
    ("device", "routine", "sensor"),
    [
        ("boots-6", "diabetic_gentle", "left_calf"),
        ("boots-6", "popliteal_sweep", "left_knee"),
        ("boots-6", "foam_roll", "right_foot"),
        ("boots-6", "goddard", "left_thigh_high"),
        ("chair-1", "foot_relax", "right_sole"),
        ("wrap-3", "lymphedema_mld", "right_foot"),
    ],
)
def test_a_bladder_without_a_sensor_is_named_before_it_gets_further_than_promised(
    device: str, routine: str, sensor: str
) -> None:
    told = load.device(device)
    row = peak(compiled(load.profile(routine), told), sensor)
    assert row.ended == f"device_fault {sensor}: does not fill (hose off?)"
    assert row.mmhg <= A_LITTLE * promised_mmhg(told, sensor)
