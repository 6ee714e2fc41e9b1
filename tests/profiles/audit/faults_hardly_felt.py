"""Faults beside places and swings of which nobody feels much: those that are felt all the same, and those that are not.

A wave over a knee that is eased down to light contact rests as it did before, between the places that are firm.
"""

from tests.profiles.audit.faults import PAUSE
from tests.profiles.audit.planting import Fault, Steps, built, step

EASED = {"pressure_mmhg": 40, "knee_mmhg": 6, "speed_cm_s": 3, "times": 3, "rest_s": 10}
WAVE = step("wave", "foot", "thigh", **EASED, end_pressure_mmhg=40)
GLIDE = step("glide", "foot", "thigh", **EASED)
SEQUENCE = step("sequence", "foot", "thigh", pressure_mmhg=50, knee_mmhg=6, step_mmhg=5, hold_s=8, rest_s=14, times=2)
FADING = step("drain", "foot", "thigh", pressure_mmhg=40, end_pressure_mmhg=6, on_s=6, off_s=4, repeats=2)
RISING = step("drain", "thigh", "foot", pressure_mmhg=6, end_pressure_mmhg=40, on_s=6, off_s=4, repeats=2)


def _kneading(mmhg: float) -> Steps:
    return [step("knead", "ankle", "calf", pressure_mmhg=mmhg, low_mmhg=0, rate_hz=0.1, seconds=60)]


FELT = [
    Fault("crests over an eased knee that follow too late", [WAVE, PAUSE], built("wave", rest_s=20)),
    Fault("crests over an eased knee that follow at once", [WAVE, PAUSE], built("wave", rest_s=0)),
    Fault("longer rests after an eased knee", [GLIDE, PAUSE], built("glide", rest_s=20)),
    Fault(
        "longer rests after an eased knee, on the way down",
        [step("wave", "torso", "foot", **EASED), PAUSE],
        built("wave", rest_s=25),
        device="boots-6-hip",
    ),
    Fault("a longer hold above an eased knee", [SEQUENCE], built("sequence", hold_s=12)),
    Fault("longer rests of a sequence over an eased knee", [SEQUENCE, PAUSE], built("sequence", rest_s=28)),
    Fault("longer rests of a drain that fades to contact", [FADING], built("drain", off_s=9)),
    Fault("longer rests of a drain that begins at contact", [RISING], built("drain", off_s=9)),
    Fault("kneads at half the rate from contact to 10 mmHg", _kneading(10), built("knead", rate_hz=0.05)),
    Fault("kneads at half the rate from contact to 11 mmHg", _kneading(11), built("knead", rate_hz=0.05)),
]

NOT_FELT = [Fault("kneads at half the rate from contact to 9.5 mmHg", _kneading(9.5), built("knead", rate_hz=0.05))]
"""A swing of less than 4 mmHg is hardly one: nobody can tell its rate."""
