"""The pump's plan: shares, pace, and time to spare; and the arbiter that the proof replays."""

import pytest

from legato.profiles import load
from legato.profiles.arbiter import Job, lateness
from legato.profiles.compile_context import CompileContext
from legato.profiles.envelope import envelope
from legato.profiles.pace import pace
from legato.profiles.pump_plan import PumpPlan, loads_of
from legato.profiles.segments import Segment

FOOT, ANKLE = 0, 1


@pytest.fixture
def context() -> CompileContext:
    device = load.device("boots-6")
    return CompileContext(device, envelope(device))


def ramp(end_s: float, mmhg: float = 40.0) -> list[tuple[float, float]]:
    return [(0.0, 6.0), (end_s, mmhg), (end_s + 5.0, 6.0)]


def test_a_slow_ramp_needs_no_stretching(context: CompileContext) -> None:
    assert pace(context, Segment.of({FOOT: ramp(10.0)})).stretch <= 1.0


def test_a_ramp_beyond_the_pump_says_how_much_slower_it_must_be(context: CompileContext) -> None:
    everything = range(12)
    need = pace(context, Segment.of({i: ramp(4.0) for i in everything}))
    assert need.why == "pump"
    relaxed = pace(context, Segment.of({i: ramp(4.0 * need.stretch) for i in everything}))
    assert relaxed.stretch == pytest.approx(1.0, abs=0.02)


def test_a_steep_ramp_is_held_by_the_slew_limit(context: CompileContext) -> None:
    assert pace(context, Segment.of({FOOT: ramp(0.5)})).why == "slew limit"


def test_a_fall_faster_than_the_vent_is_stretched(context: CompileContext) -> None:
    assert pace(context, Segment.of({FOOT: [(0.0, 40.0), (0.1, 6.0)]})).why == "vent"


def test_overlapping_ramps_add_their_shares(context: CompileContext) -> None:
    alone = loads_of(context, Segment.of({FOOT: ramp(4.0)}))["main"]
    both = loads_of(
        context, Segment.of({FOOT: ramp(4.0), ANKLE: [(0.0, 6.0), (2.0, 6.0), *((t + 2.0, v) for t, v in ramp(4.0))]})
    )
    shares = [share for _, _, share in both["main"]]
    assert [(a, b) for a, b, _ in both["main"]] == [(0, 200), (200, 400), (400, 600)]
    assert shares[0] == alone[0][2]
    assert shares[1] == pytest.approx(shares[0] + shares[2])


def test_an_idle_pump_is_given_away_at_once() -> None:
    plan = PumpPlan()
    assert plan.fit(2.0) == (0, 200)
    assert plan.fit(1.0) == (200, 300)


def test_what_a_busy_pump_has_left_over_is_given_away() -> None:
    plan = PumpPlan()
    plan.take([(0, 100, 0.5), (100, 200, 1.0)], at=0)
    assert plan.fit(1.0) == (0, 250)


def test_nothing_is_given_away_before_a_vent() -> None:
    plan = PumpPlan()
    plan.skip_to(500)
    assert plan.fit(1.0) == (500, 600)


def test_the_earliest_deadline_comes_first() -> None:
    background, urgent = Job(0.0, 1000.0, 0, 500.0), Job(100.0, 400.0, 1, 200.0)
    assert list(lateness([background, urgent])) == [(urgent, -100.0), (background, -300.0)]


def test_a_job_that_cannot_be_done_in_time_is_late() -> None:
    assert list(lateness([Job(0.0, 100.0, 0, 150.0)])) == [(Job(0.0, 100.0, 0, 150.0), 50.0)]


def test_the_arbiter_idles_until_the_next_release() -> None:
    jobs = [Job(0.0, 100.0, 0, 50.0), Job(500.0, 600.0, 1, 50.0)]
    assert [late for _, late in lateness(jobs)] == [-50.0, -50.0]
