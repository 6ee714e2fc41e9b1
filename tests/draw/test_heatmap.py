"""The heat map in a terminal: an eye should see the stroke travel."""

import io

import pytest
from rich.console import Console

from legato.draw.curves import of_schedule
from legato.draw.heatmap import heatmap
from legato.profiles.schedule import Schedule
from legato.terminal.live import bar

GOLDEN = """\
  left calf                .*@@@@@@@#-                   -%@@@@@@@+.
 left ankle        .+@@@@@@@%-                   -#@@@@@@@+.
  left foot =@@@@@@@@=                   :#@@@@@@@*:
 right calf                .*@@@@@@@#-                   -%@@@@@@@+.
right ankle        .+@@@@@@@%-                   -#@@@@@@@+.
 right foot =@@@@@@@@=                   :#@@@@@@@*:
            0:00      0:10      0:20      0:30     0:40      0:50
            0   ..::--==++**##%%@@ 40 mmHg"""


def drawn(plan: Schedule, **options: bool) -> str:
    file = io.StringIO()
    heatmap(of_schedule(plan), Console(file=file, width=72, soft_wrap=True, color_system="truecolor", **options))  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def test_a_crest_is_seen_to_travel_up_the_leg(plan: Schedule) -> None:
    assert drawn(plan) == GOLDEN


def test_there_is_no_escape_where_there_is_no_terminal(plan: Schedule) -> None:
    assert "\x1b" not in drawn(plan)


def test_a_terminal_gets_colour(plan: Schedule) -> None:
    assert "\x1b[38;" in drawn(plan, force_terminal=True)


def test_no_color_is_honoured_on_a_terminal(plan: Schedule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[38;" not in drawn(plan, force_terminal=True)
    assert "@@@" in drawn(plan, force_terminal=True)


def test_a_press_shorter_than_a_column_is_not_lost(plan: Schedule) -> None:
    narrow = io.StringIO()
    heatmap(of_schedule(plan), Console(file=narrow, width=30, soft_wrap=True))
    assert narrow.getvalue().splitlines()[0].count("@") >= 2


@pytest.mark.parametrize(
    ("commanded", "measured", "shown"),
    [(0.5, 0.5, "█████┃····"), (1.0, 0.0, "·········┃"), (0.0, 2.0, "┃█████████"), (0.0, 0.0, "┃·········")],
)
def test_a_live_bar_marks_what_is_commanded_on_what_is_measured(commanded: float, measured: float, shown: str) -> None:
    assert bar(commanded, measured, width=10).plain == shown
