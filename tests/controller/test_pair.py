"""Two devices as one, on clocks that do not agree: they start together, stay together, and end together."""

import asyncio

import pytest

from legato.controller.errors import Misuse, PortError
from legato.controller.session.events import (
    CueShown,
    Ended,
    Fault,
    Found,
    Intensity,
    Outcome,
    Paused,
    Resumed,
    Started,
    Step,
)
from legato.firmware import wire
from legato.profiles.compiler import compile as compiled
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.load import profile as load_profile
from legato.profiles.schedule import Cue, Mark, Schedule, SetPoint
from tests.controller.legs import STEP_S, TOGETHER_MS, Legs, on_two_legs


def squeezes(device: Device, count: int = 3, cues: tuple[Cue, ...] = ()) -> Schedule:
    """Feet and ankles go to 30 mmHg and back to 0, `count` times, 60 s each, with a mark at each."""
    low = [c.index for c in device.channels if c.actuator.from_cm < 20]
    rows: list[SetPoint] = []
    for i in range(count):
        rows += [SetPoint(i * 60_000 + 500, channel, 30.0, 30_000) for channel in low]
        rows += [SetPoint(i * 60_000 + 45_000, channel, 0.0, 2_000) for channel in low]
    marks = tuple(Mark(i * 60_000, i, f"squeeze {i + 1}") for i in range(count))
    return Schedule("squeezes", device, tuple(rows), count * 60_000, marks, cues)


def playing(here: Legs, count: int = 3, cues: tuple[Cue, ...] = ()) -> "asyncio.Task[Outcome]":
    return asyncio.create_task(here.pair.play(squeezes(here.pair.device, count, cues)))


def test_left_and_right_start_and_stay_together_through_a_whole_routine() -> None:
    async def act(here: Legs) -> None:
        routine = load_profile("popliteal_sweep")
        device = here.pair.device
        task = asyncio.create_task(here.pair.play(compiled(routine, device, envelope(device, routine.use))))
        await here.until(task.done, 3600)
        assert task.result() == Outcome("completed")

    left = on_two_legs(act)
    assert left.apart_ms <= TOGETHER_MS
    begins = [event.mark.session_ms for event in left.heard if isinstance(event, Step)]
    assert begins == sorted(set(begins))
    assert (left.count(Started), left.count(Ended)) == (1, 1)


@pytest.mark.parametrize("rates", [(1.0, 1.0), (0.99, 1.01)])
def test_whichever_clock_is_the_faster_they_stay_together(rates: tuple[float, float]) -> None:
    async def act(here: Legs) -> None:
        task = playing(here, 1)
        await here.until(task.done)

    assert on_two_legs(act, rates).apart_ms <= TOGETHER_MS


def test_clocks_that_drift_apart_by_two_percent_within_a_minute_do_not_part_the_legs() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(10_000)
        for n in range(1, 101):
            here.boots[0].set_pace(rate=1.0 + n / 10_000)
            here.boots[1].set_pace(rate=1.0 - n / 10_000)
            await here.at(10_000 + n * 600)
        await here.until(task.done, 300)

    assert on_two_legs(act, (1.0, 1.0)).apart_ms <= TOGETHER_MS


def test_a_pause_and_a_resume_are_for_both_and_from_the_smaller_session_time() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        before = here.felt_mmhg()
        await here.pair.pause()
        assert here.states() == [wire.PAUSED] * 2
        stood_ms = min(here.session_ms())
        await asyncio.sleep(5)
        assert here.felt_mmhg() < 8 < before
        await here.pair.resume()
        await here.until(lambda: here.states() == [wire.RUNNING] * 2)
        assert min(here.session_ms()) <= stood_ms + 1000 * STEP_S
        await here.until(task.done, 300)
        assert task.result() == Outcome("completed")

    left = on_two_legs(act)
    assert left.apart_ms <= TOGETHER_MS
    assert (left.count(Paused), left.count(Resumed)) == (1, 1)


def test_while_they_refill_a_pause_is_for_both() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        await here.pair.pause()
        await asyncio.sleep(5)
        await here.pair.resume()
        await asyncio.sleep(1)
        assert here.states() == [wire.REFILL] * 2
        await here.pair.pause()
        assert here.states() == [wire.PAUSED] * 2
        await here.pair.stop()
        assert (await task).kind == "stopped"

    on_two_legs(act)


def test_a_skip_takes_both_to_the_same_mark() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(20_000)
        await here.pair.skip()
        await here.at(60_000)
        assert max(here.session_ms()) < 61_000
        await here.until(task.done, 300)
        assert task.result() == Outcome("completed")

    assert on_two_legs(act).apart_ms <= TOGETHER_MS


