"""The session over the simulated device, in virtual time: everything a person may do, and what goes wrong meanwhile."""

import asyncio

import pytest

from legato.controller.errors import Misuse
from legato.controller.session.events import (
    CueShown,
    Ended,
    Fault,
    Intensity,
    Outcome,
    Paused,
    Resumed,
    Started,
    Step,
    Telemetry,
)
from legato.firmware import wire
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Schedule, SetPoint
from legato.sim.clock import run
from legato.sim.device import as_simulated
from tests.host import BOOTS, SINGLE, Stage, perform, squeezes, staged


def test_a_routine_plays_to_its_end() -> None:
    async def act(here: Stage) -> None:
        assert await here.session.play(squeezes(SINGLE)) == Outcome("completed")

    left = perform(SINGLE, act)
    assert left.told() == ["Connected", "Armed", "Started", "Step", "Step", "Ended"]
    highest = max(e.measured[0] or 0.0 for e in left.heard if isinstance(e, Telemetry))
    assert highest == pytest.approx(30.0, abs=3.0)


def test_a_known_device_is_greeted_in_one_round_trip() -> None:
    known: dict[bytes, Device] = {}

    async def act(here: Stage) -> None:
        assert here.session.device == as_simulated(SINGLE)

    first = perform(SINGLE, act, known=known)
    second = perform(SINGLE, act, known=known)
    assert list(known.values()) == [as_simulated(SINGLE)]
    assert second.session.traffic.other_bytes < first.session.traffic.other_bytes


def test_a_pause_lets_the_pressure_out_and_a_resume_goes_on_from_there() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(4_000)
        await here.session.pause()
        await asyncio.sleep(3.0)
        stood_ms = during.session_ms
        assert here.felt_mmhg() <= 8.0
        await asyncio.sleep(20.0)
        assert during.session_ms == stood_ms
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    left = perform(SINGLE, act)
    paused = next(e for e in left.heard if isinstance(e, Paused))
    resumed = next(e for e in left.heard if isinstance(e, Resumed))
    assert paused.session_ms == pytest.approx(4_000, abs=250)
    assert resumed.session_ms == pytest.approx(paused.session_ms, abs=150)


def test_a_skip_goes_to_the_next_mark() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 3))
        await during.at(3_000)
        await here.session.skip()
        assert (await during.outcome()).kind == "completed"
        assert asyncio.get_running_loop().time() < 30.0

    left = perform(SINGLE, act)
    assert [e.mark.step for e in left.heard if isinstance(e, Step)] == [0, 1, 2]


def test_a_skip_with_nothing_behind_it_stops() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 1))
        await during.at(3_000)
        await here.session.skip()
        outcome = await during.outcome()
        assert (outcome.kind, outcome.cause) == ("stopped", "skipped what was left")

    perform(SINGLE, act)


def test_a_routine_may_begin_in_its_middle() -> None:
    async def act(here: Stage) -> None:
        assert (await here.session.play(squeezes(SINGLE), from_ms=14_500)).kind == "completed"

    left = perform(SINGLE, act)
    assert next(e for e in left.heard if isinstance(e, Started)).session_ms == pytest.approx(14_500, abs=150)


def test_intensity_scales_what_is_commanded() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await here.until_told("Started")
        await here.session.set_intensity(50)
        with pytest.raises(Misuse, match="0 to 100"):
            await here.session.set_intensity(101)
        await during.outcome()

    left = perform(SINGLE, act)
    second = [e.commanded[0] for e in left.heard if isinstance(e, Telemetry) and e.session_ms > 12_000]
    assert max(second) == pytest.approx(15.0, abs=1.0)
    assert Intensity(50) in left.heard


def test_a_soft_stop_ends_with_the_air_out() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(4_000)
        await here.session.stop()
        outcome = await during.outcome()
        assert (outcome.kind, outcome.cause) == ("stopped", "asked for at the host")
        assert outcome.evidence["session_ms"] == pytest.approx(4_000, abs=250)
        await asyncio.sleep(1.0)
        assert here.felt_mmhg() < 8.0

    perform(SINGLE, act)


def test_an_emergency_stop_is_latched_until_cleared() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(4_000)
        await here.session.emergency_stop()
        assert (await during.outcome()).kind == "emergency_stopped"
        assert here.device.core.state == wire.FAULTED

    perform(SINGLE, act)


def test_an_emergency_stop_works_with_nothing_playing() -> None:
    async def act(here: Stage) -> None:
        await here.session.emergency_stop()
        await here.until_told("Fault")
        assert here.device.core.state == wire.FAULTED

    perform(SINGLE, act)


