"""A skip resumes only what ran: what stands still is put further on and stays there until somebody says so."""

import asyncio

import pytest

from legato.controller.session.events import Moved, Resumed
from legato.controller.session.phase import Phase
from legato.firmware import wire
from legato.profiles.schedule import Cue
from tests.controller.legs import Legs, on_two_legs
from tests.controller.test_pair import playing
from tests.host import SINGLE, Stage, perform, squeezes

QUESTION = Cue(8_000, "Ready?", True, 60.0)


async def stays(here: Stage, session_ms: int) -> None:
    """Stands at `session_ms`, without pressure, for longer than any refill takes."""
    await asyncio.sleep(20.0)
    assert here.session.session_ms == session_ms
    assert here.device.core.state != wire.RUNNING
    assert here.felt_mmhg() <= 8.0


def test_a_skip_while_paused_moves_the_position_and_stays() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 3))
        await during.at(3_000)
        await here.session.pause()
        await here.session.skip()
        assert here.session.phase is Phase.PAUSED
        await stays(here, 12_000)
        await here.session.skip()
        await stays(here, 24_000)
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    left = perform(SINGLE, act)
    moved = [event.mark.title for event in left.heard if isinstance(event, Moved)]
    assert moved == ["squeeze 2", "squeeze 3"]
    assert [event.session_ms for event in left.heard if isinstance(event, Resumed)] == [24_000]


def test_a_skip_while_it_waits_for_an_answer_leaves_the_question_and_stays() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 2, (QUESTION,)))
        await here.until_told("CueShown")
        await here.session.skip()
        assert here.session.phase is Phase.PAUSED
        # Longer than the question would have waited.
        await asyncio.sleep(QUESTION.timeout_s + 10.0)
        await stays(here, 12_000)
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    assert perform(SINGLE, act).told().count("CueShown") == 1


def test_a_skip_after_a_loss_moves_the_position_and_stays() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.pipes[-1].unplug()
        await here.until_told("Found")
        await here.session.skip()
        assert here.session.phase is Phase.BACK
        await stays(here, 12_000)
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    assert perform(SINGLE, act).told().count("Armed") == 2


def test_a_skip_while_it_plays_goes_on_from_there() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        await here.session.skip()
        assert here.session.phase is Phase.PLAYING
        assert (await during.outcome()).kind == "completed"

    assert "Moved" not in perform(SINGLE, act).told()


def test_a_skip_that_comes_to_a_question_has_it_asked_before_anything_goes_on() -> None:
    async def act(here: Stage) -> None:
        off = Cue(12_000, "Is it off?", True, 60.0)
        during = here.plays(squeezes(SINGLE, 2, (off,)))
        await during.at(3_000)
        await here.session.skip()
        await here.until_told("CueShown")
        await stays(here, 12_000)
        await here.session.answer(off)
        assert (await during.outcome()).kind == "completed"

    assert perform(SINGLE, act).told().count("CueShown") == 1


@pytest.mark.parametrize("stands", [False, True], ids=["playing", "paused"])
def test_two_skips_in_a_row_pass_over_no_question_that_nobody_has_heard(*, stands: bool) -> None:
    async def act(here: Stage) -> None:
        off = Cue(12_000, "Is it off?", True, 60.0)
        during = here.plays(squeezes(SINGLE, 3, (off,)))
        await during.at(3_000)
        if stands:
            await here.session.pause()
        await here.session.skip()
        await here.session.skip()
        await stays(here, 12_000)
        if stands:
            await here.session.resume()
            await here.until_told("CueShown")
        await here.session.answer(off)
        assert (await during.outcome()).kind == "completed"

    assert perform(SINGLE, act).told().count("CueShown") == 1


def test_a_question_that_comes_due_in_the_middle_of_a_skip_ends_nothing_later() -> None:
    async def act(here: Stage) -> None:
        short = Cue(8_000, "Ready?", True, 5.0)
        during = here.plays(squeezes(SINGLE, 3, (short,)))
        await during.at(7_900)
        await asyncio.sleep(0.08)
        await here.session.skip()
        if here.session.phase is not Phase.PLAYING:
            await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    perform(SINGLE, act)


def test_what_is_left_to_skip_to_is_nothing_and_that_is_a_stop_also_while_paused() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE, 1))
        await during.at(3_000)
        await here.session.pause()
        await here.session.skip()
        assert (await during.outcome()).cause == "skipped what was left"

    perform(SINGLE, act)


def test_a_stop_while_it_stands_where_it_was_skipped_to_ends_it() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        await here.session.pause()
        await here.session.skip()
        await here.session.stop()
        assert (await during.outcome()).kind == "stopped"

    perform(SINGLE, act)


def test_a_paused_pair_is_moved_together_and_goes_on_together() -> None:
    async def act(here: Legs) -> None:
        task = playing(here)
        await here.at(20_000)
        await here.pair.pause()
        await here.pair.skip()
        await asyncio.sleep(30.0)
        assert here.session_ms() == [60_000, 60_000]
        assert wire.RUNNING not in here.states()
        assert here.felt_mmhg() <= 8.0
        await here.pair.resume()
        await here.at(60_500)
        await here.pair.stop()
        await task

    assert on_two_legs(act).count(Moved) == 1


def test_two_skips_of_a_paused_pair_pass_over_no_question_that_nobody_has_heard() -> None:
    async def act(here: Legs) -> None:
        task = playing(here, cues=(Cue(60_000, "Is it off?", True, 60.0),))
        await here.at(20_000)
        await here.pair.pause()
        await here.pair.skip()
        await here.pair.skip()
        await asyncio.sleep(30.0)
        assert here.session_ms() == [60_000, 60_000]
        await here.pair.stop()
        await task

    on_two_legs(act)
