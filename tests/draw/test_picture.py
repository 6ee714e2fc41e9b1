"""The picture of a plan or a run: there, legible in parts, and the same file every time."""

from dataclasses import replace
from pathlib import Path

import pytest

from legato.draw.curves import of_schedule, of_trace
from legato.draw.picture import LETTERS_ACROSS, cut, draw, telling
from legato.profiles.schedule import Schedule

HEADER = "t_ms,session_ms,actuator,commanded,measured,felt,unit,state\n"


def trace(plan: Schedule, path: Path) -> Path:
    """A run that began 0.5 s after the trace did, with a sensor that reads one too high."""
    with path.open("w") as file:
        file.write(HEADER)
        for t_ms in range(0, 61_000, 100):
            session_ms = min(max(0, t_ms - 500), plan.duration_ms)
            for channel, v in zip(plan.device.channels, plan.targets_at(session_ms), strict=True):
                file.write(f"{t_ms},{session_ms},{channel.name},{v:.1f},{v + 1:.1f},{v:.1f},{channel.unit},running\n")
    return path


@pytest.mark.parametrize("name", ["plan.png", "plan.svg"])
def test_the_same_plan_gives_the_same_file(plan: Schedule, tmp_path: Path, name: str) -> None:
    first, second = tmp_path / "a" / name, tmp_path / "b" / name
    draw(of_schedule(plan), first)
    draw(of_schedule(plan), second)
    assert first.stat().st_size > 10_000
    assert first.read_bytes() == second.read_bytes()


def test_a_picture_of_a_run_is_a_png(plan: Schedule, tmp_path: Path) -> None:
    draw(of_trace(trace(plan, tmp_path / "trace.csv"), plan), tmp_path / "run.png")
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")


def test_curves_of_a_run_hold_what_the_trace_says(plan: Schedule, tmp_path: Path) -> None:
    run = of_trace(trace(plan, tmp_path / "trace.csv"), plan)
    assert run.ran
    assert run.duration_s == pytest.approx(60.9)
    assert run.peak == (40.0, "left_foot")
    assert run.curves[0].measured[50] == run.curves[0].felt[50] + 1


def test_steps_stand_where_session_time_reaches_their_mark(plan: Schedule, tmp_path: Path) -> None:
    run = of_trace(trace(plan, tmp_path / "trace.csv"), plan)
    assert [at_s for at_s, _ in run.steps] == pytest.approx([0.6, 30.5])


def test_curves_of_a_plan_run_from_its_beginning_to_its_end(plan: Schedule) -> None:
    curves = of_schedule(plan)
    assert (curves.times_s[0], curves.times_s[-1]) == (0.0, 60.0)
    assert curves.peak[0] == 40.0
    assert not curves.ran


def test_the_zones_drawn_are_the_busiest_ones_of_one_leg(plan: Schedule) -> None:
    calm = replace(plan, setpoints=tuple(s for s in plan.setpoints if s.channel not in (1, 4)))
    assert [c.channel.name for c in telling(of_schedule(calm).pressures, most=2)] == ["left_calf", "left_foot"]


@pytest.mark.parametrize(
    ("room", "shown"), [(40, "A breath between two circles"), (20, "A breath between…"), (6, ""), (0, "")]
)
def test_a_title_is_cut_at_a_word_or_left_out(room: int, shown: str) -> None:
    assert cut("A breath between two circles", (room + 1.5) / LETTERS_ACROSS) == shown


def test_a_zone_that_is_left_alone_is_not_drawn(plan: Schedule) -> None:
    no_feet = replace(plan, setpoints=tuple(s for s in plan.setpoints if s.channel not in (0, 3)))
    assert [c.channel.name for c in telling(of_schedule(no_feet).pressures)] == ["left_calf", "left_ankle"]
