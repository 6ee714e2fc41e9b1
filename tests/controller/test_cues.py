"""What was laid on by hand: whoever stops is told to take it off, its time runs on, and nobody passes over its end."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from legato.controller.errors import Misuse
from legato.controller.session.events import CueShown, LaidOn, Overdue, Paused
from legato.controller.session.narration import ending, sentence
from legato.controller.session.phase import Phase
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Mark, Schedule, SetPoint
from tests.controller.legs import Legs, on_two_legs
from tests.host import SINGLE, Stage, perform

ICE = "ice, on both shins"
ON = Cue(12_000, "Lay on ice.", True, 600.0, lays=ICE)
OFF = Cue(72_000, "Take it off.", True, 600.0, takes_off=ICE)
TAKE_OFF = "Take off what lies on the leg: ice, on both shins."


def iced(device: Device) -> Schedule:
    """Ice for a minute between two squeezes of channel 0."""
    rows = [
        SetPoint(at, 0, target, 2_000)
        for start in (0, 72_000)
        for at, target in ((start + 500, 30.0), (start + 6_000, 0.0))
    ]
    marks = (Mark(0, 0, "squeeze"), Mark(12_000, 1, "ice"), Mark(72_000, 1, "off"), Mark(80_000, 2, "rest"))
    return Schedule("iced", device, tuple(rows), 84_000, marks, (ON, OFF))


async def laid(here: Stage) -> Any:
    """The ice lies there, and its time is counted."""
    during = here.plays(iced(here.session.device))
    await here.until_told("CueShown")
    await here.session.answer(ON)
    await during.at(20_000)
    return during


async def asked_off(here: Stage) -> None:
    """It is asked whether it is off."""
    await here.until(lambda: CueShown(OFF) in here.heard, 200.0)


@pytest.mark.parametrize("how", ["stop", "emergency_stop"])
def test_who_stops_while_it_lies_there_is_told_to_take_it_off(how: str) -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        await getattr(here.session, how)()
        outcome = await during.outcome()
        assert outcome.laid_on == ICE
        assert ending(outcome).endswith(f". {TAKE_OFF}")

    perform(SINGLE, act)


def test_who_stops_while_it_is_asked_for_may_have_laid_it_on_already() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(iced(SINGLE))
        await here.until_told("CueShown")
        await here.session.stop()
        assert (await during.outcome()).laid_on == ICE

    perform(SINGLE, act)


def test_who_never_answers_that_it_is_off_is_told_again_at_the_end() -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        await asked_off(here)
        await asyncio.sleep(500.0)
        outcome = await during.outcome()
        assert (outcome.kind, outcome.laid_on) == ("stopped", ICE)

    perform(SINGLE, act)


def test_who_loses_the_device_is_told_at_once_and_again_when_it_is_over() -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        here.unplug()
        await here.until_told("Lost")
        await here.until(lambda: TAKE_OFF in map(sentence, here.heard), 1.0)
        assert (await during.outcome()).laid_on == ICE

    perform(SINGLE, act)


def test_a_fault_of_the_device_says_it_too() -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        here.device.board.wires.append(lambda out: out.__setitem__(0, wire.INVALID))
        outcome = await during.outcome()
        assert (outcome.kind, outcome.laid_on) == ("device_fault", ICE)

    perform(SINGLE, act)


def test_before_it_is_asked_for_and_once_it_is_off_there_is_nothing_to_take_off() -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        await asked_off(here)
        await here.session.answer(OFF)
        await here.session.stop()
        assert (await during.outcome()).laid_on == ""
        during = here.plays(iced(SINGLE))
        await here.until(lambda: here.session.phase is Phase.PLAYING)
        await here.session.stop()
        assert (await during.outcome()).laid_on == ""

    left = perform(SINGLE, act)
    assert [event.what for event in left.heard if isinstance(event, LaidOn)] == [ICE, ""]


@pytest.mark.parametrize("wish", ["skip", "resume"])
def test_neither_skip_nor_resume_answers_that_it_is_off(wish: str) -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        await asked_off(here)
        with pytest.raises(Misuse, match=f"cannot {wish} before somebody confirms that this is off: {ICE}"):
            await getattr(here.session, wish)()
        await asyncio.sleep(20.0)
        assert here.session.phase is Phase.ASKING
        assert here.felt_mmhg() <= 8.0
        await here.session.answer(OFF)
        assert (await during.outcome()).kind == "completed"

    perform(SINGLE, act)


def test_skips_and_a_loss_in_any_order_come_to_the_question_and_no_further() -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        await here.session.skip()
        await asked_off(here)
        here.pipes[-1].unplug()
        await here.until_told("Found")
        await here.session.skip()
        await here.session.skip()
        await here.session.resume()
        await here.until(lambda: here.heard.count(CueShown(OFF)) == 2)
        assert here.session.session_ms == OFF.session_ms
        await here.session.answer(OFF)
        assert (await during.outcome()).kind == "completed"

    perform(SINGLE, act)


def test_a_resume_from_further_on_goes_no_further_than_the_question() -> None:
    async def act(here: Stage) -> None:
        await laid(here)
        await here.session.pause()
        await here.session.resume(80_000)
        await asked_off(here)
        await here.session.stop()

    perform(SINGLE, act)


@pytest.mark.parametrize(("paused_s", "left_s"), [(20.0, 32.0), (300.0, 0.0)])
def test_its_time_runs_on_in_a_pause(paused_s: float, left_s: float) -> None:
    async def act(here: Stage) -> None:
        await laid(here)
        loop = asyncio.get_running_loop()
        await here.session.pause()
        await asyncio.sleep(paused_s)
        await here.session.resume()
        resumed_s = loop.time()
        await asked_off(here)
        # What is refilled after a pause takes a moment, and a minute lasts as long for the device.
        assert loop.time() - resumed_s == pytest.approx(left_s, abs=2.0)
        await here.session.stop()

    left = perform(SINGLE, act)
    (paused,) = [event for event in left.heard if isinstance(event, Paused)]
    assert sentence(paused) == f"paused, pressure let out; its time runs on: {ICE}"


@pytest.mark.parametrize("is_lost", [False, True], ids=["paused", "lost"])
def test_who_has_not_gone_on_when_its_time_is_over_is_told(*, is_lost: bool) -> None:
    async def act(here: Stage) -> None:
        await laid(here)
        if is_lost:
            here.pipes[-1].unplug()
        else:
            await here.session.pause()
        await here.until(lambda: Overdue(ICE) in here.heard)
        await here.session.stop()

    left = perform(SINGLE, act)
    assert sentence(Overdue(ICE)) == f"its time is over. {TAKE_OFF}"
    assert left.told().count("Overdue") == 1


def test_another_question_in_between_keeps_nobody_from_being_told() -> None:
    between = Cue(30_000, "Lean back.", True, 600.0)

    async def act(here: Stage) -> None:
        plan = iced(SINGLE)
        here.plays(replace(plan, cues=(ON, between, OFF)))
        for cue in (ON, between):
            await here.until(partial(here.heard.__contains__, CueShown(cue)))
            await here.session.answer(cue)
        await here.until(lambda: here.session.phase is Phase.PLAYING)
        await here.session.pause()
        await here.until(lambda: Overdue(ICE) in here.heard)
        await here.session.stop()

    perform(SINGLE, act)


def test_who_goes_on_in_time_is_only_asked() -> None:
    async def act(here: Stage) -> None:
        during = await laid(here)
        await asked_off(here)
        await asyncio.sleep(20.0)
        await here.session.answer(OFF)
        assert (await during.outcome()).kind == "completed"

    assert "Overdue" not in perform(SINGLE, act).told()


def test_two_devices_go_on_together_as_much_later_and_ask_together() -> None:
    async def act(here: Legs) -> None:
        task = asyncio.create_task(here.pair.play(iced(here.pair.device)))
        await here.told(CueShown)
        await here.pair.answer(ON)
        await here.at(20_000)
        await here.pair.pause()
        await asyncio.sleep(10.0)
        await here.pair.resume()
        await here.at(30_000)
        await here.pair.skip()
        await here.until(lambda: CueShown(OFF) in here.heard)
        with pytest.raises(Misuse, match="cannot skip before"):
            await here.pair.skip()
        assert here.session_ms() == [OFF.session_ms] * 2
        assert wire.RUNNING not in here.states()
        await here.pair.stop()
        assert (await task).laid_on == ICE

    left = on_two_legs(act)
    assert left.count(LaidOn) == 1


def test_of_two_that_are_not_asked_at_once_neither_is_skipped_on_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    skipped: list[Session] = []

    async def skip(session: Session, _: int) -> None:
        skipped.append(session)

    async def act(here: Legs) -> None:
        task = asyncio.create_task(here.pair.play(iced(here.pair.device)))
        await here.told(CueShown)
        await here.pair.answer(ON)
        await here.at(OFF.session_ms - 50)
        first, second = here.pair._sessions
        while first.phase is second.phase:  # noqa: ASYNC110 - nothing tells of it: it is over in milliseconds
            await asyncio.sleep(0.001)
        assert {first.phase, second.phase} == {Phase.ASKING, Phase.PLAYING}
        monkeypatch.setattr(Session, "skip", skip)
        with pytest.raises(Misuse, match="cannot skip before"):
            await here.pair.skip()
        assert skipped == []
        await here.until(lambda: CueShown(OFF) in here.heard)
        assert here.session_ms() == [OFF.session_ms] * 2
        await here.pair.stop()
        await task

    on_two_legs(act)
