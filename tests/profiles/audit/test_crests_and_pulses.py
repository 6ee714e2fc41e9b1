"""Glide, wave and pulse, each on a routine on which report and schedule did not agree."""

from typing import Any

import pytest

from legato.profiles.audit.auditor import Audit, audit
from legato.profiles.audit.checks import FeltQuantity
from tests.profiles.audit.planting import step
from tests.profiles.planned import plays, routine

REST = {"do": "rest", "seconds": 2}


def audited(*steps: dict[str, Any], on: str, use: str = "comfort") -> Audit:
    return audit(routine(*steps, use=use), plays(*steps, on=on, use=use))


def together(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"do": "together", "steps": steps}


CASES = {
    "a roller that is met before the first chamber": (
        "chair-1",
        [step("glide", "torso", "foot", pressure_mmhg=28, speed_cm_s=4.5, times=3, rest_s=0, vent=True), REST],
    ),
    "a wave that runs down to the first chamber": (
        "chair-1",
        [step("wave", "torso", "knee", pressure_mmhg=75, end_pressure_mmhg=50, times=4), REST],
    ),
    "a wave of a roller alone": ("chair-1", [step("wave", "torso", pressure_mmhg=43, speed_cm_s=4.5, times=2), REST]),
    "a wave of a roller that others slow down": (
        "chair-1",
        [
            together(
                step("wave", "torso", "lower_back", pressure_mmhg=36, times=4, rest_s=2),
                step("wave", "knee", "shin", pressure_mmhg=55, speed_cm_s=4.5, times=4),
            ),
            REST,
        ],
    ),
    "pulses that all wait for a break": (
        "boot-6-right",
        [step("pulse", "thigh", "knee", pressure_mmhg=67, period_s=15, times=3)],
    ),
    "pulses that a hold limit cuts": (
        "boots-6",
        [step("pulse", "knee", pressure_mmhg=30, on_s=60, period_s=80, times=2), REST],
    ),
    "a wave whose first crest nobody feels": (
        "boot-6-right",
        [together(step("wave", "knee", pressure_mmhg=3.5, end_pressure_mmhg=34.5, speed_cm_s=15, times=4), REST)],
    ),
    "a wave of which nobody feels the first two crests": (
        "boot-6-right",
        [step("wave", "foot", "shin", pressure_mmhg=2, end_pressure_mmhg=18, speed_cm_s=6, times=4, rest_s=7.5), REST],
    ),
    "a wave whose first crest is a press of its own, but a faint one": (
        "boot-6-right",
        [step("wave", "thigh", "calf", pressure_mmhg=9, end_pressure_mmhg=62, speed_cm_s=15, times=4), REST],
    ),
    "a glide in a single place that a hold limit cuts": (
        "boots-6-hip",
        [step("glide", "knee", pressure_mmhg=105, knee_mmhg=11.5, speed_cm_s=0.5, vent=True), REST],
    ),
    "a slow wave in a single place that a hold limit cuts": (
        "boots-6",
        [step("wave", "knee", side="right", pressure_mmhg=53, end_pressure_mmhg=29, speed_cm_s=0.5, times=2, rest_s=2)],
    ),
    "a wave of which only the roller is felt": (
        "chair-1",
        [step("wave", "foot", "ankle", pressure_mmhg=2, end_pressure_mmhg=10, speed_cm_s=0.5), REST],
    ),
    "a wave whose first crest not even the roller lets anybody feel": (
        "chair-1",
        [
            step(
                "wave", "foot", side="right", pressure_mmhg=0.5, end_pressure_mmhg=11, speed_cm_s=2.4, times=2, rest_s=0
            )
        ],
    ),
    "a wave of a roller that presses with as many % as contact has mmHg": (
        "chair-1",
        [step("wave", "lower_back", "torso", pressure_mmhg=0.5, end_pressure_mmhg=15, speed_cm_s=5.7, times=5)],
    ),
    "a glide that waits for half a second of filling": (
        "boots-6-hip",
        [
            step(
                "knead", "lower_back", "foot", side="right", pressure_mmhg=57, low_mmhg=11, rate_hz=0.208, seconds=25.3
            ),
            step("glide", "thigh", pressure_mmhg=72, speed_cm_s=6.3, rest_s=0),
        ],
    ),
    "a wave that another slows so much that chambers are let go of before they are full": (
        "boot-6-left",
        [
            together(
                step("knead", "torso", "hip", side="right", pressure_mmhg=34, low_mmhg=23, seconds=40),
                step(
                    "wave", "thigh", "torso", pressure_mmhg=63, end_pressure_mmhg=41, speed_cm_s=15, times=3, rest_s=2
                ),
                step(
                    "wave", "foot", "ankle", pressure_mmhg=31, end_pressure_mmhg=65, speed_cm_s=0.5, times=4, rest_s=40
                ),
            )
        ],
    ),
    "a faint glide beside a stroke that slows it": (
        "boot-6-left",
        [
            together(
                step("glide", "calf", "popliteal", pressure_mmhg=5),
                step("wave", "foot", "ankle", side="left", pressure_mmhg=21, speed_cm_s=15, times=2),
            )
        ],
    ),
}


