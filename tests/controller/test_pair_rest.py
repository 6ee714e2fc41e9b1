"""Where one of two devices has to rest, both do: nobody is waited for under pressure."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from legato.controller.pair.pair import Pair
from legato.controller.session.events import CueShown, Outcome, Resting
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Mark, Schedule, SetPoint
from tests.controller.legs import TOGETHER_MS, Legs, on_two_legs


def holds(device: Device, cues: tuple[Cue, ...] = ()) -> Schedule:
    """The left knee is held for 28 s, of 30 that it may be, and so is the right foot; after a minute once more."""
    channels = {c.name: c.index for c in device.channels}
    rows: list[SetPoint] = []
    # The first begins some 6 s late, when the slack is filled.
    for at_ms, lasts_ms in ((0, 34_000), (60_000, 28_000)):
        for name in ("left_knee", "right_foot"):
            rows += [
                SetPoint(at_ms + 500, channels[name], 30.0, 4_000),
                SetPoint(at_ms + lasts_ms, channels[name], 0, 2_000),
            ]
    marks = (Mark(0, 0, "hold 1"), Mark(60_000, 1, "hold 2"))
    return Schedule("holds", device, tuple(sorted(rows)), 120_000, marks, cues)


async def go_on_after_a_pause(pair: Pair, _: Cue) -> None:
    await pair.pause()
    await asyncio.sleep(2)
    await pair.resume()


async def skip(pair: Pair, _: Cue) -> None:
    await pair.skip()


async def answer(pair: Pair, cue: Cue) -> None:
    await asyncio.sleep(2)
    await pair.answer(cue)


def test_an_answer_that_comes_in_time_counts_although_one_has_to_rest_first() -> None:
    cue = Cue(31_000, "Well?", wait=True, timeout_s=4)

    async def act(here: Legs) -> None:
        task = asyncio.create_task(here.pair.play(holds(here.pair.device, (cue,))))
        await here.told(CueShown)
        await here.pair.answer(cue)
        await here.until(task.done, 300)
        assert task.result() == Outcome("completed")

    left = on_two_legs(act)
    assert left.count(Resting) == 1


@pytest.mark.parametrize("go_on", [go_on_after_a_pause, skip, answer])
def test_while_one_has_to_rest_the_other_does_not_wait_under_pressure(
    go_on: Callable[[Pair, Cue], Coroutine[None, None, None]],
) -> None:
    cue = Cue(31_000, "Well?", wait=True, timeout_s=60)

    async def act(here: Legs) -> None:
        task = asyncio.create_task(here.pair.play(holds(here.pair.device, (cue,) if go_on is answer else ())))
        await here.until(lambda: min(here.session_ms()) >= 31_000)
        going_on = asyncio.create_task(go_on(here.pair, cue))
        await here.told(Resting)
        await asyncio.sleep(5)
        assert here.felt_mmhg() < 8
        await going_on
        await here.until(task.done, 300)
        assert task.result() == Outcome("completed")

    assert on_two_legs(act).apart_ms <= TOGETHER_MS
