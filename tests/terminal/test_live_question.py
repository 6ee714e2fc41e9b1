"""A question can be read whole on every terminal, and so can what is asked for beside it."""

import asyncio
import io
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from legato.controller.session.events import CueShown, Ended, Found, Intensity, Lost, Outcome, Started, Step
from legato.profiles.schedule import Cue, Mark, Schedule
from legato.terminal.key_controller import KeyController
from legato.terminal.keys import Key
from legato.terminal.live import LiveView
from legato.terminal.scene import Scene
from tests.terminal.watched import Watched

SHORT = "Is the pressure comfortable?"
LONG = " ".join(["Say whether this is comfortable at the calves and at the thighs, or should be less."] * 3)


def shown(scene: Scene, width: int, height: int) -> list[str]:
    """The rows that a terminal of this size shows."""
    screen = io.StringIO()
    console = Console(
        file=screen, width=width, height=height, force_terminal=True, color_system=None, soft_wrap=True, highlight=False
    )
    LiveView(console, scene).close()
    return Text.from_ansi(screen.getvalue()).plain.splitlines()[:height]


def asking(plan: Schedule, say: str) -> Watched:
    watched = Watched(plan)
    watched.take(Started(30_000), Step(Mark(30_000, 1, "Glide")), CueShown(Cue(30_000, say, True, 60.0)))
    return watched


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12)])
@pytest.mark.parametrize("say", [SHORT, LONG])
def test_a_question_and_the_keys_are_there_whole(plan: Schedule, width: int, height: int, say: str) -> None:
    rows = shown(asking(plan, say).scene, width, height)
    assert all(len(row) <= width for row in rows)
    text = " ".join(" ".join(rows).split())
    assert f'"{say}" (space continues)' in text
    for key in ("x or Esc emergency stop", "q stop", "space pause/resume", "+ - intensity", "s skip"):
        assert key in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_question_begins_a_row_and_shares_none_with_the_bar(plan: Schedule, width: int) -> None:
    rows = shown(asking(plan, SHORT).scene, width, 24)
    assert any(row.startswith(f'"{SHORT}') for row in rows)
    assert all(set(row.strip()) == {"━"} for row in rows if "━" in row)


def test_how_far_it_is_stays_whole_on_a_narrow_terminal(plan: Schedule) -> None:
    text = " ".join(" ".join(shown(asking(plan, SHORT).scene, 40, 24)).split())
    assert "0:30 of 1:00, 0:30 left intensity 100 %" in text


def test_a_question_stays_until_it_is_answered_whatever_else_happens(plan: Schedule) -> None:
    watched = asking(plan, SHORT)
    watched.take(Intensity(90))
    assert watched.scene.message.splitlines() == [f'"{SHORT}" (space continues)', "intensity 90 %"]


def test_a_device_that_is_lost_asks_nothing_so_that_space_resumes_once_it_is_found(plan: Schedule) -> None:
    asked: list[str] = []

    class Playing:
        def __getattr__(self, name: str) -> Any:
            async def done(*_: object) -> None:
                asked.append(name)

            return done

    async def pressed(scene: Scene) -> None:
        hands = KeyController(Playing(), scene, LiveView(Console(file=io.StringIO()), scene))
        hands.do(Key.PAUSE_OR_RESUME)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    watched = asking(plan, SHORT)
    watched.take(Lost("unplugged", {}), Found("boots", 30_000))
    asyncio.run(pressed(watched.scene))
    assert asked == ["resume"]


def test_with_the_massage_the_question_ends(plan: Schedule) -> None:
    watched = asking(plan, SHORT)
    watched.take(Ended(Outcome("stopped", "nobody answered")))
    assert watched.scene.message == "stopped: nobody answered"
