"""The proof refuses every schedule that leaves the envelope, whoever built it."""

from dataclasses import replace

import pytest

from legato.profiles import load
from legato.profiles.envelope import envelope
from legato.profiles.proof import prove
from legato.profiles.refusal import ProofError
from legato.profiles.schedule import Schedule, SetPoint

FOOT, CALF, KNEE = 0, 2, 3


def schedule(*setpoints: SetPoint, on: str = "boots-6", duration_ms: int = 200_000) -> Schedule:
    return Schedule("test", load.device(on), setpoints, duration_ms)


def press(channel: int, mmhg: float, when_ms: int, until_ms: int, ramp_ms: int = 10_000) -> list[SetPoint]:
    """Up slowly enough for any pump, and down."""
    return [SetPoint(when_ms, channel, mmhg, ramp_ms), SetPoint(until_ms, channel, 0.0, 3000)]


def refused(subject: Schedule, because: str) -> None:
    with pytest.raises(ProofError, match=because):
        prove(subject, envelope(subject.device))


def test_a_gentle_press_is_proven() -> None:
    subject = schedule(*press(CALF, 40.0, 0, 40_000))
    prove(subject, envelope(subject.device))


def test_more_than_the_cap_is_refused() -> None:
    refused(schedule(*press(KNEE, 40.5, 0, 20_000)), "set-point at 0.00 s, left_knee to 40.5 mmHg: is out of bounds")


def test_a_rise_that_is_too_fast_is_refused() -> None:
    refused(schedule(*press(FOOT, 40.5, 0, 20_000, ramp_ms=1000)), "rises too fast")


def test_a_run_of_pressure_that_lasts_too_long_is_refused() -> None:
    refused(schedule(*press(KNEE, 30.0, 0, 45_000)), r"begins a run of .* longest knee hold 30 s")


def test_a_short_break_does_not_end_a_run() -> None:
    pressed = [*press(KNEE, 30.0, 0, 20_000), *press(KNEE, 30.0, 28_000, 50_000)]
    refused(schedule(*pressed), "begins a run")


def test_a_full_break_ends_a_run() -> None:
    subject = schedule(*press(KNEE, 30.0, 0, 20_000), *press(KNEE, 30.0, 35_000, 55_000))
    prove(subject, envelope(subject.device))


def test_two_fills_at_once_need_more_than_one_pump() -> None:
    both = [SetPoint(0, channel, 6.0, 2000) for channel in (FOOT, CALF)]
    down = [SetPoint(20_000, channel, 0.0, 3000) for channel in (FOOT, CALF)]
    refused(schedule(*both, *down), "ms late; more than pump main can do")


def test_a_first_fill_needs_time_for_the_slack() -> None:
    refused(schedule(*press(CALF, 6.0, 0, 20_000, ramp_ms=1000)), "ms late")


def test_everything_ends_at_zero() -> None:
    refused(schedule(SetPoint(0, CALF, 6.0, 10_000)), "is where the channel stays; everything ends at 0")


def test_setpoints_are_sorted() -> None:
    up, down = press(CALF, 6.0, 0, 20_000)
    refused(schedule(down, up), "comes after a later one")


@pytest.mark.parametrize("change", [{"when_ms": 5}, {"ramp_ms": 9995}])
def test_setpoints_are_on_control_ticks(change: dict[str, int]) -> None:
    up, down = press(CALF, 6.0, 0, 20_000)
    refused(schedule(replace(up, **change), down), "is not on a control tick")


@pytest.mark.parametrize("target", [6.25, -0.5, 128.0])
def test_targets_fit_the_wire(target: float) -> None:
    up, down = press(CALF, 6.0, 0, 20_000)
    refused(schedule(replace(up, target=target), down), "does not fit the wire")


def test_nothing_happens_after_the_end() -> None:
    refused(schedule(*press(CALF, 6.0, 0, 20_000), duration_ms=20_000), "ends after the schedule")


def test_a_schedule_longer_than_a_session_is_refused() -> None:
    refused(schedule(duration_ms=3_600_010), "the schedule lasts 3601 s; a session is at most 3600 s")


def test_a_motor_may_not_run_longer_than_it_may() -> None:
    chair = load.device("chair-1")
    index = next(c.index for c in chair.channels if c.name == "seat_percussion")
    run = [SetPoint(0, index, 50.0, 500), SetPoint(130_000, index, 0.0, 500)]
    refused(schedule(*run, on="chair-1"), "longest percussion 120 s")


def test_a_roller_stays_on_its_way() -> None:
    chair = load.device("chair-1")
    index = next(c.index for c in chair.channels if c.name == "back_roller.position")
    run = [SetPoint(0, index, 90.0, 0), SetPoint(1000, index, 0.0, 0)]
    refused(schedule(*run, on="chair-1"), "95 to 125 cm, or 0")
