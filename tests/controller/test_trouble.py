"""Trouble at the worst moment: whatever happens to line and device, a run ends or waits for a person, and says so."""

import asyncio
import struct
from typing import Any

import pytest

from legato.controller.errors import DeviceFaulted, Misuse, PortLost
from legato.controller.session.events import CueShown, Ended, Lost, Resumed, Telemetry
from legato.firmware import wire
from legato.profiles.schedule import Cue
from legato.sim.clock import run
from legato.sim.device import SimDevice
from tests.host import BOOTS, SINGLE, Frame, Stage, Tap, perform, squeezes, staged


def all_but(kind: int) -> Tap:
    """A line on which one kind of message is lost."""
    return lambda frame: None if frame[0] == kind else frame


def nothing(_: Frame) -> None:
    """A line on which everything is lost."""


def test_an_emergency_stop_while_the_device_is_away_ends_the_run_admits_it_and_is_owed() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.unplug()
        await here.until_told("Lost")
        await here.session.emergency_stop()
        outcome = await during.outcome()
        assert outcome.kind == "link_lost"
        assert outcome.cause == "the device was lost when the emergency stop was asked for"
        here.is_absent = False
        await here.until(lambda: here.device.core.state == wire.FAULTED)

    perform(SINGLE, act)


def test_an_emergency_stop_reaches_a_device_that_came_back_and_ends_the_run() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.pipes[-1].unplug()
        await here.until_told("Found")
        await here.session.emergency_stop()
        assert (await during.outcome()).kind == "emergency_stopped"
        await here.until(lambda: here.device.core.state == wire.FAULTED)

    perform(SINGLE, act)


def test_an_emergency_stop_on_a_lost_line_never_passes_for_done() -> None:
    async def act(here: Stage) -> None:
        here.unplug()
        await here.until_told("Lost")
        with pytest.raises(PortLost, match="cannot reach the device"):
            await here.session.emergency_stop()

    perform(SINGLE, act)


def test_a_faulted_device_plays_nothing_until_somebody_clears_the_fault() -> None:
    async def act(here: Stage) -> None:
        first = here.plays(squeezes(SINGLE))
        await first.at(3_000)
        with pytest.raises(Misuse, match="playing"):
            await here.session.clear_fault()
        await here.session.emergency_stop()
        assert (await first.outcome()).kind == "emergency_stopped"
        with pytest.raises(DeviceFaulted, match="emergency stop"):
            await here.session.play(squeezes(SINGLE))
        await here.session.clear_fault()
        await here.session.clear_fault()
        assert (await here.session.play(squeezes(SINGLE, 1))).kind == "completed"

    perform(SINGLE, act)


def test_a_device_that_refuses_to_arm_ends_the_run_with_its_reason() -> None:
    def other_boot(frame: Frame) -> Frame:
        kind, seq, session, payload = frame
        return (kind, seq, session, b"\0\0\0\0" + payload[4:]) if kind == wire.ARM else frame

    async def act(here: Stage) -> None:
        here.to_device = other_boot
        outcome = await here.plays(squeezes(SINGLE)).outcome()
        assert (outcome.kind, "arm" in outcome.cause) == ("refused", True)

    perform(SINGLE, act)


def test_a_stop_while_the_device_lets_go_by_itself_ends_the_run() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(4_000)
        here.to_device = nothing
        await here.until(lambda: here.device.core.state == wire.STOPPING)
        await here.session.stop()
        here.to_device = None
        assert (await during.outcome()).kind == "stopped"

    perform(SINGLE, act)


def test_a_stop_that_overtakes_the_arm_holds_even_if_the_arm_arrives_later() -> None:
    is_confirmed: list[bool] = []

    def note_rest(frame: Frame) -> Frame:
        if frame[0] == wire.STATUS:
            is_confirmed.append(True)
        return frame

    def hold_up_the_arm(frame: Frame) -> Frame | None:
        return None if frame[0] == wire.ARM and not is_confirmed else frame

    async def act(here: Stage) -> None:
        here.to_device, here.to_host = hold_up_the_arm, note_rest
        during = here.plays(squeezes(SINGLE))
        await asyncio.sleep(0.01)
        await here.session.stop()
        assert (await during.outcome()).kind == "stopped"
        await here.until(lambda: here.device.core.state == wire.IDLE)

    perform(SINGLE, act)


@pytest.mark.parametrize("from_s", [0.0, 3.0], ids=["from the start", "in mid-routine"])
def test_a_device_that_answers_but_never_tells_how_it_stands_is_lost_for_good(from_s: float) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await asyncio.sleep(from_s)
        here.to_host = all_but(wire.STATUS)
        assert (await during.outcome()).kind == "link_lost"

    left = perform(SINGLE, act)
    assert "not reported its state" in next(e.cause for e in left.heard if isinstance(e, Lost))
    assert "Found" not in left.told()


def test_a_device_at_rest_may_be_quiet() -> None:
    async def act(here: Stage) -> None:
        await here.session.play(squeezes(SINGLE, 1))
        here.to_host = all_but(wire.STATUS)
        await asyncio.sleep(30.0)

    assert "Lost" not in perform(SINGLE, act).told()


