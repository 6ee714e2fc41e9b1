"""Pictures of what hardly happened, and of devices without chambers or with one leg: drawn, or refused in a line."""

from array import array
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest
from rich.console import Console

from legato.draw.comparison_plot import draw_contrast
from legato.draw.curves import Curve, Curves, of_schedule
from legato.draw.heatmap import heatmap
from legato.draw.heatmap_svg import heat_svg
from legato.draw.picture import draw
from legato.profiles import load
from legato.profiles.schedule import Schedule
from tests.front_door import Cli

MOTOR = """format: 1
name: hummer
title: Vibration only
actuators:
  - {id: calf, kind: motor, action: vibration, zone: calf, side: both, from_cm: 25, to_cm: 40, min_hz: 20, max_hz: 50}
"""


def cut_to(plan: Schedule, *times_s: float, steps: tuple[tuple[float, str], ...] = ()) -> Curves:
    """A run of `plan` that was over after these samples."""
    zeros, nothing = array("d", [0.0] * len(times_s)), array("d", [nan] * len(times_s))
    curves = tuple(Curve(channel, zeros, nothing, zeros) for channel in plan.device.channels)
    return Curves("cut", array("d", times_s), curves, {}, steps, ran=True)


@pytest.mark.parametrize("times_s", [(0.0,), (0.0, 0.0), (0.0, 0.05)])
@pytest.mark.parametrize("steps", [(), ((0.0, "First"),)])
def test_a_run_that_was_over_at_once_is_drawn_all_the_same(
    plan: Schedule, tmp_path: Path, times_s: tuple[float, ...], steps: tuple[tuple[float, str], ...]
) -> None:
    found = cut_to(plan, *times_s, steps=steps)
    draw(found, tmp_path / "run.png")
    heatmap(found, Console(quiet=True))
    assert (tmp_path / "run.png").stat().st_size > 1_000
    assert heat_svg(found).startswith("<svg")


def test_a_device_on_which_nothing_is_shown_gets_a_picture_of_time_alone(tmp_path: Path) -> None:
    (tmp_path / "hummer.yaml").write_text(MOTOR)
    still = of_schedule(Schedule("still", load.device(str(tmp_path / "hummer.yaml")), (), 10_000))
    draw(still, tmp_path / "still.png")
    draw_contrast({"one": still, "other": replace(still, title="other")}, tmp_path / "both.png")
    assert (tmp_path / "still.png").exists()
    assert (tmp_path / "both.png").exists()


def test_the_sheet_of_all_routines_is_of_chambers_and_says_so(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "hummer.yaml").write_text(MOTOR)
    code, _, err = cli("profiles", "--picture", str(tmp_path / "all.png"), "--device", str(tmp_path / "hummer.yaml"))
    assert code == 2
    assert "no air chambers" in err


@pytest.mark.parametrize("device", ["boot-6-left", "boot-6-right"])
def test_a_single_boot_is_drawn_whichever_leg_it_is_for(cli: Cli, tmp_path: Path, device: str) -> None:
    picture = tmp_path / "two.png"
    assert cli("diff", "goddard", "circulation", "--device", device, "--picture", str(picture))[0] == 0
    assert cli("profiles", "--device", device, "--picture", str(tmp_path / "all.png"))[0] == 0
    assert picture.stat().st_size > 10_000
