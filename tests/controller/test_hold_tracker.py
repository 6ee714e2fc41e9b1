"""A hold that somebody interrupts is never held for too long: the leg rests first where it has to, and only there."""

import asyncio
import json
from itertools import count

import pytest

from legato.controller.session.events import Event, Resting
from legato.firmware import wire
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Mark, Schedule, SetPoint
from tests.host import SINGLE, Stage, perform

LIMIT_S = 20


@pytest.fixture
def brief() -> Device:
    """One chamber that may be held for 20 s."""
    plain = json.loads(SINGLE.model_dump_json())
    plain["actuators"][0]["hold_s"] = LIMIT_S
    return Device.model_validate_json(json.dumps(plain))


def presses(device: Device, *seconds: int, cues: tuple[Cue, ...] = ()) -> Schedule:
    """One press of 30 mmHg after the other, each with a mark, and with a full rest between."""
    rows: list[SetPoint] = []
    marks: list[Mark] = []
    at_ms = 0
    for step, lasts_s in enumerate(seconds):
        marks.append(Mark(at_ms, step, f"press {step + 1}"))
        rows += [SetPoint(at_ms + 500, 0, 30.0, 1_500), SetPoint(at_ms + lasts_s * 1_000, 0, 0.0, 1_000)]
        at_ms += lasts_s * 1_000 + 12_000
    return Schedule("presses", device, tuple(rows), at_ms, tuple(marks), cues)


async def stopped_in_mid_hold(here: Stage, device: Device) -> None:
    """A massage that somebody has just stopped, after 14 s of the 20 that the chamber may be held."""
    during = here.plays(presses(device, 18))
    await during.at(16_000)
    await here.session.stop()
    await during.outcome()


def rests(heard: list[Event]) -> list[float]:
    return [event.seconds for event in heard if isinstance(event, Resting)]


def test_after_a_pause_that_would_make_a_hold_too_long_the_leg_rests(brief: Device) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 18))
        await during.at(15_000)
        await here.session.pause()
        await asyncio.sleep(6.0)
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    assert rests(perform(brief, act).heard) == [pytest.approx(5.0, abs=1.0)]


def test_after_a_pause_that_was_rest_enough_it_goes_on_at_once(brief: Device) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 18))
        await during.at(10_000)
        await here.session.pause()
        await asyncio.sleep(14.0)
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    assert rests(perform(brief, act).heard) == []


def test_a_pause_in_a_hold_that_stays_short_needs_no_rest(brief: Device) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 8, 18))
        await during.at(5_000)
        await here.session.pause()
        await asyncio.sleep(2.0)
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    assert rests(perform(brief, act).heard) == []


def test_after_an_answer_in_mid_hold_the_leg_rests(brief: Device) -> None:
    cue = Cue(12_000, "Still well?", wait=True, timeout_s=60.0)

    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 19, cues=(cue,)))
        await here.until_told("CueShown")
        await asyncio.sleep(3.0)
        await here.session.answer(cue)
        assert (await during.outcome()).kind == "completed"

    assert len(rests(perform(brief, act).heard)) == 1


def test_a_skip_from_one_hold_into_the_next_rests_between(brief: Device) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 18, 18))
        await during.at(16_000)
        await here.session.skip()
        assert (await during.outcome()).kind == "completed"

    assert rests(perform(brief, act).heard) == [pytest.approx(10.5, abs=1.0)]


def test_who_stops_and_starts_anew_in_mid_hold_rests_between(brief: Device) -> None:
    async def act(here: Stage) -> None:
        await stopped_in_mid_hold(here, brief)
        assert (await here.plays(presses(brief, 18)).outcome()).kind == "completed"

    assert len(rests(perform(brief, act).heard)) == 1


def test_a_stop_ends_the_rest(brief: Device) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 18, 18))
        await during.at(16_000)
        skipping = asyncio.create_task(here.session.skip())
        await here.until_told("Resting")
        await here.session.stop()
        await asyncio.wait_for(during.task, 2.0)
        assert during.task.result().kind == "stopped"
        await skipping

    perform(brief, act)


def test_a_stop_while_it_rests_before_it_goes_on_is_no_mistake_of_who_resumed(brief: Device) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 18))
        await during.at(15_000)
        await here.session.pause()
        await asyncio.sleep(4.0)
        resuming = asyncio.create_task(here.session.resume())
        await here.until_told("Resting")
        await here.session.stop()
        assert (await during.outcome()).kind == "stopped"
        await asyncio.wait_for(resuming, 2.0)

    perform(brief, act)


def test_who_gives_up_while_it_rests_before_a_new_start_may_start_again(brief: Device) -> None:
    async def act(here: Stage) -> None:
        await stopped_in_mid_hold(here, brief)
        again = here.plays(presses(brief, 18))
        await here.until_told("Resting")
        again.task.cancel()
        await asyncio.gather(again.task, return_exceptions=True)
        assert (await here.plays(presses(brief, 18)).outcome()).kind == "completed"

    perform(brief, act)


def test_a_reading_that_is_lost_now_and_then_does_not_make_the_rest_longer(brief: Device) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(presses(brief, 18))
        await during.at(15_000)
        await here.session.pause()
        lost = count()
        here.device.board.wires.append(lambda out: out.__setitem__(0, wire.INVALID if next(lost) % 50 == 0 else out[0]))
        await asyncio.sleep(6.0)
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    assert rests(perform(brief, act).heard) == [pytest.approx(5.0, abs=1.0)]


def test_a_stop_ends_the_rest_before_a_new_start(brief: Device) -> None:
    async def act(here: Stage) -> None:
        await stopped_in_mid_hold(here, brief)
        again = here.plays(presses(brief, 18))
        await here.until_told("Resting")
        await here.session.stop()
        assert (await asyncio.wait_for(again.task, 2.0)).kind == "stopped"
        assert here.device.core.state == wire.IDLE

    perform(brief, act)