def test_what_is_sent_again_into_silence_does_not_keep_a_device_going() -> None:
    async def act(here: Stage) -> None:
        here.plays(squeezes(SINGLE, 4))
        await asyncio.sleep(6.0)
        here.to_host = nothing
        unheard = asyncio.create_task(here.session.set_intensity(90))
        await asyncio.sleep(3.1)
        assert here.device.core.state == wire.IDLE
        with pytest.raises(PortLost):
            await unheard
        here.to_host = None

    perform(SINGLE, act)


def test_a_line_that_dies_as_the_hands_are_shaken_is_opened_again() -> None:
    async def act(here: Stage) -> None:
        def unplug_once(frame: Frame) -> Frame:
            if frame[0] == wire.WELCOME and len(here.pipes) == 2:
                here.pipes[-1].unplug()
            return frame

        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.to_host = unplug_once
        here.unplug()
        await asyncio.sleep(4.0)
        here.is_absent = False
        await here.until_told("Found")
        assert len(here.pipes) == 3
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    perform(SINGLE, act)


def test_a_resume_after_a_loss_is_told() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(4_000)
        here.pipes[-1].unplug()
        await here.until_told("Found")
        await here.session.resume()
        await during.outcome()

    left = perform(SINGLE, act)
    assert [e.session_ms for e in left.heard if isinstance(e, Resumed)] == [pytest.approx(4_000, abs=250)]


def test_a_device_that_was_rebuilt_while_it_was_away_is_not_resumed() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.unplug()
        rebuilt = SimDevice(BOOTS, 1, asyncio.get_running_loop())
        rebuilt._config.device_id = here.device._config.device_id
        before, here.device = here.device, rebuilt
        rebuilt.start()
        here.is_absent = False
        outcome = await during.outcome()
        assert (outcome.kind, "built differently" in outcome.cause) == ("link_lost", True)
        rebuilt.stop()
        here.device = before

    perform(SINGLE, act, reconnect_s=5.0)


def test_a_status_of_other_channels_than_announced_loses_the_line_and_nothing_worse() -> None:
    def three_channels(frame: Frame) -> Frame:
        kind, seq, session, payload = frame
        return (kind, seq, session, payload[: struct.calcsize(wire.STATUS_HEAD) + 9]) if kind == wire.STATUS else frame

    async def act(here: Stage) -> None:
        during = here.plays(squeezes(BOOTS))
        await during.at(3_000)
        here.to_host = three_channels
        assert (await during.outcome()).kind == "link_lost"

    left = perform(BOOTS, act, reconnect_s=3.0)
    assert "3 channels" in next(e.cause for e in left.heard if isinstance(e, Lost))


@pytest.mark.parametrize("at_s", [0.0, 0.001, 0.003, 0.02, 0.05, 0.2])
def test_a_loss_while_starting_is_an_outcome_and_no_exception(at_s: float) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await asyncio.sleep(at_s)
        here.unplug()
        assert (await during.outcome()).kind == "link_lost"

    assert perform(SINGLE, act, reconnect_s=3.0).told()[-1] == "Ended"


def test_a_question_at_the_very_start_is_asked_again_after_a_loss() -> None:
    cue = Cue(0, "Ready?", wait=True, timeout_s=100.0)

    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 1, (cue,)))
        await here.until_told("CueShown")
        here.pipes[-1].unplug()
        await here.until_told("Found")
        await here.session.resume()
        await here.until(lambda: here.told().count("CueShown") == 2)
        await here.session.answer(cue)
        assert (await during.outcome()).kind == "completed"

    left = perform(SINGLE, act)
    assert [e.cue for e in left.heard if isinstance(e, CueShown)] == [cue, cue]


def test_whoever_cannot_wait_for_the_air_to_leave_stops_the_device_at_once() -> None:
    sent: list[int] = []

    def note_all_but_stops(frame: Frame) -> Frame | None:
        sent.append(frame[0])
        return None if frame[0] == wire.STOP else frame

    async def leave_at(here: Stage, session_ms: int) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(session_ms)
        here.to_device = note_all_but_stops
        raise TimeoutError

    async def visit(stages: list[Any]) -> None:
        async with staged(SINGLE) as here:
            stages.append(here)
            await leave_at(here, 4_000)

    async def main() -> None:
        stages: list[Any] = []
        visiting = asyncio.create_task(visit(stages))
        await asyncio.sleep(0.1)
        here = stages[0]
        await here.until(lambda: here.to_device is not None)
        await asyncio.sleep(0.5)
        visiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await visiting
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert any(isinstance(e, Ended) for e in here.heard)
        assert sent[-1] == wire.ESTOP

    run(main())


def test_a_faulted_device_can_be_connected_to_and_tells_of_its_fault() -> None:
    async def act(here: Stage) -> None:
        await here.until_told("Fault")
        assert here.told()[:2] == ["Connected", "Fault"]
        assert here.device.core.state == wire.FAULTED
        await here.session.clear_fault()
        await here.until(lambda: here.device.core.state == wire.IDLE)

    perform(SINGLE, act, stop_first=True, keep_fault=True)


def test_a_run_begins_at_the_intensity_it_is_asked_for() -> None:
    async def act(here: Stage) -> None:
        assert (await here.session.play(squeezes(SINGLE, 1), percent=40)).kind == "completed"

    left = perform(SINGLE, act)
    running = [e for e in left.heard if isinstance(e, Telemetry) and e.state == "running"]
    assert {e.gain for e in running} == {40}
    assert max(e.commanded[0] for e in running) <= 12.0