@pytest.mark.parametrize(("on", "steps"), CASES.values(), ids=CASES)
def test_report_and_schedule_agree(on: str, steps: list[dict[str, Any]]) -> None:
    found = audited(*steps, on=on)
    assert [str(one) for one in found.unreported] == []
    assert found.false_lines == ()


def test_a_crest_that_is_too_faint_to_be_felt_is_still_held_against_what_was_asked() -> None:
    wave = step("wave", "knee", pressure_mmhg=2, end_pressure_mmhg=34, speed_cm_s=15, times=3)
    found = audited(wave, on="boot-6-right")
    (faint,) = (one for one in found.findings if one.what is FeltQuantity.PRESSURE)
    assert faint.asked == 2.0
    assert faint.measured == pytest.approx(6.0, abs=0.02)
    assert faint.line is not None
    assert faint.line.plays == "6 mmHg"


def test_a_crest_that_air_slows_is_followed_when_it_is_half_way() -> None:
    """The roller comes to meet it as fast as ever, so that half way is 0.3 s sooner than if nothing were slow."""
    wave = step("wave", "ankle", "foot", pressure_mmhg=59, end_pressure_mmhg=29, speed_cm_s=6, times=3, rest_s=7.5)
    found = audited(wave, on="chair-1")
    assert found.agrees
    assert not [one for one in found.findings if one.what is FeltQuantity.PERIOD]


def test_a_roller_that_comes_from_where_it_is_parked_is_at_rest_until_it_rolls() -> None:
    """At 6 cm/s it would be first to move, at 2.7 cm/s the chambers are: half way is 0.9 s after that, or 1.2 s."""
    wave = step("wave", "ankle", "foot", pressure_mmhg=44, end_pressure_mmhg=74, speed_cm_s=6, times=2, rest_s=2)
    found = audited(wave, on="chair-1")
    assert found.agrees
    (line,) = {one.line for one in found.findings if one.what is FeltQuantity.PERIOD}
    assert line is not None
    assert (line.asked, line.plays) == ("every 3.2 s", "every 6.7 s")


def test_what_is_eased_over_the_knee_until_nobody_feels_it_has_no_speed() -> None:
    faint = step("glide", "knee", pressure_mmhg=14, knee_mmhg=8, speed_cm_s=15, times=3, rest_s=40, vent=True)
    other = step("press", "shin", pressure_mmhg=51, ease_s=2.5, seconds=90, rest_s=0)
    assert audited(together(other, faint), on="boots-6", use="sport").false_lines == ()


def test_a_wave_of_a_single_faint_crest_is_faint_however_firm_the_last_would_be() -> None:
    faint = step("wave", "seat", side="right", pressure_mmhg=0.5, end_pressure_mmhg=75, speed_cm_s=15, rest_s=40)
    other = step("wave", "calf", "thigh", side="right", pressure_mmhg=82, speed_cm_s=15, times=4)
    assert audited(together(faint, other), on="boots-6-hip").false_lines == ()