def test_an_emergency_stop_that_was_asked_for_twice_is_cleared_once() -> None:
    async def act(here: Stage) -> None:
        await here.session.emergency_stop()
        await here.session.emergency_stop()
        await here.until_told("Fault")
        await here.session.clear_fault()
        await asyncio.sleep(3.0)
        assert here.device.core.state == wire.IDLE

    perform(SINGLE, act)


def test_a_cue_that_waits_holds_the_routine_until_it_is_answered() -> None:
    cue = Cue(12_000, "Turn over", wait=True, timeout_s=100.0)

    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 2, (cue,)))
        await here.until_told("CueShown")
        assert during.session_ms == 12_000
        await asyncio.sleep(30.0)
        assert during.session_ms == 12_000
        await here.session.answer(cue)
        assert (await during.outcome()).kind == "completed"

    left = perform(SINGLE, act)
    assert [e.cue for e in left.heard if isinstance(e, CueShown)] == [cue]
    assert "Paused" not in left.told()


def test_a_cue_that_nobody_answers_ends_softly() -> None:
    cue = Cue(0, "Ready?", wait=True, timeout_s=20.0)

    async def act(here: Stage) -> None:
        outcome = await here.session.play(squeezes(SINGLE, 2, (cue,)))
        assert (outcome.kind, outcome.cause) == ("stopped", "nobody answered 'Ready?'")

    perform(SINGLE, act)


def test_a_fault_of_the_device_ends_the_run_and_says_which() -> None:
    held = Schedule("held", SINGLE, (SetPoint(500, 0, 30.0, 2_000), SetPoint(295_000, 0, 0.0, 1_000)), 300_000)

    async def act(here: Stage) -> None:
        outcome = await here.session.play(held)
        assert outcome.kind == "device_fault"
        assert outcome.cause == "calf: pressure held too long"

    left = perform(SINGLE, act)
    assert [(e.name, e.channel) for e in left.heard if isinstance(e, Fault)] == [("pressure held too long", "calf")]


def test_a_set_point_over_the_devices_limit_is_refused() -> None:
    too_much = Schedule("too much", SINGLE, (SetPoint(500, 0, 111.0, 2_000),), 10_000)

    async def act(here: Stage) -> None:
        outcome = await here.session.play(too_much)
        assert outcome.kind == "refused"
        assert "over the device's own limit" in outcome.cause

    perform(SINGLE, act)


def test_leaving_in_mid_routine_vents_first() -> None:
    class Left(Exception):
        pass

    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(4_000)
        assert here.felt_mmhg() > 20.0
        raise Left

    async def main() -> None:
        here: Stage | None = None
        with pytest.raises(Left):
            async with staged(SINGLE) as here:
                await act(here)
        assert here is not None
        assert here.device.core.state == wire.IDLE
        assert [e.outcome.kind for e in here.heard if isinstance(e, Ended)] == ["stopped"]

    run(main())


def test_a_cancelled_run_stops_the_device() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(4_000)
        during.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await during.task
        await here.until(lambda: here.device.core.state == wire.IDLE)

    left = perform(SINGLE, act)
    assert left.told()[-1] == "Ended"


def test_what_makes_no_sense_now_is_misuse() -> None:
    async def act(here: Stage) -> None:
        with pytest.raises(Misuse, match="nothing is playing"):
            await here.session.pause()
        during = here.plays(squeezes(SINGLE))
        await here.until_told("Started")
        with pytest.raises(Misuse, match="cannot resume while playing"):
            await here.session.resume()
        with pytest.raises(Misuse, match="playing already"):
            await here.session.play(squeezes(SINGLE))
        await here.session.stop()
        await during.outcome()

    perform(SINGLE, act)


def test_a_routine_for_another_device_is_not_played() -> None:
    async def act(here: Stage) -> None:
        with pytest.raises(Misuse, match="compiled for boots-6, but single is connected"):
            await here.session.play(squeezes(BOOTS))

    perform(SINGLE, act)


def test_a_stop_in_the_middle_of_a_skip_wins() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 3))
        await during.at(3_000)
        skipping = asyncio.create_task(here.session.skip())
        await asyncio.sleep(0.02)
        await here.session.stop()
        assert (await during.outcome()).kind == "stopped"
        await skipping

    perform(SINGLE, act)


def test_the_clock_of_the_device_is_known_to_a_millisecond() -> None:
    async def act(here: Stage) -> None:
        await here.session.play(squeezes(SINGLE, 1))
        now_s = asyncio.get_running_loop().time()
        assert here.session.clock.host_to_device(now_s) == pytest.approx(here.device.now_ms, abs=1.0)

    perform(SINGLE, act)


def test_the_same_seed_gives_the_same_events() -> None:
    async def act(here: Stage) -> None:
        await here.session.play(squeezes(SINGLE, 1))

    assert perform(SINGLE, act).heard == perform(SINGLE, act).heard
