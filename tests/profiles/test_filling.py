"""First fills: a step of their own, no longer than what the first stroke needs first."""

from itertools import takewhile
from math import inf

import pytest

from legato.profiles import compiler
from legato.profiles.air import RESIDUAL, supply_flow
from legato.profiles.compile_context import actuator_of
from legato.profiles.device import Chamber, Device
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Cool, Say
from tests.profiles.planned import played, plays

GLIDE = {"do": "glide", "title": "Up the leg", "from": "foot", "to": "thigh", "pressure_mmhg": 30, "speed_cm_s": 1}
HOLD = {"do": "hold", "from": "foot", "to": "thigh", "pressure_mmhg": 30, "seconds": 5}
DRAIN = {"do": "drain", "from": "thigh", "to": "foot", "pressure_mmhg": 20, "on_s": 8, "off_s": 8, "repeats": 3}


def prefill_s(schedule: Schedule) -> float:
    return schedule.report.prefill_ms / 1000.0


def test_filling_is_a_step_before_the_first_one() -> None:
    schedule = plays(HOLD)
    filling, hold = schedule.marks
    assert (filling.session_ms, filling.title) == (0, f"Filling ({prefill_s(schedule):.0f} s)")
    assert hold.session_ms == schedule.spans[0].start_ms == schedule.report.prefill_ms


def test_every_step_begins_at_its_mark(routine: Profile, device: Device) -> None:
    schedule = played(routine, device)
    begins = [mark.session_ms for mark in schedule.marks if not mark.title.startswith("Filling")]
    outer = {span.start_ms for span in schedule.spans if span.start_ms < span.end_ms}
    assert outer >= {ms for ms in begins if ms not in {cue.session_ms for cue in schedule.cues}}


def test_what_a_stroke_comes_to_later_is_filled_while_it_plays() -> None:
    at_once, in_turn = plays(HOLD), plays(DRAIN, use="lymph")
    assert prefill_s(in_turn) < prefill_s(at_once) / 3


def test_a_slow_crest_need_not_wait_for_the_thigh() -> None:
    assert prefill_s(plays(GLIDE)) < prefill_s(plays(HOLD)) - 10


def test_nothing_is_filled_long_before_it_is_needed() -> None:
    """It is ready 5 s before, so far as the pump has time for it then; until then it lies slack."""
    calf, thigh = (HOLD | {"from": zone, "to": zone} for zone in ("calf", "thigh"))
    schedule = plays(calf, {"do": "rest", "seconds": 120}, thigh)
    ready = sorted(s.when_ms + s.ramp_ms for s in schedule.setpoints if s.target == 6.0 and s.when_ms > 60_000)
    thighs = schedule.spans[2].start_ms
    assert [round((thighs - ms) / 1000) for ms in ready[:4]][-1] == 5
    assert all(thighs - ms < 45_000 for ms in ready[:4])


def test_putting_off_a_fill_puts_off_no_stroke(
    routine: Profile, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = played(routine, device)
    monkeypatch.setattr(compiler, "postpone", lambda _r, _p, fills: [(f.channel, f.start, f.end) for f in fills])
    early = played(routine, device)
    assert (late.spans, late.marks, late.report) == (early.spans, early.marks, early.report)
    assert min(s.when_ms for s in late.setpoints) >= min(s.when_ms for s in early.setpoints)


def test_every_chamber_is_at_its_baseline_when_the_stroke_comes_to_it() -> None:
    for schedule in (plays(GLIDE), plays(DRAIN, use="lymph")):
        for track in schedule.tracks:
            fill = next((i for i, v in enumerate(track.values) if v >= 6.0), None)
            assert fill is None or track.values[fill] == 6.0


@pytest.mark.parametrize(
    "step",
    [
        {"do": "cue", "say": "Breathe", "seconds": 5},
        {"do": "percuss", "from": "seat", "intensity_pct": 40, "seconds": 20},
        {"do": "heat", "from": "calf", "seconds": 60},
        {"do": "cool", "from": "calf", "seconds": 60},
    ],
    ids=lambda step: str(step["do"]),
)
def test_what_needs_no_air_begins_at_once(step: dict[str, object]) -> None:
    schedule = plays(step, HOLD | {"from": "calf", "to": "calf"}, on="chair-1")
    assert schedule.spans[0].start_ms == 0


def test_under_a_cold_pack_nothing_is_filled() -> None:
    schedule = plays({"do": "cool", "from": "calf", "seconds": 60}, HOLD | {"from": "calf", "to": "calf"})
    assert min(s.when_ms for s in schedule.setpoints) >= 60_000


def test_a_step_that_waits_for_air_later_on_says_so_and_has_a_mark() -> None:
    calf, thigh = (HOLD | {"from": zone, "to": zone} for zone in ("calf", "thigh"))
    schedule = plays(calf, thigh)
    (note,) = schedule.report.slowed
    waits_s = float(note.plays.removeprefix("after ").split()[0])
    assert schedule.marks[2].title == f"Filling ({waits_s:.0f} s)"
    assert (schedule.marks[3].session_ms - schedule.marks[2].session_ms) / 1000.0 == pytest.approx(waits_s, abs=0.5)


PERSON_FIRST = {"lymphedema_mld", "quick_relief", "shin_splints"}
"""Breathing, a stretch and cold come before anything may press."""

PUMP_TOO_SMALL = {("knee_circles", "wrap-3"), ("popliteal_sweep", "wrap-3")}
"""Of a wrap that reaches the calf they play nothing else, and the slack of its bladder alone takes the pump longer."""


def test_the_first_touch_comes_within_ten_seconds(routine: Profile, device: Device) -> None:
    schedule = played(routine, device)
    touch_s, channel = first_touch(schedule)
    if routine.name in PERSON_FIRST:
        assert touch_s <= persons_part_s(routine, schedule) + 10.0
    elif (routine.name, device.name) in PUMP_TOO_SMALL:
        assert 10.0 < slack_s(device, channel) < touch_s <= 1.2 * slack_s(device, channel)
    else:
        assert touch_s <= 10.0


def first_touch(schedule: Schedule) -> tuple[float, int]:
    """By when the first chamber is in contact at the latest, or the first motor moves; and which."""
    channels = schedule.device.channels
    touches = [
        (s.when_ms + s.ramp_ms if channels[s.channel].unit == "mmHg" else s.when_ms, s.channel)
        for s in schedule.setpoints
        if s.target >= {"mmHg": 6.0, "%": 1.0}.get(channels[s.channel].unit, inf)
    ]
    when_ms, channel = min(touches)
    return when_ms / 1000.0, channel


def persons_part_s(routine: Profile, schedule: Schedule) -> float:
    """When it is over what the person does first."""
    leading = sum(1 for _ in takewhile(lambda step: isinstance(step, Say | Cool), routine.steps))
    return schedule.spans[leading - 1].end_ms / 1000.0


def slack_s(device: Device, channel: int) -> float:
    """How long the pump needs for what a bladder holds before it touches the skin."""
    chamber = actuator_of(device.channels[channel], Chamber)
    flow = supply_flow(device.pump_of(chamber), chamber.fill_bore_mm, 0.0)
    return (1.0 - RESIDUAL) * chamber.slack_l / flow