def test_intensity_is_for_both() -> None:
    async def act(here: Legs) -> None:
        task = playing(here, 1)
        await here.at(1_000)
        await here.pair.set_intensity(50)
        await here.at(44_000)
        assert [max(boot.core.commanded()) / 2 for boot in here.boots] == [pytest.approx(15, abs=1)] * 2
        await here.pair.stop()
        await task

    assert on_two_legs(act).count(Intensity) == 1


def test_a_question_is_asked_once_and_its_answer_goes_to_both() -> None:
    cue = Cue(20_000, "Ready?", wait=True, timeout_s=60)

    async def act(here: Legs) -> None:
        task = playing(here, 1, (cue,))
        await here.told(CueShown)
        assert here.session_ms() == [20_000, 20_000]
        await here.pair.answer(cue)
        await here.until(task.done, 300)
        assert task.result() == Outcome("completed")

    left = on_two_legs(act)
    assert left.count(CueShown) == 1
    assert left.apart_ms <= TOGETHER_MS


def test_an_emergency_stop_reaches_both_before_anything_else_happens() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        await here.pair.emergency_stop()
        await asyncio.sleep(0)
        await here.until(lambda: here.states() == [wire.FAULTED] * 2, 0.1)
        assert (await task).kind == "emergency_stopped"

    on_two_legs(act)


@pytest.mark.parametrize("number", [0, 1])
def test_a_fault_of_one_puts_the_other_in_its_safe_state_at_once(number: int) -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        here.boots[number].board.wires.append(lambda out: out.__setitem__(1, wire.INVALID))
        await here.until(lambda: here.states()[number] == wire.FAULTED)
        await here.until(lambda: here.states()[1 - number] == wire.FAULTED, 0.2)
        outcome = await task
        assert outcome.kind == "device_fault"
        assert outcome.cause.startswith(("boot-6-left", "boot-6-right")[number])
        assert next(e.channel for e in here.heard if isinstance(e, Fault)) == ("left_ankle", "right_ankle")[number]
        await asyncio.sleep(6)
        assert here.felt_mmhg() < 8

    on_two_legs(act)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("seed", [1, 5, 6])
def test_when_one_is_lost_the_other_vents_and_both_resume_together(number: int, seed: int) -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        here.pipes[number].unplug()
        await here.until(lambda: here.states()[1 - number] == wire.PAUSED, 3.5)
        await here.told(Found)
        await asyncio.sleep(8)
        assert here.felt_mmhg() < 8
        await here.pair.resume()
        await here.at(41_000)
        await here.until(task.done, 300)
        assert task.result() == Outcome("completed")

    assert on_two_legs(act, seed=seed).apart_ms <= TOGETHER_MS


def test_when_one_does_not_come_back_the_other_is_stopped() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        here.boots[1].stop()
        await here.until(task.done, 60)
        assert task.result().kind == "link_lost"
        assert task.result().cause.startswith("boot-6-right")
        assert here.states()[0] == wire.IDLE

    on_two_legs(act)


def test_one_that_restarts_does_not_leave_the_other_squeezing() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        here.boots[0].stop()
        here.boots[0].start()
        await here.until(lambda: here.states()[1] == wire.PAUSED, 3.5)
        await here.told(Found)
        await here.pair.stop()
        assert (await task).kind == "link_lost"

    on_two_legs(act)


def test_leaving_the_pair_stops_both_at_the_same_time() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(40_000)
        task.cancel()
        await here.until(lambda: here.states() == [wire.STOPPING] * 2, 0.05)

    left = on_two_legs(act)
    assert left.states() == [wire.IDLE] * 2 or left.count(Ended) == 0


def test_one_that_goes_on_alone_is_noticed_and_both_pause() -> None:
    async def act(here: Legs) -> None:
        playing(here)
        await here.at(40_000)
        here.boots[1].core._session.clock.run_from(20_000, here.boots[1].now_ms)
        await here.until(lambda: here.states() == [wire.PAUSED] * 2, 3)
        await here.pair.resume()
        await here.until(lambda: here.states() == [wire.RUNNING] * 2)
        assert max(here.session_ms()) < 24_000

    on_two_legs(act)


def test_two_devices_for_one_leg_are_no_pair() -> None:
    async def act(_: Legs) -> None:
        """Never comes to it."""

    with pytest.raises(PortError, match="both for the left leg"):
        on_two_legs(act, names=("boot-6-left", "boot-6-left"))


def test_nothing_playing_there_is_nothing_to_steer() -> None:
    async def act(here: Legs) -> None:
        for wish in (here.pair.pause, here.pair.resume, here.pair.skip, here.pair.stop):
            with pytest.raises(Misuse):
                await wish()
        await here.pair.emergency_stop()
        await here.until(lambda: here.states() == [wire.FAULTED] * 2, 1)
        await asyncio.sleep(1.5)
        await here.pair.clear_fault()
        await here.until(lambda: here.states() == [wire.IDLE] * 2, 1)

    on_two_legs(act)
