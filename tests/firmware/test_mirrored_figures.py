"""Figures that stand in several files, so that each wall stands alone, are the same in all of them."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from legato.controller.session import playback, setpoint_feed
from legato.draw import heatmap, picture
from legato.firmware import chamber, chamber_monitor, config, session, stream, ticks
from legato.profiles import device, envelope, reverse_gradient, run_limits, schedule, step_bases, steps
from legato.profiles.anatomy import Zone
from legato.profiles.profile import Use
from legato.profiles.strokes import segments
from legato.sim.checks import zone_check

SOURCES = Path(__file__).parents[2]


def test_the_tick_is_10_ms() -> None:
    assert {ticks.TICK_MS, schedule.TICK_MS, 1000 // segments.TICKS_PER_S} == {10}
    written = re.findall(r"^_?TICK_(?:MS|S)\b.*= *([0-9.]+)$", "\n".join(sources("controller", "sim")), re.MULTILINE)
    assert {float(tick) for tick in written} <= {10.0, 0.01}


def sources(*folders: str) -> list[str]:
    return [path.read_text() for folder in folders for path in (SOURCES / folder).rglob("*.py")]


def test_nothing_goes_above_110_mmhg() -> None:
    assert {device.HARD_CAP_MMHG, config.HARD_CAP / 2} == {110.0}
    hold = {"do": "hold", "from": Zone.FOOT, "seconds": 5.0}
    assert steps.Hold.model_validate(hold | {"pressure_mmhg": 110.0})
    with pytest.raises(ValidationError):
        steps.Hold.model_validate(hold | {"pressure_mmhg": 110.5})


def test_a_hold_begins_above_10_mmhg_and_ends_after_10_s_at_or_below_8() -> None:
    held = {
        run_limits.RUN_MMHG,
        zone_check.HELD_MMHG,
        reverse_gradient.PRESSED_MMHG,
        (chamber_monitor.HELD + 1) / chamber_monitor.SMOOTH / 10 - 0.1,
    }
    quiet = {
        run_limits.QUIET_MMHG,
        zone_check.RESTED_MMHG,
        reverse_gradient.RELEASED_MMHG,
        (chamber_monitor.RESTED + 1) / chamber_monitor.SMOOTH / 10 - 0.1,
    }
    assert (held, quiet) == ({10.0}, {8.0})
    assert {run_limits.BREAK_S, zone_check.REST_US / 1e6, chamber_monitor.REST_TICKS * ticks.TICK_MS / 1000} == {10.0}


def test_a_pressure_is_kept_within_a_mmhg_and_a_half() -> None:
    assert {run_limits.REGULATED_MMHG, chamber.BAND / 10} == {1.5}


def test_pressure_rises_by_40_mmhg_a_second_at_most() -> None:
    assert {envelope.SLEW_MMHG_S, chamber.SLEW * 100 / ticks.TICK_MS} == {40.0}


def test_a_pause_lasts_ten_minutes() -> None:
    assert {session.LONGEST_PAUSE_MS / 1000, playback.BACK_S} == {600.0}


def test_the_back_of_the_knee_gets_20_mmhg() -> None:
    assert {envelope.ZONE_CAP_MMHG[Zone.POPLITEAL], step_bases.BACK_OF_KNEE_MMHG} == {20.0}


def test_heat_ends_at_42_degrees() -> None:
    assert {envelope.HEAT_MAX_C, config.HARD_HEAT_CAP / 2} == {42.0}


def test_the_host_plans_no_further_ahead_than_the_device_takes() -> None:
    assert (setpoint_feed.AHEAD_MS, stream.HORIZON_MS) == (10_000, 10_500)


def test_caps_and_holds_are_those_that_the_sources_give() -> None:
    assert envelope.USE_CAP_MMHG == {Use.COMFORT: 70.0, Use.SPORT: 90.0, Use.LYMPH: 50.0}
    assert envelope.USE_HOLD_S == {Use.COMFORT: 120.0, Use.SPORT: 120.0, Use.LYMPH: 90.0}
    assert envelope.ZONE_CAP_MMHG == {Zone.CALF: 80.0, Zone.SHIN: 80.0, Zone.KNEE: 40.0, Zone.POPLITEAL: 20.0}
    assert envelope.ZONE_HOLD_S == {Zone.CALF: 60.0, Zone.SHIN: 60.0, Zone.KNEE: 30.0, Zone.POPLITEAL: 3.0}
    assert (envelope.HOLD_MAX_S, envelope.COOL_MAX_S, envelope.PERCUSSION_MAX_S) == (120.0, 900.0, 120.0)
    assert (envelope.SESSION_MAX_S, reverse_gradient.REVERSE_MMHG, reverse_gradient.HELD_S) == (3600, 5.0, 2.0)


def test_pressure_has_one_scale_of_colour() -> None:
    assert picture.COLOURS == "inferno"
    assert (len(heatmap.PALETTE), heatmap.PALETTE[0], heatmap.PALETTE[-1]) == (10, "#000004", "#fcffa4")
    panel = (SOURCES / "legato/panel/js/colour.js").read_text()
    stops = re.findall(r"\[(\d+), (\d+), (\d+)\]", panel.partition("STOPS = ")[2].splitlines()[0])
    light = [0.2126 * int(r) + 0.7152 * int(g) + 0.0722 * int(b) for r, g, b in stops]
    assert "inferno" in panel
    assert light == sorted(light)
